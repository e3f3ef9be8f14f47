"""Faults that the table of scripts found: words taken for what they are not."""

from __future__ import annotations

from storage import special_reports
from tests.flows.findings import AUDIT, FINANCE, LIAISON, NUMBER, OFFICE, assigned
from tests.flows.harness import Rehearsal


async def test_the_bare_command_is_no_name_of_a_report(world: Rehearsal) -> None:
    await world.say(AUDIT, "登记一份专项报告")
    await world.say(AUDIT, "恒信置业招采专项检查，共3项")
    await world.say(AUDIT, "确认")
    with world.session() as session:
        report = special_reports.find(session, "BG-2026-0001")
    assert report is not None and report.name == "恒信置业招采专项检查"


async def test_what_is_said_beside_a_new_figure_is_kept(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订")
    answer = await world.say(LIAISON, "已收回3万元，60%")
    assert "制度已修订" in answer and "已收回3万元" in answer and "完成度：60%" in answer
    await world.say(LIAISON, "取消")
    await world.say(LIAISON, f"{NUMBER} 整改进展")
    assert "请写进展" in await world.say(LIAISON, "1")


async def test_an_answer_to_an_objection_is_not_its_own_reason(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, "提交异议 0123：金额有误，附对账单")
    await world.say(LIAISON, "确认")
    assert "理由是什么" in await world.say(FINANCE, "答复0123的异议：不成立")


async def test_a_post_named_before_its_unit_is_kept(world: Rehearsal) -> None:
    await world.say(OFFICE, "任命吴刚为联络员")
    assert "恒信物流 单位联络员" in await world.say(OFFICE, "恒信物流")
