"""Reopening a closed finding as a new round, proposing it, and what closed rounds keep (T11, S48)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage import moves
from storage.proceedings import Consent, Cycle
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    actions,
    applied,
    assigned,
    finding,
    forget,
    waiting,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

SECOND = "hx_caiwufz"  # the finance department's head
DISCIPLINE = "hx_jiwei"
CONFIRM = "回复“确认”提交，“取消”放弃"
REOPEN = f"重启 {NUMBER}，原因：又发现3笔备用金未清，依据：审计复核报告"


@once
async def closed(world: Rehearsal, **values: Any) -> None:
    await applied(world, **values)
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    assert "已销号" in await world.say(FINANCE, "确认")
    forget(world)
    world.told(DISCIPLINE)


def rounds(world: Rehearsal) -> list[Cycle]:
    with world.session() as session:
        rows = list(session.scalars(select(Cycle).order_by(Cycle.seq)))
        session.expunge_all()
        return rows


def proposals(world: Rehearsal) -> list[Consent]:
    with world.session() as session:
        rows = list(session.scalars(select(Consent).order_by(Consent.id)))
        session.expunge_all()
        return rows


async def test_t11_the_office_reopens_with_reason_and_basis_as_a_new_round(world: Rehearsal) -> None:
    await closed(world)
    asked = await world.say(OFFICE, REOPEN)
    assert "已销号（11月23日 周一） → 已交办，第2轮" in asked and "恒信建设 周涛" in asked
    assert "又发现3笔备用金未清" in asked and "审计复核报告" in asked and "12月23日 周三" in asked
    assert asked.endswith(CONFIRM) and finding(world).state == "closed"
    done = await world.say(OFFICE, "确认")
    assert "已销号 → 已交办，第2轮" in done
    row = finding(world)
    assert (row.state, row.cycle, row.due, row.resp_person) == ("assigned", 2, date(2026, 12, 23), LIAISON)
    assert (row.confirmed_at, row.applied_at, row.closed_at, row.accountability, row.returned) == (None,) * 3 + ("", 0)
    first, second = rounds(world)
    assert first.closed_at is not None and first.closed_by == FINANCE and first.due == date(2026, 12, 18)
    assert (second.reopen_reason, second.reopen_basis) == ("又发现3笔备用金未清", "审计复核报告")
    assert second.closed_at is None
    assert waiting(world)["T-0"] == "2026-12-23"
    assert waiting(world, ladder="acceptance") == {}
    for person in (LIAISON, HEAD):
        (card,) = world.told(person)
        assert "重启（第2轮）" in card and "[收到][填进展]" in card
    assert any("进入第2轮整改" in text for text in world.told(FINANCE))  # who accepted it
    assert actions(world)[-1] == "reopen"
    assert "第2轮" in await world.say(OFFICE, f"查 {NUMBER}")


async def test_t11_reason_and_basis_are_asked_two_at_a_time_over_restarts(world: Rehearsal) -> None:
    await closed(world)
    asked = await world.say(OFFICE, f"重启 {NUMBER}")
    assert "1 为什么重启" in asked and "2 依据是什么" in asked
    await world.restart()
    asked = await world.say(OFFICE, "又发现3笔未清")
    assert "依据是什么" in asked and "为什么" not in asked
    await world.restart()
    asked = await world.say(OFFICE, "审计复核报告")
    assert "原因：又发现3笔未清；依据：审计复核报告" in asked
    assert "12月11日 周五" in await world.say(OFFICE, "期限改成12月11日")
    await world.restart()
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 11)


async def test_t11_a_bare_serial_is_the_number_that_there_is(world: Rehearsal) -> None:
    await closed(world)
    asked = await world.say(OFFICE, "重启0123，原因：又发现3笔，依据：审计报告")
    assert NUMBER in asked and asked.endswith(CONFIRM)


async def test_t11_only_what_is_closed(world: Rehearsal) -> None:
    await assigned(world)
    assert "只有已销号的问题可以重启" in await world.say(OFFICE, REOPEN)
    assert await world.say(OFFICE, REOPEN.replace("0123", "0999")) == NOT_FOUND_OR_FORBIDDEN


@pytest.mark.parametrize("person", [HEAD, LIAISON])
async def test_t11_the_unit_does_not_reopen(world: Rehearsal, person: str) -> None:
    await closed(world)
    assert "来源部门或监督办公室决定" in await world.say(person, REOPEN)
    assert await world.say(OTHER, REOPEN) == NOT_FOUND_OR_FORBIDDEN
    assert finding(world).state == "closed"


@pytest.mark.parametrize("step", [f"重启 {NUMBER}", REOPEN])
async def test_t11_cancelling_leaves_it_closed(world: Rehearsal, step: str) -> None:
    await closed(world)
    await world.say(OFFICE, step)
    assert "已取消" in await world.say(OFFICE, "取消")
    assert finding(world).state == "closed" and len(rounds(world)) == 1


async def test_t11_two_reopen_at_once_and_one_does(world: Rehearsal) -> None:
    await closed(world)
    for person in (OFFICE, DIRECTOR):
        await world.say(person, REOPEN)
    assert "第2轮" in await world.say(OFFICE, "确认")
    assert "现在是“已交办”" in await world.say(DIRECTOR, "确认")
    assert [row.seq for row in rounds(world)] == [1, 2]


async def test_t11_a_liaison_of_the_source_proposes_and_the_head_decides(world: Rehearsal) -> None:
    await closed(world)
    asked = await world.say(FINANCE, REOPEN)
    assert "请确认提议重启" in asked and "高远" in asked and "李敏" in asked and asked.endswith(CONFIRM)
    assert "等候决定" in await world.say(FINANCE, "确认")
    assert finding(world).state == "closed"
    assert "已由刘洋提议重启" in await world.say(DISCIPLINE, REOPEN)
    (card,) = world.told(SECOND)
    assert "提议重启" in card and "又发现3笔备用金未清" in card and "[重启][不重启]" in card
    asked = await world.click(SECOND, "重启")
    assert "又发现3笔备用金未清" in asked and "审计复核报告" in asked and "第2轮" in asked
    await world.say(SECOND, "确认")
    assert finding(world).cycle == 2
    (row,) = proposals(world)
    assert (row.kind, row.state, row.by, row.decided_by) == ("reopen", "agreed", FINANCE, SECOND)
    assert any("进入第2轮" in text for text in world.told(FINANCE))


async def test_t11_the_discipline_body_proposes_and_is_refused_with_a_reason(world: Rehearsal) -> None:
    await closed(world)
    await world.say(DISCIPLINE, REOPEN)
    await world.say(DISCIPLINE, "确认")
    assert "理由是什么" in await world.click(OFFICE, "不重启")
    asked = await world.say(OFFICE, "已另案处理")
    assert "待决定 → 不同意" in asked and asked.endswith(CONFIRM)
    await world.say(OFFICE, "确认")
    assert [row.state for row in proposals(world)] == ["refused"] and finding(world).state == "closed"
    assert any("未获同意，理由：已另案处理" in text for text in world.told(DISCIPLINE))


async def test_t11_a_closed_round_never_changes_and_the_second_stands_for_itself(world: Rehearsal) -> None:
    await closed(world)
    with world.session() as session:
        row = moves.cycle_of(session, finding(world))
        assert row is not None
        before = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    await world.say(OFFICE, REOPEN)
    await world.say(OFFICE, "确认")
    await world.say(LIAISON, f"收到 {NUMBER}")
    await world.say(LIAISON, f"{NUMBER} 申请延期至2026年12月31日，原因：流水未齐")
    await world.say(LIAISON, "确认")
    await world.say(OFFICE, f"同意{NUMBER}延期")
    await world.say(OFFICE, "确认")
    first, second = rounds(world)
    assert {column.key: getattr(first, column.key) for column in first.__table__.columns} == before
    assert second.closed_at is None and finding(world).due == date(2026, 12, 31)


async def test_s48_the_second_round_asks_everything_again_and_the_institution_too(world: Rehearsal) -> None:
    await closed(world)
    await world.say(OFFICE, REOPEN)
    await world.say(OFFICE, "确认")
    await world.say(LIAISON, f"收到 {NUMBER}")
    asked = await world.say(LIAISON, f"{NUMBER} 申请验收")
    assert "措施" in asked and "缺佐证材料，请上传后再申请。" in asked
    asked = await world.say(LIAISON, "措施：3笔已收回；佐证：回单；原因：制度缺失")
    assert "该问题重启过，须填制度完善情况" in asked
    assert (await world.say(LIAISON, "恒建发〔2026〕45号《备用金管理办法》")).endswith(CONFIRM)
    await world.say(LIAISON, "确认")
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    assert "已销号" in await world.say(FINANCE, "确认")
    assert [row.closed_at is not None for row in rounds(world)] == [True, True]


async def test_s16_the_auditors_reopen_what_they_found(world: Rehearsal) -> None:
    await applied(world, source="HX-SJ", submitted_by=AUDIT)
    await world.say(AUDIT, f"同意销号 {NUMBER}")
    await world.say(AUDIT, "确认")
    await world.say(AUDIT, REOPEN)
    assert "第2轮" in await world.say(AUDIT, "确认")
    assert finding(world).accountability_status == ""
