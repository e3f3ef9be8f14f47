"""What a quarter's papers list and rank (domain.md 7.2, 7.7); what they sum comes from `metrics`, and only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from handlers.rules import metrics
from handlers.rules.metrics import Round

_GRAVITY = {"major": 0, "important": 1, "general": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """A round, and what a paper says of it. fixed: an institution was made or amended. Restricted ones only count."""

    round: Round
    title: str = ""
    restricted: bool = False
    fixed: bool = False
    cause: str = ""


def rounds(lines: Iterable[Line]) -> list[Round]:
    return [one.round for one in lines]


def told(lines: Iterable[Line]) -> list[Line]:
    """Those of which more than the count may be said."""
    return [one for one in lines if not one.restricted]


def major(lines: Iterable[Line]) -> int:
    return sum(one.round.severity == "major" for one in lines)


def by_top(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """First-level category and its findings, most first."""
    found: dict[str, list[Line]] = {}
    for one in lines:
        found.setdefault(one.round.category[:2], []).append(one)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def typical(lines: Iterable[Line], many: int = 2) -> list[Line]:
    """The gravest and largest, never a restricted one."""
    return sorted(told(lines), key=lambda one: _weight(one.round))[:many]


def _weight(one: Round) -> tuple[int, int, str]:
    return _GRAVITY.get(one.severity, 3), -(one.amount_fen or 0), one.number


def overdue_units(lines: Iterable[Line], t: date) -> list[tuple[str, int]]:
    """Unit name and how many are overdue there, most first; of restricted findings none is named."""
    late = Counter(
        one.round.unit_name
        for one in told(lines)
        if one.round.unit_name and metrics.overdue_rate([one.round], t).numerator
    )
    return sorted(late.items(), key=lambda item: (-item[1], item[0]))
