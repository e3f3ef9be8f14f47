"""The numbers people see: how they are made, and how they are checked (domain.md 3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

FINDING, LEAD, URGENT, REPORT = "WT", "XS", "JJ", "BG"
MEETING, DECISION, PLAN, INSPECTION, TALK = "HY", "DB", "JH", "LJ", "YT"
SERIAL_PREFIXES = frozenset({FINDING, URGENT, REPORT, MEETING, DECISION, PLAN, INSPECTION, TALK})

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread or make words
_LEAD_LENGTH = 4
_WORDS = ("SB", "NM", "MD", "TM")
_MISREAD = str.maketrans("ILO", "110")

_SERIAL = re.compile(r"(WT|JJ|BG|HY|DB|JH|LJ|YT)-([0-9]{4})-([0-9]{4}|[1-9][0-9]{4,})")
_LEAD = re.compile(rf"XS-([0-9]{{4}})-([{CROCKFORD}]{{{_LEAD_LENGTH}}})")


def serial_number(prefix: str, year: int, serial: int) -> str:
    """`WT-2026-0123`; past 9999 the serial just grows."""
    if prefix not in SERIAL_PREFIXES:
        raise ValueError("no serial numbers under this prefix")
    if not (1000 <= year <= 9999 and serial >= 1):
        raise ValueError("year or serial out of range")
    return f"{prefix}-{year}-{serial:04d}"


def lead_number(year: int, choose: Callable[[str], str]) -> str:
    """`XS-2026-7K3M`. choose: picks one character at random (`secrets.choice`); that it is new is the caller's care.

    Letters that people type as words of their own (an insult, 匿名) are not issued: a message that holds them would be
    taken for those.
    """
    drawn = "".join(choose(CROCKFORD) for _ in range(_LEAD_LENGTH))
    while any(word in drawn for word in _WORDS):
        drawn = "".join(choose(CROCKFORD) for _ in range(_LEAD_LENGTH))
    return f"{LEAD}-{year}-{drawn}"


def canonical(text: str) -> str | None:
    """The number as it is stored, from one already in shape but for case and misread letters; None for anything else.

    Freer wording (`wt2026 123`, `123号`) is the understanding's work.
    """
    number = text.strip().upper()
    if number.startswith(f"{LEAD}-"):
        number = number[:3] + number[3:].translate(_MISREAD)
    return number if is_number(number) else None


def is_number(text: str) -> bool:
    found = _SERIAL.fullmatch(text)
    if found is not None:
        return int(found[3]) > 0
    return _LEAD.fullmatch(text) is not None


def parse_serial(number: str) -> tuple[str, int, int]:
    """Prefix, year and serial; ValueError for a lead's number or no number."""
    found = _SERIAL.fullmatch(number)
    if found is None or int(found[3]) == 0:
        raise ValueError("not a number with a serial")
    return found[1], int(found[2]), int(found[3])


def prefix_of(number: str) -> str:
    """`WT`, `XS`, `JJ`…; ValueError for no number."""
    if not is_number(number):
        raise ValueError("not a number")
    return number[:2]
