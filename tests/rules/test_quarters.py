"""Quarters and their deadlines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import quarters
from handlers.rules.calendar import Calendar


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026Q1"),
        (date(2026, 3, 31), "2026Q1"),
        (date(2026, 4, 1), "2026Q2"),
        (date(2026, 9, 30), "2026Q3"),
        (date(2026, 10, 1), "2026Q4"),
        (date(2026, 12, 31), "2026Q4"),
    ],
)
def test_quarter_of(day: date, quarter: str) -> None:
    assert quarters.quarter_of(day) == quarter


@pytest.mark.parametrize(
    ("quarter", "end", "last"),
    [
        ("2025Q4", date(2025, 12, 31), date(2025, 12, 31)),
        ("2026Q1", date(2026, 3, 31), date(2026, 3, 31)),
        ("2026Q3", date(2026, 9, 30), date(2026, 9, 30)),
        ("2024Q2", date(2024, 6, 30), date(2024, 6, 28)),
        ("2023Q3", date(2023, 9, 30), date(2023, 9, 28)),
    ],
)
def test_ends_and_deadlines(quarter: str, end: date, last: date, calendar: Calendar) -> None:
    assert quarters.quarter_end(quarter) == end
    assert quarters.deadline(quarter, calendar) == last


def test_neighbours_and_names() -> None:
    assert quarters.next_quarter("2026Q4") == "2027Q1"
    assert quarters.previous_quarter("2026Q1") == "2025Q4"
    assert quarters.short_name("2026Q4") == "2026年四季度"
    assert quarters.full_name("2026Q1") == "2026年第一季度"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_lies_within_its_quarter(day: date) -> None:
    quarter = quarters.quarter_of(day)
    assert quarters.quarter_start(quarter) <= day <= quarters.quarter_end(quarter)
    assert quarters.next_quarter(quarters.previous_quarter(quarter)) == quarter
    assert quarters.quarter_end(quarter) + timedelta(days=1) == quarters.quarter_start(quarters.next_quarter(quarter))


@pytest.mark.parametrize("wrong", ["", "2026", "2026Q5", "2026q4", "26Q1", "2026Q4 ", "２０２６Q4"])
def test_anything_else_is_no_quarter(wrong: str) -> None:
    with pytest.raises(ValueError, match="2026Q4"):
        quarters.quarter_end(wrong)
