"""A calendar changed by one process is what every process fires by, before anything that the change planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.almanac import Almanac
from bot.config import Policy
from bot.flow import Flow, Turn
from bot.scheduler import Scheduler
from handlers.rules.calendar import Calendar
from storage import calendar_days, dues
from storage.calendar_days import OFFICIAL, OWN, Entry
from storage.models import Due, Event
from tests.engine.small import OTHER, Small
from tests.engine.world import START
from tests.stores import Store

DAY = date(2027, 2, 13)  # a Saturday of a year that no library knows


def _change(session: Session, works: bool, day: date = DAY, *, year: int = 0) -> None:
    """As `calendar import` and the chat do it: the days, the version, and a row that plans everything anew."""
    version = calendar_days.bump(session)
    calendar_days.put(session, [Entry(day, works, "补班")], OFFICIAL)
    if year:
        calendar_days.maintain(session, year)
    dues.plan(session, kind="ladder", matter="calendar", rung=str(version), at=START, facts={"urgent": True})


def _by_another_process(bot: Small, works: bool, day: date = DAY, *, year: int = 0) -> None:
    with bot.store.session() as session:
        _change(session, works, day, year=year)
        session.commit()


def _fire(turn: Turn, row: Due) -> None:
    turn.record(row.matter, row.rung, after={"works": turn.calendar.is_workday(DAY)})


def _process(bot: Small) -> Scheduler:
    """One process with a calendar of its own."""
    return Scheduler(bot.world, (Flow("ladder", "梯", ("ladder",), OTHER.start, on_due={"ladder": _fire}),), bot.sender,
                     Almanac(Policy(), Calendar))  # fmt: skip


def _fired(bot: Small) -> list[bool]:
    with bot.store.session() as session:
        return [row.after["works"] for row in session.scalars(select(Event).order_by(Event.id)) if row.after]


async def test_every_process_fires_by_the_new_calendar(bots: Small) -> None:
    other = bots.another()
    first, second = _process(bots), _process(other)
    await first.tick()
    await second.tick()
    assert not bots.world.calendar.is_workday(DAY) and not other.world.calendar.is_workday(DAY)
    before = bots.world.calendar
    for turn, works in enumerate((True, False, True)):
        _by_another_process(bots, works)
        await (second if turn == 1 else first).tick()
    assert _fired(bots) == [True, False, True]
    assert bots.world.calendar is not before  # swapped whole: a turn that holds the old one goes on with it
    assert not before.is_workday(DAY)
    await second.tick()
    assert other.world.calendar.is_workday(DAY)


async def test_a_year_stops_being_uncertain_everywhere(bots: Small) -> None:
    process = _process(bots)
    await process.tick()
    assert bots.world.calendar.uncertain_years(2026, 2028) == (2027, 2028)
    _by_another_process(bots, True, year=2027)
    await process.tick()
    assert bots.world.calendar.uncertain_years(2026, 2028) == (2028,)


async def test_a_change_that_was_undone_is_taken_back(bots: Small) -> None:
    """The claim may see what its own batch then fails to commit; the next look finds the store's version again."""
    almanac = Almanac(Policy(), Calendar)
    with bots.store.session() as session:
        assert not almanac.look(session, START).is_workday(DAY)
        _change(session, True)
        assert almanac.look(session, START).is_workday(DAY)
        session.rollback()
        assert not almanac.look(session, START).is_workday(DAY)


@pytest.fixture
def statements(bots: Small) -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(*arguments: object) -> None:
        heard.append(str(arguments[2]))

    engine = bots.world.turns.engine
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


async def test_nothing_new_costs_one_small_query(bots: Small, statements: list[str]) -> None:
    process = _process(bots)
    await process.tick()
    statements.clear()
    await process.tick()
    asked = [statement for statement in statements if "counters" in statement or "calendar_days" in statement]
    assert len(asked) == 1 and "counters" in asked[0], asked


async def test_the_years_follow_the_business_clock(bot: Small) -> None:
    """A process that runs over New Year knows the years ahead of it."""
    process = _process(bot)
    await process.tick()
    assert bot.world.calendar.untold(2031, []) == []
    bot.clock.forward(days=60)
    await process.tick()
    assert "春节" in bot.world.calendar.untold(2031, [])


def test_understanding_asks_the_calendar_that_stands(store: Store) -> None:
    almanac = Almanac(Policy(), Calendar)
    asks = almanac.is_workday
    with store.session() as session:
        almanac.look(session, START)
        assert not asks(DAY)
        _change(session, True)
        almanac.look(session, START)
        assert asks(DAY)


def test_the_settings_reach_the_calendar(sqlite: Store) -> None:
    with sqlite.session() as session:
        forward = Almanac(Policy(quarter_deadline="forward"), Calendar).look(session, START)
        none = Almanac(Policy(quarter_deadline="none"), Calendar).look(session, START)
    end = date(2028, 12, 31)  # a Sunday
    assert (none.quarter_deadline(end), forward.quarter_deadline(end)) == (end, date(2029, 1, 2))


def test_writing_over_a_day_keeps_one_row(store: Store) -> None:
    days = [Entry(DAY, True, "补班"), Entry(date(2027, 2, 14), False, "")]
    with store.session() as session:
        calendar_days.put(session, days, OFFICIAL)
        calendar_days.put(session, [Entry(DAY, False, "厂休")], OWN)
        session.commit()
    with store.session() as session:
        rows = calendar_days.of_year(session, 2027)
        assert [(row.day, row.workday, row.name, row.source) for row in rows] == [
            (DAY, False, "厂休", OWN), (date(2027, 2, 14), False, "", OFFICIAL),
        ]  # fmt: skip
        assert calendar_days.version(session) == 0 and calendar_days.maintained(session) == frozenset()
