"""Several processes on one store, one of them late or killed: each row goes once, in its person's order."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.parcels import FENCE, LEASE, Outcome
from bot.sender import Sender
from storage import outbox
from storage.duties import Send
from storage.models import Outbox
from tests.engine.world import (
    ADMIN,
    DEAD,
    RETRY,
    START,
    Call,
    Channel,
    Clock,
    Real,
    back_date,
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
)
from tests.stores import Store


async def test_another_process_takes_over_when_the_lease_has_run_out(store: Store) -> None:
    crashed = Sender(store.turns(), Clock(), Channel())
    owe(store, "a", "一", "二")
    parcels = await claimed(crashed)
    assert [parcel.person for parcel in parcels] == ["a"]
    channel = Channel()
    async with senders_on(store, channel) as senders:
        await asyncio.sleep(0.05)
        assert channel.calls == []  # under lease: nobody else calls, and nothing overtakes
        back_date(store, LEASE + timedelta(seconds=1), "lease_until")
        senders.kick()
        await until(lambda: states(store, "a") == ["sent", "sent"])
    assert channel.words("a") == ["一", "二"]
    assert channel.calls[0].fence  # the crashed process may have called


async def test_a_late_failure_of_the_first_process_undoes_nothing(sqlite: Store) -> None:
    """The first process comes back after its lease with a failure, when the second has delivered."""
    slow = Sender(sqlite.turns(), Clock(), Channel())
    owe(sqlite, "a", "一")
    parcel = (await claimed(slow))[0]
    back_date(sqlite, LEASE + timedelta(seconds=1), "lease_until")
    channel = Channel()
    async with senders_on(sqlite, channel):
        await until(lambda: states(sqlite, "a") == ["sent"])
    await marked(slow, [(parcel, DEAD), (parcel, RETRY)])
    row = rows(sqlite, "a")[0]
    assert (row.state, row.error) == ("sent", "")


async def test_a_late_failure_does_not_end_the_second_process_lease(sqlite: Store) -> None:
    first, second = Sender(sqlite.turns(), Clock(), Channel()), Sender(sqlite.turns(), Clock(), Channel())
    owe(sqlite, "a", "一")
    early = (await claimed(first))[0]
    back_date(sqlite, LEASE + timedelta(seconds=1), "lease_until")
    assert await claimed(second)
    await marked(first, [(early, RETRY)])
    assert rows(sqlite)[0].lease_until is not None
    await marked(first, [(early, DEAD)])
    assert states(sqlite, "a") == ["due"]


async def test_two_senders_never_send_a_row_twice(server: Store) -> None:
    channel = Channel()
    names = [f"p{n}" for n in range(8)]

    async def slowly(call: Call) -> Outcome:
        await asyncio.sleep(0.002)
        return Outcome("sent")

    channel.answering = slowly
    for name in names:
        owe(server, name, *[f"{name}-{n}" for n in range(8)])
    async with senders_on(server, channel, 2) as senders:
        await kicking(senders, lambda: all(row.state == "sent" for row in rows(server)))
    assert max(Counter(channel.words()).values()) == 1
    for name in names:
        assert channel.words(name) == [f"{name}-{n}" for n in range(8)]


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


async def test_a_killed_process_leaves_doubt_that_a_repeat_is_checked_for(store: Store) -> None:
    real = Real()
    killed = Sender(store.turns(), Clock(), Channel(), real=real)
    owe(store, "a", "一")
    assert len(await claimed(killed)) == 1
    real.ahead += LEASE + timedelta(seconds=1)
    channel = Channel()
    async with senders_on(store, channel, real=real):
        await until(lambda: states(store, "a") == ["sent"])
    assert [call.fence for call in channel.calls] == [True]
    assert count(store, Send) == 2  # WeCom may have counted both


async def test_beyond_the_duplicate_check_a_person_decides(store: Store) -> None:
    """The process was killed in the middle of a call, and the next one starts when a repeat would not be noticed."""
    real = Real()
    with store.session() as session:
        people(session, "a")
        session.commit()
    owe(store, "a", "一", push_key="p1")
    owe(store, "a", "二", push_key="p2")
    assert len(await claimed(Sender(store.turns(), Clock(), Channel(), real=real))) == 1
    with store.session() as session:
        outbox.free_leases(session)  # what a lone process does at its start
        session.commit()
    real.ahead += FENCE + LEASE
    channel = Channel()
    async with senders_on(store, channel, real=real) as senders:
        await until(lambda: states(store, "a") == ["dead", "sent"])
        await senders.drain()
    assert channel.words("a") == ["二"]
    assert len(channel.words(ADMIN)) == 1


async def test_what_was_held_does_not_overtake_what_is_under_way(server: Store) -> None:
    """An older row may go while a younger one is on its way: the person still gets one at a time."""
    clock = Clock()
    first, second = (Sender(server.turns(), clock, Channel()) for _ in range(2))
    owe(server, "a", "八点", hold_until=START + timedelta(hours=1))
    owe(server, "a", "现在")
    younger = await claimed(first)
    clock.forward(hours=2)
    assert await claimed(second) == ()
    await marked(first, [(younger[0], Outcome("sent"))])
    assert [parcel.id for parcel in await claimed(second)] == [rows(server)[0].id]


async def test_two_processes_never_call_one_person_at_once(store: Store) -> None:
    channel, here, most = Channel(), Counter[str](), Counter[str]()

    async def slowly(call: Call) -> Outcome:
        here[call.person] += 1
        most[call.person] = max(most[call.person], here[call.person])
        await asyncio.sleep(0.003)
        here[call.person] -= 1
        return Outcome("sent")

    channel.answering = slowly
    for name in ("a", "b", "c"):
        owe(store, name, *[f"{name}{n}" for n in range(12)])
    async with senders_on(store, channel, 2) as senders:
        await kicking(senders, lambda: all(row.state == "sent" for row in rows(store)))
    assert most == Counter(a=1, b=1, c=1)
    assert len(channel.calls) == 36


async def test_a_rehearsal_waits_for_what_another_process_has_under_way(server: Store) -> None:
    real = Clock(Real()() + timedelta(minutes=1))  # it stands still
    first, second = (Sender(server.turns(), Clock(), Channel(), real=real) for _ in range(2))
    owe(server, "a", "一")
    parcel = (await claimed(first))[0]
    assert not await second.idle(0.1)
    await marked(first, [(parcel, Outcome("sent"))])
    assert await second.idle(10)
    owe(server, "b", "二")
    real.forward(seconds=1)
    assert len(await claimed(first)) == 1
    real.forward(seconds=6)
    assert await second.idle(10)  # that process was killed, or its call hangs: it is no reason to stand still
