"""A confirmation counts for the world as it is when it is given, not as it was when it was asked for."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from storage.matters import Finding, Lead
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    applied,
    assigned,
    change,
    finding,
    seed,
)
from tests.flows.harness import Rehearsal
from tests.regressions.people import appoint, dismiss


async def test_an_extension_that_another_one_outran(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 申请延期至2026-12-25，原因：下雨")
    await world.say(HEAD, f"{NUMBER} 申请延期至2026-12-31，原因：等判决")
    await world.say(HEAD, "确认")
    await world.say(OFFICE, f"同意{NUMBER}延期")
    await world.say(OFFICE, "确认")
    answer = await world.say(LIAISON, "确认")
    assert "要晚于12月31日" in answer, answer
    assert "没有办成" not in answer


async def _next_day(world: Rehearsal, person: str, day: str) -> str:
    """He comes back to what he left unconfirmed."""
    await world.turn_to(f"{day} 10:00")
    await world.say(person, "继续")
    return await world.say(person, "确认")


async def test_an_assignment_confirmed_after_its_own_date(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 11月24日前")
    answer = await _next_day(world, OFFICE, "2026-11-25")
    assert finding(world).state == "registered", answer
    assert "已经过了" in answer


async def test_a_return_confirmed_after_its_own_date(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"退回 {NUMBER}，理由：回单不全，11月24日前补")
    answer = await _next_day(world, FINANCE, "2026-11-25")
    assert finding(world).state == "pending_acceptance", answer
    assert "已经过了" in answer


async def test_an_extension_confirmed_after_its_own_date(world: Rehearsal) -> None:
    await assigned(world, due="11月24日")
    await world.say(LIAISON, f"{NUMBER} 申请延期至2026-11-25，原因：下雨")
    answer = await _next_day(world, LIAISON, "2026-11-27")
    assert "没有办成" not in answer and "延到哪一天" in answer, answer


async def test_a_reassignment_that_another_one_outran(world: Rehearsal) -> None:
    await assigned(world)
    await appoint(world, "js_third", "冯三", "JS", "employee")
    await world.say(OFFICE, f"{NUMBER} 责任人改成王建国")
    await world.say(DIRECTOR, f"{NUMBER} 责任人改成冯三")
    assert "已改派" in await world.say(DIRECTOR, "确认")
    answer = await world.say(OFFICE, "确认")
    assert "刚刚有人办理过" in answer, answer
    assert finding(world).resp_person == "js_third"


@pytest.mark.parametrize("lost", ["converted_to_lead", "closed", "withdrawn", "pending_acceptance"])
async def test_progress_of_a_matter_that_moved_on(world: Rehearsal, lost: str) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    await change(world, state=lost)
    answer = await world.say(LIAISON, "确认")
    assert "已记录" not in answer and "没有办成" not in answer
    if lost == "converted_to_lead":
        assert answer.startswith(f"{NUMBER}：已转办理。") and "转线索" not in answer  # S49


async def test_a_finding_by_somebody_who_left_his_post(world: Rehearsal) -> None:
    await world.say(FINANCE, "报送问题：恒信物流备用金7个月没清，4.2万")
    await dismiss(world, FINANCE)
    answer = await world.say(FINANCE, "确认")
    assert "WT-" not in answer, answer
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Finding)) == 0


async def test_a_finding_by_somebody_who_changed_his_department(world: Rehearsal) -> None:
    await world.say(FINANCE, "报送问题：恒信物流备用金7个月没清，4.2万")
    await dismiss(world, FINANCE)
    await appoint(world, FINANCE, "刘洋", "WL", "unit_liaison")
    await world.say(FINANCE, "确认")
    with world.session() as session:
        for row in session.scalars(select(Finding)):
            assert row.source == "WL"


@pytest.mark.parametrize("words", ["监督工作信息：检查了三次", "本季度无问题"])
async def test_a_quarters_report_by_somebody_who_left(world: Rehearsal, words: str) -> None:
    await world.say(FINANCE, words)
    await dismiss(world, FINANCE)
    answer = await world.say(FINANCE, "确认")
    assert "已" not in answer.split("\n", maxsplit=1)[0], answer


async def test_an_acceptance_by_somebody_who_left(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    await dismiss(world, FINANCE)
    await world.say(FINANCE, "确认")
    assert finding(world).state == "pending_acceptance"


async def test_an_assignment_by_somebody_who_left(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await dismiss(world, OFFICE)
    await world.say(OFFICE, "确认")
    assert finding(world).state == "registered"


@pytest.mark.parametrize("words", ["这条怎么样了", "交办给周涛", "这条可以销了", "第1个", "全部", "刚才那条 申请验收"])
async def test_what_was_shown_is_not_shown_again_once_the_right_is_gone(world: Rehearsal, words: str) -> None:
    for serial in range(201, 211):
        await seed(world, f"WT-2026-0{serial}", title="违规定点采购", desc="违规定点采购", resp_person=LIAISON,
                   state="assigned", due=date(2026, 11, serial - 200))  # fmt: skip
    assert "违规定点采购" in await world.say(OFFICE, "逾期清单")
    await dismiss(world, OFFICE)
    answer = await world.say(OFFICE, words)
    assert "违规定点采购" not in answer and "WT-2026-02" not in answer, answer


async def test_a_list_of_a_unit_is_not_continued_once_the_unit_is_foreign(world: Rehearsal) -> None:
    for serial in range(201, 211):
        await seed(world, f"WT-2026-0{serial}", source="HX-SJ", submitted_by=AUDIT, state="registered")
    assert "共10条" in await world.say(OFFICE, "恒信建设的问题清单")
    await dismiss(world, OFFICE)
    await appoint(world, OFFICE, "李敏", "WL", "unit_liaison")
    assert await world.say(OFFICE, "全部") == "您只能查询本单位（及下属）的问题。"


async def test_the_name_written_in_a_lead_is_not_told_of_it(world: Rehearsal) -> None:
    await appoint(world, "hx_jiwei2", "冯三", "HX-JW", "disc_manager")
    await world.say(AUDIT, "报告问题线索：恒信物流王某收受回扣，冯三也拿了一份，凭据：聊天截图")
    await world.say(AUDIT, "确认")
    with world.session() as session:
        count = session.scalar(select(func.count()).select_from(Lead))
    assert not any("XS-" in words for words in world.told("hx_jiwei2")), count
    if count:
        assert any("XS-" in words for words in world.told("hx_jiwei"))
