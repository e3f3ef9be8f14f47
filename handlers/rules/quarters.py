"""Quarters of the year: their names, their ends, and the day by which a unit must have reported."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers.rules.calendar import Workdays

_NAME = re.compile(r"([0-9]{4})Q([1-4])")
_NUMERALS = "一二三四"


def quarter_of(day: date) -> str:
    """`2026Q4` for a day of it."""
    return f"{day.year:04d}Q{(day.month + 2) // 3}"


def parse_quarter(quarter: str) -> tuple[int, int]:
    """Year and number (1-4); ValueError for anything but `2026Q4`."""
    found = _NAME.fullmatch(quarter)
    if found is None:
        raise ValueError("a quarter is written like 2026Q4")
    return int(found[1]), int(found[2])


def quarter_start(quarter: str) -> date:
    year, number = parse_quarter(quarter)
    return date(year, number * 3 - 2, 1)


def quarter_end(quarter: str) -> date:
    """Its last calendar day."""
    return quarter_start(next_quarter(quarter)) - timedelta(days=1)


def deadline(quarter: str, calendar: Workdays) -> date:
    """The day D of the ladder: the quarter's end, or the last working day before it (domain.md 6.2).

    Where it goes from a rest day is the group's to decide: `[policy] quarter_deadline`.
    """
    return calendar.quarter_deadline(quarter_end(quarter))


def next_quarter(quarter: str) -> str:
    return _moved(quarter, 1)


def previous_quarter(quarter: str) -> str:
    return _moved(quarter, -1)


def short_name(quarter: str) -> str:
    """`2026年四季度`, as people say it in chat."""
    year, number = parse_quarter(quarter)
    return f"{year}年{_NUMERALS[number - 1]}季度"


def full_name(quarter: str) -> str:
    """`2026年第四季度`, as papers write it."""
    year, number = parse_quarter(quarter)
    return f"{year}年第{_NUMERALS[number - 1]}季度"


def _moved(quarter: str, by: int) -> str:
    year, number = parse_quarter(quarter)
    year, index = divmod(year * 4 + number - 1 + by, 4)
    return f"{year:04d}Q{index + 1}"
