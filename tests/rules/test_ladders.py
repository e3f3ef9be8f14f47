"""The ladders of reminders: the tables of the specification, and what must hold on any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import ladders, quarters
from handlers.rules.calendar import SHANGHAI, Calendar, at
from handlers.rules.ladders import LADDERS, RungAt
from tests.rules.conftest import build

CALENDAR = build(2023, 2028)
DUES = st.dates(date(2023, 2, 1), date(2028, 9, 30))
MORNING = time(9, 10)

NAMES = ("T-15", "T-7", "T-3", "T-1", "D", "+1", "+3", "+5")
WORKED = {  # domain.md 6.2, month and day; contract.md drops T-7 of 2026Q3
    "2025Q4": "12-16 12-24 12-26 12-30 12-31 01-04 01-06 01-08",
    "2026Q1": "03-16 03-24 03-26 03-30 03-31 04-01 04-03 04-08",
    "2026Q2": "06-15 06-23 06-25 06-29 06-30 07-01 07-03 07-07",
    "2026Q3": "09-15 merged 09-24 09-29 09-30 10-08 10-10 10-13",
    "2026Q4": "12-16 12-24 12-28 12-30 12-31 01-04 01-06 01-08",
    "2024Q2": "06-13 06-21 06-25 06-27 06-28 07-01 07-03 07-05",
    "2023Q3": "09-13 09-21 09-25 09-27 09-28 10-07 10-09 10-11",
}


def local(rung: RungAt) -> datetime:
    return rung.at.astimezone(SHANGHAI)


def days(rungs: list[RungAt]) -> dict[str, str]:
    return {rung.name: local(rung).date().isoformat() for rung in rungs}


def of(ladder: str, due: date, calendar: Calendar, begins: datetime | None = None) -> list[RungAt]:
    return ladders.rungs(LADDERS[ladder], due, calendar, begins)


def of_quarter(quarter: str, calendar: Calendar) -> list[RungAt]:
    """The units' ladder and that of the lists, as one."""
    due = quarters.deadline(quarter, calendar)
    lists = [rung for rung in of("quarter_office", due, calendar) if rung.name in ("+5", "+10")]
    return of("quarter", due, calendar) + lists


@pytest.mark.parametrize("quarter", WORKED)
def test_worked_table(quarter: str, calendar: Calendar) -> None:
    row = zip(NAMES, WORKED[quarter].split(), strict=True)
    expected = {name: day for name, day in row if day != "merged"}
    expected["D-16"] = expected["D"]
    rungs = [rung for rung in of_quarter(quarter, calendar) if rung.name != "+10"]
    assert {name: day[5:] for name, day in days(rungs).items()} == expected
    assert all(local(rung).time() == (time(16, 10) if rung.name == "D-16" else MORNING) for rung in rungs)


def told(rungs: list[RungAt]) -> list[tuple[str, str, str, str]]:
    return [
        (
            one.name, f"{local(one):%Y-%m-%d %H:%M}",
            "+".join(("~" if name in one.rung.copied else "") + name for name in one.rung.audience), one.rung.form,
        )
        for one in rungs
    ]  # fmt: skip


def test_contract_table_of_2026q4_exactly(calendar: Calendar) -> None:
    due = quarters.deadline("2026Q4", calendar)
    assert told(of("quarter", due, calendar)) == [
        ("T-15", "2026-12-16 09:10", "liaison", "single"),
        ("T-7", "2026-12-24 09:10", "liaison", "single"),
        ("T-3", "2026-12-28 09:10", "liaison+~head", "single"),
        ("T-1", "2026-12-30 09:10", "liaison+head", "single"),
        ("D", "2026-12-31 09:10", "liaison+head", "single"),
        ("D-16", "2026-12-31 16:10", "liaison+head", "single"),
        ("+1", "2027-01-04 09:10", "liaison+head", "single"),
        ("+3", "2027-01-06 09:10", "liaison+head", "single"),
    ]
    assert told(of("quarter_office", due, calendar)) == [
        ("D", "2026-12-31 09:10", "office", "single"),
        ("+3", "2027-01-06 09:10", "office", "single"),
        ("+5", "2027-01-08 09:10", "director", "single"),
        ("+10", "2027-01-15 09:10", "leading", "single"),
    ]


def test_rectification_due_on_an_ordinary_day(calendar: Calendar) -> None:
    begins = at(date(2026, 9, 28), MORNING)
    assert told(of("rectification", date(2026, 12, 25), calendar, begins)) == [
        ("half", "2026-11-11 08:40", "resp", "digest"),
        ("T-7", "2026-12-18 08:40", "resp+liaison", "digest"),
        ("T-3", "2026-12-22 09:10", "resp+liaison", "single"),
        ("T-0", "2026-12-25 09:10", "resp+liaison+~head", "single"),
        ("+1", "2026-12-28 09:10", "resp+head", "single"),
        ("+3", "2026-12-30 09:10", "resp+head+source", "single"),
        ("+5", "2027-01-04 08:40", "office", "digest"),
        ("+6", "2027-01-05 08:40", "resp+head", "digest"),
        ("+10", "2027-01-11 09:10", "director", "single"),
        ("+20", "2027-01-25 08:40", "leading", "digest"),
    ]


def test_half_way_only_when_there_is_a_long_way(calendar: Calendar) -> None:
    due = date(2026, 12, 25)
    assert "half" not in days(of("rectification", due, calendar, at(date(2026, 11, 25), MORNING)))
    assert days(of("rectification", due, calendar, at(date(2026, 11, 24), MORNING)))["half"] == "2026-12-09"
    assert days(of("dense", due, calendar, at(date(2026, 12, 7), MORNING)))["half"] == "2026-12-16"


def test_key_supervision_is_one_notch_denser(calendar: Calendar) -> None:
    plain, dense = of("rectification", date(2026, 12, 25), calendar), of("dense", date(2026, 12, 25), calendar)
    assert len(dense) > len(plain)
    first = {"source": "+3", "office": "+5", "director": "+10", "leading": "+20"}
    sooner = {"source": "+1", "office": "+3o", "director": "+5", "leading": "+10"}
    for rungs, expected in ((plain, first), (dense, sooner)):
        found: dict[str, str] = {}
        for one in rungs:
            for name in one.rung.audience:
                found.setdefault(name, one.name)
        assert {name: found[name] for name in expected} == expected


def test_rectification_due_on_a_rest_day(calendar: Calendar) -> None:
    found = days(of("rectification", date(2026, 12, 20), calendar))
    assert {name: found[name] for name in ("T-7", "T-3", "T-0", "+1", "+3")} == {
        "T-7": "2026-12-11",
        "T-3": "2026-12-15",
        "T-0": "2026-12-18",
        "+1": "2026-12-21",
        "+3": "2026-12-23",
    }


def test_of_two_that_fall_together_the_later_stays(calendar: Calendar) -> None:
    # Due within the National Day week: a week before is 28 September, where T-3 falls too or earlier.
    rungs = days(of("rectification", date(2026, 10, 5), calendar))
    assert "T-7" not in rungs
    assert rungs["T-3"] == "2026-09-24"
    assert rungs["T-0"] == "2026-09-30"
    near = days(of("rectification", date(2026, 6, 22), calendar))  # 端午 is 19 to 21 June: T-7 one working day before
    assert "T-7" not in near
    assert near["T-3"] == "2026-06-16"


def test_rungs_not_after_the_beginning_are_left_out(calendar: Calendar) -> None:
    due = date(2026, 12, 25)
    at_t3 = at(date(2026, 12, 22), MORNING)
    later = ["T-0", "+1", "+3", "+5", "+6", "+10", "+20"]
    assert [rung.name for rung in of("rectification", due, calendar, at_t3)] == later
    before = at_t3 - timedelta(seconds=1)
    assert [rung.name for rung in of("rectification", due, calendar, before)] == ["T-3", *later]


def test_a_rung_that_repeats_comes_again_on_working_days(calendar: Calendar) -> None:
    repeated = next(one for one in of("rectification", date(2026, 9, 21), calendar) if one.rung.every)
    assert days([repeated]) == {"+6": "2026-09-30"}  # the Mid-Autumn holiday lies between
    following = ladders.again(repeated.rung, repeated.at, calendar)
    assert following == at(date(2026, 10, 10), time(8, 40))  # and the National Day week, with its Saturday at work
    once = of("rectification", date(2026, 9, 21), calendar)[0]
    assert ladders.again(once.rung, once.at, calendar) is None


@pytest.mark.parametrize(
    ("ladder", "line", "fault"),
    [
        ("confirm", "+2 0w 09:10 resp", "needs a name"),
        ("confirm", "+2 0x 09:10 resp single", "not a rung"),
        ("confirm", "+2 0w 09:10 resp card", "not a rung"),
        ("confirm", "+2 0w 09:10 resp single soon", "unknown word 'soon'"),
        ("confirm", "+2 0w 25:10 resp single", "hour must be in"),
        ("confirm", "+2 0w 09:10 leading single", "nobody is called 'leading'"),
        ("nothing", "+2 0w 09:10 resp single", "no ladder 'nothing'"),
    ],
)
def test_a_ladder_that_cannot_be_read_is_named(ladder: str, line: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        ladders.check({ladder: [line]})


def test_an_own_ladder_takes_the_place_of_the_table() -> None:
    own = {"confirm": ("+2 0w 09:10 resp single", "+4 2w 09:10 resp+liaison single")}
    ladders.check(own)
    assert ladders.lines("confirm", own) == own["confirm"]
    assert ladders.lines("acceptance", own) == LADDERS["acceptance"]
    with pytest.raises(ValueError, match="two rungs have one name"):
        ladders.check({"confirm": ("+2 0w 09:10 resp single", "+2 1w 09:10 resp single")})


def holds_everywhere(rungs: list[RungAt]) -> None:
    moments = [rung.at for rung in rungs]
    assert moments == sorted(moments)
    assert len({rung.name for rung in rungs}) == len(rungs)
    for rung in rungs:
        assert rung.at.tzinfo is UTC
        for delay in (timedelta(0), timedelta(minutes=5)):
            assert CALENDAR.may_send(rung.at + delay) == rung.at + delay
        assert rung.rung.copied <= set(rung.rung.audience)


@given(st.sampled_from(sorted(LADDERS)), DUES, st.integers(0, 200), st.times())
def test_every_ladder_holds(ladder: str, due: date, days_before: int, clock: time) -> None:
    begins = at(due - timedelta(days=days_before), clock.replace(tzinfo=None))
    rungs = of(ladder, due, CALENDAR, begins)
    holds_everywhere(rungs)
    assert all(rung.at > begins for rung in rungs)
    assert len({(rung.at, rung.rung.audience) for rung in rungs}) == len(rungs)


@given(st.dates(date(2023, 2, 1), date(2028, 9, 30)))
def test_every_quarter_ladder_holds(day: date) -> None:
    rungs = of("quarter", quarters.deadline(quarters.quarter_of(day), CALENDAR), CALENDAR)
    holds_everywhere(rungs)
    assert {rung.name for rung in rungs} >= {"T-15", "T-3", "T-1", "D", "D-16", "+1", "+3"}


@given(DUES, st.integers(0, 60), st.times())
def test_every_rectification_ladder_holds(due: date, days_before: int, clock: time) -> None:
    begins = at(due - timedelta(days=days_before), clock.replace(tzinfo=None))
    rungs = of("rectification", due, CALENDAR, begins)
    for rung in rungs:
        left = CALENDAR.workdays_between(local(rung).date(), due)
        expected = {"T-3": 3, "T-0": 0, "+1": -1, "+3": -3, "+5": -5, "+10": -10, "+20": -20}.get(rung.name, left)
        assert left == expected
    assert [rung.name for rung in rungs][-6:] == ["+1", "+3", "+5", "+6", "+10", "+20"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_jitter_is_the_persons_own_and_stays_within_five_minutes(person: str, key: str) -> None:
    assert timedelta(0) <= ladders.jitter(person, key) < timedelta(minutes=5)
    assert ladders.jitter(person, key) == ladders.jitter(person, key)


def test_jitter_spreads() -> None:
    assert len({ladders.jitter(f"person{n}", "T-3") for n in range(100)}) > 60
    assert ladders.jitter("hx_caiwu", "T-3") != ladders.jitter("hx_caiwu", "T-1")
