"""From report to registration (3.5.1, 4.8 clk_lead_report): one working day, and three for those who supervise."""

from __future__ import annotations

from datetime import date

import pytest

from storage import events
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    AUDIT,
    CONFIRM,
    DIRECTOR,
    HIDDEN,
    LEADER,
    MANAGER,
    NUMBER,
    OFFICE,
    WORKER,
    actions,
    clocks,
    done,
    lead,
    reported,
    told,
)

SAID = "报告问题线索：恒信能源仓库主管倒卖废铁，有过磅单"


async def test_the_office_registers_within_one_working_day(world: Rehearsal) -> None:
    number = await reported(world)
    assert clocks(world, number)["register"] == date(2026, 11, 24)
    asked = await world.say(OFFICE, f"{number} 登记")
    assert asked.startswith(f"请确认登记线索：{number}（") and asked.endswith(CONFIRM)
    assert "状态：已报告 → 已登记" in asked
    assert await world.say(OFFICE, "确认") == f"{number}：已报告 → 已登记，待受理。"
    assert lead(world, number).state == "registered" and "register" not in clocks(world, number)
    assert actions(world, number)[-1] == "lead_register"
    assert "不需要再登记" in await world.say(OFFICE, f"{number} 登记")
    await done(world, MANAGER, f"{number}受理")
    assert actions(world, number).count("lead_register") == 1


async def test_the_office_alone_is_reminded_and_of_number_and_day_alone(world: Rehearsal) -> None:
    number = await reported(world)
    await world.turn_to("2026-11-24 10:00")
    assert told(world, number) == {OFFICE: [f"{number}：登记时限11月24日 周二，今天到期。"]}
    await world.turn_to("2026-11-27 10:00")
    heard = told(world, number)
    assert set(heard) == {OFFICE, DIRECTOR}
    assert heard[DIRECTOR] == [f"{number}（承办：监督工作领导小组办公室）登记超期3天。"]
    await done(world, MANAGER, f"{number}受理")  # registered on the way
    assert "register" not in clocks(world, number)


async def test_one_that_goes_past_the_office_is_not_the_offices_to_register(world: Rehearsal) -> None:
    number = await reported(world, "报告问题线索：恒信能源采购的事，何敏收了供应商购物卡")
    await world.turn_to("2026-11-24 10:00")
    assert set(told(world, number)) == {LEADER}
    assert await world.say(OFFICE, f"{number} 登记") == HIDDEN
    assert "已登记" in await done(world, LEADER, f"{number} 登记")


@pytest.mark.parametrize("person", ["hx_zhuize", AUDIT, WORKER, "hx_admin", "hx_jianshe"])
async def test_nobody_else_registers(world: Rehearsal, person: str) -> None:
    number = await reported(world, by="hx_gonghui")
    assert await world.say(person, f"{number} 登记") == HIDDEN
    assert await world.say(person, "XS-2026-9ZZZ 登记") == HIDDEN
    assert lead(world, number).state == "reported"


async def test_one_that_is_shelved_at_once_waits_for_no_registration(world: Rehearsal) -> None:
    number = await reported(world)
    await done(world, MANAGER, f"{number}暂存待查")
    assert "register" not in clocks(world, number)


async def test_s42_who_supervises_and_reports_late_hears_so_and_is_not_refused(world: Rehearsal) -> None:
    asked = await world.say(AUDIT, f"{SAID}，11月10日检查发现")
    assert "恒信能源｜11月10日 周二发现" in asked
    answer = await world.say(AUDIT, "确认")
    found = NUMBER.search(answer)
    assert found is not None and "已登记线索" in answer
    assert "发现后3个工作日内应报告（11月13日 周五前），这次已照常登记，下次请及时报告。" in answer.splitlines()
    with world.session() as session:
        (late,) = [one for one in events.history(session, found[0]) if one.action == "lead_late"]
    assert late.after == {"workdays": 6}


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (f"{SAID}，11月18日检查发现", AUDIT),  # the third working day is today
        (f"{SAID}，11月3日倒卖的", AUDIT),  # when it happened, not when it was found
        (SAID, AUDIT),
        ("实名反映：恒信能源仓库主管周强倒卖废铁，11月10日发现", WORKER),  # an employee owes no report
    ],
)
async def test_nobody_else_hears_of_a_term(world: Rehearsal, said: str, by: str) -> None:
    await world.say(by, said)
    answer = await world.say(by, "确认")
    found = NUMBER.search(answer)
    assert found is not None and "及时报告" not in answer
    assert "lead_late" not in actions(world, found[0])


async def test_the_day_of_discovery_can_be_corrected(world: Rehearsal) -> None:
    await world.say(AUDIT, f"{SAID}，11月10日检查发现")
    assert "｜11月20日 周五发现" in await world.say(AUDIT, "发现时间改成11月20日")
    assert "及时报告" not in await world.say(AUDIT, "确认")
