"""The year's and the audit plan: entered, reminded, coming again, covered (domain.md S14, S15, S38, S56)."""

from __future__ import annotations

from tests.flows.findings import seed
from tests.flows.gatherings import (
    AUDIT,
    FINANCE,
    HEAD,
    LEADER,
    OFFICE,
    UNIT_HEAD,
    WORKER,
    actions,
    confirmed,
    forget,
    item,
    news,
    owed,
)
from tests.flows.harness import Rehearsal

PLAN = "年度计划：二季度招采专项，采购牵头审计配合"
ENERGY = "审计计划：恒信能源经济责任审计，每12个月一次，12月15日前出报告"
NUMBER = "JH-2026-0001"


async def test_s56_an_entry_is_split_up_and_reminded(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, PLAN)
    assert "采购部牵头，审计部配合" in asked
    assert "2027年6月30日 周三前" in asked
    answer = await world.say(OFFICE, "确认")
    assert f"已登记监督计划 {NUMBER}" in answer
    assert "采购部没有登记人员" in answer
    assert news(world, AUDIT, "请审计部配合")
    assert owed(world, NUMBER) == {"plan": "2027-06-30"}
    assert actions(world, NUMBER) == ["plan_item"]


async def test_s15_the_audit_plan_is_reminded_fifteen_and_five_working_days_before(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, ENERGY)
    forget(world)
    await world.turn_to("2026-11-24 09:30")
    told = news(world, AUDIT, NUMBER)
    assert len(told) == 1
    assert "恒信能源经济责任审计按计划应于12月15日 周二前出具报告，还剩15个工作日" in told[0]
    await world.turn_to("2026-12-08 09:30")
    assert any("还剩5个工作日" in words for words in news(world, AUDIT, NUMBER))


async def test_s15_what_is_done_comes_again(world: Rehearsal) -> None:
    assert "每12个月一次" in await world.say(AUDIT, ENERGY)
    await world.say(AUDIT, "确认")
    answer = await confirmed(world, AUDIT, f"{NUMBER} 完成")
    assert "进行中 → 已办结" in answer
    assert "下一次：JH-2026-0002 恒信能源经济责任审计" in answer
    again = item(world, "JH-2026-0002")
    assert (again.due.isoformat(), again.months, again.unit) == ("2027-12-15", 12, "NY")
    assert owed(world, "JH-2026-0002") == {"audit": "2027-12-15"}
    assert owed(world, NUMBER) == {}
    assert actions(world, "JH-2026-0002") == ["repeat_item"]


async def test_s14_the_coverage_of_the_audit_plan(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, ENERGY)
    await confirmed(world, AUDIT, "审计计划：恒信物流经济责任审计，12月25日前出报告")
    await confirmed(world, AUDIT, f"{NUMBER} 完成")
    for person in (AUDIT, LEADER, OFFICE):
        answer = await world.say(person, "今年审计覆盖率")
        assert "已审 1/应审 2（50.0%），未审：恒信物流。" in answer, person
    assert "未列入计划的权属企业5家" in answer
    for person in (HEAD, UNIT_HEAD, WORKER):
        answer = await world.say(person, "今年审计覆盖率")
        assert "恒信物流" not in answer, person


async def test_without_a_plan_there_is_no_share(world: Rehearsal) -> None:
    assert "还没有登记审计计划" in await world.say(AUDIT, "今年审计覆盖率")


async def test_a_department_enters_its_own_plan_only(world: Rehearsal) -> None:
    assert "您只能登记本部门的计划" in await world.say(FINANCE, PLAN)
    assert "由监督办公室和各监督部门登记" in await world.say(WORKER, PLAN)
    assert actions(world, NUMBER) == []


async def test_the_audited_unit_does_not_see_the_plan(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, "审计计划：恒信建设经济责任审计，12月15日前出报告")
    assert not news(world, UNIT_HEAD, "审计")
    assert "未查询到该编号" in await world.say(UNIT_HEAD, f"查 {NUMBER}")
    assert "没有您可以查看的" in await world.say(UNIT_HEAD, "待办清单")


async def test_the_audit_department_moves_its_own_plan(world: Rehearsal) -> None:
    await confirmed(world, AUDIT, ENERGY)
    answer = await confirmed(world, AUDIT, f"{NUMBER} 改到12月25日")
    assert "12月15日 周二 → 12月25日 周五" in answer
    assert owed(world, NUMBER) == {"audit": "2026-12-25"}


async def test_s38_a_common_fault_goes_into_the_plan_with_its_findings(world: Rehearsal) -> None:
    for at, unit in enumerate(("JS", "WL", "NY"), 1):
        await seed(world, f"WT-2026-{at:04d}", unit=unit, category="CG01")
    await seed(world, "WT-2026-0009", unit="ZY", category="CW01")
    await world.say(OFFICE, "把采购共性问题列入2027年监督计划")
    asked = await world.say(OFFICE, "审计部")
    assert "引用问题3条：WT-2026-0001、WT-2026-0002、WT-2026-0003" in asked
    assert "2027年12月31日" in asked
    await world.say(OFFICE, "确认")
    assert item(world, NUMBER).refs == ["WT-2026-0001", "WT-2026-0002", "WT-2026-0003"]
