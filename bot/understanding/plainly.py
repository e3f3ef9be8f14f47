"""What needs no reading: the question that is asked most, as contract.md has it, and the words of every day once read.

By 查 WT-2026-0001 nothing else can be meant, so neither the gates nor the reading look at it (docs/performance.md);
what comes out is what they would say (tests/understanding/test_plainly.py).
"""

from __future__ import annotations

import re

from bot.understanding.meaning import Meaning

_ASKED = re.compile(r"\s*查(?:询|一下)?\s*[Ww][Tt]-(20[0-9]{2})-([0-9]{4,6})\s*[。?？]?\s*")
_LONGEST = 40  # characters; blanks may be many
_DAILY = ("confirm", "cancel", "deny", "help")
_WORD = 4  # characters
_MOST = 1000


class Daily:
    """确认, 取消: what everybody says on any day means the same on every day. No other words are kept."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[str]], Meaning] = {}

    def read(self, message: str, roles: frozenset[str]) -> Meaning | None:
        return self._known.get((message, roles))

    def keep(self, message: str, roles: frozenset[str], meaning: Meaning) -> Meaning:
        """The same meaning, remembered where it is a word of every day that brings nothing of its own."""
        if len(message) <= _WORD and meaning.intent in _DAILY and not meaning.slots and len(self._known) < _MOST:
            self._known[message, roles] = meaning
        return meaning


def asked_about(message: str) -> str | None:
    """The canonical number of the one matter that the whole message asks about, or None."""
    found = _ASKED.fullmatch(message) if len(message) <= _LONGEST else None
    serial = int(found[2]) if found is not None else 0
    return f"WT-{found[1]}-{serial:04d}" if found is not None and serial else None


def read(message: str) -> Meaning | None:
    """The meaning of such a message; None for every other."""
    number = asked_about(message)
    if number is None:
        return None
    options = (("query_by_number", 1.0),)
    return Meaning("query_by_number", {"number": number}, True, 1.0, options=options, why=("固定说法",))
