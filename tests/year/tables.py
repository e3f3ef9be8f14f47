"""The ladders as domain.md 6.2 and 6.3 have them, typed by hand: a rung is its name, day, hour, people and form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.year import days


@dataclass(frozen=True, slots=True)
class Rung:
    """offset: `-15d` calendar days, `3w` working days from the last working day at or before the due date, `half`,
    `0f` the day itself or the next working day.

    people: audiences in order, a copied one with `~`. every: comes again after so many working days.
    merge: dropped when the next rung is at most one working day later. long: only for more than thirty days.
    """

    name: str
    offset: str
    clock: str
    people: tuple[str, ...]
    form: str
    merge: bool = False
    long: bool = False
    every: int = 0


def rung(name: str, offset: str, clock: str, people: str, form: str = "single", **flags: int) -> Rung:
    return Rung(name, offset, clock, tuple(people.split()), form, **flags)  # type: ignore[arg-type]


QUARTER = (
    rung("T-15", "-15d", "09:10", "liaison"),
    rung("T-7", "-7d", "09:10", "liaison", merge=True),
    rung("T-3", "-3w", "09:10", "liaison ~head"),
    rung("T-1", "-1w", "09:10", "liaison head"),
    rung("D", "0w", "09:10", "liaison head"),
    rung("D-16", "0w", "16:10", "liaison head"),
    rung("+1", "1w", "09:10", "liaison head"),
    rung("+3", "3w", "09:10", "liaison head"),
)
QUARTER_OFFICE = (
    rung("D", "0w", "09:10", "office"),
    rung("+3", "3w", "09:10", "office"),
    rung("+5", "5w", "09:10", "director"),
    rung("+10", "10w", "09:10", "leading"),
)
SUMMARY = (
    rung("T-3", "-3w", "09:10", "office"),
    rung("T-0", "0w", "09:10", "office"),
    rung("+1", "1w", "09:10", "office ~director"),
    rung("+3", "3w", "09:10", "director"),
)
RECTIFICATION = (
    rung("half", "half", "08:40", "resp", "digest", long=True),
    rung("T-7", "-7d", "08:40", "resp liaison", "digest", merge=True),
    rung("T-3", "-3w", "09:10", "resp liaison"),
    rung("T-0", "0w", "09:10", "resp liaison ~head"),
    rung("+1", "1w", "09:10", "resp head"),
    rung("+3", "3w", "09:10", "resp head source"),
    rung("+5", "5w", "08:40", "office", "digest"),
    rung("+6", "6w", "08:40", "resp head", "digest", every=3),
    rung("+10", "10w", "09:10", "director"),
    rung("+20", "20w", "08:40", "leading", "digest"),
)
# One notch denser, for what is under key supervision or major.
DENSE = (
    rung("half", "half", "08:40", "resp liaison", "digest"),
    rung("T-15", "-15d", "08:40", "resp liaison", "digest", merge=True),
    rung("T-7", "-7d", "09:10", "resp liaison", merge=True),
    rung("T-3", "-3w", "09:10", "resp liaison ~head"),
    rung("T-1", "-1w", "09:10", "resp liaison ~head"),
    rung("T-0", "0w", "09:10", "resp liaison head"),
    rung("+1", "1w", "09:10", "resp head source"),
    rung("+3", "3w", "09:10", "resp head source"),
    rung("+3o", "3w", "08:40", "office", "digest"),
    rung("+5", "5w", "09:10", "director"),
    rung("+5r", "5w", "08:40", "resp head", "digest", every=2),
    rung("+10", "10w", "08:40", "leading", "digest"),
    rung("+20", "20w", "08:40", "leading", "digest"),
)
CONFIRM = (rung("+2", "0w", "09:10", "resp liaison"),)
ACCEPTANCE = (rung("+5", "0w", "09:10", "judge"), rung("+10", "5w", "09:10", "judge ~office"))
# S29: nobody ever calls a meeting in the story. Counted from the window's first day, and from its last.
MEETING_WINDOW = (rung("T-15", "-15d", "09:10", "office"), rung("T-0", "0f", "09:10", "office"))
MEETING_LATE = (rung("T-10", "-10w", "09:10", "director"),)
TROUBLED = (rung("+1", "1w", "08:40", "leading", "digest"),)


@dataclass(frozen=True, slots=True)
class RungDay:
    rung: Rung
    at: datetime

    @property
    def day(self) -> date:
        return self.at.date()


def day_of(one: Rung, begin: date, due: date) -> date:
    """The working day on which a rung stands."""
    if one.offset == "half":
        return days.on_or_before(begin + timedelta(days=(due - begin).days // 2))
    count = int(one.offset[:-1])
    if one.offset.endswith("f"):
        return days.on_or_after(due + timedelta(days=count))
    if one.offset.endswith("d"):
        return days.on_or_before(due + timedelta(days=count))
    return days.walk(days.on_or_before(due), count)


def climb(ladder: tuple[Rung, ...], begin: date, due: date) -> list[RungDay]:
    """The whole ladder: rungs that fall together are merged into the later one."""
    wanted = [one for one in ladder if not one.long or (due - begin).days > 30]
    listed = [RungDay(one, days.moment(day_of(one, begin, due), one.clock)) for one in wanted]
    kept = []
    for place, one in enumerate(listed):
        later = listed[place + 1 :]
        if one.rung.merge and later and days.working_days(one.day, later[0].day) <= 1:
            continue
        if any(other.at == one.at for other in later):
            continue
        kept.append(one)
    return kept
