"""The gate in front of everything: what carries the mark of a state secret is in no table and no log line."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from sqlalchemy import select

from bot.gate import HAS_MARK
from bot.messages import Kind
from storage.models import Event, Seen
from storage.types import Base
from tests.engine.small import Small
from tests.engine.world import count

MARKED = "绝密★10年 某工程的图纸参数"


def _everything(bot: Small) -> str:
    """Every cell of every table."""
    with bot.store.session() as session:
        tables = {t.name: session.execute(select(t)).all() for t in Base.metadata.sorted_tables}
    return json.dumps({name: [[str(cell) for cell in row] for row in rows] for name, rows in tables.items()})


async def test_a_mark_leaves_one_empty_event(bots: Small, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(3):
        assert await bots.say("li", MARKED, key="m:1") == HAS_MARK
    assert count(bots.store, Event) == 1
    with bots.store.session() as session:
        event = session.scalars(select(Event)).one()
        assert (event.actor, event.before, event.after, event.reason, event.message_key) == (
            "system",
            None,
            None,
            "",
            "",
        )
        assert [row.person for row in session.scalars(select(Seen))] == [""]
    everything = _everything(bots)
    assert "图纸" not in everything
    assert "图纸" not in caplog.text


async def test_a_mark_seen_by_two_replicas_at_once_is_one_event(servers: Small) -> None:
    bots = servers
    other = bots.another()
    inbound = bots.inbound("li", MARKED, key="m:1")
    answers = await asyncio.gather(*[(bots, other)[n % 2].hear(inbound) for n in range(6)])
    assert {answer.text for answer in answers if answer} == {HAS_MARK}
    assert count(bots.store, Event) == 1


async def test_a_mark_on_a_button_is_seen_too(bot: Small) -> None:
    answer = await bot.hear(bot.inbound("li", kind=Kind.MENU_CLICK, event_key=MARKED))
    assert answer is not None
    assert answer.text == HAS_MARK
