"""One person's talk: silence, 继续, things said in between, cards that no longer count."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.conversation import MAX_FRAMES
from bot.flow import Ask, Done, Flow
from bot.messages import Kind
from storage.models import Conversation, Event
from tests.engine.small import FLOWS, FORM, OTHER, Small
from tests.engine.world import count, rows

LAPSED = "（刚才的登记超过30分钟没有确认，没有提交。回复“继续”可接着办）"
STANDING = "\n（登记还没办完，回复“继续”接着办）"


async def _asked(bot: Small, person: str = "li") -> None:
    await bot.say(person, "填表")
    await bot.say(person, "甲")
    await bot.deliver()


async def test_half_an_hour_is_not_silence(bot: Small) -> None:
    await _asked(bot)
    bot.clock.forward(minutes=30)
    assert await bot.say("li", "确认") == "已提交 T-1"


async def test_after_half_an_hour_nothing_is_submitted_and_that_is_said(bots: Small) -> None:
    await _asked(bots)
    bots.clock.forward(minutes=30, seconds=1)
    assert await bots.say("li", "确认") == f"{LAPSED}\n我能做：填表（confirm）"
    assert count(bots.store, Event) == 0
    await bots.deliver()
    assert bots.channel.words("li") == ["Card", "update:已超时"]


async def test_a_lapsed_conversation_goes_on_when_asked(bots: Small) -> None:
    await _asked(bots)
    bots.clock.forward(hours=2)
    assert await bots.say("li", "旁问") == f"{LAPSED}\n旁答"
    assert await bots.say("li", "继续。") == "名称：甲。回复“确认”提交"
    assert await bots.say("li", "确认") == "已提交 T-1"


async def test_a_lapsed_conversation_goes_on_at_once_and_after_a_restart(bot: Small) -> None:
    await _asked(bot)
    bot.clock.forward(hours=2)
    after = bot.restarted()
    assert await after.say("li", "继续") == "名称：甲。回复“确认”提交"
    assert await after.say("li", "确认") == "已提交 T-1"


async def test_what_lapsed_is_forgotten_after_a_day(bot: Small) -> None:
    await _asked(bot)
    bot.clock.forward(hours=2)
    await bot.say("li", "旁问")
    bot.clock.forward(days=1, seconds=1)
    assert await bot.say("li", "继续") == "现在没有进行中的填报。发“帮助”看看我能做什么。"


async def test_what_lapsed_and_was_cancelled_does_not_come_back(bot: Small) -> None:
    await _asked(bot)
    bot.clock.forward(hours=1)
    assert await bot.say("li", "取消") == "好的，现在没有进行中的填报，没有提交任何内容。"
    assert await bot.say("li", "继续") == "现在没有进行中的填报。发“帮助”看看我能做什么。"


async def test_what_was_spoken_of_is_forgotten_in_silence(bot: Small) -> None:
    await _asked(bot)
    await bot.say("li", "确认")
    bot.clock.forward(minutes=31)
    await bot.say("li", "旁问")
    with bot.store.session() as session:
        assert session.get_one(Conversation, "li").recent == {}


async def test_a_question_in_between_does_not_end_the_conversation(bots: Small) -> None:
    await _asked(bots)
    assert await bots.say("li", "查1") == "结果：1" + STANDING
    assert await bots.say("li", "旁问") == "旁答" + STANDING
    assert await bots.say("li", "确认") == "已提交 T-1"


async def test_another_thing_is_done_first_and_the_first_waits(bots: Small) -> None:
    await _asked(bots)
    assert await bots.say("li", "旁填") == "另一件叫什么？"
    after = bots.restarted()
    assert await after.say("li", "取消") == "已取消另一件，没有提交任何内容。" + STANDING
    assert await after.say("li", "继续") == "名称：甲。回复“确认”提交"
    assert await after.say("li", "确认") == "已提交 T-1"


async def test_no_more_than_a_few_things_wait(bot: Small) -> None:
    for at in range(MAX_FRAMES):
        assert await bot.say("li", "填表") == "名称是什么？"
        assert "确认" in await bot.say("li", f"名{at}")  # one that had only begun would begin again
    assert "先确认或取消" in await bot.say("li", "填表")
    for left in range(MAX_FRAMES - 1, -1, -1):
        answer = await bot.say("li", "取消")
        assert answer.startswith("已取消登记")
        assert ("还没办完" in answer) is (left > 0)
    assert await bot.say("li", "取消") == "好的，现在没有进行中的填报，没有提交任何内容。"


@pytest.mark.parametrize("step", [1, 2])
async def test_cancel_at_every_step_submits_nothing(bots: Small, step: int) -> None:
    for text in ("填表", "甲")[:step]:
        await bots.say("li", text)
    assert await bots.say("li", "取消") == "已取消登记，没有提交任何内容。"
    assert await bots.say("li", "确认") != "已提交 T-1"
    assert count(bots.store, Event) == 0


async def test_a_restart_between_any_two_steps_changes_nothing(bots: Small) -> None:
    for text in ("填表", "甲"):
        await bots.say("li", text)
        bots = bots.restarted()
    assert await bots.say("li", "确认") == "已提交 T-1"


async def test_the_button_does_what_the_word_does(bots: Small) -> None:
    await _asked(bots)
    assert await bots.click("li", "确认", code="fresh") == "已提交 T-1"
    await bots.deliver()
    updates = [call for call in bots.channel.calls if call.words.startswith("update")]
    assert [(call.words, call.response_code) for call in updates] == [("update:名li于11月23日 10:00办理", "fresh")]


async def test_a_second_click_does_nothing_twice(bots: Small) -> None:
    await _asked(bots)
    await bots.click("li", "确认")
    assert await bots.click("li", "确认") == "这张卡片对应的操作已经结束，没有重复办理。"
    assert count(bots.store, Event) == 1


async def test_an_older_card_does_not_confirm_a_newer_text(bot: Small) -> None:
    await _asked(bot)
    await bot.say("li", "乙")
    await bot.deliver()
    assert await bot.click("li", "确认", card=0) == "这张卡片对应的操作已经结束，没有重复办理。" + STANDING
    assert count(bot.store, Event) == 0
    assert await bot.click("li", "确认", card=1) == "已提交 T-1"


async def test_a_click_after_the_lapse_submits_nothing(bot: Small) -> None:
    await _asked(bot)
    bot.clock.forward(minutes=31)
    answer = await bot.click("li", "确认")
    assert answer == f"{LAPSED}\n这张卡片对应的操作已经结束，没有重复办理。"
    assert count(bot.store, Event) == 0


async def test_a_click_that_is_refused_still_brings_its_fresh_code(bot: Small) -> None:
    """The code of the card's sending is used up by the click, although the turn rolls back."""
    await _asked(bot)
    assert await bot.click("li", "没了", code="newest") == "这件事已经有人办了。"
    await bot.deliver()
    updates = [call for call in bot.channel.calls if call.words.startswith("update")]
    assert [(call.words, call.response_code) for call in updates] == [("update:已失效", "newest")]


async def test_a_step_that_no_longer_exists_is_said_and_ended(bots: Small) -> None:
    await _asked(bots)
    renamed = Flow("form", "登记", ("form",), FORM.start, {"title": FORM.steps["name"]})
    after = bots.restarted((renamed, *(flow for flow in FLOWS if flow is not FORM)))
    assert await after.say("li", "确认") == "抱歉，程序刚刚更新过，刚才的登记没有提交，请重新发一次。"
    assert await after.say("li", "乙") == "我能做：填表（unknown）"
    await after.deliver()
    assert after.channel.words("li") == ["Card", "update:已失效"]


async def test_a_flow_that_no_longer_exists_is_said_and_ended(bot: Small) -> None:
    await _asked(bot)
    after = bot.restarted((OTHER,))
    assert await after.say("li", "确认") == "抱歉，程序刚刚更新过，刚才的填报没有提交，请重新发一次。"
    assert await after.say("li", "乙") == "我能做：填表（unknown）"


async def test_the_app_opened_in_the_middle_leaves_the_conversation(bot: Small) -> None:
    await _asked(bot)
    answer = await bot.hear(bot.inbound("li", kind=Kind.ENTER))
    assert answer is not None
    assert answer.text == "我能做：填表（enter）"
    assert await bot.say("li", "确认") == "已提交 T-1"


async def test_a_draft_is_json_and_belongs_to_its_person(bots: Small) -> None:
    await bots.say("li", "填表")
    await bots.say("li", "甲“引号”\n😀")
    await bots.say("wang", "填表")
    with bots.store.session() as session:
        frames = {talk.person: talk.frames for talk in session.query(Conversation)}
    assert json.loads(json.dumps(frames))["li"][-1]["draft"] == {"name": "甲“引号”\n😀"}
    assert frames["wang"][-1]["draft"] == {}


async def test_a_draft_that_cannot_be_stored_fails_as_a_turn(bot: Small) -> None:
    def start(turn: object) -> Ask:
        turn.draft["x"] = object()  # type: ignore[attr-defined]
        return Ask("？", "x")

    after = bot.restarted((Flow("form", "登记", ("form",), start, {"x": lambda _turn: Done("")}), OTHER))
    assert "代码" in await after.say("li", "填表")
    assert await after.say("li", "你好") == "我能做：填表（unknown）"


async def test_a_place_from_the_future_does_not_lapse(bot: Small) -> None:
    """A business clock that was set back (another rehearsal on the same store) is no silence."""
    await _asked(bot)
    with bot.store.session() as session:
        session.execute(update(Conversation).values(touched_at=bot.clock() + timedelta(days=3)))
        session.commit()
    assert await bot.say("li", "确认") == "已提交 T-1"


async def test_an_unsent_card_is_not_sent_when_its_question_is_answered_first(bot: Small) -> None:
    await bot.say("li", "填表")
    await bot.say("li", "甲")
    await bot.say("li", "确认")
    await bot.deliver()
    assert bot.channel.words("li") == []
    assert [row.state for row in rows(bot.store, "li") if row.kind == "card"] == ["cancelled"]
