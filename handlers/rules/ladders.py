"""When whom to remind: the ladders of reminders as tables, and the rungs of one matter worked out from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from handlers.rules import quarters
from handlers.rules.calendar import Workdays, at

_JITTER_SECONDS = 300  # WeCom asks to keep off the full and half hours; 0-5 minutes spread the load (domain.md 6.7)


class Unit(StrEnum):
    CALENDAR = "calendar"
    WORKDAY = "workday"


class Audience(StrEnum):
    LIAISON = "liaison"  # of the member unit
    HEAD = "head"  # of the member unit
    OFFICE_LIST = "office_list"  # the office, one list of all that have not submitted
    OFFICE = "office"  # the office, about each unit
    RESP_PERSON = "resp_person"
    UNIT_LIAISON = "unit_liaison"
    UNIT_HEAD = "unit_head"
    TRACKER = "tracker"  # who follows it up for the source


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of a ladder.

    offset: days from the deadline, negative before it. audience: who gets it; `copied` are those of them who only
    get a copy. everyone: also those who have submitted already.
    """

    name: str
    offset: int
    unit: Unit
    clock: time
    audience: tuple[Audience, ...]
    copied: frozenset[Audience] = frozenset()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class RungAt:
    """A rung of one matter. at: aware, UTC, without the person's jitter."""

    name: str
    at: datetime
    audience: tuple[Audience, ...]
    copied: frozenset[Audience] = frozenset()
    everyone: bool = False


_L, _H, _LIST, _O = Audience.LIAISON, Audience.HEAD, Audience.OFFICE_LIST, Audience.OFFICE
_P, _UL, _UH, _T = Audience.RESP_PERSON, Audience.UNIT_LIAISON, Audience.UNIT_HEAD, Audience.TRACKER
_CAL, _WORK = Unit.CALENDAR, Unit.WORKDAY
_MORNING, _AFTERNOON = time(9, 10), time(16, 10)

# contract.md "Quarter-end pushes, exactly"; domain.md 6.2
QUARTER: tuple[Rung, ...] = (
    Rung("T-15", -15, _CAL, _MORNING, (_L,), everyone=True),
    Rung("T-7", -7, _CAL, _MORNING, (_L,)),
    Rung("T-3", -3, _WORK, _MORNING, (_L, _H), copied=frozenset({_H})),
    Rung("T-1", -1, _WORK, _MORNING, (_L, _H)),
    Rung("D", 0, _WORK, _MORNING, (_L, _H, _LIST)),
    Rung("D-16", 0, _WORK, _AFTERNOON, (_L, _H)),
    Rung("+1", 1, _WORK, _MORNING, (_L, _H)),
    Rung("+3", 3, _WORK, _MORNING, (_L, _H, _O)),
)

# domain.md 6.3
RECTIFICATION: tuple[Rung, ...] = (
    Rung("T-7", -7, _CAL, _MORNING, (_P, _UL)),
    Rung("T-3", -3, _WORK, _MORNING, (_P, _UL)),
    Rung("T-0", 0, _WORK, _MORNING, (_P, _UL, _UH), copied=frozenset({_UH})),
    Rung("+1", 1, _WORK, _MORNING, (_P, _UH)),
    Rung("+3", 3, _WORK, _MORNING, (_P, _UH, _T)),
)


def quarter_rungs(quarter: str, calendar: Workdays, due: date | None = None) -> list[RungAt]:
    """The quarter's ladder. due: the office's own deadline instead of the quarter's end."""
    last = quarters.deadline(quarter, calendar) if due is None else calendar.roll_back(due)
    days = {rung.name: _day(rung, last, calendar) for rung in QUARTER}
    if days["T-3"] <= calendar.add_workdays(days["T-7"], 1):
        del days["T-7"]  # two singles in a row about the same thing (domain.md 6.2)
    return _rising(_placed(rung, days[rung.name]) for rung in QUARTER if rung.name in days)


def rectification_rungs(due: date, calendar: Workdays, begins: datetime | None = None) -> list[RungAt]:
    """The ladder of one finding; rungs that are not after `begins` (aware) are left out.

    A due day on a rest day stays as it is; only the reminders move to the working day before it.
    """
    rungs = _rising(_placed(rung, _day(rung, due, calendar)) for rung in RECTIFICATION)
    return [rung for rung in rungs if begins is None or rung.at > begins]


def jitter(person: str, key: str) -> timedelta:
    """The person's own delay of one push, 0 to 5 minutes: the same whenever it is asked."""
    digest = hashlib.sha256(f"{person}\0{key}".encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % _JITTER_SECONDS)


def _day(rung: Rung, due: date, calendar: Workdays) -> date:
    if rung.unit is Unit.CALENDAR:
        return calendar.roll_back(due + timedelta(days=rung.offset))
    # Counted from the last working day that is left, so that "T-3" really leaves three working days.
    return calendar.add_workdays(calendar.roll_back(due), rung.offset)


def _placed(rung: Rung, day: date) -> RungAt:
    return RungAt(rung.name, at(day, rung.clock).astimezone(UTC), rung.audience, rung.copied, rung.everyone)


def _rising(rungs: Iterable[RungAt]) -> list[RungAt]:
    """Only rungs that come before all that follow: of two on one day, the later of the ladder stays."""
    kept: list[RungAt] = []
    for rung in reversed(list(rungs)):
        if not kept or rung.at < kept[-1].at:
            kept.append(rung)
    return kept[::-1]
