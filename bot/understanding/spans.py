"""Days as values: what a date hit is, and the arithmetic of months, quarters and working days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

Workday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class DateHit:
    """What was said, where, and which days it means.

    kind: "day" (one day), "end" (the end of a period as a deadline, `first` == `last`), "period", or "length"
    (a bare duration: `first`/`last` are then today and today plus the length). yearless: the year was assumed.
    before: a word like 前/内 follows, so it is a deadline. days/workdays: the size of a length.
    """

    start: int
    end: int
    first: date
    last: date
    kind: str
    yearless: bool = False
    before: bool = False
    days: int | None = None
    workdays: bool = False
    back: bool = False

    def toward(self, today: date, direction: str) -> DateHit:
        """The same hit with an assumed year moved so that it lies in the past or in the future of `today`."""
        if not self.yearless or direction not in ("past", "future"):
            return self
        step = 0
        if direction == "past" and self.first > today:
            step = -1
        elif direction == "future" and self.last < today:
            step = 1
        if step == 0:
            return self
        return replace(self, first=_shift_year(self.first, step), last=_shift_year(self.last, step, self.kind == "end"))


def _shift_year(day: date, step: int, to_end: bool = False) -> date:
    last = monthrange(day.year + step, day.month)[1]
    full = to_end and day.day == monthrange(day.year, day.month)[1]
    return date(day.year + step, day.month, last if full else min(day.day, last))


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months on, or the month's last day when it has none."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_workdays(day: date, count: int, is_workday: Workday) -> date:
    """The count-th working day after `day`."""
    step = 1 if count >= 0 else -1
    left = abs(count)
    while left:
        day += timedelta(days=step)
        left -= 1 if is_workday(day) else 0
    return day


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def quarter_days(year: int, number: int) -> tuple[date, date]:
    """First and last day of a quarter; `number` may run outside 1..4."""
    year, index = year + (number - 1) // 4, (number - 1) % 4
    first = date(year, index * 3 + 1, 1)
    return first, date(year, index * 3 + 3, monthrange(year, index * 3 + 3)[1])


def month_days(year: int, month: int) -> tuple[date, date]:
    year, index = year + (month - 1) // 12, (month - 1) % 12
    return date(year, index + 1, 1), date(year, index + 1, monthrange(year, index + 1)[1])
