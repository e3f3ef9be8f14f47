"""What speaks for a talk with a unit, as it stands today, and how much of it a person may know (S46, S8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from bot.flow import Turn
from handlers import access, texts
from handlers.rules import calendar
from handlers.rules import talks as rules
from handlers.rules.permissions import Action
from handlers.rules.talks import Facts, Ground, Late, Limits, Registered
from storage import moves, talks


@dataclass(slots=True)
class _Unit:
    """A unit's facts while they are gathered."""

    registered: list[Registered] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    come_due: int = 0
    restricted_due: int = 0
    reopened: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)
    restricted: set[str] = field(default_factory=set)

    def facts(self) -> Facts:
        return Facts(
            tuple(self.registered), tuple(self.late), self.come_due, tuple(self.reopened), tuple(self.returned),
            tuple(self.extended), frozenset(self.restricted), self.restricted_due,
        )  # fmt: skip


def limits(turn: Turn) -> Limits:
    """The thresholds as the organisation set them."""
    policy = turn.policy
    return Limits(
        policy.talk_year_findings, policy.talk_quarter_findings, policy.talk_major_findings, policy.talk_months,
        policy.talk_repeats, policy.talk_reopened, policy.talk_overdue_workdays, policy.talk_overdue_percent,
        policy.talk_overdue_findings, policy.talk_returns, policy.talk_extensions,
    )  # fmt: skip


def by_unit(turn: Turn, unit: str | None = None) -> dict[str, Facts]:
    """The facts of every unit that has any findings, or of this one: six statements, however many units there are."""
    today, wanted = texts.today_of(turn), limits(turn)
    quarter, since = rules.window(today, wanted.months)
    begin = datetime.combine(since, time(), calendar.SHANGHAI)
    found: dict[str, _Unit] = defaultdict(_Unit)
    _registered(turn, found, talks.registered(turn.session, quarter, since, unit))
    for row in talks.late(turn.session, today, unit):
        found[row.unit].late.append(Late(row.number, turn.calendar.workdays_between(row.due, today)))
        _mark(found, row)
    for code, restricted, many in talks.come_due(turn.session, today, unit):
        found[code].come_due += many
        found[code].restricted_due += many if restricted else 0
    _troubled(turn, found, begin, wanted, unit)
    return {code: gathered.facts() for code, gathered in found.items()}


def _registered(turn: Turn, found: dict[str, _Unit], rows: Iterable[Any]) -> None:
    for row in rows:
        day = row.found_at or calendar.day_of(row.submitted_at)
        one = Registered(row.number, row.quarter, day, row.category, row.severity == "major")
        found[row.unit].registered.append(one)
        _mark(found, row)


def _troubled(turn: Turn, found: dict[str, _Unit], begin: datetime, wanted: Limits, unit: str | None) -> None:
    """What was reopened soon after its end, returned or put off too often."""
    for row in talks.reopened(turn.session, begin, unit):
        closed, opened = calendar.day_of(row.closed_at), calendar.day_of(row.started_at)
        if opened <= calendar.add_months(closed, wanted.months) and row.number not in found[row.unit].reopened:
            found[row.unit].reopened.append(row.number)
            _mark(found, row)
    for row in talks.returned(turn.session, begin, wanted.returns, unit):
        found[row.unit].returned.append(row.number)
        _mark(found, row)
    for row in talks.extended(turn.session, begin, wanted.extensions, unit):
        found[row.unit].extended.append(row.number)
        _mark(found, row)


def _mark(found: dict[str, _Unit], row: Any) -> None:
    if row.visibility == "restricted":
        found[row.unit].restricted.add(row.number)


def of_unit(turn: Turn, unit: str) -> Facts:
    return by_unit(turn, unit).get(unit, Facts())


def full(turn: Turn, facts: Facts) -> list[Ground]:
    """Every ground there is."""
    return rules.assess(facts, limits(turn), texts.today_of(turn))


def for_person(turn: Turn, person: str, facts: Facts) -> list[Ground]:
    """The grounds as this person may know them: with all that is restricted, or without any of it."""
    known = facts if may_read(turn, person, facts.restricted) else facts.open()
    return full(turn, known)


def may_read(turn: Turn, person: str, numbers: Iterable[str]) -> bool:
    """Whether he may read all of these findings (S8)."""
    rows = [moves.find(turn.session, number) for number in numbers]
    return all(row is not None and access.person_may(turn, person, Action.VIEW_FULL, row) for row in rows)


def kept(turn: Turn, facts: Facts) -> list[dict[str, Any]]:
    """The grounds as the talk's row keeps them. open: the case stands without what is restricted, too."""
    plain = set(rules.cases(full(turn, facts.open())))
    return [
        {
            "case": ground.case, "rule": ground.rule, "count": ground.count, "limit": ground.limit,
            "numbers": list(ground.numbers), "open": ground.case in plain,
        }
        for ground in full(turn, facts)
    ]  # fmt: skip


def since(turn: Turn) -> datetime:
    """From when on a suggestion is not made again."""
    day = date.fromordinal(texts.today_of(turn).toordinal() - turn.policy.talk_silent_days)
    return datetime.combine(day, time(), calendar.SHANGHAI)
