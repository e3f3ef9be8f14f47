"""Working days numbered once, so that the n-th of them is looked up and never counted day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date


@dataclass(frozen=True, slots=True)
class _Years:
    """Whole years. upto: for each of their days, and the day after, how many working days lie before it."""

    first: int  # ordinal of the first day
    last: int  # of the last
    workdays: tuple[date, ...]
    upto: tuple[int, ...]


class DayCount:
    """Counts the working days of one calendar, which must not change. Safe to share between threads."""

    def __init__(self, is_workday: Callable[[date], bool]) -> None:
        self._is_workday = is_workday
        self._years: _Years | None = None

    def place(self, day: date, beyond: int, shift: int) -> date:
        """The working day `shift` places from the first that is not before `day` (beyond=1: that is after `day`)."""
        here = day.toordinal()
        years = self._holding(here, here)
        while not 0 <= (at := years.upto[here - years.first + beyond] + shift) < len(years.workdays):
            years = self._widened(years, back=at < 0)
        return years.workdays[at]

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when last < first."""
        begin, end = first.toordinal(), last.toordinal()
        years = self._holding(begin, end) if begin <= end else self._holding(end, begin)
        return years.upto[end - years.first + 1] - years.upto[begin - years.first + 1]

    def _holding(self, first: int, last: int) -> _Years:
        years = self._years
        if years is None or first < years.first or last > years.last:
            known = (first, last) if years is None else (min(first, years.first), max(last, years.last))
            # A year more on either side: most sums end there.
            years = self._count(date.fromordinal(known[0]).year - 1, date.fromordinal(known[1]).year + 1)
        return years

    def _widened(self, years: _Years, *, back: bool) -> _Years:
        """More years before, or after. Raises OverflowError where dates end."""
        first, last = date.fromordinal(years.first).year, date.fromordinal(years.last).year
        if (first <= MINYEAR) if back else (last >= MAXYEAR):
            raise OverflowError("date value out of range")
        return self._count(first - 5, last) if back else self._count(first, last + 5)

    def _count(self, first_year: int, last_year: int) -> _Years:
        first = date(max(MINYEAR, first_year), 1, 1).toordinal()
        last = date(min(MAXYEAR, last_year), 12, 31).toordinal()
        workdays, upto = [], [0]
        for day in map(date.fromordinal, range(first, last + 1)):
            if self._is_workday(day):
                workdays.append(day)
            upto.append(len(workdays))
        self._years = years = _Years(first, last, tuple(workdays), tuple(upto))
        return years
