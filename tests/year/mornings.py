"""Whose morning a matter concerns: what is due, overdue, to be accepted, decided or confirmed (domain.md 6.7).

The text says what a digest gathers, not when there is one; when is the team's decision: what is due within three days
calls for one daily, what waits or is overdue on three working days and then every third; a message of its own later in
the same morning makes up for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.year import days
from tests.year.people import Matter, People
from tests.year.tables import RungDay

COOLING = 5  # working days without a recurring reminder after a progress report
SOON = timedelta(days=3)
DAILY = 3


@dataclass(slots=True)
class Owed:
    """An open obligation: what is left of its ladder."""

    ladder: str
    begun: date
    due: date
    rungs: list[RungDay]


def called(people: People, matter: Matter, owed: Mapping[str, Owed], day: date) -> set[str]:
    """Who gets a digest because of it, if nothing else does it."""

    def but_those_told_alone(found: list[str], ladder: str) -> set[str]:
        return set(found) - _alone(people, matter, owed.get(ladder), day)

    found: set[str] = set()
    if matter.state == "pending" and matter.applied_on and _said_today(matter.applied_on, day):
        found |= but_those_told_alone(people.who("judge", matter, day), "acceptance")
    if matter.in_hand and matter.asked_on and matter.asked and _said_today(matter.asked_on, day):
        found.update(people.deciders(matter, day))
    listed = matter.in_hand and matter.due <= day + SOON  # then its date says more than that it is unconfirmed
    if "confirm" in owed and not listed and _said_today(owed["confirm"].begun, day):
        found |= but_those_told_alone(people.who("resp", matter, day), "confirm")
    if matter.in_hand and _dated(matter, day):
        side = [*people.who("resp", matter, day), *people.who("liaison", matter, day)]
        found |= but_those_told_alone(side, "rectification")
    return found


def _said_today(since: date, day: date) -> bool:
    """On each of the first three working days after it, then on every third."""
    age = days.working_days(since, day)
    return age > 0 and (age <= DAILY or age % DAILY == 0)


def _dated(matter: Matter, day: date) -> bool:
    """Due today or soon; overdue on three working days, unless progress was just reported."""
    if matter.due >= day:
        return matter.due <= day + SOON
    cool = matter.reported is not None and days.working_days(matter.reported, day) <= COOLING
    return days.working_days(matter.due, day) <= DAILY and not cool


def _alone(people: People, matter: Matter, owed: Owed | None, day: date) -> set[str]:
    """Who gets a message of its own about it later this morning, in whatever capacity."""
    coming = [one for one in owed.rungs if one.day == day and one.rung.form == "single"] if owed else []
    names = [name.removeprefix("~") for one in coming for name in one.rung.people]
    return {person for name in names for person in people.who(name, matter, day)}
