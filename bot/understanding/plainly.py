"""The question that is asked most, in the words of contract.md: 查 WT-2026-0001. Nothing else can be meant by it.

So neither the gates nor the reading look at it (docs/performance.md); what comes out is what they would say
(tests/understanding/test_plainly.py).
"""

from __future__ import annotations

import re

from bot.understanding.meaning import Meaning

_ASKED = re.compile(r"\s*查(?:询|一下)?\s*[Ww][Tt]-(20[0-9]{2})-([0-9]{4,6})\s*[。?？]?\s*")


def asked_about(message: str) -> str | None:
    """The canonical number of the one matter that the whole message asks about, or None."""
    found = _ASKED.fullmatch(message)
    serial = int(found[2]) if found is not None else 0
    return f"WT-{found[1]}-{serial:04d}" if found is not None and serial else None


def read(message: str) -> Meaning | None:
    """The meaning of such a message; None for every other."""
    number = asked_about(message)
    if number is None:
        return None
    options = (("query_by_number", 1.0),)
    return Meaning("query_by_number", {"number": number}, True, 1.0, options=options, why=("固定说法",))
