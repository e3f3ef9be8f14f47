"""Loads what is known about working days: official years from a library, the law's holidays for the others."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar

Festivals = Mapping[str, frozenset[date]]
_EVE, _SPRING = "农历除夕", "春节"


@dataclass(frozen=True, slots=True)
class CalendarData:
    """What a calendar is made of; the names are its constructor's."""

    days: Mapping[date, bool]
    known_years: frozenset[int]
    statutory: Mapping[int, frozenset[date]]
    festivals: Mapping[int, Festivals]


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
    days = {day: workday for year in sorted(official) for day, workday in _official_days(year).items()}
    days.update(overrides)
    complete = {year for year in years if all(day in days for day in _days_of(year))}
    others = [year for year in years if year not in official]
    return CalendarData(
        days=MappingProxyType(days),
        known_years=frozenset(official | complete | (maintained & frozenset(years))),
        statutory=MappingProxyType({year: _statutory(year) for year in others}),
        festivals=MappingProxyType({year: _festivals(year) for year in others}),
    )


@functools.cache
def _official_years() -> frozenset[int]:
    """Years whose notice the library holds; outside them it raises NotImplementedError."""
    return frozenset(day.year for day in chinese_calendar.holidays)


@functools.cache
def _official_days(year: int) -> Mapping[date, bool]:
    return MappingProxyType({day: chinese_calendar.is_workday(day) for day in _days_of(year)})


@functools.cache
def _statutory(year: int) -> frozenset[date]:
    """Holidays by law, with the day that the law gives for one on a weekend; 调休 is not guessed."""
    import holidays  # only for years without a notice

    return frozenset(holidays.country_holidays("CN", years=year, observed=True))


@functools.cache
def _festivals(year: int) -> Festivals:
    """The festivals that a year's notice must speak of, each with its days by law."""
    import holidays

    found: dict[str, set[date]] = {}
    for day, names in holidays.country_holidays("CN", years=year, observed=False, language="zh_CN").items():
        for name in names.split("; "):
            found.setdefault(_SPRING if name == _EVE else name, set()).add(day)
    return MappingProxyType({name: frozenset(days) for name, days in found.items()})


@functools.cache
def _days_of(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    return tuple(first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
