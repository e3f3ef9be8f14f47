"""The group's working calendar: which days count, when a deadline falls, and when people may be disturbed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Literal, Protocol

from handlers.rules.day_count import DayCount

# China keeps one offset all year, so days need no time zone database on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

QUIET = ((time(20), time(8)), (time(12), time(13, 30)))  # domain.md 6.7

QuarterEnd = Literal["back", "none", "forward"]

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)

# Days off by law that do not move with the moon: all that is certain about a year nobody has loaded.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


class Workdays(Protocol):
    """What the rules need of a calendar; `Calendar` is one, and so is the calendar of a turn."""

    def is_workday(self, day: date) -> bool: ...
    def add_workdays(self, day: date, count: int) -> date: ...
    def roll_back(self, day: date) -> date: ...
    def roll_forward(self, day: date) -> date: ...
    def workdays_between(self, first: date, last: date) -> int: ...
    def quarter_deadline(self, last: date) -> date: ...


class Calendar:
    """Working days from the official notices (with 调休) and the group's own days (domain.md 6.1).

    days: what is certain, day by day; it wins over everything.
    known_years: years whose notice is in `days`.
    statutory: for the other years, the legal holidays; such a year is Monday to Friday minus these.
    quiet: stretches of the day in which nothing is sent; one may run over midnight.
    festivals: for those other years, the festivals of which a notice speaks, each with its days by law.
    quarter_end: where a quarter's deadline goes from a rest day: to the working day before it, after it, or nowhere.
    """

    def __init__(
        self,
        days: Mapping[date, bool],
        known_years: frozenset[int],
        statutory: Mapping[int, frozenset[date]] = MappingProxyType({}),
        quiet: tuple[tuple[time, time], ...] = QUIET,
        festivals: Mapping[int, Mapping[str, frozenset[date]]] = MappingProxyType({}),
        quarter_end: QuarterEnd = "back",
    ) -> None:
        self._days = dict(days)
        self._known_years = known_years
        self._statutory = dict(statutory)
        self._quiet = quiet
        self._festivals = festivals
        self._quarter_end = quarter_end
        self._count = DayCount(self.is_workday)
        starts = (_MIDNIGHT, *(end for _, end in quiet))
        if all(self._quiet_end(moment) is not None for moment in starts):
            raise ValueError("quiet hours leave no time of the day to send")

    def is_workday(self, day: date) -> bool:
        known = self._days.get(day)
        if known is not None:
            return known
        if day.weekday() >= 5:
            return False
        holidays = self._statutory.get(day.year)
        return (day.month, day.day) not in _FIXED_HOLIDAYS if holidays is None else day not in holidays

    def add_workdays(self, day: date, count: int) -> date:
        """The count-th working day after `day`, before it for a negative count; 0 gives `day` as it is."""
        if count > 0:
            return self._count.place(day, 1, count - 1)
        return self._count.place(day, 0, count) if count else day

    def roll_back(self, day: date) -> date:
        """`day`, or the last working day before it."""
        return self._count.place(day, 1, -1)

    def roll_forward(self, day: date) -> date:
        """`day`, or the first working day after it."""
        return self._count.place(day, 0, 0)

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; counted backwards and negative when last < first."""
        return self._count.between(first, last)

    def may_send(self, moment: datetime) -> datetime:
        """`moment`, or the next one outside quiet hours and rest days; aware in, UTC out."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        local = moment.astimezone(SHANGHAI)
        while (later := self._not_before(local)) != local:
            local = later
        return local.astimezone(UTC)

    def uncertain_years(self, first: int, last: int) -> tuple[int, ...]:
        """Years from `first` to `last` that run on the statutory holidays alone."""
        return tuple(year for year in range(first, last + 1) if year not in self._known_years)

    def untold(self, year: int, told: Collection[date]) -> list[str]:
        """The year's festivals of which `told` (days off that were made known) names no day."""
        named = self._festivals.get(year, {})
        return [name for name, days in sorted(named.items(), key=_first_day) if days.isdisjoint(told)]

    def quarter_deadline(self, last: date) -> date:
        """The day by which a quarter that ends on `last` is reported; no statutory term (domain.md 6.2, 8.3)."""
        if self._quarter_end == "none":
            return last
        return self.roll_back(last) if self._quarter_end == "back" else self.roll_forward(last)

    def _not_before(self, local: datetime) -> datetime:
        """The end of the one obstacle in the way of `local`, or `local` when there is none."""
        day = local.date()
        if not self.is_workday(day):
            return at(self.roll_forward(day), _MIDNIGHT)
        end = self._quiet_end(local.time())
        if end is None:
            return local
        # A quiet stretch that ends earlier in the day than it is now ends tomorrow.
        return at(day if end > local.time() else day + _DAY, end)

    def _quiet_end(self, moment: time) -> time | None:
        for start, end in self._quiet:
            if start <= moment < end or (end < start and (moment >= start or moment < end)):
                return end
        return None


def _first_day(festival: tuple[str, frozenset[date]]) -> date:
    return min(festival[1])


def at(day: date, clock: time) -> datetime:
    """That time of that day in Shanghai."""
    return datetime.combine(day, clock, SHANGHAI)


def day_of(moment: datetime) -> date:
    """The day in Shanghai on which an aware moment falls."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(SHANGHAI).date()


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it has none (domain.md 4.8)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def statutory_deadline(start: date, workdays: int, calendar: Workdays) -> date:
    """The last day of a term in working days: the first day does not count (民法典 201), a rest day moves on (203).

    Not for the quarter's end, which moves to an earlier day instead.
    """
    return calendar.roll_forward(calendar.add_workdays(start, workdays))


def statutory_deadline_in_months(start: date, months: int, calendar: Workdays) -> date:
    """The last day of a term in months: the corresponding day, moved on from a rest day."""
    return calendar.roll_forward(add_months(start, months))
