"""The limits of urging (domain.md 6.7), cell by cell and as properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import fatigue
from handlers.rules.calendar import Calendar
from handlers.rules.fatigue import Limit, Said

# November 2026 is an ordinary month; Saturday the 28th is made a working day in some rows.
PLAIN = Calendar({}, frozenset({2026}))
SATURDAY = Calendar({date(2026, 11, 28): True, date(2026, 11, 29): True}, frozenset({2026}))


def nov(*days: int) -> tuple[date, ...]:
    return tuple(date(2026, 11, day) for day in days)


MON, TUE, WED, THU, FRI, SAT, SUN = nov(23, 24, 25, 26, 27, 28, 29)


@pytest.mark.parametrize(
    ("said", "today", "expected"),
    [
        (Said(), MON, None),
        (Said(urged=(MON,)), MON, Limit.LATELY),
        (Said(urged=(MON,)), TUE, Limit.LATELY),
        (Said(urged=(MON,)), WED, None),
        (Said(urged=(FRI,)), date(2026, 11, 30), Limit.LATELY),
        (Said(urged=(FRI,)), date(2026, 12, 1), None),
        (Said(urged=(MON, WED, FRI)), FRI, Limit.OFTEN),
        (Said(urged=(MON, WED, FRI)), date(2026, 11, 30), Limit.LATELY),  # Monday has left the seven days
        (Said(urged=(MON, WED, FRI)), date(2026, 12, 1), None),
        (Said(received=MON), MON, Limit.RECEIVED),
        (Said(received=MON), TUE, Limit.RECEIVED),
        (Said(received=MON), WED, None),
        (Said(received=FRI), date(2026, 11, 30), Limit.RECEIVED),
        (Said(promised=FRI), THU, Limit.PROMISED),
        (Said(promised=FRI), FRI, None),
        (Said(promised=FRI), date(2026, 11, 30), None),
        (Said(urged=(MON,), received=TUE, promised=FRI), TUE, Limit.LATELY),
        (Said(received=TUE, promised=FRI), TUE, Limit.PROMISED),
    ],
)
def test_each_limit_from_its_first_to_its_last_day(said: Said, today: date, expected: Limit | None) -> None:
    assert fatigue.hindrance(said, today, PLAIN) is expected


def test_three_times_in_seven_days_holds_where_weekends_are_worked() -> None:
    said = Said(urged=(MON, WED, FRI))
    assert fatigue.hindrance(said, SUN, SATURDAY) is Limit.OFTEN


@pytest.mark.parametrize(
    ("said", "today", "expected"),
    [
        (Said(), MON, MON),
        (Said(), SAT, date(2026, 11, 30)),
        (Said(urged=(MON,)), MON, WED),
        (Said(urged=(THU,)), THU, date(2026, 11, 30)),
        (Said(received=FRI), FRI, date(2026, 12, 1)),
        (Said(promised=SAT), MON, date(2026, 11, 30)),
    ],
)
def test_the_next_day(said: Said, today: date, expected: date) -> None:
    assert fatigue.next_day(said, today, PLAIN) == expected


@given(st.lists(st.integers(0, 60), max_size=60), st.booleans())
def test_whoever_keeps_to_the_limits_never_urges_more_often(tries: list[int], weekends: bool) -> None:
    calendar = SATURDAY if weekends else PLAIN
    urged: list[date] = []
    for offset in sorted(tries):
        today = MON + timedelta(days=offset)
        if calendar.is_workday(today) and fatigue.hindrance(Said(urged=urged), today, calendar) is None:
            urged.append(today)
    for at, day in enumerate(urged):
        assert at == 0 or calendar.workdays_between(urged[at - 1], day) >= 2
        assert sum(day - timedelta(days=6) <= other <= day for other in urged) <= 3


def test_a_promise_is_limited_by_the_deadline_or_thirty_days() -> None:
    assert fatigue.last_promise(None, MON) == date(2026, 12, 23)
    assert fatigue.last_promise(date(2027, 3, 31), MON) == date(2027, 3, 31)
    assert fatigue.last_promise(date(2026, 11, 1), MON) == date(2026, 12, 23)
