"""The gates in front of everything: what must leave no trace leaves none, in no table and no log line."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bot.gate import HAS_MARK, NOT_OPEN, QUIET_SECONDS, RECEIPT
from bot.messages import Kind
from storage.models import Event, Seen
from storage.types import Base
from tests.engine.small import Small
from tests.engine.world import count

ANONYMOUS = "我想匿名举报张三拿回扣"
MARKED = "绝密★10年 某工程的图纸参数"


def _everything(bot: Small) -> str:
    """Every cell of every table."""
    with bot.store.session() as session:
        tables = {t.name: session.execute(select(t)).all() for t in Base.metadata.sorted_tables}
    return json.dumps({name: [[str(cell) for cell in row] for row in rows] for name, rows in tables.items()})


@pytest.mark.parametrize("text", [ANONYMOUS, "别让领导知道是我说的，王五吃空饷", "回执码 1234 5678 9012 3456"])
async def test_what_wants_no_name_leaves_no_row_and_no_line(
    bots: Small, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    caplog.set_level(logging.DEBUG)
    before = _everything(bots)
    answer = await bots.hear(bots.inbound("li", text, key="m:secret-key"))
    assert answer is not None
    assert answer.row is None
    assert answer.text in (NOT_OPEN, RECEIPT)
    await bots.deliver()
    assert _everything(bots) == before
    assert bots.channel.calls == []
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("jiandu"))
    assert all(word not in said for word in ("li", "secret-key", text[:4]))
    assert text not in caplog.text
    assert bots.words.heard == []


async def test_for_half_an_hour_nothing_else_is_kept_either(bots: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    await bots.say("li", ANONYMOUS)
    before = _everything(bots)
    assert await bots.say("li", "他上个月收了三万") == NOT_OPEN
    assert await bots.say("LI", "他上个月收了三万") == NOT_OPEN
    for kind in (Kind.ENTER, Kind.SUBSCRIBE):
        answer = await bots.hear(bots.inbound("li", kind=kind))
        assert answer is None or answer.text == ""
    assert (await bots.hear(bots.inbound("li", kind=Kind.IMAGE))).text == NOT_OPEN  # type: ignore[union-attr]
    await bots.turns.run(lambda session: None)
    assert _everything(bots) == before
    assert await bots.say("wang", "你好") == "我能做：填表（unknown）"
    later = time.monotonic() + QUIET_SECONDS + 1
    monkeypatch.setattr("bot.gate.time", SimpleNamespace(monotonic=lambda: later))
    assert await bots.say("li", "你好") == "我能做：填表（unknown）"


async def test_a_clear_command_passes_in_the_quiet_time(bot: Small) -> None:
    await bot.say("li", ANONYMOUS)
    assert await bot.say("li", "帮助") == "我能做：填表（unknown）"
    assert await bot.say("li", "报送问题：某事") == "我能做：填表（unknown）"
    assert await bot.say("li", "报送问题真多") == NOT_OPEN


async def test_an_open_conversation_passes_in_the_quiet_time(bots: Small) -> None:
    await bots.say("li", "填表")
    assert await bots.say("li", ANONYMOUS) == NOT_OPEN
    assert await bots.say("li", "甲") == "名称：甲。回复“确认”提交"
    bots.clock.forward(minutes=31)
    assert await bots.say("li", "乙") == NOT_OPEN


async def test_a_fast_typist_in_the_quiet_time_is_not_stopped(bot: Small) -> None:
    """The command opens the conversation; what follows at once belongs to it, though no answer is out yet."""
    await bot.say("li", ANONYMOUS)
    click = bot.inbound("li", kind=Kind.MENU_CLICK, event_key="填表")
    answers = await asyncio.gather(bot.hear(click), bot.hear(bot.inbound("li", "甲")))
    assert [answer and answer.text for answer in answers] == ["名称是什么？", "名称：甲。回复“确认”提交"]


async def test_an_anonymous_message_does_not_wait_behind_the_persons_others(bot: Small) -> None:
    answers = await asyncio.gather(
        bot.hear(bot.inbound("li", "填表")), bot.hear(bot.inbound("li", ANONYMOUS)), bot.hear(bot.inbound("li", "甲"))
    )
    texts = [answer.text for answer in answers if answer]
    assert texts == ["名称是什么？", NOT_OPEN, "名称：甲。回复“确认”提交"]


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
