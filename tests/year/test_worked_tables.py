"""The oracle itself is measured: domain.md's worked tables, and the official calendar of another author."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from tests.year import days, tables

# domain.md 6.2, "已核算样表": D, T-15, T-7, T-3, T-1, +1, +3, +5. The third quarter of 2026 merges T-7 into T-3.
WORKED = {
    (2025, 4): "2025-12-31 2025-12-16 2025-12-24 2025-12-26 2025-12-30 2026-01-04 2026-01-06 2026-01-08",
    (2026, 1): "2026-03-31 2026-03-16 2026-03-24 2026-03-26 2026-03-30 2026-04-01 2026-04-03 2026-04-08",
    (2026, 2): "2026-06-30 2026-06-15 2026-06-23 2026-06-25 2026-06-29 2026-07-01 2026-07-03 2026-07-07",
    (2026, 3): "2026-09-30 2026-09-15 - 2026-09-24 2026-09-29 2026-10-08 2026-10-10 2026-10-13",
    (2026, 4): "2026-12-31 2026-12-16 2026-12-24 2026-12-28 2026-12-30 2027-01-04 2027-01-06 2027-01-08",
    (2024, 2): "2024-06-28 2024-06-13 2024-06-21 2024-06-25 2024-06-27 2024-07-01 2024-07-03 2024-07-05",
    (2023, 3): "2023-09-28 2023-09-13 2023-09-21 2023-09-25 2023-09-27 2023-10-07 2023-10-09 2023-10-11",
}
COLUMNS = ("D", "T-15", "T-7", "T-3", "T-1", "+1", "+3", "+5")


@pytest.mark.parametrize("quarter", WORKED, ids=lambda quarter: "{}Q{}".format(*quarter))
def test_the_worked_rows_of_the_specification(quarter: tuple[int, int]) -> None:
    due = days.quarter_end(*quarter)
    ladder = tables.climb(tables.QUARTER, due - timedelta(days=60), due)
    ladder += tables.climb(tables.QUARTER_OFFICE, due - timedelta(days=60), due)
    found = {one.rung.name: one.day.isoformat() for one in ladder}
    assert [found.get(column, "-") for column in COLUMNS] == WORKED[quarter].split()


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_the_typed_calendar_is_the_official_one(year: int) -> None:
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    wrong = [day for day in every if day.year == year and days.works(day) != chinese_calendar.is_workday(day)]
    assert not wrong


def test_a_year_without_a_notice_rests_by_law_and_on_weekends() -> None:
    assert [days.works(date(2027, 1, n)) for n in range(1, 6)] == [False, False, False, True, True]
    assert not days.works(date(2027, 2, 6))
    assert days.works(date(2027, 2, 10))


def test_domain_8_2_6() -> None:
    """2026-09-20, a Sunday that is worked, is pushed on; 2026-09-25, 中秋, is not."""
    assert not days.quiet(days.moment(date(2026, 9, 20), "09:10"))
    assert days.quiet(days.moment(date(2026, 9, 25), "09:10"))


def test_a_due_date_on_a_rest_day_is_reminded_of_before_it_and_is_late_after_it() -> None:
    sunday = date(2026, 11, 29)
    found = {one.rung.name: one.day for one in tables.climb(tables.RECTIFICATION, sunday - timedelta(90), sunday)}
    assert found["T-0"] == date(2026, 11, 27)
    assert found["T-3"] == date(2026, 11, 24)
    assert found["T-7"] == date(2026, 11, 20)
    assert found["+1"] == date(2026, 11, 30)


def test_a_reminder_just_before_the_next_one_is_merged_into_it() -> None:
    """Due on the second day after National Day: a week before is the last working day, and after T-3 already."""
    due = date(2026, 10, 9)
    found = {one.rung.name: one.day for one in tables.climb(tables.RECTIFICATION, due - timedelta(90), due)}
    assert "T-7" not in found
    assert found["T-3"] == date(2026, 9, 29)


def test_half_way_is_for_long_terms_only() -> None:
    due = date(2026, 11, 30)
    short, long = due - timedelta(days=30), due - timedelta(days=31)
    assert "half" not in {one.rung.name for one in tables.climb(tables.RECTIFICATION, short, due)}
    assert "half" in {one.rung.name for one in tables.climb(tables.RECTIFICATION, long, due)}
