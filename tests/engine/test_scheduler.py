"""Due rows become turns: late starts, quiet hours, failures, the turned clock, several processes."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from bot.clock import RehearsalClock, rehearsal_clock
from bot.errors import StoreUnavailable
from bot.flow import Flow, Turn
from bot.scheduler import DAILY, MAX_ATTEMPTS, Scheduler
from bot.sender import Sender
from storage import dues, failures
from storage.models import Due, Event, Failure, Outbox, Seen
from tests.engine.small import OTHER, Small, small
from tests.engine.world import ADMIN, CHINA, START, owe
from tests.stores import Store

Step = Callable[[Turn, Due], None]


def _fire(turn: Turn, row: Due) -> None:
    turn.record(row.matter, row.rung, after=row.facts or None)
    turn.tell("li", f"{row.matter} {row.rung}", urgent=True)


def _flow(step: Step = _fire, daily: Callable[[Turn], None] | None = None) -> Flow:
    return Flow("ladder", "梯", ("ladder",), OTHER.start, on_due={"ladder": step}, daily=daily)


def _scheduler(bot: Small, *flows: Flow) -> Scheduler:
    return Scheduler(bot.world, flows or (_flow(),), bot.sender)


def _plan(bot: Small, matter: str, rung: str, at: datetime, **facts: Any) -> bool:
    with bot.store.session() as session:
        planned = dues.plan(session, kind="ladder", matter=matter, rung=rung, at=at, facts=facts)
        session.commit()
    return planned


def _rungs(bot: Small, state: str, kind: str = "ladder") -> list[str]:
    with bot.store.session() as session:
        query = select(Due).where(Due.state == state, Due.kind == kind).order_by(Due.due_at, Due.id)
        return [f"{row.matter} {row.rung}" for row in session.scalars(query)]


def _fired(bot: Small) -> list[str]:
    with bot.store.session() as session:
        return [f"{event.matter} {event.action}" for event in session.scalars(select(Event).order_by(Event.id))]


async def test_a_row_fires_at_its_moment_once(bots: Small) -> None:
    scheduler = _scheduler(bots)
    _plan(bots, "m", "1", START + timedelta(hours=1), unit="G")
    await scheduler.tick()
    assert _fired(bots) == []
    bots.clock.forward(hours=1)
    await scheduler.tick()
    await scheduler.tick()
    assert _fired(bots) == ["m 1"]
    assert _rungs(bots, "done") == ["m 1"]
    with bots.store.session() as session:
        event = session.scalars(select(Event)).one()
        assert (event.actor, event.after) == ("system", {"unit": "G"})


async def test_after_a_late_start_only_the_newest_rung_speaks(bots: Small) -> None:
    for rung, days in (("1", 1), ("2", 5), ("3", 9), ("4", 30)):
        _plan(bots, "m", rung, START + timedelta(days=days))
        _plan(bots, "n", rung, START + timedelta(days=days + 3))
    bots.clock.forward(days=10)
    await _scheduler(bots).tick()
    assert _fired(bots) == ["n 2", "m 3"]
    assert _rungs(bots, "skipped") == ["m 1", "n 1", "m 2"]
    assert _rungs(bots, "waiting") == ["n 3", "m 4", "n 4"]


async def test_an_older_rung_does_not_speak_after_a_newer_one(bot: Small) -> None:
    """The older one failed and is tried again when the newer has spoken."""
    _plan(bot, "m", "1", START)
    with bot.store.session() as session:
        session.execute(update(Due).values(retry_at=datetime.now(UTC) + timedelta(hours=1)))
        session.commit()
    _plan(bot, "m", "2", START + timedelta(seconds=1))
    bot.clock.forward(minutes=1)
    scheduler = _scheduler(bot)
    await scheduler.tick()
    assert _fired(bot) == ["m 2"]
    _no_wait(bot)
    await scheduler.tick()
    assert _fired(bot) == ["m 2"]
    assert _rungs(bot, "skipped") == ["m 1"]


def _no_wait(bot: Small) -> None:
    with bot.store.session() as session:
        session.execute(update(Due).values(retry_at=None, lease_until=None))
        session.commit()


async def test_quiet_hours_move_a_row_but_not_an_urgent_one(bots: Small) -> None:
    scheduler = _scheduler(bots)
    _plan(bots, "m", "1", START)
    _plan(bots, "n", "1", START, urgent=True)
    morning = START + timedelta(hours=12)
    bots.calendar.forbidden_until = morning
    await scheduler.tick()
    assert _fired(bots) == ["n 1"]
    with bots.store.session() as session:
        row = session.scalars(select(Due).where(Due.matter == "m")).one()
        assert (row.due_at, row.planned_at, row.state) == (morning, START, "waiting")
    bots.clock.forward(hours=12)
    await scheduler.tick()
    assert _fired(bots) == ["n 1", "m 1"]


async def test_a_settled_matter_does_not_speak(bots: Small) -> None:
    _plan(bots, "m", "1", START)
    with bots.store.session() as session:
        assert dues.settle(session, "m") == 1
        session.commit()
    await _scheduler(bots).tick()
    assert _fired(bots) == []
    assert _plan(bots, "m", "1", START)  # and may be planned anew
    assert not _plan(bots, "m", "1", START)
    await _scheduler(bots).tick()
    assert _fired(bots) == ["m 1"]
    assert not _plan(bots, "m", "1", START)


async def test_a_row_settled_under_its_lease_and_planned_anew_fires_at_once(bot: Small) -> None:
    _plan(bot, "m", "1", START)
    with bot.store.session() as session:
        dues.claim(session, START, datetime.now(UTC), 9, timedelta(seconds=120))
        dues.settle(session, "m")
        session.commit()
    assert _plan(bot, "m", "1", START)
    await _scheduler(bot).tick()
    assert _fired(bot) == ["m 1"]


async def test_a_failing_row_is_tried_again_and_harms_no_other(bots: Small) -> None:
    broken = True

    def step(turn: Turn, row: Due) -> None:
        _fire(turn, row)
        if broken and row.matter == "bad":
            raise RuntimeError(row.matter)

    scheduler = _scheduler(bots, _flow(step))
    _plan(bots, "bad", "1", START)
    _plan(bots, "good", "1", START)
    await scheduler.tick()
    await scheduler.tick()
    assert _fired(bots) == ["good 1"]
    with bots.store.session() as session:
        row = session.scalars(select(Due).where(Due.matter == "bad")).one()
        assert row.attempts == 1
        assert row.retry_at is not None
        assert 5 < (row.retry_at - datetime.now(UTC)).total_seconds() <= 10
    broken = False
    _no_wait(bots)
    await scheduler.tick()
    assert _fired(bots) == ["good 1", "bad 1"]


def _always_fail(_turn: Turn, _row: Due) -> None:
    raise RuntimeError


async def test_a_row_that_always_fails_is_given_up_loudly(bots: Small, caplog: pytest.LogCaptureFixture) -> None:
    scheduler = _scheduler(bots, _flow(_always_fail))
    _plan(bots, "JJ-2026-0001", "1", START)
    for _ in range(MAX_ATTEMPTS + 3):
        await scheduler.tick()
        _no_wait(bots)
    assert _rungs(bots, "dead") == ["JJ-2026-0001 1"]
    await bots.deliver()
    assert len(bots.channel.words(ADMIN)) == 1
    assert "没有办成" in bots.channel.words(ADMIN)[0]
    assert "JJ" not in bots.channel.words(ADMIN)[0]  # the administrator is not to know which matter
    assert caplog.text.count("due row failed") == MAX_ATTEMPTS


async def test_a_kind_that_no_flow_knows_is_given_up_and_harms_nobody(bot: Small) -> None:
    with bot.store.session() as session:
        dues.plan(session, kind="retired", matter="x", rung="1", at=START)
        session.commit()
    _plan(bot, "m", "1", START)
    scheduler = _scheduler(bot)
    for _ in range(MAX_ATTEMPTS):
        await scheduler.tick()
        _no_wait(bot)
    assert _fired(bot) == ["m 1"]
    assert _rungs(bot, "dead", "retired") == ["x 1"]


def _note_day(turn: Turn) -> None:
    turn.record("daily", turn.now.astimezone(CHINA).date().isoformat())


async def test_each_day_is_planned_once(bots: Small) -> None:
    flow = _flow(daily=_note_day)
    await _scheduler(bots, flow).begin()
    await _scheduler(bots, flow).begin()
    scheduler = _scheduler(bots, flow)
    assert _fired(bots) == ["daily 2026-11-23"]
    for _ in range(2):
        bots.clock.forward(days=1)
        await scheduler.tick()
        await scheduler.tick()
        await _scheduler(bots, flow).begin()
    assert _fired(bots) == ["daily 2026-11-23", "daily 2026-11-24", "daily 2026-11-25"]
    with bots.store.session() as session:
        waiting = dues.waiting(session, DAILY)
        assert [row.due_at.astimezone(CHINA).isoformat() for row in waiting] == ["2026-11-26T00:05:00+08:00"]


async def test_a_day_whose_planning_fails_is_not_the_last(bots: Small) -> None:
    bad = {"2026-11-24"}

    def daily(turn: Turn) -> None:
        if turn.now.astimezone(CHINA).date().isoformat() in bad:
            raise RuntimeError
        _note_day(turn)

    scheduler = _scheduler(bots, _flow(daily=daily))
    await scheduler.begin()
    bots.clock.forward(days=1)
    for _ in range(MAX_ATTEMPTS):
        await scheduler.tick()
        _no_wait(bots)
    assert _rungs(bots, "dead", DAILY) == ["daily day"]
    bots.clock.forward(days=1)
    await scheduler.tick()
    assert _fired(bots) == ["daily 2026-11-23", "daily 2026-11-25"]


async def test_two_processes_that_begin_at_once_plan_the_day_once(server: Store) -> None:
    bot = small(server)
    flow = _flow(daily=_note_day)
    schedulers = [_scheduler(bot.another(), flow) for _ in range(3)]
    await asyncio.gather(*[scheduler.begin() for scheduler in schedulers])
    assert _fired(bot) == ["daily 2026-11-23"]
    assert len(_rungs(bot, "waiting", DAILY)) == 1


async def test_two_schedulers_fire_each_row_once(server: Store) -> None:
    bot = small(server)
    for number in range(60):
        _plan(bot, f"m{number}", "1", START)
    schedulers = [_scheduler(bot.another()) for _ in range(2)]
    await asyncio.gather(*[scheduler.tick() for scheduler in schedulers for _ in range(2)])
    assert sorted(_fired(bot)) == sorted(f"m{number} 1" for number in range(60))
    assert _rungs(bot, "waiting") == []


async def test_a_row_under_a_crashed_process_lease_is_taken_over(bots: Small) -> None:
    _plan(bots, "m", "1", START)
    with bots.store.session() as session:
        dues.claim(session, START, datetime.now(UTC), 9, timedelta(seconds=120))
        session.commit()
    await _scheduler(bots).tick()
    assert _fired(bots) == []
    with bots.store.session() as session:
        session.execute(update(Due).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()
    await _scheduler(bots).tick()
    assert _fired(bots) == ["m 1"]


async def test_what_was_in_hand_when_the_store_failed_is_fired_at_its_return(bots: Small) -> None:
    """Claimed by a process that lives on, it must not wait until its lease has lapsed."""
    scheduler = _scheduler(bots)
    for number in range(3):
        _plan(bots, f"m{number}", "1", START)
    commits = itertools.count(1)

    def fail(_connection: object) -> None:
        if next(commits) > 1:  # the claim stands, no row is fired
            raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    event.listen(bots.turns.engine, "commit", fail)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await scheduler.tick()
    event.remove(bots.turns.engine, "commit", fail)
    assert _fired(bots) == []
    await scheduler.tick()
    assert sorted(_fired(bots)) == ["m0 1", "m1 1", "m2 1"]
    assert _rungs(bots, "waiting") == []


class Turned:
    """The small bot under the rehearsal clock."""

    def __init__(self, bot: Small, flows: Sequence[Flow]) -> None:
        self.bot = bot
        with bot.store.session() as session:
            self.clock: RehearsalClock = rehearsal_clock(session, START, 0.0)
            session.commit()
        bot.world.now = self.clock
        self.sender = Sender(bot.turns, self.clock, bot.channel)
        self.scheduler = Scheduler(bot.world, flows, self.sender)
        self.sent_at: list[tuple[str, datetime]] = []

    async def turn_to(self, target: datetime, rate: float = 0.0) -> None:
        running = asyncio.create_task(self.sender.run())
        await self.scheduler.turn_to(target, rate)
        await self.sender.stop()
        await running
        self.sender = Sender(self.bot.turns, self.clock, self.bot.channel)
        self.scheduler._sender = self.sender


async def test_the_turned_clock_stops_at_every_moment_in_order(bots: Small) -> None:
    moments: list[tuple[str, datetime]] = []

    def step(turn: Turn, row: Due) -> None:
        moments.append((row.matter, turn.now))
        _fire(turn, row)
        if row.matter == "a":
            turn.plan("ladder", "planned-on-the-way", "1", turn.now + timedelta(minutes=30))

    turned = Turned(bots, (_flow(step, daily=_note_day),))
    await turned.scheduler.begin()
    hours = {"b": 30, "a": 2, "c": 30.5}
    for matter, after in hours.items():
        _plan(bots, matter, "1", START + timedelta(hours=after))
    owe(bots.store, "wang", "明早的话", hold_until=START + timedelta(hours=22))
    await turned.turn_to(START + timedelta(hours=31), rate=7.0)
    assert moments == [
        ("a", START + timedelta(hours=2)),
        ("planned-on-the-way", START + timedelta(hours=2.5)),
        ("b", START + timedelta(hours=30)),
        ("c", START + timedelta(hours=30.5)),
    ]
    assert bots.channel.words() == ["a 1", "planned-on-the-way 1", "明早的话", "b 1", "c 1"]
    sent = {row.body["content"]: row.sent_at for row in _sent_rows(bots)}
    assert sent["明早的话"] == START + timedelta(hours=22)
    assert sent["a 1"] == START + timedelta(hours=2)
    assert "daily 2026-11-24" in _fired(bots)
    assert turned.clock.rate == 7.0
    assert turned.clock() >= START + timedelta(hours=31)


def _sent_rows(bot: Small) -> list[Outbox]:
    with bot.store.session() as session:
        return list(session.scalars(select(Outbox).where(Outbox.state == "sent")))


async def test_the_clock_never_goes_back(bot: Small) -> None:
    turned = Turned(bot, (_flow(),))
    await turned.turn_to(START + timedelta(days=2))
    await turned.turn_to(START)
    assert turned.clock() == START + timedelta(days=2)
    with bot.store.session() as session:
        again = rehearsal_clock(session, START, 0.0)
        assert again() == START + timedelta(days=2)


async def test_a_tick_under_way_ends_before_the_clock_is_turned(bot: Small) -> None:
    moments: list[datetime] = []

    def step(turn: Turn, row: Due) -> None:
        moments.append(turn.now)

    turned = Turned(bot, (_flow(step),))
    for number in range(5):
        _plan(bot, f"m{number}", "1", START)
    ticking = asyncio.create_task(turned.scheduler.tick())
    await asyncio.sleep(0.002)
    await turned.turn_to(START + timedelta(days=1))
    await ticking
    assert moments == [START] * 5


async def test_another_process_sees_the_turned_clock(server: Store) -> None:
    bot = small(server)
    first, second = Turned(bot, (_flow(),)), Turned(bot.another(), (_flow(),))
    await first.turn_to(START + timedelta(days=3))
    assert second.clock() == START
    await second.scheduler.tick()
    assert second.clock() == START + timedelta(days=3)


async def test_old_memories_are_dropped_with_the_day(bot: Small) -> None:
    await bot.say("li", "你好", key="m:old")
    scheduler = _scheduler(bot, _flow(daily=_note_day))
    await scheduler.begin()

    with bot.store.session() as session:
        session.execute(update(Seen).values(at=datetime.now(UTC) - timedelta(days=8)))
        session.commit()
    bot.clock.forward(days=1)
    await scheduler.tick()
    assert not await bot.dispatcher.known("m:old")


async def test_old_words_are_emptied_with_the_day_and_the_row_stays(bot: Small) -> None:
    """domain.md 4.6: 180 days, as the policy says."""
    scheduler = _scheduler(bot, _flow(daily=_note_day))
    await scheduler.begin()
    with bot.store.session() as session:
        for code, days in (("OLD", 181), ("NEW", 178)):
            at = datetime.now(UTC) - timedelta(days=days)
            failures.add(session, code=code, at=at, person="li", flow="f", error="E", message={"text": "原话"})
        session.commit()
    bot.clock.forward(days=1)
    await scheduler.tick()
    with bot.store.session() as session:
        kept = dict(session.execute(select(Failure.code, Failure.message)).tuples().all())
    assert kept == {"OLD": None, "NEW": {"text": "原话"}}
