"""A start without the collector: of what is loaded nothing is garbage, and each look at all of it takes longer."""

from __future__ import annotations

import gc


def begin() -> None:
    """From here on everything that is made is kept."""
    gc.disable()


def end() -> None:
    """What is loaded now stays for good: no collection need look at it again."""
    gc.collect()
    gc.freeze()
    gc.enable()
