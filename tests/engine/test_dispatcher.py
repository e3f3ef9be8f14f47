"""One message, one turn: repeats, order, failures, late answers, strangers."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.conversation import index
from bot.dispatcher import TOO_MANY
from bot.errors import NOT_FOUND_OR_FORBIDDEN, StoreUnavailable
from bot.flow import Done, Flow, Turn
from bot.messages import Kind, Media
from storage.models import Conversation, Event, Failure, Outbox, Refusal, Seen
from tests.engine.small import FLOWS, FORM, OTHER, Small
from tests.engine.world import ADMIN, back_date, count, rows


def _reply_rows(bot: Small, person: str) -> list[tuple[str, str]]:
    return [(row.body.get("content", row.kind), row.state) for row in rows(bot.store, person)]


async def _submit(bot: Small, person: str, name: str = "甲") -> str:
    await bot.say(person, "填表")
    await bot.say(person, name)
    return await bot.say(person, "确认")


async def test_a_form_is_filled_and_everybody_hears_of_it(bots: Small) -> None:
    assert await bots.say("li", "填表") == "名称是什么？"
    assert await bots.say("li", "甲") == "名称：甲。回复“确认”提交"
    await bots.deliver()
    assert bots.channel.words("li") == ["Card"]
    assert await bots.say("li", "确认") == "已提交 T-1"
    await bots.deliver()
    assert bots.channel.words("boss") == ["新登记：T-1"]
    assert bots.channel.words("li") == ["Card", "update:名li于11月23日 10:00办理"]
    with bots.store.session() as session:
        event = session.scalars(select(Event)).one()
        assert (event.actor, event.matter, event.after, event.at) == ("li", "T-1", "甲", bots.clock())
        assert event.message_key.startswith("m:")
        assert session.get_one(Conversation, "li").frames == []
        assert session.get_one(Conversation, "li").recent == {"numbers": ["T-1"]}


async def test_a_repeat_in_parallel_has_one_effect_and_one_reply(bots: Small) -> None:
    await bots.say("li", "填表")
    await bots.say("li", "甲")
    inbound = bots.inbound("li", "确认", key="m:same")
    answers = await asyncio.gather(*[bots.hear(inbound) for _ in range(4)])
    assert [answer and answer.text for answer in answers] == ["已提交 T-1"] * 4
    assert count(bots.store, Event) == 1


async def test_a_repeat_is_answered_alike_after_a_restart(bots: Small) -> None:
    await bots.say("li", "填表", key="m:1")
    await bots.say("li", "甲", key="m:2")
    await bots.say("li", "确认", key="m:3")
    after = bots.restarted()
    assert await after.say("li", "确认", key="m:3") == "已提交 T-1"
    assert await after.say("li", "填表", key="m:1") == "名称是什么？"
    assert count(bots.store, Event) == 1
    assert await after.dispatcher.known("m:3")
    assert not await after.dispatcher.known("m:4")


async def test_a_repeat_on_two_replicas_at_once_has_one_effect(servers: Small) -> None:
    bots = servers
    await bots.say("li", "填表")
    await bots.say("li", "甲")
    other = bots.another()
    inbound = bots.inbound("li", "确认", key="m:same")
    answers = await asyncio.gather(*[(bots, other)[n % 2].hear(inbound) for n in range(6)])
    assert {answer.text for answer in answers if answer} == {"已提交 T-1"}
    assert count(bots.store, Event) == 1


async def test_a_failing_repeat_on_two_replicas_is_noted_once(servers: Small) -> None:
    bots = servers
    await bots.say("li", "填表")
    other = bots.another()
    inbound = bots.inbound("li", "炸", key="m:same")
    answers = await asyncio.gather(*[(bots, other)[n % 2].hear(inbound) for n in range(6)])
    assert len({answer.text for answer in answers if answer}) == 1
    assert count(bots.store, Failure) == 1


async def test_a_repeat_after_delivery_by_the_outbox_hears_nothing(bot: Small) -> None:
    inbound = bot.inbound("li", "填表", key="m:1")
    answer = await bot.hear(inbound)
    assert answer is not None  # but its bytes never reached the platform
    back_date(bot.store, timedelta(seconds=21), "not_before")
    await bot.deliver()
    await _sent(bot)
    assert bot.channel.words("li") == ["名称是什么？"]
    assert await bot.hear(inbound) is None


async def _sent(bot: Small) -> None:
    """The safety net counts as idle, so wait for it by its state."""
    running = asyncio.create_task(bot.sender.run())
    for _ in range(500):
        if not any(row.state == "due" for row in rows(bot.store)):
            break
        bot.sender.kick()
        await asyncio.sleep(0.01)
    await bot.sender.stop()
    await running


async def test_killed_between_commit_and_reply_the_sender_says_it(bot: Small) -> None:
    answer = await bot.hear(bot.inbound("li", "填表"))
    assert answer is not None
    row = rows(bot.store, "li")[0]
    wait = (row.not_before - datetime.now(UTC)).total_seconds()
    assert 18 < wait <= 20
    after = bot.restarted()
    await after.deliver()
    assert after.channel.calls == []  # not before the platform can be sure that no response comes
    back_date(bot.store, timedelta(seconds=21), "not_before")
    await _sent(after)
    assert after.channel.words("li") == ["名称是什么？"]


async def test_a_delivered_answer_is_never_sent_again(bot: Small) -> None:
    await bot.say("li", "填表")
    await bot.turns.run(lambda session: None)
    back_date(bot.store, timedelta(seconds=60), "not_before")
    await bot.deliver()
    assert bot.channel.calls == []
    assert [state for _, state in _reply_rows(bot, "li")] == ["cancelled"]


async def test_a_turn_past_its_deadline_answers_by_the_outbox_at_once(bots: Small) -> None:
    inbound = bots.inbound("li", "填表")
    assert await bots.hear(inbound, within=-1) is None
    await _sent(bots)
    assert bots.channel.words("li") == ["名称是什么？"]


async def test_an_answer_that_was_given_up_goes_by_the_outbox_at_once(
    bot: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn promised the response, but its batch was too slow to commit: nobody waits 20 seconds more."""
    monkeypatch.setattr("bot.dispatcher.GRACE", 0.05)
    first, second = _Obstacle(), _Obstacle()
    held = asyncio.create_task(bot.turns.run(first.work))
    await first.reached()
    hearing = asyncio.create_task(bot.hear(bot.inbound("li", "填表"), within=0.3))
    await asyncio.sleep(0)  # the message waits for the store
    await asyncio.sleep(0)
    behind = asyncio.create_task(bot.turns.run(second.work))
    await asyncio.sleep(0)
    first.go_on.set()
    await second.reached()  # the answer is made and promised, and not committed yet
    await asyncio.sleep(0.5)  # beyond the deadline and the grace
    assert not hearing.done()  # a 200 now would promise what a kill can still undo
    second.go_on.set()
    await asyncio.gather(held, behind)
    assert await hearing is None
    await asyncio.sleep(0.01)
    await _sent(bot)
    assert bot.channel.words("li") == ["名称是什么？"]


class _Obstacle:
    """Occupies the writer until it is told to go on."""

    def __init__(self) -> None:
        self._begun, self.go_on = threading.Event(), threading.Event()

    def work(self, _session: object) -> None:
        self._begun.set()
        assert self.go_on.wait(10)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 10)


async def test_each_person_is_heard_in_order(bots: Small) -> None:
    """A fast typist: everything arrives before the first answer is out."""
    people = ("li", "wang")
    texts = ("填表", "甲", "乙", "丙", "确认")
    inbounds = [bots.inbound(person, text) for text in texts for person in people]
    answers = await asyncio.gather(*[bots.hear(inbound) for inbound in inbounds])
    for place in range(2):
        mine = [answer.text for answer in answers[place::2] if answer]
        assert mine[:4] == [
            "名称是什么？", "名称：甲。回复“确认”提交", "改为：乙。回复“确认”提交", "改为：丙。回复“确认”提交",
        ]  # fmt: skip
        assert mine[4].startswith("已提交 T-")
    assert count(bots.store, Event) == 2


async def test_a_refusal_keeps_the_conversation_and_owes_nothing(bots: Small) -> None:
    await bots.say("li", "填表")
    assert await bots.say("li", "错", key="m:x") == "格式不对，请再说一次。"
    assert await bots.say("li", "错", key="m:x") == "格式不对，请再说一次。"
    assert await bots.say("li", "甲") == "名称：甲。回复“确认”提交"
    await bots.deliver()
    assert bots.channel.words("boss") == []


async def test_a_person_who_is_refused_has_not_fallen_silent(bot: Small) -> None:
    await bot.say("li", "填表")
    for _ in range(3):
        bot.clock.forward(minutes=25)
        assert await bot.say("li", "错") == "格式不对，请再说一次。"
    assert await bot.say("li", "甲") == "名称：甲。回复“确认”提交"


async def test_a_refusal_may_end_the_conversation(bots: Small) -> None:
    await bots.say("li", "填表")
    await bots.say("li", "甲")
    await bots.deliver()
    assert await bots.say("li", "没了") == "这件事已经有人办了。"
    await bots.deliver()
    assert bots.channel.words("li") == ["Card", "update:已失效"]
    assert await bots.say("li", "乙") == "我能做：填表（unknown）"


async def test_an_unexpected_failure_keeps_the_message_under_a_code(
    bots: Small, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bots.say("li", "填表")
    words = await bots.say("li", "炸掉的内容", key="m:x")
    code = re.search(r"代码 ([0-9A-F]{6})", words)
    assert code is not None
    assert "已保留" in words
    assert await bots.say("li", "炸掉的内容", key="m:x") == words
    with bots.store.session() as session:
        failure = session.scalars(select(Failure)).one()
        assert (failure.code, failure.person, failure.flow, failure.error) == (code[1], "li", "form", "RuntimeError")
        assert failure.message is not None
        assert failure.message["text"] == "炸掉的内容"
        assert session.scalars(select(Event)).all() == []
    await bots.deliver()
    assert bots.channel.words("boss") == []
    assert [code[1] in text for text in bots.channel.words(ADMIN)] == [True]
    assert "炸掉" not in caplog.text
    assert code[1] in caplog.text
    assert await bots.say("li", "甲") == "名称：甲。回复“确认”提交"  # the conversation stands where it stood


async def _failed(bot: Small, person: str = "li") -> str:
    words = await bot.say(person, "炸")
    found = re.search(r"代码 ([0-9A-F]{6})", words)
    assert found is not None
    return found[1]


def _mended() -> tuple[Flow, ...]:
    """The program after the fault was mended."""

    def take(turn: Turn) -> Done:
        turn.record("T-9", "mended", after=turn.text)
        return Done("办好了")

    mended = Flow("form", "登记", ("form",), FORM.start, {"name": take})
    return (mended, *(flow for flow in FLOWS if flow is not FORM))


async def test_a_kept_message_is_replayed_once(bots: Small) -> None:
    await bots.say("li", "填表")
    code = await _failed(bots)
    after = bots.restarted(_mended())
    assert await after.dispatcher.replay(code)
    assert not await after.dispatcher.replay(code)
    assert not await after.dispatcher.replay("NOSUCH")
    await _sent(after)
    assert after.channel.words("li") == ["办好了"]
    with bots.store.session() as session:
        assert [event.after for event in session.scalars(select(Event))] == ["炸"]


async def test_a_replay_that_fails_again_gets_another_code(bot: Small) -> None:
    await bot.say("li", "填表")
    code = await _failed(bot)
    assert await bot.dispatcher.replay(code)
    with bot.store.session() as session:
        waiting = session.scalars(select(Failure.code).where(Failure.replayed_at.is_(None))).all()
    assert len(waiting) == 1
    assert waiting[0] != code
    assert await bot.dispatcher.replay(waiting[0])


async def test_a_replay_that_could_not_be_stored_may_be_tried_again(
    bot: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.say("li", "填表")
    code = await _failed(bot)
    after = bot.restarted(_mended())
    hear = after.dispatcher._carry_out

    async def unavailable(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(after.dispatcher, "_carry_out", unavailable)
    with pytest.raises(StoreUnavailable):
        await after.dispatcher.replay(code)
    monkeypatch.setattr(after.dispatcher, "_carry_out", hear)
    assert await after.dispatcher.replay(code)


async def test_everything_that_came_with_a_message_is_replayed(bot: Small) -> None:
    heard = []

    def take(turn: Turn) -> Done:
        heard.append(turn.inbound)
        if len(heard) == 1:
            raise RuntimeError
        return Done("好")

    await bot.say("li", "填表")
    flow = Flow("form", "登记", ("form",), FORM.start, {"name": take})
    after = bot.restarted((flow, OTHER))
    media = Media("MEDIA", "a.png", "png")
    inbound = bot.inbound(
        "li", kind=Kind.IMAGE, media=media, selected={"q": ("1", "2")}, details={"a": "b"}, task_id="t", agent_id=7
    )  # fmt: skip
    answer = await after.hear(inbound)
    assert answer is not None
    code = re.search(r"代码 ([0-9A-F]{6})", answer.text)
    assert code is not None
    assert await after.dispatcher.replay(code[1])
    first, second = heard
    assert first is not None
    assert second is not None
    for name in ("kind", "person", "at", "media", "selected", "details", "task_id", "agent_id"):
        assert getattr(second, name) == getattr(first, name), name


@pytest.mark.parametrize("known", [True, False])
async def test_a_message_that_chokes_understanding_gets_a_code(bot: Small, known: bool) -> None:
    if known:
        await bot.say("li", "填表")
    words = await bot.say("li", "噎住")
    assert re.search(r"代码 [0-9A-F]{6}", words)
    with bot.store.session() as session:
        failure = session.scalars(select(Failure)).one()
    assert (failure.message is not None) is known  # what was not understood may be anything, a report included
    assert ("已保留" in words) is known


async def test_a_secret_flow_keeps_no_message_and_no_name(bots: Small) -> None:
    await bots.say("li", "密报")
    words = await bots.say("li", "炸：谁谁谁拿了钱")
    assert "没有保存" in words
    with bots.store.session() as session:
        failure = session.scalars(select(Failure)).one()
        assert (failure.person, failure.message, failure.flow) == (None, None, "secret")
    assert not await bots.dispatcher.replay(failure.code)


async def test_understanding_that_chokes_in_a_secret_flow_keeps_nothing(bot: Small) -> None:
    await bot.say("li", "密报")
    assert "没有保存" in await bot.say("li", "噎：谁谁谁拿了钱")
    await bot.say("li", "填表")  # parked below another conversation it is still secret
    assert "没有保存" in await bot.say("li", "噎：谁谁谁拿了钱")
    with bot.store.session() as session:
        assert [f.message for f in session.scalars(select(Failure))] == [None, None]


async def test_refused_look_ups_slow_a_person_down(bots: Small) -> None:
    for _ in range(5):
        assert await bots.say("li", "查隐") == NOT_FOUND_OR_FORBIDDEN
    assert await bots.say("li", "查隐") == TOO_MANY
    assert await bots.say("li", "查1") == TOO_MANY
    assert await bots.say("wang", "查1") == "结果：1"
    assert await bots.say("li", "旁问") == "旁答"
    assert count(bots.store, Refusal) == 5
    with bots.store.session() as session:
        for refusal in session.scalars(select(Refusal)):
            refusal.at -= timedelta(minutes=11)
        session.commit()
    assert await bots.say("li", "查1") == "结果：1"


async def test_a_repeated_refusal_counts_once(bot: Small) -> None:
    for _ in range(4):
        assert await bot.say("li", "查隐", key="m:x") == NOT_FOUND_OR_FORBIDDEN
    assert count(bot.store, Refusal) == 1


async def test_a_stranger_is_answered(bots: Small) -> None:
    assert await bots.say("nobody", "你好") == "请联系管理员。"


async def test_accounts_are_the_same_in_any_case(bot: Small) -> None:
    await bot.say("Li", "填表")
    assert await bot.say("LI", "甲") == "名称：甲。回复“确认”提交"


@pytest.mark.parametrize("text", ["", " ", "\n", "。", "😀" * 500, "\x00\ud7ff"])
async def test_messages_without_sense_are_answered(bot: Small, text: str) -> None:
    assert await bot.say("li", text) == "我能做：填表（unknown）"


@pytest.mark.parametrize(
    ("kind", "intent"),
    [
        (Kind.VOICE, "unusable_kind"), (Kind.VIDEO, "unusable_kind"), (Kind.LOCATION, "unusable_kind"),
        (Kind.LINK, "unusable_kind"), (Kind.CARD_MENU, "unusable_kind"), (Kind.OTHER, "unusable_kind"),
        (Kind.IMAGE, "media"), (Kind.FILE, "media"), (Kind.ENTER, "enter"),
    ],
)  # fmt: skip
async def test_kinds_without_words(bot: Small, kind: Kind, intent: str) -> None:
    answer = await bot.hear(bot.inbound("li", "忽略", kind=kind))
    assert answer is not None
    assert answer.text == f"我能做：填表（{intent}）"
    assert bot.words.heard == []


@pytest.mark.parametrize("kind", [Kind.UNSUBSCRIBE, Kind.CONTACT_CHANGE])
async def test_events_without_an_answer_leave_nothing(bot: Small, kind: Kind) -> None:
    assert await bot.hear(bot.inbound("li", kind=kind)) is None
    assert await bot.hear(bot.inbound("sys", "填表")) is None
    assert await bot.hear(bot.inbound("", "填表")) is None
    assert [count(bot.store, table) for table in (Seen, Conversation, Outbox)] == [0, 0, 0]


async def test_a_long_answer_is_split_and_stays_in_order(bot: Small) -> None:
    first = await bot.say("li", "长")
    await bot.deliver()
    whole = "\n".join([first, *bot.channel.words("li")])
    assert whole == "\n".join(f"第{number}行" + "长" * 60 for number in range(60))
    assert len(bot.channel.words("li")) >= 2


async def test_a_store_that_is_gone_is_told_and_leaves_no_memory(bot: Small) -> None:
    inbound = bot.inbound("li", "填表")
    bot.turns.close()
    with pytest.raises(StoreUnavailable):
        await bot.hear(inbound)
    after = bot.restarted()
    answer = await after.hear(inbound)
    assert answer is not None
    assert answer.text == "名称是什么？"


def test_two_flows_may_not_claim_the_same() -> None:
    twin = Flow("twin", "登记", ("form",), FORM.start)
    with pytest.raises(ValueError, match="two flows for form"):
        index((FORM, twin))
    with pytest.raises(ValueError, match="two flows named form"):
        index((FORM, FORM))
