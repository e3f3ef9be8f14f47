"""What becomes of a submission before it is registered (T3), and its completion (T1b)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.messages import CardUpdate
from storage import events
from tests.flows.findings import (
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    OFFICE,
    OTHER,
    actions,
    finding,
    forget,
    seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

CONFIRM = "回复“确认”提交，“取消”放弃"
NUMBER, TARGET = "WT-2026-0141", "WT-2026-0123"
MORE = "0141退回补正：缺责任单位和发现时间"


@once
async def submitted(world: Rehearsal, **values: object) -> None:
    await seed(world, NUMBER, state="submitted", **values)


@once
async def sent_back(world: Rehearsal, **values: object) -> None:
    await submitted(world, **values)
    await world.say(OFFICE, MORE)
    assert "已提交 → 待补正" in await world.say(OFFICE, "确认")


def greyed(world: Rehearsal, person: str) -> list[str]:
    return [s.message.text for s in world.channel.sent if s.person == person and isinstance(s.message, CardUpdate)]


async def test_t3_more_is_asked_for_and_the_submitter_hears_what_and_how(world: Rehearsal) -> None:
    await submitted(world)
    asked = await world.say(OFFICE, MORE)
    assert asked.endswith(CONFIRM) and "要补：缺责任单位和发现时间" in asked and "已提交 → 待补正" in asked
    assert finding(world, NUMBER).state == "submitted"
    done = await world.say(OFFICE, "确认")
    assert done == f"{NUMBER}：已提交 → 待补正。已告知刘洋。"
    assert finding(world, NUMBER).state == "need_more" and actions(world, NUMBER) == ["ask_more"]
    (card,) = world.told(FINANCE)
    assert "还差：缺责任单位和发现时间" in card and f"补正 {NUMBER}：" in card and "[补正][撤回]" in card


async def test_t3_without_a_reason_it_is_asked_for(world: Rehearsal) -> None:
    await submitted(world)
    assert "要补什么" in await world.say(OFFICE, "0141退回补正")
    asked = await world.say(OFFICE, "缺发现时间和金额")
    assert "要补：缺发现时间和金额" in asked
    assert "要补：只缺金额" in await world.say(OFFICE, "只缺金额")
    await world.say(OFFICE, "确认")
    with world.session() as session:
        assert events.history(session, NUMBER)[-1].reason == "只缺金额"


async def test_t3_a_submission_that_is_returned_is_asked_for_more(world: Rehearsal) -> None:
    await submitted(world)
    asked = await world.say(OFFICE, "退回0141，缺发现时间")
    assert "请确认退回补正" in asked and "缺发现时间" in asked
    assert "已提交 → 待补正" in await world.say(OFFICE, "确认")
    assert finding(world, NUMBER).state == "need_more"


async def test_t1b_the_submitter_completes_it_and_the_office_hears(world: Rehearsal) -> None:
    await sent_back(world, unit=None, found_at=None)
    forget(world)
    asked = await world.say(FINANCE, "补正 0141：发现时间是11月3日，责任单位恒信建设")
    assert asked.endswith(CONFIRM) and "待补正 → 已提交" in asked
    assert "发现时间：未填 → 11月3日 周二" in asked and "责任单位：待定 → 恒信建设" in asked
    assert f"{NUMBER}：待补正 → 已提交" in await world.say(FINANCE, "确认")
    row = finding(world, NUMBER)
    assert (row.state, row.unit, row.found_at) == ("submitted", "JS", date(2026, 11, 3))
    assert row.raw_text == "备用金7个月未清\n发现时间是11月3日，责任单位恒信建设"
    assert row.desc.startswith("备用金7个月未清；发现时间")
    assert actions(world, NUMBER) == ["ask_more", "complete"]
    (card,) = world.told(OFFICE)
    assert f"已补正，待登记 {NUMBER}" in card and "[登记][交办][查看]" in card
    assert any("补正" in text for text in greyed(world, FINANCE))


async def test_t1b_the_button_asks_for_the_words_and_an_uncertain_sum_stays_words(world: Rehearsal) -> None:
    await sent_back(world)
    asked = await world.click(FINANCE, "补正")
    assert "还差：缺责任单位和发现时间" in asked
    asked = await world.say(FINANCE, "金额大概四五十万")
    assert "大概四五十万（未计入合计）" in asked
    await world.say(FINANCE, "确认")
    row = finding(world, NUMBER)
    assert row.amount_fen is None and row.amount_text == "大概四五十万"


async def test_t1b_several_additions_stand_one_behind_the_other(world: Rehearsal) -> None:
    await sent_back(world)
    await world.say(FINANCE, "补正 0141：涉及出纳保管的三笔")
    asked = await world.say(FINANCE, "金额3.2万元")
    assert "涉及出纳保管的三笔；金额3.2万元" in asked
    await world.say(FINANCE, "确认")
    assert finding(world, NUMBER).amount_fen == 3_200_000


async def test_t1b_only_the_submitter_completes(world: Rehearsal) -> None:
    await sent_back(world)
    words = "补正 0141：发现时间是11月3日"
    assert "须由填报人本人补正" in await world.say("hx_caiwufz", words)
    assert "须由填报人本人补正" in await world.say(OFFICE, words)
    assert await world.say(OTHER, words) == await world.say(OTHER, "补正 0999：发现时间是11月3日")
    assert await world.say(OTHER, words) == NOT_FOUND_OR_FORBIDDEN
    assert finding(world, NUMBER).state == "need_more"


async def test_t1b_what_was_not_sent_back_is_not_completed(world: Rehearsal) -> None:
    await submitted(world)
    assert "正等登记" in await world.say(FINANCE, "补正 0141：发现时间是11月3日")
    assert "没有待补正的问题" in await world.say(FINANCE, "补正")


async def test_t3_not_registered_with_a_reason_and_the_submitter_hears_it(world: Rehearsal) -> None:
    await submitted(world)
    asked = await world.say(OFFICE, "0141不予登记，理由：不属于监督事项")
    assert asked.endswith(CONFIRM) and "已提交 → 不予登记" in asked and "理由：不属于监督事项" in asked
    assert "已提交 → 不予登记" in await world.say(OFFICE, "确认")
    assert finding(world, NUMBER).state == "rejected"
    assert any("不予登记。\n理由：不属于监督事项" in text for text in world.told(FINANCE))
    assert not world.told(LIAISON)


async def test_t3_merged_into_another_and_both_ledgers_tell(world: Rehearsal) -> None:
    await submitted(world)
    await seed(world, TARGET, title="备用金超期")
    asked = await world.say(OFFICE, "把0141并案到0123，重复反映")
    assert f"并到：{TARGET} 备用金超期" in asked and "已提交 → 已并案" in asked and asked.endswith(CONFIRM)
    assert "已并案" in await world.say(OFFICE, "确认")
    row = finding(world, NUMBER)
    assert (row.state, row.merged_into) == ("merged", TARGET)
    assert actions(world, NUMBER) == ["merge"] and actions(world, TARGET) == ["take_in"]
    with world.session() as session:
        assert events.history(session, TARGET)[-1].after == {"merged": NUMBER}
    assert any(f"已并到 {TARGET} 一并办理" in text for text in world.told(FINANCE))


async def test_t3_the_reason_of_a_merger_is_asked_for(world: Rehearsal) -> None:
    await submitted(world)
    await seed(world, TARGET)
    assert "并案要写理由" in await world.say(OFFICE, "0141并到0123")
    assert "理由：重复反映" in await world.say(OFFICE, "重复反映")


@pytest.mark.parametrize("state", ["withdrawn", "rejected", "closed"])
async def test_t3_nothing_is_merged_into_what_has_ended(world: Rehearsal, state: str) -> None:
    await submitted(world)
    await seed(world, TARGET, state=state)
    assert "不能并入" in await world.say(OFFICE, "把0141并到0123，重复反映")
    assert finding(world, NUMBER).state == "submitted"


async def test_t3_nothing_is_merged_into_what_does_not_exist_or_itself(world: Rehearsal) -> None:
    await submitted(world)
    assert await world.say(OFFICE, "把0141并到0999，重复反映") == NOT_FOUND_OR_FORBIDDEN
    assert finding(world, NUMBER).state == "submitted"


@pytest.mark.parametrize("words", [MORE, "0141不予登记，理由：不属于监督事项", "把0141并到0123，重复反映"])
async def test_2_3_who_may_not_hears_who_may_or_nothing(world: Rehearsal, words: str) -> None:
    await submitted(world)
    await seed(world, TARGET)
    for person in (FINANCE, HEAD):  # a liaison of the source and the unit's head see it
        assert "由来源部门负责人或监督办公室办理" in await world.say(person, words)
    absent = await world.say(OTHER, words.replace("0141", "0999"))
    assert await world.say(OTHER, words) == absent == NOT_FOUND_OR_FORBIDDEN
    assert await world.say("nobody", words) == NOT_FOUND_OR_FORBIDDEN
    assert finding(world, NUMBER).state == "submitted" and not actions(world, NUMBER)


@pytest.mark.parametrize("said", [["0141退回补正"], ["0141退回补正", "缺金额"], ["0141不予登记"], ["0141并到0123"]])
async def test_cancelled_at_every_step_nothing_is_changed(world: Rehearsal, said: list[str]) -> None:
    await submitted(world)
    await seed(world, TARGET)
    for words in said:
        await world.say(OFFICE, words)
    assert "已取消" in await world.say(OFFICE, "取消")
    assert finding(world, NUMBER).state == "submitted"
    assert not actions(world, NUMBER) and not actions(world, TARGET) and not world.told(FINANCE)


async def test_two_at_once_the_second_hears_who_did_what_and_when(world: Rehearsal) -> None:
    await submitted(world)
    await world.say(OFFICE, "0141不予登记，理由：不属于监督事项")
    await world.say(DIRECTOR, "登记 0141")
    await world.say(OFFICE, "确认")
    answer = await world.say(DIRECTOR, "确认")
    assert answer == f"{NUMBER} 已由李敏于11月23日 周一 10:00决定不予登记，现在是“不予登记”。"


async def test_t12_a_sent_back_submission_may_be_taken_back(world: Rehearsal) -> None:
    await sent_back(world)
    asked = await world.click(FINANCE, "撤回")
    assert "待补正 → 已撤回" in asked and asked.endswith(CONFIRM)
    assert "已撤回" in await world.say(FINANCE, "确认")
    assert finding(world, NUMBER).state == "withdrawn"


async def test_s32_a_quarter_that_hung_on_it_falls_open_again(world: Rehearsal) -> None:
    await world.say(FINANCE, "监督工作信息：开展检查3次，发现问题1个，已督促整改")
    await world.say(FINANCE, "确认")
    await submitted(world)
    await world.say(FINANCE, "监督工作信息：又开展检查1次，发现问题1个，已督促整改")
    assert "已报送" in await world.say(FINANCE, "确认")
    await world.say(OFFICE, "0141不予登记，理由：不属于监督事项")
    assert "重新待报" in await world.say(OFFICE, "确认")
    assert any("财务部2026年四季度监督工作报送随之重新待报" in text for text in world.told(FINANCE))
