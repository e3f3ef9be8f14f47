"""Talking about the same thing (domain.md P10): 这条, 刚才那个, 第二条, in deeds and in questions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from handlers.referring import WHICH
from tests.flows.findings import DIRECTOR, FINANCE, HEAD, LIAISON, OFFICE, OTHER, change, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

LIST = "恒信建设的问题清单"


def _no(at: int) -> str:
    return f"WT-2026-{at:04d}"


@once
async def _tasks(world: Rehearsal, count: int, **values: object) -> None:
    """As many tasks of 周涛, each due a day after the one before; the one due last is listed last."""
    for at in range(1, count + 1):
        row = {"state": "rectifying", "due": date(2026, 12, 1) + timedelta(days=at), "title": f"事项{at}"} | values
        await seed(world, _no(at), **row)


@once
async def _eight(world: Rehearsal) -> list[str]:
    """周涛 looks at eight tasks; returns their numbers in the order of the list."""
    await _tasks(world, 8)
    shown = (await world.say(LIAISON, LIST)).splitlines()
    numbers = [line.split()[1].split("｜")[0] for line in shown if line[:1].isdigit()]
    assert len(numbers) == 8, shown
    return numbers


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("第三条整改进展：制度已修订，60%", "制度已修订"),
        ("第三条申请延期到12月31日，原因：等判决", "请确认延期申请"),
        ("第三条申请验收", "申请验收"),
        ("第三条的办理记录", "留痕"),
        ("看第三条的佐证", "还没有佐证"),
        ("第三条有异议：金额有误，附对账单", "请确认对"),
        ("第三条到哪一步了", "整改中"),
        ("第三条详细说说", "整改中"),
    ],
)
async def test_p10_a_place_in_a_list_of_eight(world: Rehearsal, words: str, answer: str) -> None:
    numbers = await _eight(world)
    said = await world.say(LIAISON, words)
    assert numbers[2] in said and answer in said, said
    assert not any(other in said for other in numbers if other != numbers[2])


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("这条列为重点督办", "请确认"),
        ("这条请财务部配合", "配合单位"),
        ("这条类别改为采购招标", "请确认更正"),
        ("抽查这条", "请确认抽查"),
        ("这条什么进展", "整改中"),
        ("留痕这条", "留痕"),
        ("那条的佐证", "还没有佐证"),
        ("撤回这条，录重了", "撤"),
        ("这条责任人改成王建国", "王建国"),
    ],
)
async def test_p10_this_one_after_one_card(world: Rehearsal, words: str, answer: str) -> None:
    await _tasks(world, 3)
    await world.say(OFFICE, "查 0002")
    said = await world.say(OFFICE, words)
    assert _no(2) in said and answer in said, said


async def test_p10_registering_and_judging_without_a_number(world: Rehearsal) -> None:
    await seed(world, _no(1), state="submitted")
    await world.say(OFFICE, "查 0001")
    assert _no(1) in await world.say(OFFICE, "登记这条")
    await world.say(OFFICE, "取消")
    await seed(world, _no(2), state="pending_acceptance")
    await world.say("hx_caiwufz", "查 0002")
    answer = await world.say("hx_caiwufz", "退回这条，理由：佐证不足")
    assert _no(2) in answer and "佐证不足" in answer, answer


async def test_p10_of_several_it_is_asked_and_the_answer_goes_on(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(LIAISON, "查 0001 和 0002")
    asked = await world.say(LIAISON, "这条申请延期到12月31日，原因：等判决")
    assert asked.startswith("您说的是哪一条？") and _no(1) in asked and _no(2) in asked
    answer = await world.say(LIAISON, "2")
    assert _no(2) in answer and "12月31日" in answer and "等判决" in answer, answer


async def test_p10_a_question_about_several_lists_them_and_waits_for_nothing(world: Rehearsal) -> None:
    await _eight(world)
    asked = await world.say(LIAISON, "这条什么进展")
    assert asked.count("WT-2026-") == 8
    assert "整改中" in await world.say(LIAISON, "第二条")
    assert "没有进行中" in await world.say(LIAISON, "取消")


async def test_p10_the_list_goes_on_after_one_of_it(world: Rehearsal) -> None:
    numbers = await _eight(world)
    assert numbers[1] in await world.say(LIAISON, "第二条")
    assert numbers[1] in await world.say(LIAISON, "这条申请验收")
    await world.say(LIAISON, "取消")
    assert numbers[4] in await world.say(LIAISON, "第五条申请验收")
    await world.say(LIAISON, "取消")
    assert numbers[7] in await world.say(LIAISON, "最后一条")


async def test_p10_a_new_list_of_one_ends_the_old_one(world: Rehearsal) -> None:
    await _tasks(world, 3)
    await change(world, _no(3), due=date(2026, 11, 18))
    await world.say(LIAISON, LIST)
    await world.say(LIAISON, "第一条")
    await world.say(LIAISON, "逾期清单")
    assert _no(3) in await world.say(LIAISON, "第一条")
    assert "刚才只列了1条，没有第2条。" in await world.say(LIAISON, "第二条申请验收")


async def test_p10_no_such_place(world: Rehearsal) -> None:
    await _eight(world)
    assert await world.say(LIAISON, "第九条申请验收") == "刚才只列了8条，没有第9条。"
    assert await world.say(LIAISON, "第9条") == "刚才只列了8条，没有第9条。"


async def test_p10_several_at_once(world: Rehearsal) -> None:
    await _tasks(world, 3)
    await world.say(OFFICE, LIST)
    answer = await world.say(OFFICE, "第一条和第三条")
    assert answer.count("WT-2026-") == 2
    assert "事项1" in answer and "事项3" in answer


async def test_p10_these_are_all_that_were_shown(world: Rehearsal) -> None:
    for at in (1, 2):
        await seed(world, _no(at), state="submitted")
    await world.say(OFFICE, LIST)
    answer = await world.say(OFFICE, "这几条都登记")
    assert "0001" in answer and "0002" in answer, answer


async def test_p10_nothing_shown_asks_for_the_number_and_goes_on_with_it(world: Rehearsal) -> None:
    await _tasks(world, 2)
    assert await world.say(LIAISON, "这条申请延期到12月31日，原因：等判决") == WHICH
    answer = await world.say(LIAISON, "0001")
    assert _no(1) in answer and "等判决" in answer, answer


async def test_p10_after_half_an_hour_of_silence_nothing_is_remembered(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(LIAISON, "查 0001")
    await world.turn_to("2026-11-23 10:31")
    assert await world.say(LIAISON, "这条什么进展") == WHICH


async def test_p10_half_an_hour_counts_also_after_a_form_that_lapsed(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(LIAISON, "0001 申请延期到12月31日，原因：等判决")
    await world.turn_to("2026-11-23 10:40")
    await world.say(LIAISON, "查 0002")
    await world.turn_to("2026-11-23 11:20")
    assert WHICH in await world.say(LIAISON, "这条什么进展")
    assert "0001" in await world.say(LIAISON, "继续")


async def test_p10_what_another_person_was_shown_does_not_count(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(OFFICE, "查 0001")
    assert await world.say(LIAISON, "这条什么进展") == WHICH
    assert await world.say(OTHER, "第一条申请验收") == WHICH


async def test_p10_in_the_middle_of_a_form_the_form_goes_on(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(LIAISON, "查 0002")
    await world.say(LIAISON, "0001 申请延期到12月31日，原因：等判决")
    await world.say(LIAISON, "这条什么进展")
    done = await world.say(LIAISON, "确认")
    assert _no(1) in done and "已申请延期" in done, done


async def test_p10_the_choice_of_an_open_question_comes_before_the_list(world: Rehearsal) -> None:
    numbers = await _eight(world)
    asked = await world.say(LIAISON, "申请延期到12月31日，原因：等判决")
    assert "要申请延期哪一条" in asked
    second = next(line for line in asked.splitlines() if line.startswith("2 ")).split()[1]
    assert second in numbers
    answer = await world.say(LIAISON, "第二条")
    assert second in answer and "请确认" in answer, answer


async def test_p10_the_one_just_above_only_when_one_was_shown(world: Rehearsal) -> None:
    await _tasks(world, 3)
    await world.say(LIAISON, LIST)
    assert (await world.say(LIAISON, "上面那条")).startswith("您说的是哪一条？")
    await world.say(LIAISON, "查 0002")
    assert (await world.say(LIAISON, "上面那条")).startswith(_no(2))


async def test_s49_what_became_a_lead_meanwhile_is_not_named_again(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(LIAISON, LIST)
    await change(world, _no(1), state="converted_to_lead")
    asked = await world.say(LIAISON, "这条什么进展")
    assert _no(1) not in asked and _no(2) in asked
    await world.say(LIAISON, LIST)


async def test_s8_what_was_restricted_meanwhile_gets_the_words_for_nothing(world: Rehearsal) -> None:
    await _tasks(world, 1)
    await world.say(LIAISON, "查 0001")
    await change(world, _no(1), visibility="restricted", resp_person=HEAD)
    assert await world.say(LIAISON, "这条什么进展") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(LIAISON, "这条的办理记录") == NOT_FOUND_OR_FORBIDDEN


async def test_s4_a_peer_is_asked_with_the_harmless_fields_only(world: Rehearsal) -> None:
    await _tasks(world, 2, title="单据存疑", source="HX-SJ", submitted_by="hx_shenji")
    shown = await world.say(FINANCE, "查 0001 和 0002")
    assert "0001" in shown and "单据存疑" not in shown, shown
    asked = await world.say(FINANCE, "这条什么进展")
    assert "0001" in asked and "单据存疑" not in asked
    assert "不能办理" in await world.say(FINANCE, "第一条申请延期到12月31日，原因：等判决")


async def test_a_number_after_a_list_is_a_number(world: Rehearsal) -> None:
    await _tasks(world, 3)
    await world.say(DIRECTOR, LIST)
    assert (await world.say(DIRECTOR, "0002")).startswith(_no(2))


@pytest.mark.parametrize(
    ("person", "state", "words", "answer"),
    [
        (OFFICE, "closed", "重启这条，原因：又发现账外资金，依据：审计报告", "重启"),
        (OFFICE, "registered", "这条转线索，理由：涉嫌受贿", "线索"),
        (OFFICE, "submitted", "这条退回补正：缺发现时间", "补正"),
        (OFFICE, "submitted", "这条不予登记，理由：不属于监督事项", "不予登记"),
        (OFFICE, "registered", "这条交办给恒信建设，周涛负责，12月18日前", "请确认交办"),
        (DIRECTOR, "pending_acceptance", "这条同意销号", "请确认销号"),
        (LIAISON, "rectifying", "这条分两个节点：12月4日完成清理，12月18日完成入账", "完成清理"),
        (LIAISON, "rectifying", "这是这条的佐证", "佐证"),
    ],
)
async def test_p10_every_deed_is_done_to_the_one_just_shown(
    world: Rehearsal, person: str, state: str, words: str, answer: str
) -> None:
    await seed(world, _no(7), state=state)
    await seed(world, _no(8), state=state)
    await world.say(person, "查 0007")
    said = await world.say(person, words)
    assert _no(7) in said and answer in said, said
    assert _no(8) not in said


async def test_p10_a_deed_is_not_done_to_an_urgent_report(world: Rehearsal) -> None:
    await _tasks(world, 2)
    assert "JJ-2026-0001" in await world.say(LIAISON, "紧急：二公司塔吊出事了，一人受伤")
    await world.say(LIAISON, "没了")
    assert await world.say(LIAISON, "这条的办理记录") == WHICH


async def test_p10_what_is_asked_lapses_with_the_rest(world: Rehearsal) -> None:
    await _tasks(world, 2)
    await world.say(LIAISON, "查 0001 和 0002")
    await world.say(LIAISON, "这条申请验收")
    await world.turn_to("2026-11-23 10:31")
    assert "没有提交" in await world.say(LIAISON, "第一条")


async def _report(world: Rehearsal, words: str) -> None:
    await world.say(FINANCE, words)
    await world.say(FINANCE, "确认")
    await world.settle()


async def test_the_card_that_just_came_is_the_one_that_is_meant(world: Rehearsal) -> None:
    await _report(world, "报送问题：恒信物流备用金7个月没清，一共4.2万")
    assert (await world.say(OFFICE, "这条派给物流，责任人陈静，12月18日前改完")).startswith("请确认交办 WT-2026-0001")
    await world.say(OFFICE, "取消")
    await _report(world, "报送问题：恒信物流两份运输合同先干后签")
    lines = (await world.say(OFFICE, "这条派给物流，责任人陈静，12月18日前改完")).splitlines()
    assert lines[0] == "您说的是哪一条？"
    assert [line[:14] for line in lines[1:3]] == ["1 WT-2026-0002", "2 WT-2026-0001"]


async def test_a_card_of_more_than_half_an_hour_ago_is_meant_no_more(world: Rehearsal) -> None:
    await _report(world, "报送问题：恒信物流备用金7个月没清，一共4.2万")
    await world.turn_to("2026-11-23 10:45")
    assert await world.say(OFFICE, "这条派给物流，责任人陈静，12月18日前改完") == WHICH
