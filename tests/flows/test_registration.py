"""Registering what was submitted (T2): said back, corrected, confirmed; one wins; nobody else learns of it."""

from __future__ import annotations

from datetime import date

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.messages import CardUpdate
from storage import events
from tests.flows.findings import DIRECTOR, FINANCE, HEAD, LIAISON, OFFICE, OTHER, actions, finding, forget, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

CONFIRM = "回复“确认”提交，“取消”放弃"
NUMBER = "WT-2026-0141"


@once
async def submitted(world: Rehearsal, number: str = NUMBER, **values: object) -> None:
    await seed(world, number, state="submitted", **values)


async def test_t2_the_office_registers_and_everybody_concerned_hears(world: Rehearsal) -> None:
    await submitted(world)
    asked = await world.say(OFFICE, "登记 0141")
    assert asked.endswith(CONFIRM) and "已提交 → 已登记" in asked
    assert "财务资金·资金管理" in asked and "恒信建设" in asked and "11月20日 周五" in asked
    assert finding(world, NUMBER).state == "submitted"
    done = await world.say(OFFICE, "确认")
    assert f"{NUMBER}：已提交 → 已登记" in done and "刘洋" in done
    assert finding(world, NUMBER).state == "registered" and actions(world, NUMBER) == ["register"]
    assert any("已由李敏登记，待交办" in text for text in world.told(FINANCE))
    assert not world.told(LIAISON) and not world.told(HEAD) and not world.told(OTHER)


async def test_t2_the_source_registers_its_own_and_the_office_gets_the_card(world: Rehearsal) -> None:
    await submitted(world)
    await world.say(FINANCE, "0141可以登记")
    assert "已登记" in await world.say(FINANCE, "确认")
    assert any(f"待交办 {NUMBER}" in text and "[交办]" in text for text in world.told(OFFICE))


async def test_t2_p12_category_and_unit_are_corrected_before_it_counts(world: Rehearsal) -> None:
    await submitted(world, category="QT")
    asked = await world.say(OFFICE, "0141可以登记，类别采购")
    assert "其他 → 采购招标" in asked
    asked = await world.say(OFFICE, "责任单位改成恒信物流")
    assert "恒信建设 → 恒信物流" in asked and asked.endswith(CONFIRM)
    await world.say(OFFICE, "确认")
    row = finding(world, NUMBER)
    assert (row.category, row.unit, row.unit_name) == ("CG", "WL", "恒信物流")
    with world.session() as session:
        last = events.history(session, NUMBER)[-1]
    assert last.before and last.after
    assert (last.before["category"], last.after["category"]) == ("QT", "CG")


async def test_t2_guard_a_missing_day_of_finding_is_asked_for(world: Rehearsal) -> None:
    await submitted(world, found_at=None)
    assert "还差发现时间" in await world.say(OFFICE, "登记 0141")
    assert "不能晚于今天" in await world.say(OFFICE, "12月25日")
    asked = await world.say(OFFICE, "11月3日")
    assert "11月3日 周二" in asked and asked.endswith(CONFIRM)
    await world.say(OFFICE, "确认")
    assert finding(world, NUMBER).found_at == date(2026, 11, 3)


async def test_t2_guard_the_day_of_submission_may_stand_for_it(world: Rehearsal) -> None:
    await submitted(world, found_at=None)
    await world.say(OFFICE, "登记 0141")
    assert "11月20日 周五" in await world.say(OFFICE, "按提交日")
    await world.say(OFFICE, "确认")
    assert finding(world, NUMBER).found_at == date(2026, 11, 20)


async def test_t2_the_unit_may_stay_open(world: Rehearsal) -> None:
    await submitted(world, unit=None)
    assert "责任单位：待定" in await world.say(OFFICE, "登记 0141")
    await world.say(OFFICE, "确认")
    assert finding(world, NUMBER).unit is None and finding(world, NUMBER).state == "registered"


async def test_t2_several_numbers_are_listed_before_they_count(world: Rehearsal) -> None:
    await submitted(world)
    await submitted(world, "WT-2026-0142", title="合同倒签")
    asked = await world.say(OFFICE, "登记0141和0142")
    assert "以下2条" in asked and "合同倒签" in asked and asked.endswith(CONFIRM)
    assert "WT-2026-0141、WT-2026-0142：已提交 → 已登记" in await world.say(OFFICE, "确认")
    assert finding(world, "WT-2026-0142").state == "registered"


async def test_t2_without_a_number_what_waits_is_offered(world: Rehearsal) -> None:
    await submitted(world)
    await submitted(world, "WT-2026-0142", title="合同倒签")
    asked = await world.say(OFFICE, "同意登记")
    assert "1 WT-2026-0141" in asked and "2 WT-2026-0142" in asked
    assert "请确认登记 WT-2026-0142" in await world.say(OFFICE, "2")
    await world.say(OFFICE, "取消")
    assert finding(world, "WT-2026-0142").state == "submitted"


async def test_t2_cancelled_at_every_step_nothing_is_changed(world: Rehearsal) -> None:
    await submitted(world, found_at=None)
    for words in (["登记 0141"], ["登记 0141", "11月3日"]):
        for said in words:
            await world.say(OFFICE, said)
        assert "已取消" in await world.say(OFFICE, "取消")
    forget(world)
    assert finding(world, NUMBER).state == "submitted" and not actions(world, NUMBER) and not world.told(FINANCE)


async def test_2_3_who_may_not_register_hears_who_may_or_nothing(world: Rehearsal) -> None:
    await submitted(world)
    assert "登记由来源部门或监督办公室办理" in await world.say(HEAD, "登记 0141")
    absent = await world.say(OTHER, "登记 0999")
    assert await world.say(OTHER, "登记 0141") == absent == NOT_FOUND_OR_FORBIDDEN
    assert await world.say("nobody", "登记 0141") == NOT_FOUND_OR_FORBIDDEN
    assert finding(world, NUMBER).state == "submitted"


async def test_two_who_register_at_once_the_second_hears_who_did_and_when(world: Rehearsal) -> None:
    await submitted(world)
    for person in (OFFICE, DIRECTOR):
        await world.say(person, "登记 0141")
    assert "已登记" in await world.say(OFFICE, "确认")
    answer = await world.say(DIRECTOR, "确认")
    assert "已由李敏于11月23日 周一 10:0" in answer and "登记，现在是“已登记”" in answer
    assert actions(world, NUMBER) == ["register"]


@once
async def _reported(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：本单位备用金7个月没清，4.2万")
    answer = await world.say(LIAISON, "确认")
    assert "WT-2026-0001" in answer, answer


def greyed(world: Rehearsal) -> list[str]:
    return [s.message.text for s in world.channel.sent if s.person == OFFICE and isinstance(s.message, CardUpdate)]


async def test_the_card_of_a_new_submission_registers_it_and_is_greyed(world: Rehearsal) -> None:
    await _reported(world)
    assert any("待登记 WT-2026-0001" in text and "[登记][交办][退回补正][查看]" in text for text in world.told(OFFICE))
    assert "请确认登记 WT-2026-0001" in await world.click(OFFICE, "登记")
    await world.say(OFFICE, "确认")
    assert "已由李敏于11月23日 10:00登记" in greyed(world)


async def test_the_card_of_a_new_submission_asks_for_more(world: Rehearsal) -> None:
    await _reported(world)
    assert "要补什么" in await world.click(OFFICE, "退回补正")
    await world.say(OFFICE, "缺发现经过")
    await world.say(OFFICE, "确认")
    assert finding(world, "WT-2026-0001").state == "need_more"
    assert "已由李敏于11月23日 10:00退回补正" in greyed(world)


async def test_the_card_of_a_new_submission_is_greyed_by_its_assignment(world: Rehearsal) -> None:
    await _reported(world)
    await world.say(DIRECTOR, "交办 WT-2026-0001 恒信建设 责任人周涛 12月18日前")
    await world.say(DIRECTOR, "确认")
    assert "已由何敏于11月23日 10:00交办" in greyed(world)
