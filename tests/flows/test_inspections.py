"""Two bodies at one unit are pointed out; joint inspections are proposed, decided and followed (domain.md S39, S40)."""

from __future__ import annotations

import pytest

from tests.flows.findings import seed
from tests.flows.gatherings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    HIDDEN,
    LEADER,
    OFFICE,
    UNION,
    UNIT_HEAD,
    WORKER,
    actions,
    confirmed,
    forget,
    inspection,
    item,
    news,
    owed,
)
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

FIRST, SECOND = "审计部12月8日去恒信能源检查", "财务部12月22日去恒信能源检查资金"
JOINT = "LJ-2026-0001"


@once
async def met(world: Rehearsal) -> str:
    """Two plans meet; the question whether to merge."""
    await confirmed(world, AUDIT, FIRST)
    forget(world)
    return await world.say(FINANCE, SECOND)


@once
async def merged(world: Rehearsal) -> None:
    await met(world)
    assert f"已提议 {JOINT}" in await confirmed(world, FINANCE, "合并")


async def test_s40_two_bodies_at_one_unit_are_pointed_out(world: Rehearsal) -> None:
    asked = await met(world)
    assert asked.startswith("审计部12月8日也要去恒信能源，是否合并？")
    answer = await confirmed(world, FINANCE, "仍然登记")
    assert "已登记监督计划 JH-2026-0002" in answer
    assert news(world, OFFICE, "检查安排重叠")
    assert actions(world, JOINT) == []


async def test_s40_far_apart_or_elsewhere_nobody_is_asked(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, FIRST)
    assert "请确认登记" in await world.say(FINANCE, "财务部1月8日去恒信能源检查资金"), "31 days later"
    await world.say(FINANCE, "取消")
    assert "是否合并" in await world.say(FINANCE, "财务部1月7日去恒信能源检查资金"), "30 days later"
    await world.say(FINANCE, "取消")
    assert "请确认登记" in await world.say(FINANCE, "财务部12月10日去恒信物流检查资金")


async def test_s40_its_own_plan_is_no_clash(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, FIRST)
    assert "请确认登记" in await world.say(AUDIT, "审计部12月15日去恒信能源检查")


async def test_s39_merged_plans_become_one_after_the_directors_word(world: Rehearsal) -> None:
    asked = await met(world)
    asked = await world.say(FINANCE, "合并")
    assert "参加：财务部、审计部" in asked
    assert "时间：12月8日 周二至12月22日 周二" in asked
    assert "并入计划：JH-2026-0001" in asked
    await world.say(FINANCE, "确认")
    assert item(world, "JH-2026-0001").state == "open", "nothing changes before the decision"
    assert news(world, DIRECTOR, f"联合检查待批准 {JOINT}")
    asked = await world.click(DIRECTOR, "同意")
    assert "状态：待批准 → 已批准" in asked
    assert "待批准 → 已批准" in await world.say(DIRECTOR, "确认")
    for person in (AUDIT, HEAD, FINANCE, OFFICE):
        assert any(JOINT in words and "已批准" in words for words in world.told(person)), person
    assert not news(world, UNIT_HEAD, JOINT)
    row = inspection(world, JOINT)
    assert (row.state, row.units, row.orgs, row.decided_by) == ("approved", ["NY"], ["HX-CW", "HX-SJ"], DIRECTOR)
    assert item(world, "JH-2026-0001").state == "cancelled"
    assert owed(world, "JH-2026-0001") == {}
    followed = item(world, "JH-2026-0002")
    assert (followed.owner, followed.helpers, followed.due.isoformat()) == ("HX-CW", ["HX-SJ"], "2026-12-22")
    assert owed(world, "JH-2026-0002") == {"plan": "2026-12-22"}
    assert actions(world, JOINT) == ["propose_inspection", "approve_inspection", "plan_inspection"]
    assert "已批准（何敏），不用再批" in await world.say(DIRECTOR, f"同意联合检查 {JOINT}")


async def test_it_ends_with_its_entry_in_the_plan(world: Rehearsal) -> None:
    await merged(world)
    await confirmed(world, LEADER, f"同意联合检查 {JOINT}")
    answer = await confirmed(world, FINANCE, "JH-2026-0002 完成")
    assert f"{JOINT} 同时办结" in answer
    assert inspection(world, JOINT).state == "done"


async def test_a_declined_one_leaves_the_plans_alone(world: Rehearsal) -> None:
    await merged(world)
    assert "不同意的理由是什么" in await world.say(DIRECTOR, f"不同意联合检查 {JOINT}")
    answer = await confirmed(world, DIRECTOR, "已有巡察安排")
    assert "待批准 → 未批准" in answer
    assert any("未批准，理由：已有巡察安排" in words for words in world.told(FINANCE))
    assert item(world, "JH-2026-0001").state == "open"
    assert owed(world, "JH-2026-0001") == {"plan": "2026-12-08"}


@pytest.mark.parametrize("person", [AUDIT, HEAD, OFFICE])
async def test_s39_only_the_director_or_the_group_decides(world: Rehearsal, person: str) -> None:
    await merged(world)
    answer = await world.say(person, f"同意联合检查 {JOINT}")
    assert "由办公室主任或领导小组批准" in answer
    assert inspection(world, JOINT).state == "proposed"


@pytest.mark.parametrize("person", [WORKER, UNIT_HEAD, UNION])
async def test_what_is_foreign_sounds_like_what_is_absent(world: Rehearsal, person: str) -> None:
    await merged(world)
    for words in (f"同意联合检查 {JOINT}", f"查 {JOINT}"):
        absent = await world.say(person, words.replace(JOINT, "LJ-2026-0099"))
        assert await world.say(person, words) == absent == HIDDEN


async def test_s39_a_common_fault_is_proposed_with_its_figures(world: Rehearsal) -> None:
    for at, unit in enumerate(("JS", "JS", "WL"), 1):
        await seed(world, f"WT-2026-{at:04d}", unit=unit, category="CG01")
    await seed(world, "WT-2026-0004", unit="NY", category="CG01", visibility="restricted")
    await seed(world, "WT-2026-0005", unit="NY", category="CG01", state="rejected")
    asked = await world.say(HEAD, "采购类共性问题建议组织联合检查")
    assert "除财务部外还有谁" in asked
    asked = await world.say(HEAD, "审计部")
    assert "依据：近四个季度采购招标类问题3条，涉及2家：恒信建设2条、恒信物流1条" in asked
    assert "参加：财务部、审计部" in asked
    await world.say(HEAD, "确认")
    assert any("恒信建设2条" in words for words in world.told(DIRECTOR))
    row = inspection(world, JOINT)
    assert (row.category, row.units) == ("CG", ["JS", "WL"])
    assert [one["count"] for one in row.basis["units"]] == [2, 1]


async def test_s40_the_director_merges_at_once(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, FIRST)
    forget(world)
    answer = await confirmed(world, DIRECTOR, "这两家审计部和财务部下个月都要去恒信能源检查，合到一起吧")
    assert "待批准 → 已批准" in answer
    assert news(world, AUDIT, JOINT)
    assert item(world, "JH-2026-0001").state == "cancelled"
    assert actions(world, JOINT)[:2] == ["propose_inspection", "approve_inspection"]


async def test_an_employee_proposes_nothing(world: Rehearsal) -> None:
    assert "由成员单位提议" in await world.say(WORKER, "采购类共性问题建议组织联合检查")


async def test_a_no_to_a_question_that_wants_more_than_yes_is_shown_the_way_out(world: Rehearsal) -> None:
    asked = await world.say(FINANCE, "各单位采购上老出毛病，建议搞一次联合检查")
    assert "哪些单位" in asked
    assert await world.say(FINANCE, "否") == f"{asked}\n不办了请回复“取消”。"
    assert "已取消" in await world.say(FINANCE, "取消")
    assert actions(world, JOINT) == []
