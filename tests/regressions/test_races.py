"""Two people at one matter in the same moment: one wins, the other hears it, and nothing of either is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import select

from storage import events, moves, quarters
from storage.matters import QuarterTask
from storage.proceedings import Acceptance, Extension
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
    finding,
    seed,
)
from tests.flows.harness import Rehearsal
from tests.regressions.people import appoint


async def together(world: Rehearsal, said: Sequence[tuple[str, str]]) -> list[str]:
    return list(await asyncio.gather(*(world.say(person, text) for person, text in said)))


async def test_two_who_assign_at_once(anywhere: Rehearsal) -> None:
    await seed(anywhere)
    await anywhere.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await anywhere.say(DIRECTOR, f"交办 {NUMBER} 恒信建设 责任人王建国 12月25日前")
    answers = await together(anywhere, [(OFFICE, "确认"), (DIRECTOR, "确认")])
    assert sum("已登记 → 已交办" in answer for answer in answers) == 1, answers
    assert sum("刚刚有人办理过" in answer for answer in answers) == 1, answers
    with anywhere.session() as session:
        assert [event.action for event in events.history(session, NUMBER)] == ["arranged", "assign"]


async def test_two_who_accept_at_once(anywhere: Rehearsal) -> None:
    await applied(anywhere)
    for person in (FINANCE, "hx_caiwufz"):
        assert "请确认销号" in await anywhere.say(person, f"同意销号 {NUMBER}")
    answers = await together(anywhere, [(FINANCE, "确认"), ("hx_caiwufz", "确认")])
    assert sum("已销号（" in answer for answer in answers) == 1, answers
    assert sum("该问题已由" in answer for answer in answers) == 1, answers
    with anywhere.session() as session:
        assert len(session.scalars(select(Acceptance)).all()) == 1


async def test_one_accepts_while_the_other_returns(anywhere: Rehearsal) -> None:
    await applied(anywhere)
    await anywhere.say(FINANCE, f"同意销号 {NUMBER}")
    await anywhere.say("hx_caiwufz", f"退回 {NUMBER}，理由：回单不全")
    answers = await together(anywhere, [(FINANCE, "确认"), ("hx_caiwufz", "确认")])
    assert sum("该问题已由" in answer for answer in answers) == 1, answers
    with anywhere.session() as session:
        assert len(session.scalars(select(Acceptance)).all()) == 1
    assert finding(anywhere).state in ("closed", "rectifying")


async def test_two_who_apply_for_an_extension_at_once(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, f"{NUMBER} 申请延期至2026-12-25，原因：下雨")
    await anywhere.say(HEAD, f"{NUMBER} 申请延期至2026-12-31，原因：等判决")
    answers = await together(anywhere, [(LIAISON, "确认"), (HEAD, "确认")])
    assert sum("已申请延期" in answer for answer in answers) == 1, answers
    with anywhere.session() as session:
        assert len(session.scalars(select(Extension)).all()) == 1


async def test_an_extension_and_an_acceptance_applied_for_at_once(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, f"{NUMBER} 申请验收")
    await anywhere.say(LIAISON, "措施：已清理；佐证：回单；原因：制度缺失")
    await anywhere.say(HEAD, f"{NUMBER} 申请延期至2026-12-31，原因：等判决")
    answers = await together(anywhere, [(LIAISON, "确认"), (HEAD, "确认")])
    with anywhere.session() as session:
        waiting = session.scalars(select(Extension).where(Extension.state == "pending")).all()
        row = moves.find(session, NUMBER)
        assert row is not None
        assert (len(waiting), row.state) in [(1, "rectifying"), (0, "pending_acceptance")], answers


async def test_two_who_decide_one_extension_at_once(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, f"{NUMBER} 申请延期至2026-12-25，原因：下雨")
    await anywhere.say(LIAISON, "确认")
    await anywhere.say(OFFICE, f"同意{NUMBER}延期")
    await anywhere.say(DIRECTOR, f"{NUMBER} 延期申请不批准")
    answers = await together(anywhere, [(OFFICE, "确认"), (DIRECTOR, "确认")])
    assert sum("该延期申请已由" in answer for answer in answers) == 1, answers


async def test_two_colleagues_report_for_their_department_at_once(anywhere: Rehearsal) -> None:
    await anywhere.say(FINANCE, "监督工作信息：检查了备用金三次")
    await anywhere.say("hx_caiwufz", "监督工作信息：抽查了合同五份")
    answers = await together(anywhere, [(FINANCE, "确认"), ("hx_caiwufz", "确认")])
    with anywhere.session() as session:
        task = quarters.find(session, "HX-CW", "2026Q4")
        assert task is not None
        assert "检查了备用金三次" in task.info_text and "抽查了合同五份" in task.info_text, answers


async def test_the_two_halves_of_a_report_sent_at_once_close_it(anywhere: Rehearsal) -> None:
    await anywhere.say(FINANCE, "监督工作信息：检查了备用金三次")
    await anywhere.say("hx_caiwufz", "本季度无问题")
    answers = await together(anywhere, [(FINANCE, "确认"), ("hx_caiwufz", "确认")])
    with anywhere.session() as session:
        task = session.scalars(select(QuarterTask).where(QuarterTask.unit == "HX-CW")).one()
        assert task.submitted_at is not None, answers


async def test_a_finding_and_the_information_sent_at_once_close_the_report(anywhere: Rehearsal) -> None:
    await anywhere.say(AUDIT, "报送问题：恒信物流备用金7个月没清，4.2万")
    await appoint(anywhere, "hx_shenji2", "钱进", "HX-SJ", "member_head")
    await anywhere.say("hx_shenji2", "监督工作信息：检查了备用金三次")
    answers = await together(anywhere, [(AUDIT, "确认"), ("hx_shenji2", "确认")])
    with anywhere.session() as session:
        task = session.scalars(select(QuarterTask).where(QuarterTask.unit == "HX-SJ")).one()
        assert task.submitted_at is not None, answers
