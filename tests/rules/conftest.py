"""The working calendars that the rules are tried on."""

from __future__ import annotations

import pytest

from bot import working_days
from handlers.rules.calendar import Calendar


def build(first_year: int, last_year: int) -> Calendar:
    data = working_days.load(first_year, last_year)
    return Calendar(days=data.days, known_years=data.known_years, statutory=data.statutory)


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """The official days of 2023 to 2026; 2027 and 2028 from the law alone."""
    return build(2023, 2028)
