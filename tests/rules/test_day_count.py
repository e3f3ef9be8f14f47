"""The numbered working days against counting them one by one, and what holds for every calendar."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from datetime import MAXYEAR, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import quarters
from handlers.rules.calendar import Calendar, add_months, statutory_deadline, statutory_deadline_in_months
from tests.rules.conftest import build

OFFICIAL = build(2021, 2030)
BASE = {day: OFFICIAL.is_workday(day) for day in (date(2021, 1, 1) + timedelta(days=n) for n in range(3650))}
DAYS = st.dates(date(2022, 1, 1), date(2029, 12, 31))
OWN = st.dictionaries(st.dates(date(2022, 1, 1), date(2029, 12, 31)), st.booleans(), max_size=40)
COUNTS = st.integers(-400, 400)


def _calendar(own: Mapping[date, bool]) -> Calendar:
    """A year's holidays with the group's own days on top, in a run long enough to reach over a year's end."""
    return Calendar(BASE | dict(own), frozenset())


def _slow_add(calendar: Calendar, day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def _slow_between(calendar: Calendar, first: date, last: date) -> int:
    if last < first:
        return -_slow_between(calendar, last, first)
    return sum(calendar.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@given(OWN, DAYS, COUNTS)
def test_adding_is_walking_day_by_day(own: dict[date, bool], day: date, count: int) -> None:
    calendar = _calendar(own)
    assert calendar.add_workdays(day, count) == _slow_add(calendar, day, count)


@given(OWN, DAYS, DAYS)
def test_between_is_counting_day_by_day(own: dict[date, bool], first: date, last: date) -> None:
    calendar = _calendar(own)
    assert calendar.workdays_between(first, last) == _slow_between(calendar, first, last)


@given(OWN, DAYS)
def test_rolling_goes_to_the_nearest_working_day(own: dict[date, bool], day: date) -> None:
    calendar = _calendar(own)
    back, forward = calendar.roll_back(day), calendar.roll_forward(day)
    assert back <= day <= forward
    assert calendar.is_workday(back) and calendar.is_workday(forward)
    between = [back + timedelta(days=n) for n in range(1, (forward - back).days)]
    assert not any(calendar.is_workday(one) for one in between)
    assert (back == day) is (forward == day) is calendar.is_workday(day)


@given(OWN, DAYS, COUNTS.filter(bool))
def test_adding_never_lands_on_a_rest_day_nor_before_its_start(own: dict[date, bool], day: date, count: int) -> None:
    calendar = _calendar(own)
    landed = calendar.add_workdays(day, count)
    assert calendar.is_workday(landed)
    assert (landed > day) is (count > 0)


@given(OWN, DAYS, COUNTS)
def test_what_was_added_is_taken_away_again(own: dict[date, bool], day: date, count: int) -> None:
    calendar = _calendar(own)
    start = calendar.roll_forward(day)
    assert calendar.add_workdays(calendar.add_workdays(start, count), -count) == start


@given(OWN, DAYS, st.integers(0, 60), COUNTS)
def test_a_later_start_never_ends_earlier(own: dict[date, bool], day: date, later: int, count: int) -> None:
    calendar = _calendar(own)
    after = day + timedelta(days=later)
    assert calendar.add_workdays(day, count) <= calendar.add_workdays(after, count)
    assert calendar.add_workdays(day, count) <= calendar.add_workdays(day, count + 1)
    assert calendar.roll_back(day) <= calendar.roll_back(after)
    assert calendar.roll_forward(day) <= calendar.roll_forward(after)


@given(OWN, DAYS, st.integers(0, 60), st.integers(0, 60))
def test_a_statutory_term_rolls_forward_and_grows(own: dict[date, bool], start: date, later: int, term: int) -> None:
    """民法典 201, 203: the first day does not count, and a last day on a rest day moves on."""
    calendar = _calendar(own)
    last = statutory_deadline(start, term, calendar)
    assert calendar.is_workday(last) and last >= start + timedelta(days=term)
    assert calendar.workdays_between(start, last) == (term if term or calendar.is_workday(start) else 1)
    assert last <= statutory_deadline(start + timedelta(days=later), term, calendar)
    assert last <= statutory_deadline(start, term + 1, calendar)


@given(DAYS, st.integers(0, 120))
def test_a_month_ends_on_its_corresponding_day_or_on_the_months_last(start: date, months: int) -> None:
    landed = add_months(start, months)
    assert (landed.year * 12 + landed.month) - (start.year * 12 + start.month) == months
    assert landed.day == start.day or (landed.day < start.day and (landed + timedelta(days=1)).day == 1)
    assert landed <= add_months(start + timedelta(days=1), months)


@given(OWN, DAYS, st.integers(1, 24))
def test_a_term_in_months_rolls_forward(own: dict[date, bool], start: date, months: int) -> None:
    calendar = _calendar(own)
    last = statutory_deadline_in_months(start, months, calendar)
    assert calendar.is_workday(last) and last == calendar.roll_forward(add_months(start, months))


@given(OWN, DAYS)
def test_a_quarters_end_rolls_back_where_a_term_rolls_forward(own: dict[date, bool], day: date) -> None:
    calendar = _calendar(own)
    quarter = quarters.quarter_of(day)
    end, deadline = quarters.quarter_end(quarter), quarters.deadline(quarter, calendar)
    assert deadline <= end and calendar.is_workday(deadline)
    assert not any(calendar.is_workday(deadline + timedelta(days=n)) for n in range(1, (end - deadline).days + 1))


def test_the_count_reaches_beyond_what_was_asked_first() -> None:
    """Whatever is asked first, the answer is the same: the numbers begin anew when years are added."""
    spring, far = date(2026, 3, 2), date(2051, 7, 3)
    calendar = Calendar({}, frozenset())
    assert calendar.add_workdays(spring, 1) == date(2026, 3, 3)
    for first, last in ((far, spring), (spring, far), (date(1999, 1, 4), far)):
        assert calendar.workdays_between(first, last) == _slow_between(calendar, first, last)
    assert calendar.add_workdays(spring, 4000) == _slow_add(calendar, spring, 4000)
    assert calendar.add_workdays(spring, -4000) == _slow_add(calendar, spring, -4000)


def test_where_dates_end_nothing_wraps_around() -> None:
    calendar = Calendar({}, frozenset())
    with pytest.raises(OverflowError):
        calendar.add_workdays(date(MAXYEAR, 12, 30), 5)
    with pytest.raises(OverflowError):
        calendar.add_workdays(date(1, 1, 3), -5)
    assert calendar.add_workdays(date(MAXYEAR, 12, 29), 1) == date(MAXYEAR, 12, 30)


def test_threads_that_widen_the_count_together_agree() -> None:
    calendar = Calendar({}, frozenset())
    wanted = {day: _slow_add(calendar, day, 3) for day in (date(year, 5, 6) for year in range(1990, 2060))}
    found: list[tuple[date, date]] = []

    def ask(step: int) -> None:
        for day in list(wanted)[::step]:
            found.append((day, calendar.add_workdays(day, 3)))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=ask, args=(step,)) for step in (1, -1, 7, -7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert len(found) == 160
    assert all(wanted[day] == landed for day, landed in found)
