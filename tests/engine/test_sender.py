"""Delivery: order per person, back-off, doubt, dead letters, leases, cards that close on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.messages import Button, Card, CardKind, pack
from bot.sender import FENCE, GIVE_UP_AFTER, LEASE, MAX_REJECTIONS, Outcome, Sender
from storage import outbox
from storage.matters import Person
from storage.models import Outbox
from tests.engine.world import (
    ADMIN,
    START,
    Call,
    Channel,
    Clock,
    Senders,
    back_date,
    due_again,
    owe,
    people,
    rows,
    until,
)
from tests.stores import Store

RETRY = Outcome("retry", wait=1.0, grows=True, error="errcode -1")
UNKNOWN = Outcome("unknown", wait=1.0, grows=True, free=True, error="unknown: read")
DEAD = Outcome("dead", error="errcode 40008")


def _senders(store: Store, channel: Channel, count: int = 1) -> Senders:
    return Senders([store.turns() for _ in range(count)], Clock(), channel)


def _states(store: Store, person: str) -> list[str]:
    return [row.state for row in rows(store, person)]


async def _drain(senders: Senders) -> None:
    for sender in senders.all:
        assert await sender.idle(10)


async def _kicking(senders: Senders, condition: Callable[[], bool]) -> None:
    def knock() -> bool:
        senders.kick()
        return condition()

    await until(knock, 20)


async def test_everything_owed_is_delivered_in_order(store: Store) -> None:
    channel = Channel()
    words = [f"第{n}条" for n in range(6)]
    owe(store, "a", *words)
    owe(store, "b", "别的")
    async with _senders(store, channel) as senders:
        await _drain(senders)
    assert channel.words("a") == words
    assert channel.words("b") == ["别的"]
    assert _states(store, "a") == ["sent"] * 6
    assert all(row.sent_at == START and row.msgid and row.lease_until is None for row in rows(store))


async def test_a_retrying_row_holds_back_its_person_only(store: Store) -> None:
    channel = Channel()
    channel.script["a"] = [RETRY, RETRY]
    owe(store, "a", "一", "二")
    owe(store, "b", "三", "四")
    async with _senders(store, channel) as senders:
        await _drain(senders)
        assert channel.words("b") == ["三", "四"]
        assert channel.words("a") == ["一"]
        for tries in (2, 3):
            due_again(store)
            senders.kick()
            await until(lambda tries=tries: len(channel.words("a")) >= tries)  # type: ignore[misc]
            await until(lambda: rows(store, "a")[0].lease_until is None)
        await _drain(senders)
    assert channel.words("a") == ["一", "一", "一", "二"]


async def test_the_wait_grows_to_a_minute(sqlite: Store) -> None:
    channel = Channel()
    channel.script["a"] = [UNKNOWN] * 9
    owe(sqlite, "a", "一")
    waits = []
    async with _senders(sqlite, channel) as senders:
        for tries in range(1, 10):
            due_again(sqlite)
            senders.kick()
            await until(lambda tries=tries: len(channel.calls) == tries)  # type: ignore[misc]
            await until(lambda: rows(sqlite)[0].lease_until is None)
            waits.append(round((rows(sqlite)[0].not_before - datetime.now(UTC)).total_seconds()))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_an_unknown_outcome_is_tried_again_behind_the_fence(store: Store) -> None:
    channel = Channel()
    channel.script["a"] = [UNKNOWN]
    owe(store, "a", "一")
    owe(store, "b", "推送", push_key="p1")
    async with _senders(store, channel) as senders:
        await _drain(senders)
        due_again(store)
        senders.kick()
        await until(lambda: _states(store, "a") == ["sent"])
    assert [(call.person, call.fence) for call in channel.calls if call.person == "a"] == [("a", False), ("a", True)]
    assert [call.fence for call in channel.calls if call.person == "b"] == [True]  # a push from its first attempt


def _letters(channel: Channel) -> list[str]:
    return channel.words(ADMIN)


async def test_a_dead_letter_is_told_to_the_administrator_once(store: Store) -> None:
    channel = Channel()
    with store.session() as session:
        people(session, "a")
        session.commit()
    channel.script["a"] = [DEAD]
    owe(store, "a", "机密的话", "后面的")
    async with _senders(store, channel) as senders:
        await _drain(senders)
        await until(lambda: bool(_letters(channel)))
        await _drain(senders)
    assert _states(store, "a") == ["dead", "sent"]  # what comes later is not held back by a dead letter
    assert len(_letters(channel)) == 1
    assert "名a" in _letters(channel)[0]
    assert "errcode 40008" in _letters(channel)[0]
    assert "机密" not in _letters(channel)[0]


async def test_a_dead_letter_about_a_dead_letter_is_not_told(sqlite: Store) -> None:
    channel = Channel()
    with sqlite.session() as session:
        people(session, "a")
        session.commit()
    channel.script |= {"a": [DEAD], ADMIN: [DEAD]}
    owe(sqlite, "a", "一")
    async with _senders(sqlite, channel) as senders:
        await until(lambda: _states(sqlite, ADMIN) == ["dead"])
        await _drain(senders)
    assert len(rows(sqlite)) == 2


async def test_an_account_that_is_gone_is_marked(sqlite: Store) -> None:
    channel = Channel()
    with sqlite.session() as session:
        people(session, "a")
        session.commit()
    channel.script["a"] = [Outcome("dead", gone=True, error="invalid user")]
    owe(sqlite, "a", "一")
    async with _senders(sqlite, channel):
        await until(lambda: _states(sqlite, "a") == ["dead"])
    with sqlite.session() as session:
        reachable = dict(session.execute(select(Person.userid, Person.reachable)).tuples().all())
    assert reachable == {"a": False, ADMIN: True}


@pytest.mark.parametrize(
    ("outcome", "age", "dies"),
    [
        (UNKNOWN, FENCE - timedelta(minutes=1), False),
        (UNKNOWN, FENCE + timedelta(minutes=1), True),
        (RETRY, FENCE + timedelta(hours=1), False),
        (RETRY, GIVE_UP_AFTER + timedelta(minutes=1), True),
    ],
)
async def test_doubt_ends_with_the_fence_and_patience_after_three_days(
    sqlite: Store, outcome: Outcome, age: timedelta, dies: bool
) -> None:
    channel = Channel()
    channel.script["a"] = [outcome, outcome]
    owe(sqlite, "a", "一")
    async with _senders(sqlite, channel) as senders:
        await until(lambda: len(channel.calls) == 1)
        await until(lambda: rows(sqlite)[0].lease_until is None)
        back_date(sqlite, age, "first_tried_at", "not_before")
        senders.kick()
        await until(lambda: len(channel.calls) == 2)
        await until(lambda: rows(sqlite)[0].lease_until is None)
    assert _states(sqlite, "a") == ["dead" if dies else "due"]


@pytest.mark.parametrize(("free", "state"), [(False, "dead"), (True, "due")])
async def test_refusals_count_unless_they_are_free(sqlite: Store, free: bool, state: str) -> None:
    channel = Channel()
    channel.script["a"] = [Outcome("retry", wait=0.0, free=free, error="errcode 1")] * MAX_REJECTIONS
    owe(sqlite, "a", "一")
    async with _senders(sqlite, channel) as senders:
        await _kicking(senders, lambda: len(channel.calls) >= MAX_REJECTIONS)
        await until(lambda: rows(sqlite)[0].lease_until is None and rows(sqlite)[0].state in (state, "sent"))
    assert rows(sqlite)[0].rejections == (0 if free else MAX_REJECTIONS)


async def test_a_channel_that_raises_loses_nothing(sqlite: Store) -> None:
    channel = Channel()

    async def explode(call: Call) -> Outcome:
        raise RuntimeError(call.words)

    channel.answering = explode
    owe(sqlite, "a", "一")
    async with _senders(sqlite, channel) as senders:
        await until(lambda: rows(sqlite)[0].error == "RuntimeError")
        channel.answering = None
        due_again(sqlite)
        senders.kick()
        await until(lambda: _states(sqlite, "a") == ["sent"])
    assert channel.calls[-1].fence


async def test_a_row_that_nobody_can_read_stops_nobody(sqlite: Store) -> None:
    with sqlite.session() as session:
        people(session, "a")
        outbox.add(session, person="a", kind="hologram", body={"x": 1}, at=START)
        outbox.add(session, person="a", kind="text", body={"wrong": 1}, at=START)
        session.commit()
    owe(sqlite, "a", "一")
    owe(sqlite, "b", "二")
    channel = Channel()
    async with _senders(sqlite, channel) as senders:
        await until(lambda: bool(channel.words("a") and channel.words("b")))
        await _drain(senders)
    assert _states(sqlite, "a") == ["dead", "dead", "sent"]
    assert len(_letters(channel)) == 2


async def test_another_process_takes_over_when_the_lease_has_run_out(store: Store) -> None:
    crashed = Sender(store.turns(), Clock(), Channel())
    owe(store, "a", "一", "二")
    parcels = await crashed._turns.run(lambda session: crashed._mark_and_claim(session, [], 9))
    assert [parcel.person for parcel in parcels] == ["a"]
    channel = Channel()
    async with _senders(store, channel) as senders:
        await asyncio.sleep(0.05)
        assert channel.calls == []  # under lease: nobody else calls, and nothing overtakes
        back_date(store, LEASE + timedelta(seconds=1), "lease_until")
        senders.kick()
        await until(lambda: _states(store, "a") == ["sent", "sent"])
    assert channel.words("a") == ["一", "二"]
    assert channel.calls[0].fence  # the crashed process may have called


async def test_a_late_failure_of_the_first_process_undoes_nothing(sqlite: Store) -> None:
    """The first process comes back after its lease with a failure, when the second has delivered."""
    slow = Sender(sqlite.turns(), Clock(), Channel())
    owe(sqlite, "a", "一")
    parcel = (await slow._turns.run(lambda session: slow._mark_and_claim(session, [], 9)))[0]
    back_date(sqlite, LEASE + timedelta(seconds=1), "lease_until")
    channel = Channel()
    async with _senders(sqlite, channel):
        await until(lambda: _states(sqlite, "a") == ["sent"])
    await slow._turns.run(lambda session: slow._mark(session, [(parcel, DEAD), (parcel, RETRY)]))
    row = rows(sqlite, "a")[0]
    assert (row.state, row.error) == ("sent", "")


async def test_a_late_failure_does_not_end_the_second_process_lease(sqlite: Store) -> None:
    first, second = Sender(sqlite.turns(), Clock(), Channel()), Sender(sqlite.turns(), Clock(), Channel())
    owe(sqlite, "a", "一")
    early = (await first._turns.run(lambda session: first._mark_and_claim(session, [], 9)))[0]
    back_date(sqlite, LEASE + timedelta(seconds=1), "lease_until")
    assert await second._turns.run(lambda session: second._mark_and_claim(session, [], 9))
    await first._turns.run(lambda session: first._mark(session, [(early, RETRY)]))
    assert rows(sqlite)[0].lease_until is not None
    await first._turns.run(lambda session: first._mark(session, [(early, DEAD)]))
    assert _states(sqlite, "a") == ["due"]


async def test_two_senders_never_send_a_row_twice(server: Store) -> None:
    channel = Channel()
    names = [f"p{n}" for n in range(8)]

    async def slowly(call: Call) -> Outcome:
        await asyncio.sleep(0.002)
        return Outcome("sent")

    channel.answering = slowly
    for name in names:
        owe(server, name, *[f"{name}-{n}" for n in range(8)])
    async with _senders(server, channel, 2) as senders:
        await _kicking(senders, lambda: all(row.state == "sent" for row in rows(server)))
    assert max(Counter(channel.words()).values()) == 1
    for name in names:
        assert channel.words(name) == [f"{name}-{n}" for n in range(8)]


def _card(store: Store, group: str = "c:1") -> None:
    card = Card(CardKind.BUTTONS, "请确认", buttons=(Button("确认", "confirm"),))
    kind, body = pack(card)
    with store.session() as session:
        outbox.add(session, person="a", kind=kind, body=body, at=START, card_group=group)
        session.commit()


def _close(store: Store, group: str = "c:1") -> None:
    with store.session() as session:
        outbox.close_group(session, group, "已取消", at=START)
        session.commit()


async def test_a_card_that_was_not_sent_yet_is_not_sent_when_closed(store: Store) -> None:
    _card(store)
    _close(store)
    channel = Channel()
    async with _senders(store, channel) as senders:
        await _drain(senders)
    assert channel.calls == []
    assert _states(store, "a") == ["cancelled"]


async def test_a_sent_card_owes_its_greying_once(store: Store) -> None:
    _card(store)
    channel = Channel()
    async with _senders(store, channel) as senders:
        await _drain(senders)
        _close(store)
        _close(store)
        await _drain(senders)
    assert [call.words for call in channel.calls] == ["Card", "update:已取消"]
    assert channel.calls[1].response_code == "code1"


async def test_a_card_closed_on_its_way_is_greyed_after_it(store: Store) -> None:
    _card(store)
    channel = Channel()
    under_way, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(call: Call) -> Outcome:
        if call.words == "Card":
            under_way.set()
            await go_on.wait()
        return Outcome("sent", response_code="fresh")

    channel.answering = slowly
    async with _senders(store, channel) as senders:
        await under_way.wait()
        _close(store)
        go_on.set()
        await until(lambda: len(channel.calls) == 2)
        await _drain(senders)
    assert [(call.words, call.response_code) for call in channel.calls] == [("Card", ""), ("update:已取消", "fresh")]
    assert _states(store, "a") == ["sent", "sent"]


async def test_closing_and_marking_at_the_same_moment_still_greys_the_card(server: Store) -> None:
    """The closing holds the row while the sender wants to mark it: one of the two must see the other."""
    sender = Sender(server.turns(), Clock(), Channel())
    _card(server)
    parcel = (await sender._turns.run(lambda session: sender._mark_and_claim(session, [], 9)))[0]
    with server.session() as session:
        outbox.close_group(session, "c:1", "已取消", at=START)
        sent = Outcome("sent", response_code="r")
        marking = asyncio.create_task(sender._turns.run(lambda session: sender._mark(session, [(parcel, sent)])))
        await asyncio.sleep(0.1)
        assert not marking.done()
        session.commit()
    await marking
    assert [(row.kind, row.state) for row in rows(server)] == [("card", "sent"), ("card_update", "due")]


async def test_a_held_row_goes_at_its_hour_and_holds_up_nothing(store: Store) -> None:
    clock, channel = Clock(), Channel()
    owe(store, "a", "明早", hold_until=START + timedelta(hours=2))
    owe(store, "a", "现在")
    async with Senders([store.turns()], clock, channel) as senders:
        await _drain(senders)
        assert channel.words() == ["现在"]
        clock.forward(hours=2)
        await _drain(senders)
    assert channel.words() == ["现在", "明早"]


async def test_idle_does_not_wait_behind_somebody_who_cannot_be_reached(sqlite: Store) -> None:
    channel = Channel()
    channel.script["a"] = [RETRY]
    owe(sqlite, "a", "一", "二", "三")
    async with _senders(sqlite, channel) as senders:
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
    async with _senders(store, channel):
        await under_way.wait()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert _states(store, "a") == ["sent"]


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


async def test_a_push_key_is_owed_once_for_ever(store: Store) -> None:
    def push(number: int) -> bool:
        with store.session() as session:
            body = {"content": f"第{number}次"}
            owed = outbox.add(session, person="a", kind="text", body=body, at=START, push_key="L1:WT-2026-0001")
            session.commit()
            return owed

    assert [push(1), push(2)] == [True, False]
    with store.session() as session:
        session.execute(update(Outbox).values(state="sent"))
        session.commit()
    assert push(3) is False


async def test_two_replicas_owe_a_push_once(server: Store) -> None:
    def push(session: Session) -> bool:
        return outbox.add(session, person="a", kind="text", body={"content": "催"}, at=START, push_key="same")

    doors = [server.turns(), server.turns()]
    results = await asyncio.gather(*[doors[n % 2].run(push) for n in range(12)])
    assert sum(results) == 1
    assert len(rows(server)) == 1
