"""WeCom's limits over all processes: each person's windows, the app's pace, its brake and its day."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.parcels import Outcome
from bot.sender import Sender
from bot.wecom.limits import UNLIMITED, Rates
from storage import brakes, sends
from storage.duties import Send
from tests.engine.world import (
    ADMIN,
    Call,
    Channel,
    Clock,
    Real,
    Senders,
    claimed,
    count,
    kicking,
    marked,
    owe,
    people,
    rows,
    senders_on,
    states,
    until,
)  # fmt: skip
from tests.stores import Store

BRAKED = Outcome("retry", wait=1.0, free=True, brake=True, error="errcode 45009")
MINUTE = timedelta(minutes=1)


class Noting(Channel):
    """Notes at which moment of the machinery's time each person was called."""

    def __init__(self, real: Real) -> None:
        super().__init__()
        self.moments: dict[str, list[datetime]] = defaultdict(list)

        async def note(call: Call) -> Outcome:
            self.moments[call.person].append(real())
            return Outcome("sent")

        self.answering = note


async def _forward_until(senders: Senders, real: Real, done: Callable[[], bool], step: float) -> None:
    """Let everything go that may, then move the clock on, until it is done."""
    for _ in range(200):
        await senders.drain()
        if done():
            return
        real.forward(seconds=step)
    raise AssertionError("it did not come")


def _closest(moments: list[datetime], apart: int) -> timedelta:
    """The shortest time in which `apart` + 1 calls came."""
    moments = sorted(moments)
    pairs = zip(moments, moments[apart:], strict=False)
    return min((later - earlier for earlier, later in pairs), default=timedelta.max)


async def test_two_processes_keep_everybodys_minute_together(store: Store) -> None:
    real = Real()
    channel = Noting(real)
    for person in range(20):
        for number in range(60 if person < 5 else 7 if person < 15 else 6):
            owe(store, f"p{person}", f"p{person}-{number}")
    assert len(rows(store)) == 400
    async with senders_on(store, channel, 2, real=real) as senders:
        await _forward_until(senders, real, lambda: len(channel.calls) == 400, 7)
        assert all(row.state == "sent" for row in rows(store))
    for name, moments in channel.moments.items():
        assert channel.words(name) == [f"{name}-{number}" for number in range(len(moments))]  # in order, each once
        assert _closest(moments, 28) >= MINUTE
    assert real.ahead < timedelta(minutes=4)  # and nobody waits for longer than his window asks


async def test_the_hour_counts_too(sqlite: Store) -> None:
    real = Real()
    channel = Noting(real)
    owe(sqlite, "a", *[f"{number}" for number in range(12)])
    async with senders_on(sqlite, channel, rates=Rates(per_minute=3, per_hour=5), real=real) as senders:
        await _forward_until(senders, real, lambda: len(channel.calls) == 12, 60)
    assert _closest(channel.moments["a"], 3) >= MINUTE
    assert _closest(channel.moments["a"], 5) >= timedelta(hours=1)


async def test_a_retry_and_a_killed_call_count(sqlite: Store) -> None:
    real = Real()
    channel = Channel()
    channel.script["a"] = [Outcome("retry", error="errcode -1")]
    owe(sqlite, "a", "一", "二", "三")
    async with senders_on(sqlite, channel, rates=Rates(per_minute=3), real=real) as senders:
        await until(lambda: len(channel.calls) == 3)
        await senders.drain()
        assert channel.words() == ["一", "一", "二"]
        assert states(sqlite, "a") == ["sent", "sent", "due"]


async def test_who_is_over_his_limit_holds_up_nobody_and_no_rehearsal(sqlite: Store) -> None:
    channel = Channel()
    owe(sqlite, "a", *[f"{number}" for number in range(40)])
    owe(sqlite, "b", "别的")
    async with senders_on(sqlite, channel) as senders:
        await senders.drain()
        assert len(channel.words("a")) == 28
        assert channel.words("b") == ["别的"]
        assert await senders.all[0].idle(0.5)
    waiting = [row for row in rows(sqlite, "a") if row.state == "due"]
    assert len({row.not_before for row in waiting}) == 1
    assert {row.attempts for row in waiting} == {0}


async def test_what_no_window_reaches_is_forgotten(sqlite: Store) -> None:
    real = Real()
    owe(sqlite, "a", "一")
    async with senders_on(sqlite, Channel(), real=real) as senders:
        await until(lambda: states(sqlite, "a") == ["sent"])
        real.forward(minutes=59)
        senders.kick()
        owe(sqlite, "a", "二")
        await until(lambda: states(sqlite, "a") == ["sent", "sent"])
        assert count(sqlite, Send) == 2
        real.forward(minutes=2)
        owe(sqlite, "a", "三")
        await kicking(senders, lambda: states(sqlite, "a") == ["sent"] * 3)
    assert count(sqlite, Send) == 2


async def test_all_processes_keep_the_pace_together(server: Store) -> None:
    for person in range(30):
        owe(server, f"p{person}", "一")
    real = Clock(Real()())  # it stands still
    rates = Rates(per_second=20)
    first, second = (Sender(server.turns(), Clock(), Channel(), rates, real=real) for _ in range(2))
    taken = [len(await claimed(sender)) for sender in (first, second, first, second, first)]
    assert taken == [9, 9, 2, 0, 0]
    real.forward(seconds=1)
    assert len(await claimed(second)) == 9


async def _brake_seconds(store: Store) -> int:
    with store.session() as session:
        gate = brakes.lock(session)
        session.rollback()
    return gate.seconds


async def test_the_brake_of_one_process_stops_all(store: Store) -> None:
    real = Real()
    owe(store, "a", "一")
    owe(store, "b", "二")
    first, second = (Sender(store.turns(), Clock(), Channel(), real=real) for _ in range(2))
    parcels = await claimed(first)
    assert len(parcels) == 2
    owe(store, "c", "三")
    await marked(first, [(parcels[0], BRAKED), (parcels[1], BRAKED)])
    assert await _brake_seconds(store) == 60
    assert await claimed(second) == ()
    real.forward(seconds=61)
    again = await claimed(second)
    assert sorted(parcel.person for parcel in again) == ["a", "b", "c"]
    await marked(second, [(parcel, BRAKED) for parcel in again])
    real.forward(seconds=61)
    assert await claimed(first) == ()  # twice as long, since it came again
    assert await _brake_seconds(store) == 120


async def test_the_brake_grows_to_an_hour_and_is_short_again_after_a_success(sqlite: Store) -> None:
    real = Real()
    sender = Sender(sqlite.turns(), Clock(), Channel(), real=real)
    owe(sqlite, "a", "一", "二")
    lengths = []
    for _ in range(8):
        await marked(sender, [((await claimed(sender))[0], BRAKED)])
        lengths.append(await _brake_seconds(sqlite))
        real.forward(seconds=lengths[-1] + 2)
    assert lengths == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    await marked(sender, [((await claimed(sender))[0], Outcome("sent"))])
    await marked(sender, [((await claimed(sender))[0], BRAKED)])
    assert await _brake_seconds(sqlite) == 60
    assert rows(sqlite)[1].rejections == 0


async def test_a_success_older_than_the_brake_does_not_shorten_it(sqlite: Store) -> None:
    real = Real()
    sender = Sender(sqlite.turns(), Clock(), Channel(), real=real)
    owe(sqlite, "a", "一")
    owe(sqlite, "b", "二")
    one, other = await claimed(sender)
    await marked(sender, [(one, BRAKED)])
    await marked(sender, [(other, Outcome("sent"))])
    assert await _brake_seconds(sqlite) == 60
    assert await sender.idle(0.5)  # a rehearsal does not wait for the brake


def _tomorrow_at_eight(moment: datetime) -> datetime:
    return moment.replace(hour=8, minute=0)


async def test_a_full_day_leaves_what_is_urgent(store: Store) -> None:
    channel, clock, real = Channel(), Clock(), Real()
    with store.session() as session:
        people(session)
        session.commit()
    for number in range(8):
        owe(store, f"p{number}", "提醒", push_key=f"k{number}")
    doors = [store.turns(), store.turns()]
    async with Senders(doors, clock, channel, Rates(per_day=5), real=real, may_send=_tomorrow_at_eight) as senders:
        await until(lambda: len(channel.words(ADMIN)) == 1)
        owe(store, "p7", "紧急")
        await senders.drain()
        assert channel.words().count("提醒") == 5
        assert channel.words("p7")[-1] == "紧急"
        assert await senders.all[0].idle(0.5)
        held = [row for row in rows(store) if row.state == "due"]
        assert {row.hold_until for row in held} == {datetime.fromisoformat("2026-11-24T08:00:00+08:00")}
        real.forward(days=1)
        clock.forward(days=1)
        await senders.drain()
    assert channel.words().count("提醒") == 8
    assert len(channel.words(ADMIN)) == 1
    assert "每日上限" in channel.words(ADMIN)[0]


@pytest.mark.parametrize("rates", [UNLIMITED, Rates()])
async def test_the_day_is_counted_only_where_it_is_limited(sqlite: Store, rates: Rates) -> None:
    real = Real()
    owe(sqlite, "a", *["一"] * 5)
    async with senders_on(sqlite, Channel(), rates=rates, real=real) as senders:
        await senders.drain()
    with sqlite.session() as session:
        assert sends.of_day(session, real().date()) == 0
        assert len(list(session.scalars(select(Send)))) == 5


async def test_a_window_frees_when_its_oldest_call_leaves_it(store: Store) -> None:
    now = Real()()
    with store.session() as session:
        for seconds in (3500, 1800, 50, 40, 30):
            sends.add(session, ["a", "b"] if seconds != 40 else ["a"], now - timedelta(seconds=seconds))
        free_at = sends.full(session, ["a", "b", "c"], now, 3, 5)
        assert {person: round((at - now).total_seconds()) for person, at in free_at.items()} == {"a": 100}
        assert sends.full(session, ["a", "b"], now, 3, 6) == {"a": now - timedelta(seconds=50) + MINUTE}
        assert sends.since(session, now - MINUTE) == 5


async def test_processes_claim_one_after_the_other(server: Store) -> None:
    """What one counts stays true until it has written down whom it calls."""
    sender = Sender(server.turns(), Clock(), Channel())
    assert await claimed(sender) == ()  # the gate stands
    owe(server, "a", "一")
    owe(server, "b", "二")
    with server.session() as session:
        brakes.lock(session)
        claiming = asyncio.create_task(claimed(sender))
        await asyncio.sleep(0.1)
        assert not claiming.done()
        sends.add(session, ["a"] * 28, datetime.now(UTC))
        session.commit()
    assert [parcel.person for parcel in await claiming] == ["b"]
