"""What cannot be delivered: buried, told to the administrator without its words, taken up by the flows."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from bot.parcels import Outcome
from storage import outbox
from storage.matters import Person
from storage.models import Due
from tests.engine.world import (
    ADMIN,
    DEAD,
    START,
    Channel,
    Clock,
    Senders,
    kicking,
    owe,
    people,
    rows,
    senders_on,
    states,
    until,
)
from tests.stores import Store

GONE = Outcome("dead", gone=True, error="invalid user")


def _letters(channel: Channel) -> list[str]:
    return channel.words(ADMIN)


async def test_a_dead_letter_is_told_to_the_administrator_once(store: Store) -> None:
    channel = Channel()
    with store.session() as session:
        people(session, "a")
        session.commit()
    channel.script["a"] = [DEAD]
    owe(store, "a", "机密的话", "后面的")
    async with senders_on(store, channel) as senders:
        await senders.drain()
        await until(lambda: bool(_letters(channel)))
        await senders.drain()
    assert states(store, "a") == ["dead", "sent"]  # what comes later is not held back by a dead letter
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
    async with senders_on(sqlite, channel) as senders:
        await until(lambda: states(sqlite, ADMIN) == ["dead"])
        await senders.drain()
    assert len(rows(sqlite)) == 2


async def test_an_account_that_is_gone_is_marked(sqlite: Store) -> None:
    channel = Channel()
    with sqlite.session() as session:
        people(session, "a")
        session.commit()
    channel.script["a"] = [GONE]
    owe(sqlite, "a", "一")
    async with senders_on(sqlite, channel):
        await until(lambda: states(sqlite, "a") == ["dead"])
    with sqlite.session() as session:
        reachable = dict(session.execute(select(Person.userid, Person.reachable)).tuples().all())
    assert reachable == {"a": False, ADMIN: True}


async def test_a_row_that_nobody_can_read_stops_nobody(sqlite: Store) -> None:
    with sqlite.session() as session:
        people(session, "a")
        outbox.add(session, person="a", kind="hologram", body={"x": 1}, at=START)
        outbox.add(session, person="a", kind="text", body={"wrong": 1}, at=START)
        session.commit()
    owe(sqlite, "a", "一")
    owe(sqlite, "b", "二")
    channel = Channel()
    async with senders_on(sqlite, channel) as senders:
        await until(lambda: bool(channel.words("a") and channel.words("b")))
        await senders.drain()
    assert states(sqlite, "a") == ["dead", "dead", "sent"]
    assert len(_letters(channel)) == 1  # one message for both, and for all others of this hour


async def test_an_outage_is_one_letter_an_hour(store: Store) -> None:
    channel, clock = Channel(), Clock()
    with store.session() as session:
        people(session, "a", "b")
        session.commit()
    channel.script |= {"a": [DEAD] * 3, "b": [DEAD] * 3}
    owe(store, "a", "一", "二", "三")
    owe(store, "b", "四", "五")
    async with Senders([store.turns(), store.turns()], clock, channel) as senders:
        await kicking(senders, lambda: states(store, "a") + states(store, "b") == ["dead"] * 5)
        await senders.drain()
        assert len(_letters(channel)) == 1
        clock.forward(hours=1)
        owe(store, "b", "六")
        await kicking(senders, lambda: len(_letters(channel)) == 2)
    assert "累计6条" in _letters(channel)[1]


def _planned(store: Store) -> list[tuple[str, str, dict[str, object]]]:
    with store.session() as session:
        return [(due.kind, due.matter, due.facts) for due in session.scalars(select(Due))]


async def test_the_flows_hear_of_a_message_that_reached_nobody(store: Store) -> None:
    channel = Channel()
    with store.session() as session:
        people(session, "a", "b")
        session.commit()
    channel.script |= {"a": [GONE], "b": [DEAD]}
    owe(store, "a", "催", matter="WT-2026-0001", push_key="p1")
    owe(store, "b", "别的", matter="WT-2026-0002")  # buried too, but its person is there
    async with senders_on(store, channel) as senders:
        await until(lambda: states(store, "a") + states(store, "b") == ["dead", "dead"])
        await senders.drain()
    number = rows(store, "a")[0].id
    facts = {"person": "a", "outbox": number, "about": "WT-2026-0001"}
    assert _planned(store) == [("undelivered", f"outbox:{number}", facts)]


async def test_nobody_takes_up_an_answer_a_notice_or_an_update(sqlite: Store) -> None:
    channel = Channel()
    with sqlite.session() as session:
        people(session, "a", "b")
        outbox.add_answer(session, "a", {"content": "答复"}, START, datetime.now(UTC))
        outbox.add(session, person="b", kind="card_update", body={"task_id": "k1", "text": "已办"}, at=START)
        session.commit()
    owe(sqlite, ADMIN, "未送达", matter="dead-letter")
    channel.script |= {name: [GONE] for name in ("a", "b", ADMIN)}
    async with senders_on(sqlite, channel) as senders:
        await until(lambda: [row.state for row in rows(sqlite)][:3] == ["dead"] * 3)
        await senders.drain()
    assert _planned(sqlite) == []
