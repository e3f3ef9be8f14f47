"""Patterns that are compiled when they are first asked: a thousand of them would take a quarter of a start's time."""

from __future__ import annotations

import re
from typing import Any, cast

_MADE: list[_Pattern] = []
_ASKED = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split", "pattern")


class _Pattern:
    """Becomes the compiled pattern at the first question: later ones find its own methods here."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for asked in _ASKED:
            setattr(self, asked, getattr(compiled, asked))
        return getattr(compiled, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, but later. What is wrong with the pattern comes out in `compile_all`."""
    made = _Pattern(source, flags)
    _MADE.append(made)
    return cast("re.Pattern[str]", made)


def compile_all() -> None:
    """Everything that was made so far. Safe in a thread. Raises re.error."""
    for made in tuple(_MADE):
        made.search  # noqa: B018  # the question compiles it
