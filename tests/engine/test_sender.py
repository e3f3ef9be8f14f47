"""Delivery: order per person, back-off, doubt, stopping."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.marking import GIVE_UP_AFTER, MAX_REJECTIONS
from bot.parcels import FENCE, LEASE, Outcome
from bot.sender import STILL_MAKING, Sender
from bot.wecom.limits import UNLIMITED
from tests.engine.world import (
    RETRY,
    START,
    UNKNOWN,
    Call,
    Channel,
    Clock,
    Real,
    Senders,
    claimed,
    due_again,
    kicking,
    owe,
    rows,
    senders_on,
    states,
    until,
)
from tests.stores import Store


async def test_everything_owed_is_delivered_in_order(store: Store) -> None:
    channel = Channel()
    words = [f"第{n}条" for n in range(6)]
    owe(store, "a", *words)
    owe(store, "b", "别的")
    async with senders_on(store, channel) as senders:
        await senders.drain()
    assert channel.words("a") == words
    assert channel.words("b") == ["别的"]
    assert states(store, "a") == ["sent"] * 6
    assert all(row.sent_at == START and row.msgid and row.lease_until is None for row in rows(store))


async def test_a_retrying_row_holds_back_its_person_only(store: Store) -> None:
    channel = Channel()
    channel.script["a"] = [RETRY, RETRY]
    owe(store, "a", "一", "二")
    owe(store, "b", "三", "四")
    async with senders_on(store, channel) as senders:
        await senders.drain()
        assert channel.words("b") == ["三", "四"]
        assert channel.words("a") == ["一"]
        for tries in (2, 3):
            due_again(store)
            senders.kick()
            await until(lambda tries=tries: len(channel.words("a")) >= tries)  # type: ignore[misc]
            await until(lambda: rows(store, "a")[0].lease_until is None)
        await senders.drain()
    assert channel.words("a") == ["一", "一", "一", "二"]


async def test_the_wait_grows_to_a_minute(sqlite: Store) -> None:
    channel, real = Channel(), Clock(Real()() + timedelta(minutes=1))  # it stands still
    channel.script["a"] = [UNKNOWN] * 9
    owe(sqlite, "a", "一")
    waits = []
    async with senders_on(sqlite, channel, real=real) as senders:
        for tries in range(1, 10):
            due_again(sqlite)
            senders.kick()
            await until(lambda tries=tries: len(channel.calls) == tries)  # type: ignore[misc]
            await until(lambda: rows(sqlite)[0].lease_until is None)
            waits.append((rows(sqlite)[0].not_before - real()).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_an_unknown_outcome_is_tried_again_behind_the_fence(store: Store) -> None:
    channel = Channel()
    channel.script["a"] = [UNKNOWN]
    owe(store, "a", "一")
    owe(store, "b", "推送", push_key="p1")
    async with senders_on(store, channel) as senders:
        await senders.drain()
        due_again(store)
        senders.kick()
        await until(lambda: states(store, "a") == ["sent"])
    assert [(call.person, call.fence) for call in channel.calls if call.person == "a"] == [("a", False), ("a", True)]
    assert [call.fence for call in channel.calls if call.person == "b"] == [True]  # a push from its first attempt


@pytest.mark.parametrize(
    ("first", "second", "age", "state", "calls"),
    [
        (UNKNOWN, UNKNOWN, FENCE - timedelta(minutes=1), "due", 2),
        (UNKNOWN, UNKNOWN, FENCE + timedelta(minutes=1), "dead", 1),  # nobody knows, and nobody would notice a repeat
        (RETRY, UNKNOWN, FENCE + timedelta(hours=1), "due", 2),  # the doubt is young
        (RETRY, RETRY, FENCE + timedelta(hours=1), "due", 2),
        (RETRY, RETRY, GIVE_UP_AFTER + timedelta(minutes=1), "dead", 2),
    ],
)
async def test_doubt_ends_with_the_fence_and_patience_after_three_days(
    sqlite: Store, first: Outcome, second: Outcome, age: timedelta, state: str, calls: int
) -> None:
    channel, real = Channel(), Real()
    channel.script["a"] = [first, second]
    owe(sqlite, "a", "一")
    async with senders_on(sqlite, channel, real=real) as senders:
        await until(lambda: bool(rows(sqlite)[0].error))
        real.ahead += age
        await kicking(senders, lambda: rows(sqlite)[0].attempts == calls and rows(sqlite)[0].lease_until is None)
        await until(lambda: states(sqlite, "a") == [state])
    assert len(channel.calls) == calls


async def test_a_clear_refusal_after_a_doubt_leaves_the_doubt(sqlite: Store) -> None:
    channel, real = Channel(), Real()
    channel.script["a"] = [UNKNOWN, RETRY]
    owe(sqlite, "a", "一")
    async with senders_on(sqlite, channel, real=real) as senders:
        await until(lambda: bool(rows(sqlite)[0].error))
        real.forward(hours=3)
        await kicking(senders, lambda: rows(sqlite)[0].error == RETRY.error)
        real.forward(hours=1)
        await kicking(senders, lambda: states(sqlite, "a") == ["dead"])
    assert len(channel.calls) == 2


@pytest.mark.parametrize(("free", "state"), [(False, "dead"), (True, "due")])
async def test_refusals_count_unless_they_are_free(sqlite: Store, free: bool, state: str) -> None:
    channel = Channel()
    channel.script["a"] = [Outcome("retry", wait=0.0, free=free, error="errcode 1")] * MAX_REJECTIONS
    owe(sqlite, "a", "一")
    async with senders_on(sqlite, channel, rates=UNLIMITED) as senders:
        await kicking(senders, lambda: len(channel.calls) >= MAX_REJECTIONS)
        await until(lambda: rows(sqlite)[0].lease_until is None and rows(sqlite)[0].state in (state, "sent"))
    assert rows(sqlite)[0].rejections == (0 if free else MAX_REJECTIONS)


async def test_a_channel_that_raises_loses_nothing(sqlite: Store) -> None:
    channel = Channel()

    async def explode(call: Call) -> Outcome:
        raise RuntimeError(call.words)

    channel.answering = explode
    owe(sqlite, "a", "一")
    async with senders_on(sqlite, channel) as senders:
        await until(lambda: rows(sqlite)[0].error == "RuntimeError")
        channel.answering = None
        due_again(sqlite)
        senders.kick()
        await until(lambda: states(sqlite, "a") == ["sent"])
    assert channel.calls[-1].fence


async def test_a_held_row_goes_at_its_hour_and_holds_up_nothing(store: Store) -> None:
    clock, channel = Clock(), Channel()
    owe(store, "a", "明早", hold_until=START + timedelta(hours=2))
    owe(store, "a", "现在")
    async with Senders([store.turns()], clock, channel) as senders:
        await senders.drain()
        assert channel.words() == ["现在"]
        clock.forward(hours=2)
        await senders.drain()
    assert channel.words() == ["现在", "明早"]


async def test_idle_does_not_wait_behind_somebody_who_cannot_be_reached(sqlite: Store) -> None:
    channel = Channel()
    channel.script["a"] = [RETRY]
    owe(sqlite, "a", "一", "二", "三")
    async with senders_on(sqlite, channel) as senders:
        await until(lambda: rows(sqlite)[0].rejections == 1)
        assert await senders.all[0].idle(0.5)
    assert channel.words() == ["一"]


async def test_stopping_marks_what_was_under_way(store: Store) -> None:
    channel = Channel()
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_call: Call) -> Outcome:
        under_way.set()
        await go_on.wait()
        return Outcome("sent")

    channel.answering = slowly
    owe(store, "a", "一")
    async with senders_on(store, channel):
        await under_way.wait()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert states(store, "a") == ["sent"]


async def test_stopping_in_the_middle_of_a_claim_loses_no_call(sqlite: Store) -> None:
    """What was claimed while the stop came is called and marked, not left under a lease."""
    for name in range(8):
        owe(sqlite, f"p{name}", "一")
    for _ in range(5):
        channel = Channel()
        turns = sqlite.turns()
        sender = Sender(turns, Clock(), channel)
        running = asyncio.create_task(sender.run())
        await asyncio.sleep(0)  # the round has begun and waits for the store
        await sender.stop()
        await running
        assert [row.lease_until for row in rows(sqlite)] == [None] * 8
        assert sum(row.state == "sent" for row in rows(sqlite)) >= len(channel.calls)
        due_again(sqlite)


async def test_a_file_that_takes_long_holds_up_nothing_and_is_made_once(store: Store) -> None:
    """Two processes; what is made longer than a lease lasts stays with its maker, and its receiver hears once."""
    channel, real, done = Channel(), Real(), asyncio.Event()

    async def answering(call: Call) -> Outcome:
        if call.words == "大文件":
            await done.wait()
        return Outcome("sent", msgid="m")

    channel.answering = answering
    owe(store, "a", "大文件", "另一个大文件", apart=True)
    owe(store, "a", "后面的")
    async with senders_on(store, channel, 2, real=real, renew_seconds=0.02) as senders:
        await kicking(senders, lambda: channel.words("a").count(STILL_MAKING) == 1)
        assert "后面的" in channel.words("a") and "另一个大文件" not in channel.words("a")
        await until(lambda: sum(row.state == "sent" for row in rows(store, "a")) == 2)  # no lease of theirs may lapse
        for _ in range(3):
            real.forward(seconds=80)
            await until(lambda: (rows(store, "a")[0].lease_until or START) > real() + LEASE - timedelta(seconds=10))
            senders.kick()
        assert channel.words("a").count("大文件") == 1
        assert channel.words("a").count(STILL_MAKING) == 1
        done.set()
        await kicking(senders, lambda: len(states(store, "a")) >= 4 and set(states(store, "a")) == {"sent"})
    heard = [words for words in channel.words("a") if words != STILL_MAKING]  # the other may take long, too
    assert sorted(heard) == sorted(["大文件", "另一个大文件", "后面的"])


async def test_a_stop_outlives_a_store_out_of_reach(sqlite: Store) -> None:
    """What was called and cannot be marked any more is in doubt, as after a kill; the other parts stop all the same."""
    owe(sqlite, "a", "一")
    (sender,) = senders_on(sqlite, Channel()).all
    (parcel,) = await claimed(sender)
    sender._done.append((parcel, Outcome("sent", msgid="m1")))

    def refuse(_connection: object) -> None:
        raise OperationalError("COMMIT", None, Exception("disk I/O error"))

    event.listen(sender._turns.engine, "commit", refuse)
    await sender.stop()
    event.remove(sender._turns.engine, "commit", refuse)
    (row,) = rows(sqlite)
    assert row.state == "due" and row.lease_until is not None
