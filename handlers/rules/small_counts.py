"""Counts that may be shown without telling of a single matter (contract.md, Small counts)."""

from __future__ import annotations

from collections.abc import Mapping

HIDDEN = "*"


def masked(counts: Mapping[str, int], smallest: int) -> dict[str, str]:
    """Each count as it is shown, `*` below `smallest` (none at all, too).

    Where the sum is known, a single hidden one is what is left of it: then the next smallest is hidden with it.
    """
    hidden = {name for name, count in counts.items() if count < smallest}
    if len(hidden) == 1 and len(counts) > 1:
        hidden.add(min((name for name in counts if name not in hidden), key=lambda name: counts[name]))
    return {name: HIDDEN if name in hidden else str(count) for name, count in counts.items()}
