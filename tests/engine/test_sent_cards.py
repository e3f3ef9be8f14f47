"""Cards that are closed before, while or after they are sent."""

from __future__ import annotations

import asyncio

from bot.messages import Button, Card, CardKind, pack
from bot.parcels import Outcome
from bot.sender import Sender
from storage import outbox
from tests.engine.world import (
    START,
    Call,
    Channel,
    Clock,
    claimed,
    marked,
    rows,
    senders_on,
    states,
    until,
)
from tests.stores import Store


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
    async with senders_on(store, channel) as senders:
        await senders.drain()
    assert channel.calls == []
    assert states(store, "a") == ["cancelled"]


async def test_a_sent_card_owes_its_greying_once(store: Store) -> None:
    _card(store)
    channel = Channel()
    async with senders_on(store, channel) as senders:
        await senders.drain()
        _close(store)
        _close(store)
        await senders.drain()
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
    async with senders_on(store, channel) as senders:
        await under_way.wait()
        _close(store)
        go_on.set()
        await until(lambda: len(channel.calls) == 2)
        await senders.drain()
    assert [(call.words, call.response_code) for call in channel.calls] == [("Card", ""), ("update:已取消", "fresh")]
    assert states(store, "a") == ["sent", "sent"]


async def test_closing_and_marking_at_the_same_moment_still_greys_the_card(server: Store) -> None:
    """The closing holds the row while the sender wants to mark it: one of the two must see the other."""
    sender = Sender(server.turns(), Clock(), Channel())
    _card(server)
    parcel = (await claimed(sender))[0]
    with server.session() as session:
        outbox.close_group(session, "c:1", "已取消", at=START)
        sent = Outcome("sent", response_code="r")
        marking = asyncio.create_task(marked(sender, [(parcel, sent)]))
        await asyncio.sleep(0.1)
        assert not marking.done()
        session.commit()
    await marking
    assert [(row.kind, row.state) for row in rows(server)] == [("card", "sent"), ("card_update", "due")]
