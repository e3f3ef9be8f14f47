"""The ladders of reminders: the tables of the specification, and what must hold on any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import ladders, quarters
from handlers.rules.calendar import SHANGHAI, Calendar, at
from handlers.rules.ladders import Audience, RungAt
from tests.rules.conftest import build

CALENDAR = build(2023, 2028)
DUES = st.dates(date(2023, 2, 1), date(2028, 10, 31))
MORNING = time(9, 10)

NAMES = ("T-15", "T-7", "T-3", "T-1", "D", "+1", "+3")
WORKED = {  # domain.md 6.2, month and day
    "2025Q4": "12-16 12-24 12-26 12-30 12-31 01-04 01-06",
    "2026Q1": "03-16 03-24 03-26 03-30 03-31 04-01 04-03",
    "2026Q2": "06-15 06-23 06-25 06-29 06-30 07-01 07-03",
    "2026Q3": "09-15 merged 09-24 09-29 09-30 10-08 10-10",
    "2026Q4": "12-16 12-24 12-28 12-30 12-31 01-04 01-06",
    "2024Q2": "06-13 06-21 06-25 06-27 06-28 07-01 07-03",
    "2023Q3": "09-13 09-21 09-25 09-27 09-28 10-07 10-09",
}


def local(rung: RungAt) -> datetime:
    return rung.at.astimezone(SHANGHAI)


def days(rungs: list[RungAt]) -> dict[str, str]:
    return {rung.name: local(rung).date().isoformat() for rung in rungs}


@pytest.mark.parametrize("quarter", WORKED)
def test_worked_table(quarter: str, calendar: Calendar) -> None:
    row = zip(NAMES, WORKED[quarter].split(), strict=True)
    expected = {name: day for name, day in row if day != "merged"}
    expected["D-16"] = expected["D"]
    rungs = ladders.quarter_rungs(quarter, calendar)
    assert {name: day[5:] for name, day in days(rungs).items()} == expected
    assert all(local(rung).time() == (time(16, 10) if rung.name == "D-16" else MORNING) for rung in rungs)


def test_contract_table_of_2026q4_exactly(calendar: Calendar) -> None:
    liaison, head = Audience.LIAISON, Audience.HEAD
    assert [
        (rung.name, f"{local(rung):%Y-%m-%d %H:%M}", rung.audience, rung.copied, rung.everyone)
        for rung in ladders.quarter_rungs("2026Q4", calendar)
    ] == [
        ("T-15", "2026-12-16 09:10", (liaison,), frozenset(), True),
        ("T-7", "2026-12-24 09:10", (liaison,), frozenset(), False),
        ("T-3", "2026-12-28 09:10", (liaison, head), frozenset({head}), False),
        ("T-1", "2026-12-30 09:10", (liaison, head), frozenset(), False),
        ("D", "2026-12-31 09:10", (liaison, head, Audience.OFFICE_LIST), frozenset(), False),
        ("D-16", "2026-12-31 16:10", (liaison, head), frozenset(), False),
        ("+1", "2027-01-04 09:10", (liaison, head), frozenset(), False),
        ("+3", "2027-01-06 09:10", (liaison, head, Audience.OFFICE), frozenset(), False),
    ]


def test_an_own_deadline_of_the_office(calendar: Calendar) -> None:
    rungs = days(ladders.quarter_rungs("2026Q4", calendar, due=date(2026, 12, 26)))  # a Saturday
    assert rungs["D"] == "2026-12-25"
    assert rungs["T-15"] == "2026-12-10"


def test_rectification_due_on_an_ordinary_day(calendar: Calendar) -> None:
    resp, liaison, head, tracker = (
        Audience.RESP_PERSON,
        Audience.UNIT_LIAISON,
        Audience.UNIT_HEAD,
        Audience.TRACKER,
    )
    assert [
        (rung.name, f"{local(rung):%m-%d %H:%M}", rung.audience, rung.copied)
        for rung in ladders.rectification_rungs(date(2026, 12, 25), calendar)
    ] == [
        ("T-7", "12-18 09:10", (resp, liaison), frozenset()),
        ("T-3", "12-22 09:10", (resp, liaison), frozenset()),
        ("T-0", "12-25 09:10", (resp, liaison, head), frozenset({head})),
        ("+1", "12-28 09:10", (resp, head), frozenset()),
        ("+3", "12-30 09:10", (resp, head, tracker), frozenset()),
    ]


def test_rectification_due_on_a_rest_day(calendar: Calendar) -> None:
    assert days(ladders.rectification_rungs(date(2026, 12, 20), calendar)) == {
        "T-7": "2026-12-11",
        "T-3": "2026-12-15",
        "T-0": "2026-12-18",
        "+1": "2026-12-21",
        "+3": "2026-12-23",
    }


def test_of_two_rungs_on_one_day_the_later_stays(calendar: Calendar) -> None:
    # Due within the National Day week: a week before is 28 September, where T-3 falls too or earlier.
    rungs = days(ladders.rectification_rungs(date(2026, 10, 5), calendar))
    assert "T-7" not in rungs
    assert rungs["T-3"] == "2026-09-24"
    assert rungs["T-0"] == "2026-09-30"
    same_day = days(ladders.rectification_rungs(date(2026, 6, 22), calendar))  # 端午 is 19 to 21 June
    assert same_day["T-7"] == "2026-06-15"
    assert same_day["T-3"] == "2026-06-16"


def test_rungs_not_after_the_beginning_are_left_out(calendar: Calendar) -> None:
    due = date(2026, 12, 25)
    at_t3 = at(date(2026, 12, 22), MORNING)
    assert [rung.name for rung in ladders.rectification_rungs(due, calendar, at_t3)] == ["T-0", "+1", "+3"]
    before = at_t3 - timedelta(seconds=1)
    assert [rung.name for rung in ladders.rectification_rungs(due, calendar, before)] == ["T-3", "T-0", "+1", "+3"]


def holds_everywhere(rungs: list[RungAt]) -> None:
    moments = [rung.at for rung in rungs]
    assert moments == sorted(set(moments))
    assert len({rung.name for rung in rungs}) == len(rungs)
    for rung in rungs:
        assert rung.at.tzinfo is UTC
        for delay in (timedelta(0), timedelta(minutes=5)):
            assert CALENDAR.may_send(rung.at + delay) == rung.at + delay
        assert rung.copied <= set(rung.audience)


@given(st.dates(date(2023, 2, 1), date(2028, 9, 30)))
def test_every_quarter_ladder_holds(day: date) -> None:
    rungs = ladders.quarter_rungs(quarters.quarter_of(day), CALENDAR)
    holds_everywhere(rungs)
    assert {rung.name for rung in rungs} >= {"T-15", "T-3", "T-1", "D", "D-16", "+1", "+3"}


@given(DUES, st.integers(0, 60), st.times())
def test_every_rectification_ladder_holds(due: date, days_before: int, clock: time) -> None:
    begins = at(due - timedelta(days=days_before), clock.replace(tzinfo=None))
    rungs = ladders.rectification_rungs(due, CALENDAR, begins)
    holds_everywhere(rungs)
    assert all(rung.at > begins for rung in rungs)
    for rung in rungs:
        left = CALENDAR.workdays_between(local(rung).date(), due)
        expected = {"T-3": 3, "T-0": 0, "+1": -1, "+3": -3}.get(rung.name, left)
        assert left == expected
    assert [rung.name for rung in rungs][-2:] == ["+1", "+3"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_jitter_is_the_persons_own_and_stays_within_five_minutes(person: str, key: str) -> None:
    assert timedelta(0) <= ladders.jitter(person, key) < timedelta(minutes=5)
    assert ladders.jitter(person, key) == ladders.jitter(person, key)


def test_jitter_spreads() -> None:
    assert len({ladders.jitter(f"person{n}", "T-3") for n in range(100)}) > 60
    assert ladders.jitter("hx_caiwu", "T-3") != ladders.jitter("hx_caiwu", "T-1")
