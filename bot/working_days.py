"""Loads what is known about working days: official years from a library, the law's holidays for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar
import holidays


@dataclass(frozen=True, slots=True)
class CalendarData:
    """What a calendar is made of; the names are its constructor's."""

    days: Mapping[date, bool]
    known_years: frozenset[int]
    statutory: Mapping[int, frozenset[date]]


def load(
    first_year: int,
    last_year: int,
    overrides: Mapping[date, bool] = MappingProxyType({}),
    maintained: frozenset[int] = frozenset(),
) -> CalendarData:
    """Days of the years `first_year` to `last_year`.

    overrides: the group's own days, and what the office entered; they win. A year counts as known when the library
    has its notice, when the office says that it is complete (`maintained`), or when overrides name all its days.
    """
    years = range(first_year, last_year + 1)
    official = _official_years() & frozenset(years)
    days = {day: chinese_calendar.is_workday(day) for year in sorted(official) for day in _days_of(year)}
    days.update(overrides)
    complete = {year for year in years if all(day in days for day in _days_of(year))}
    return CalendarData(
        days=MappingProxyType(days),
        known_years=frozenset(official | complete | (maintained & frozenset(years))),
        statutory=MappingProxyType({year: _statutory(year) for year in years if year not in official}),
    )


def _official_years() -> frozenset[int]:
    """Years whose notice the library holds; outside them it raises NotImplementedError."""
    return frozenset(day.year for day in chinese_calendar.holidays)


def _statutory(year: int) -> frozenset[date]:
    """Holidays by law, with the day that the law gives for one on a weekend; 调休 is not guessed."""
    return frozenset(holidays.country_holidays("CN", years=year, observed=True))


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
