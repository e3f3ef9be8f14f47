"""When a talk with a unit is suggested: the three cases of domain.md 6.6 as plain thresholds over counted facts.

What the facts hold was counted by domain.md 7.4 (set A): nothing that was refused, merged, withdrawn, turned into a
lead, or a tendency. 查实虚假整改 is no field of a finding, so that threshold cannot be checked here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from handlers.rules import categories, quarters
from handlers.rules.calendar import add_months

MANY, REPEATED, SLACK = CASES = ("many", "repeated", "slack")  # 存在问题较多, 重复发生, 整改不力


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds; `[policy]` may set each otherwise. months: how far back 重复发生 and 整改不力 look."""

    year_findings: int = 10
    quarter_findings: int = 5
    major_findings: int = 2
    months: int = 12
    repeats: int = 3
    reopened: int = 1
    overdue_workdays: int = 20
    overdue_percent: int = 20
    overdue_findings: int = 3
    returns: int = 2
    extensions: int = 2


@dataclass(frozen=True, slots=True)
class Registered:
    """A finding of the last four quarters, or found within the months. found_on: when it came up."""

    number: str
    quarter: str
    found_on: date
    category: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """A finding past its due day that was not handed in for acceptance. workdays: since that day."""

    number: str
    workdays: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted of one unit itself, without those below it.

    come_due: rounds whose due day has passed. reopened, returned, extended: numbers that reached their count within
    the months. restricted: numbers that not everybody may know of (S8); restricted_due: of them in `come_due`.
    """

    registered: tuple[Registered, ...] = ()
    late: tuple[Late, ...] = ()
    come_due: int = 0
    reopened: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    restricted: frozenset[str] = frozenset()
    restricted_due: int = 0

    def open(self) -> Facts:
        """As somebody counts who knows of nothing restricted."""
        hidden = self.restricted
        return replace(
            self,
            registered=tuple(one for one in self.registered if one.number not in hidden),
            late=tuple(one for one in self.late if one.number not in hidden),
            come_due=self.come_due - self.restricted_due,
            reopened=tuple(number for number in self.reopened if number not in hidden),
            returned=tuple(number for number in self.returned if number not in hidden),
            extended=tuple(number for number in self.extended if number not in hidden),
            restricted=frozenset(),
            restricted_due=0,
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """One threshold that is reached. count: how many of `numbers`; whole: of how many, for a rate; category: S46."""

    case: str
    rule: str
    count: int
    limit: int
    numbers: tuple[str, ...]
    whole: int = 0
    category: str = ""


def window(today: date, months: int) -> tuple[str, date]:
    """The first of the last four quarters, and the first day of the months (the same day counts)."""
    quarter = quarters.quarter_of(today)
    for _ in range(3):
        quarter = quarters.previous_quarter(quarter)
    return quarter, add_months(today, -months)


def assess(facts: Facts, limits: Limits, today: date) -> list[Ground]:
    """Every threshold that the unit reaches, in the order of domain.md 6.6."""
    return [*_many(facts, limits, today), *_repeated(facts, limits, today), *_slack(facts, limits)]


def cases(grounds: Iterable[Ground]) -> list[str]:
    """Which of the three cases they make, each once, in order."""
    found = {ground.case for ground in grounds}
    return [case for case in CASES if case in found]


def _many(facts: Facts, limits: Limits, today: date) -> list[Ground]:
    since, this = window(today, limits.months)[0], quarters.quarter_of(today)
    year = [one for one in facts.registered if one.quarter >= since]
    counted = (
        ("year", [one.number for one in year], limits.year_findings),
        ("quarter", [one.number for one in year if one.quarter == this], limits.quarter_findings),
        ("major", [one.number for one in year if one.major], limits.major_findings),
    )
    return _reached(MANY, counted)


def _repeated(facts: Facts, limits: Limits, today: date) -> list[Ground]:
    since = window(today, limits.months)[1]
    alike: dict[str, list[str]] = defaultdict(list)
    for one in facts.registered:
        # Only a second-level category says that two findings are the same thing.
        if one.found_on >= since and one.category in categories.SUB:
            alike[one.category].append(one.number)
    often = [
        Ground(REPEATED, "category", len(numbers), limits.repeats, tuple(numbers), category=category)
        for category, numbers in sorted(alike.items())
        if len(numbers) >= limits.repeats
    ]
    return often + _reached(REPEATED, (("reopened", list(facts.reopened), limits.reopened),))


def _slack(facts: Facts, limits: Limits) -> list[Ground]:
    found = []
    long = [one.number for one in facts.late if one.workdays > limits.overdue_workdays]
    if long:
        found.append(Ground(SLACK, "overdue", len(long), limits.overdue_workdays, tuple(long)))
    late = [one.number for one in facts.late]
    rated = len(late) * 100 > limits.overdue_percent * facts.come_due
    if rated and len(late) >= limits.overdue_findings:
        found.append(Ground(SLACK, "rate", len(late), limits.overdue_percent, tuple(late), whole=facts.come_due))
    for rule, numbers, limit in (
        ("returned", facts.returned, limits.returns),
        ("extended", facts.extended, limits.extensions),
    ):
        if numbers:
            found.append(Ground(SLACK, rule, len(numbers), limit, numbers))
    return found


def _reached(case: str, counted: Iterable[tuple[str, list[str], int]]) -> list[Ground]:
    return [
        Ground(case, rule, len(numbers), limit, tuple(numbers))
        for rule, numbers, limit in counted
        if len(numbers) >= limit
    ]
