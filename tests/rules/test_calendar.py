"""Working days, terms and quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import working_days
from handlers.rules import quarters
from handlers.rules.calendar import (
    SHANGHAI,
    Calendar,
    QuarterEnd,
    add_months,
    at,
    day_of,
    statutory_deadline,
    statutory_deadline_in_months,
)
from tests.rules.conftest import build

CALENDAR = build(2023, 2028)
DAYS = st.dates(date(2023, 2, 1), date(2028, 11, 30))
MOMENTS = st.datetimes(datetime(2023, 2, 1), datetime(2028, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001 - naive by its contract


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 1), False),  # 元旦
        (date(2026, 1, 4), True),  # a Sunday at work
        (date(2026, 2, 14), True),  # a Saturday at work
        (date(2026, 2, 23), False),  # a Monday off
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 9, 25), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),  # an ordinary Saturday
        (date(2026, 11, 23), True),
        (date(2027, 1, 1), False),  # from the law alone
        (date(2027, 1, 4), True),
        (date(2027, 2, 6), False),
    ],
)
def test_known_days(day: date, expected: bool) -> None:
    assert CALENDAR.is_workday(day) is expected


def test_the_groups_own_day_wins() -> None:
    calendar = Calendar({date(2026, 7, 1): False, date(2026, 7, 4): True}, frozenset())
    assert not calendar.is_workday(date(2026, 7, 1))
    assert calendar.is_workday(date(2026, 7, 4))
    assert calendar.add_workdays(date(2026, 6, 30), 1) == date(2026, 7, 2)


def test_a_year_nobody_loaded_still_rests_on_its_fixed_holidays() -> None:
    calendar = Calendar({}, frozenset())
    assert not calendar.is_workday(date(2035, 10, 1))
    assert calendar.is_workday(date(2035, 10, 10))


def test_adding_working_days() -> None:
    assert CALENDAR.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert CALENDAR.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert CALENDAR.add_workdays(date(2026, 9, 30), -3) == date(2026, 9, 24)
    assert CALENDAR.add_workdays(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_rolling() -> None:
    assert CALENDAR.roll_back(date(2026, 10, 5)) == date(2026, 9, 30)
    assert CALENDAR.roll_forward(date(2026, 10, 5)) == date(2026, 10, 8)
    assert CALENDAR.roll_back(date(2026, 10, 10)) == CALENDAR.roll_forward(date(2026, 10, 10)) == date(2026, 10, 10)


def test_counting_between() -> None:
    assert CALENDAR.workdays_between(date(2026, 12, 22), date(2026, 12, 25)) == 3
    assert CALENDAR.workdays_between(date(2026, 12, 25), date(2026, 12, 22)) == -3
    assert CALENDAR.workdays_between(date(2026, 12, 20), date(2026, 12, 20)) == 0
    assert CALENDAR.workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3


@given(DAYS, st.integers(-40, 40).filter(bool))
def test_adding_and_counting_agree(day: date, count: int) -> None:
    landed = CALENDAR.add_workdays(day, count)
    assert CALENDAR.is_workday(landed)
    assert (landed > day) is (count > 0)
    if count > 0 or CALENDAR.is_workday(day):
        assert CALENDAR.workdays_between(day, landed) == count


@given(DAYS, DAYS)
def test_counting_is_the_same_both_ways(first: date, last: date) -> None:
    assert CALENDAR.workdays_between(first, last) == -CALENDAR.workdays_between(last, first)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-12-16 09:10", "2026-12-16 09:10"),
        ("2026-12-16 07:59", "2026-12-16 08:00"),
        ("2026-12-16 08:00", "2026-12-16 08:00"),
        ("2026-12-16 11:59", "2026-12-16 11:59"),
        ("2026-12-16 12:00", "2026-12-16 13:30"),
        ("2026-12-16 13:29", "2026-12-16 13:30"),
        ("2026-12-16 13:30", "2026-12-16 13:30"),
        ("2026-12-16 19:59", "2026-12-16 19:59"),
        ("2026-12-16 20:00", "2026-12-17 08:00"),
        ("2026-12-18 23:00", "2026-12-21 08:00"),  # over the weekend
        ("2026-12-19 10:00", "2026-12-21 08:00"),
        ("2026-01-04 10:00", "2026-01-04 10:00"),  # a Sunday at work
        ("2026-09-30 20:00", "2026-10-08 08:00"),
        ("2026-12-31 20:30", "2027-01-04 08:00"),
    ],
)
def test_quiet_hours(local: str, expected: str) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    allowed = CALENDAR.may_send(moment)
    assert allowed == datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)
    assert allowed.tzinfo is UTC


@given(MOMENTS)
def test_sending_never_disturbs_and_never_goes_back(moment: datetime) -> None:
    allowed = CALENDAR.may_send(moment)
    local = allowed.astimezone(SHANGHAI)
    assert allowed >= moment
    assert CALENDAR.is_workday(local.date())
    assert time(8) <= local.time() < time(12) or time(13, 30) <= local.time() < time(20)
    assert CALENDAR.may_send(allowed) == allowed


def test_other_quiet_hours_can_be_set() -> None:
    calendar = Calendar({}, frozenset(), quiet=((time(18), time(9)),))
    assert calendar.may_send(at(date(2026, 12, 16), time(18))) == at(date(2026, 12, 17), time(9))
    assert calendar.may_send(at(date(2026, 12, 16), time(12, 30))) == at(date(2026, 12, 16), time(12, 30))


def test_a_day_that_is_quiet_all_through_is_refused() -> None:
    with pytest.raises(ValueError, match="no time"):
        Calendar({}, frozenset(), quiet=((time(20), time(9)), (time(9), time(20))))


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.may_send(datetime(2026, 12, 16, 9))  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 12, 16, 9))  # noqa: DTZ001 - the point of the test


def test_a_day_begins_in_shanghai() -> None:
    assert day_of(datetime(2026, 12, 31, 16, tzinfo=UTC)) == date(2027, 1, 1)
    assert day_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)


def test_uncertain_years() -> None:
    assert CALENDAR.uncertain_years(2025, 2028) == (2027, 2028)
    assert CALENDAR.uncertain_years(2023, 2026) == ()


# domain.md 6.2, by hand: D, T-15, T-7, T-3, T-1, +1, +3, +5. 2027 knows only 1-1 to 1-3.
QUARTERS = {
    "2023Q3": "2023-09-28 2023-09-13 2023-09-21 2023-09-25 2023-09-27 2023-10-07 2023-10-09 2023-10-11",
    "2024Q2": "2024-06-28 2024-06-13 2024-06-21 2024-06-25 2024-06-27 2024-07-01 2024-07-03 2024-07-05",
    "2025Q4": "2025-12-31 2025-12-16 2025-12-24 2025-12-26 2025-12-30 2026-01-04 2026-01-06 2026-01-08",
    "2026Q1": "2026-03-31 2026-03-16 2026-03-24 2026-03-26 2026-03-30 2026-04-01 2026-04-03 2026-04-08",
    "2026Q2": "2026-06-30 2026-06-15 2026-06-23 2026-06-25 2026-06-29 2026-07-01 2026-07-03 2026-07-07",
    "2026Q3": "2026-09-30 2026-09-15 2026-09-23 2026-09-24 2026-09-29 2026-10-08 2026-10-10 2026-10-13",
    "2026Q4": "2026-12-31 2026-12-16 2026-12-24 2026-12-28 2026-12-30 2027-01-04 2027-01-06 2027-01-08",
}


@pytest.mark.parametrize(("quarter", "days"), QUARTERS.items())
def test_the_worked_table_of_the_quarters(quarter: str, days: str) -> None:
    last = quarters.deadline(quarter, CALENDAR)
    before = [CALENDAR.roll_back(last - timedelta(days=n)) for n in (15, 7)]
    worked = [CALENDAR.add_workdays(last, n) for n in (-3, -1, 1, 3, 5)]
    assert [day.isoformat() for day in (last, *before, *worked)] == days.split()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("back", ("2024-06-28", "2023-09-28", "2026-12-31")),
        ("none", ("2024-06-30", "2023-09-30", "2026-12-31")),
        ("forward", ("2024-07-01", "2023-10-07", "2026-12-31")),
    ],
)
def test_the_group_says_where_a_quarters_end_goes(where: QuarterEnd, expected: tuple[str, ...]) -> None:
    data = working_days.load(2023, 2027)
    calendar = Calendar(data.days, data.known_years, data.statutory, quarter_end=where)
    found = [quarters.deadline(quarter, calendar).isoformat() for quarter in ("2024Q2", "2023Q3", "2026Q4")]
    assert tuple(found) == expected
    assert statutory_deadline(date(2024, 6, 27), 2, calendar) == date(2024, 7, 1)  # a term goes forward all the same


def test_the_festivals_that_nobody_has_told_of() -> None:
    data = working_days.load(2026, 2028)
    calendar = Calendar(data.days, data.known_years, data.statutory, festivals=data.festivals)
    every = ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"]
    assert calendar.untold(2026, []) == []
    assert calendar.untold(2027, []) == every
    assert calendar.untold(2027, [date(2027, 2, 5), date(2027, 10, 3)]) == [*every[:1], *every[2:6]]
    assert set(calendar.untold(2028, [date(2028, 10, 3)])) == set(every) - {"中秋节", "国庆节"}  # one day, two feasts


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_adding_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_statutory_terms() -> None:
    assert statutory_deadline(date(2026, 11, 23), 15, CALENDAR) == date(2026, 12, 14)
    assert statutory_deadline(date(2026, 9, 29), 2, CALENDAR) == date(2026, 10, 8)
    assert statutory_deadline(date(2026, 10, 3), 0, CALENDAR) == date(2026, 10, 8)
    assert statutory_deadline_in_months(date(2026, 9, 3), 1, CALENDAR) == date(2026, 10, 8)
    assert statutory_deadline_in_months(date(2026, 11, 23), 1, CALENDAR) == date(2026, 12, 23)


@given(DAYS, st.integers(1, 60))
def test_a_term_ends_on_a_working_day_after_its_start(start: date, workdays: int) -> None:
    last = statutory_deadline(start, workdays, CALENDAR)
    assert CALENDAR.is_workday(last)
    assert last >= start + timedelta(days=workdays)
