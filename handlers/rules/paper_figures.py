"""The figures of a quarter's papers, out of plain facts about findings (domain.md 7.2, 7.4, 7.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.rules.metrics import IN_HAND, RATED

_GRAVITY = {"major": 0, "important": 1, "general": 2}


@dataclass(frozen=True, slots=True)
class Fact:
    """One round of a finding. Money in fen, None for not certain; vague: only words tell the amount.

    applied, closed: days in Shanghai. blamed: 人次 of 问责. fixed: an institution was made or amended.
    """

    number: str
    quarter: str
    state: str
    category: str = "QT"
    severity: str = "general"
    unit: str = ""
    unit_name: str = ""
    title: str = ""
    words: str = ""
    amount_fen: int | None = None
    vague: bool = False
    restricted: bool = False
    due: date | None = None
    applied: date | None = None
    closed: date | None = None
    recovered_fen: int = 0
    blamed: int = 0
    fixed: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many, how many of them major or restricted; certain amounts in fen, and how many have none for sure.

    Restricted ones are counted and nothing else.
    """

    count: int
    major: int
    restricted: int
    amount_fen: int
    vague: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What fell due in a period. on_time: applied for in time and accepted. pending: before the acceptor."""

    due: int
    closed: int
    on_time: int
    pending: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How findings stand on a day. waiting: not assigned yet."""

    count: int
    closed: int
    pending: int
    in_hand: int
    overdue: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Common:
    """A second-level category that looks common (S37): in many units, or often within four quarters."""

    category: str
    units: int
    count: int
    amount_fen: int
    causes: tuple[tuple[str, int], ...]


def sums(facts: Sequence[Fact]) -> Sums:
    return Sums(
        len(facts),
        sum(one.severity == "major" for one in facts),
        sum(one.restricted for one in facts),
        sum(one.amount_fen or 0 for one in facts if not one.restricted),
        sum(one.amount_fen is None and one.vague and not one.restricted for one in facts),
    )


def by_top(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """First-level category and its findings, most first."""
    found: dict[str, list[Fact]] = {}
    for one in facts:
        found.setdefault(one.category[:2], []).append(one)
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def typical(facts: Iterable[Fact], many: int = 2) -> list[Fact]:
    """The gravest and largest, never a restricted one."""
    shown = [one for one in facts if not one.restricted]
    return sorted(shown, key=lambda one: (_GRAVITY.get(one.severity, 3), -(one.amount_fen or 0), one.number))[:many]


def settled(facts: Iterable[Fact], first: date, last: date, today: date) -> Settled:
    """Of the rounds that were due from `first` to `last`; what is due later than today is counted as due only."""
    due = [one for one in facts if one.due is not None and first <= one.due <= last and one.state != "ongoing"]
    closed = [one for one in due if one.state == "closed"]
    return Settled(
        len(due),
        len(closed),
        sum(one.applied is not None and one.due is not None and one.applied <= one.due for one in closed),
        sum(one.state == "pending_acceptance" for one in due),
        sum(overdue(one, today) for one in due),
    )


def overdue(one: Fact, today: date) -> bool:
    return one.state in RATED and one.due is not None and one.due < today


def standing(facts: Sequence[Fact], today: date) -> Standing:
    states = Counter(one.state for one in facts)
    in_hand = sum(states[state] for state in IN_HAND)
    late = sum(overdue(one, today) for one in facts)
    closed, pending = states["closed"], states["pending_acceptance"]
    return Standing(len(facts), closed, pending, in_hand, late, len(facts) - closed - pending - in_hand)


def closed_within(facts: Iterable[Fact], first: date, last: date) -> list[Fact]:
    return [one for one in facts if one.state == "closed" and one.closed is not None and first <= one.closed <= last]


def common(facts: Iterable[Fact], least_units: int, least_findings: int) -> list[Common]:
    """What reaches either mark, the most frequent first; restricted findings and bare 其他 make no pattern."""
    found: dict[str, list[Fact]] = {}
    for one in facts:
        if not one.restricted and len(one.category) > 2:
            found.setdefault(one.category, []).append(one)
    out = []
    for category, group in found.items():
        units = len({one.unit for one in group if one.unit})
        if units >= least_units or len(group) >= least_findings:
            causes = Counter(one.cause for one in group if one.cause).most_common()
            out.append(Common(category, units, len(group), sum(one.amount_fen or 0 for one in group), tuple(causes)))
    return sorted(out, key=lambda one: (-one.count, one.category))


def overdue_units(facts: Iterable[Fact], today: date) -> list[tuple[str, int]]:
    """Unit name and how many are overdue there, most first; of restricted findings none is named."""
    late = Counter(one.unit_name for one in facts if overdue(one, today) and not one.restricted and one.unit_name)
    return sorted(late.items(), key=lambda item: (-item[1], item[0]))
