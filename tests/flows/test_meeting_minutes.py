"""After a meeting decisions become items, and minutes are asked for until then; what members conferred about (S28)."""

from __future__ import annotations

import pytest

from tests.flows.findings import NUMBER as FINDING
from tests.flows.findings import seed
from tests.flows.gatherings import (
    AUDIT,
    CONFIRM,
    FINANCE,
    HEAD,
    LEADER,
    NUMBER,
    OFFICE,
    WORKER,
    actions,
    called,
    confirmed,
    forget,
    item,
    meeting,
    news,
    owed,
)
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

pytestmark = pytest.mark.begins("2026-12-31 10:00")

DECIDED = "处置意见：恒信资本专项核查，审计部牵头，3月底"
AFTER = "2027-01-15 17:00"


@once
async def held(world: Rehearsal) -> None:
    await called(world)
    await world.turn_to(AFTER)
    forget(world)


async def test_s30_a_decision_becomes_an_item(world: Rehearsal) -> None:
    await held(world)
    asked = await world.say(OFFICE, DECIDED)
    assert f"{NUMBER} 年初领导小组会议" in asked
    assert "1 恒信资本专项核查｜审计部牵头｜3月31日 周三前" in asked
    assert asked.endswith(CONFIRM)
    assert "已登记1项待办" in await world.say(OFFICE, "确认")
    assert any("恒信资本专项核查" in words and "办完回复“DB-2027-0001 完成”" in words for words in world.told(AUDIT))
    made = item(world, "DB-2027-0001")
    assert (made.kind, made.owner, made.due.isoformat(), made.meeting) == ("decision", "HX-SJ", "2027-03-31", NUMBER)
    assert owed(world, "DB-2027-0001") == {"item": "2027-03-31"}
    assert meeting(world).state == "held"
    assert owed(world, NUMBER) == {}
    assert actions(world, "DB-2027-0001") == ["decide"]
    assert actions(world, NUMBER) == ["call_meeting", "hold_meeting"]


async def test_several_at_once_and_what_is_missing_is_asked(world: Rehearsal) -> None:
    await held(world)
    said = "处置意见：1.恒信资本专项核查，审计部牵头；2.招采整治，采购部牵头，法务部配合，4月15日前"
    asked = await world.say(OFFICE, said)
    assert "第1项“恒信资本专项核查”哪天前完成" in asked
    asked = await world.say(OFFICE, "3月底")
    assert "1 恒信资本专项核查｜审计部牵头｜3月31日 周三前" in asked
    assert "2 招采整治｜采购部牵头，法务合规部配合｜4月15日 周四前" in asked
    answer = await world.say(OFFICE, "确认")
    assert "已登记2项待办" in answer
    assert "采购部、法务合规部没有登记人员" in answer
    assert item(world, "DB-2027-0002").helpers == ["HX-FW"]


async def test_a_decision_hangs_on_a_finding(world: Rehearsal) -> None:
    await seed(world)
    await held(world)
    await confirmed(world, OFFICE, f"处置意见：{FINDING} 专项核查，审计部牵头，3月底")
    assert item(world, "DB-2027-0001").refs == [FINDING]


async def test_the_minutes_are_asked_for_on_the_third_working_day(world: Rehearsal) -> None:
    await held(world)
    await world.turn_to("2027-01-20 09:30")
    told = news(world, OFFICE, "处置意见尚未登记，今天到期")
    assert len(told) == 1
    answer = await confirmed(world, OFFICE, f"{NUMBER} 无处置意见")
    assert "结论已登记" in answer
    assert meeting(world).conclusion == "无处置意见"
    assert owed(world, NUMBER) == {}


async def test_entered_in_time_nobody_asks(world: Rehearsal) -> None:
    await held(world)
    await confirmed(world, OFFICE, DECIDED)
    await world.turn_to("2027-01-20 09:30")
    assert not news(world, OFFICE, "尚未登记")


async def test_a_conclusion_is_told_to_those_who_were_invited(world: Rehearsal) -> None:
    await held(world)
    await confirmed(world, OFFICE, "会议结论：同意年度监督计划")
    assert meeting(world).conclusion == "同意年度监督计划"
    assert news(world, LEADER, "结论：同意年度监督计划")
    assert not news(world, AUDIT, "结论")
    assert "结论：同意年度监督计划" in await world.say(LEADER, f"查 {NUMBER}")


@pytest.mark.parametrize("person", [HEAD, AUDIT])
async def test_members_enter_no_decisions(world: Rehearsal, person: str) -> None:
    await held(world)
    assert "由监督办公室登记" in await world.say(person, DECIDED)
    assert actions(world, "DB-2027-0001") == []


async def test_a_foreign_employee_hears_what_he_hears_without_a_meeting(world: Rehearsal) -> None:
    before = await world.say(WORKER, DECIDED)
    await held(world)
    assert await world.say(WORKER, DECIDED) == before
    assert NUMBER not in before


async def test_s28_what_members_conferred_about_is_registered(world: Rehearsal) -> None:
    asked = await world.say(HEAD, "登记会商：审计部、财务部，议题两金压降，结论按月压降")
    assert "请确认登记会商记录" in asked
    assert "结论：按月压降" in asked
    assert "参会：审计部、财务部" in asked
    assert f"已登记会商记录 {NUMBER}" in await world.say(HEAD, "确认")
    kept = meeting(world)
    assert (kept.kind, kept.state, kept.agenda, kept.conclusion) == ("consultation", "held", ["两金压降"], "按月压降")
    assert news(world, AUDIT, "结论：按月压降")
    assert owed(world, NUMBER) == {}
    assert "查询到该编号" in await world.say("hx_gonghui", f"查 {NUMBER}"), "another member learns nothing"


async def test_s28_what_is_to_be_done_becomes_items(world: Rehearsal) -> None:
    told = "登记会商：审计部、财务部，议题两金压降，结论：按月压降。待办：财务部12月底前报压降计划；审计部1月底前复核"
    asked = await world.say(OFFICE, told)
    assert "结论：按月压降\n1 " in asked, asked
    assert "财务部牵头｜12月31日 周四前" in asked
    assert "（休息日，前一个工作日是2027年1月29日 周五）" in asked
    assert "待办2项" in await world.say(OFFICE, "确认")
    assert [item(world, f"DB-2026-000{at}").owner for at in (1, 2)] == ["HX-CW", "HX-SJ"]
    assert item(world, "DB-2026-0001").meeting == NUMBER
    assert news(world, AUDIT, "DB-2026-0002")


@pytest.mark.begins("2026-11-23 10:00")
async def test_s28_a_joint_meeting_is_called_among_members(world: Rehearsal) -> None:
    asked = await world.say(HEAD, "下周三下午3点开联席会议，审计部、财务部参加，议题：两金压降")
    assert "12月2日 周三 15:00" in asked
    assert "参会：审计部、财务部" in asked
    await world.say(HEAD, "确认")
    told = news(world, AUDIT, "会议通知")
    assert len(told) == 1
    assert "两金压降" in told[0]
    assert not news(world, LEADER, "会议通知")
    assert not news(world, FINANCE, "会议通知")
    assert meeting(world).kind == "joint_meeting"
