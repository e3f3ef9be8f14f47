"""A message and its mended twin of the same length, and the way back to the person's own characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.understanding.lazily import lazy

HELD = 0xF0000  # the first of the private characters, each of which holds the place of a piece
PRIVATE = lazy("[\U000f0000-\U000ffffd]")


@dataclass(frozen=True, slots=True)
class Mended:
    """`raw` and `flat` of equal length; `pieces` are what the private characters of `raw` stand for."""

    raw: str
    flat: str
    pieces: tuple[str, ...] = ()

    def restored(self, value: Any) -> Any:
        """A slot's value in the person's own characters."""
        if isinstance(value, str):
            return PRIVATE.sub(self._piece, value)
        if isinstance(value, Mapping):
            return {key: self.restored(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(self.restored(one) for one in value)
        return value

    @property
    def said(self) -> str:
        """The whole message as the person wrote it."""
        return PRIVATE.sub(self._piece, self.raw)

    def _piece(self, found: re.Match[str]) -> str:
        return self.pieces[ord(found[0]) - HELD]
