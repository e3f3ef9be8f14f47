"""The quarter's report: both halves, the declaration of none, taking it back, and who may ask about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import FOREIGN_UNIT
from bot.flow import Turn
from bot.understanding.meaning import Lexicon
from handlers import quarter
from storage import events, findings, people
from storage.matters import QuarterTask
from storage.models import Due
from tests.flows.harness import CHINA, Rehearsal
from tests.flows.snapshots import once

CONFIRM = "回复“确认”提交，“取消”放弃"


@pytest_asyncio.fixture
async def january(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """The fourth quarter planned in time, and two working days late."""
    rehearsal = Rehearsal(tmp_path, datetime(2026, 12, 31, 9, 0, tzinfo=CHINA))
    await rehearsal.start()
    await rehearsal.turn_to("2027-01-05 10:00")
    yield rehearsal
    await rehearsal.stop()


def task_of(world: Rehearsal, unit: str = "HX-CW", period: str = "2026Q4") -> QuarterTask:
    with world.session() as session:
        query = select(QuarterTask).where(QuarterTask.unit == unit, QuarterTask.quarter == period)
        return session.scalars(query).one()


def add_finding(session: Session, number: str, source: str = "HX-CW", state: str = "registered") -> None:
    entry = events.Entry(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "hx_caiwu", "submit")
    findings.add(
        session, entry, number=number, state=state, source=source, source_name="财务部", quarter="2026Q4",
        found_at=date(2026, 11, 20), title="备用金未清", desc="备用金7个月未清", raw_text="备用金7个月未清",
        unit="WL", unit_name="恒信物流", unit_path="/HX/WL/", submitted_by="hx_caiwu",
        submitted_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    )  # fmt: skip


async def touch(world: Rehearsal, unit: str = "HX-CW") -> None:
    def run(session: Session) -> None:
        actor = people.actor(session, "hx_caiwu", date(2026, 11, 23))
        turn = Turn(session, actor, world.clock(), world.calendar, world.world.policy, Lexicon())
        quarter.touch(turn, unit, "2026Q4")

    await world.turns.run(run)


@once
async def report(world: Rehearsal, person: str, *messages: str) -> str:
    for message in messages:
        await world.say(person, message)
    return await world.say(person, "确认")


async def test_both_halves_make_it_submitted(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", "监督工作信息：开展专项检查2次，约谈1人")
    assert "财务部2026年四季度" in asked and "开展专项检查2次，约谈1人" in asked and asked.endswith(CONFIRM)
    assert "12月31日 周四" in asked and "还剩28个工作日" in asked
    assert task_of(world).info_at is None
    first = await world.say("hx_caiwu", "确认")
    assert "已收到财务部2026年四季度监督工作信息" in first and "还差：本季度发现的问题" in first
    assert task_of(world).submitted_at is None
    asked = await world.say("hx_caiwu", "本季度无问题")
    assert "财务部2026年四季度无问题？" in asked and asked.endswith(CONFIRM)
    done = await world.say("hx_caiwu", "确认")
    assert "已报送（2026-11-23 10:00），按期。" in done
    assert task_of(world).submitted_at is not None
    with world.session() as session:
        actions = [event.action for event in events.history(session, "2026Q4:HX-CW")]
        assert actions == ["quarter_info", "quarter_none", "quarter_submitted"]
        assert {row.state for row in session.scalars(select(Due).where(Due.matter == "2026Q4:HX-CW"))} == {"cancelled"}


async def test_declaration_first_asks_for_the_information(world: Rehearsal) -> None:
    answer = await report(world, "hx_caiwu", "本季度无问题")
    assert "还差：监督工作信息（检查次数/方式/成果，一两句即可）" in answer and "12月31日 周四截止" in answer
    assert "高远" in answer
    told = world.told("hx_caiwufz")
    assert any("刘洋已申报：财务部2026年四季度无问题" in text for text in told)


async def test_both_halves_in_one_message(world: Rehearsal) -> None:
    asked = await world.say("hx_gonghui", "监督工作信息：检查2次。本季度无问题")
    assert "同时申报：本季度无问题" in asked
    assert "已报送（2026-11-23 10:00），按期。" in await world.say("hx_gonghui", "确认")


async def test_a_finding_is_the_other_half(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "监督工作信息：检查2次")
    await world.turns.run(lambda session: add_finding(session, "WT-2026-0001"))
    await touch(world)
    assert task_of(world).submitted_at is not None
    assert "已报送（2026-11-23 10:00），按期。" in await world.say("hx_caiwu", "我报了没")


async def test_a_withdrawn_finding_opens_it_again(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "监督工作信息：检查2次")
    await world.turns.run(lambda session: add_finding(session, "WT-2026-0001"))
    await touch(world)

    def withdraw(session: Session) -> None:
        finding = findings.find(session, "WT-2026-0001")
        assert finding is not None
        finding.state = "withdrawn"

    await world.turns.run(withdraw)
    await touch(world)
    assert task_of(world).submitted_at is None
    with world.session() as session:
        waiting = select(Due).where(Due.matter == "2026Q4:HX-CW", Due.state == "waiting")
        assert len(session.scalars(waiting).all()) == 8


async def test_no_declaration_while_findings_stand(world: Rehearsal) -> None:
    await world.turns.run(lambda session: add_finding(session, "WT-2026-0001"))
    answer = await world.say("hx_caiwu", "本季度无问题")
    assert "已报问题1条（WT-2026-0001），不能再申报无问题" in answer
    assert task_of(world).none_at is None


async def test_findings_that_came_between_question_and_answer_stop_it(world: Rehearsal) -> None:
    await world.say("hx_caiwu", "本季度无问题")
    await world.turns.run(lambda session: add_finding(session, "WT-2026-0001"))
    assert "不能再申报无问题" in await world.say("hx_caiwu", "确认")
    assert task_of(world).none_at is None


async def test_taking_the_declaration_back(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "监督工作信息：检查2次")
    await report(world, "hx_caiwu", "本季度无问题")
    world.told("hx_caiwu")
    asked = await world.say("hx_caiwufz", "撤回无问题申报")
    assert "请确认撤回：财务部2026年四季度“无问题”申报" in asked and asked.endswith(CONFIRM)
    done = await world.say("hx_caiwufz", "确认")
    assert "已报送 → 未报齐" in done and "还差：本季度发现的问题" in done
    assert task_of(world).submitted_at is None and task_of(world).none_at is None
    assert any("高远已撤回申报" in text for text in world.told("hx_caiwu"))
    with world.session() as session:
        waiting = select(Due).where(Due.matter == "2026Q4:HX-CW", Due.state == "waiting")
        assert len(session.scalars(waiting).all()) == 8
    assert "不用撤回" in await world.say("hx_caiwu", "撤回无问题申报")


async def test_declared_twice_says_who_did_it(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "本季度无问题")
    assert "刘洋已于2026-11-23 10:00申报财务部2026年四季度无问题" in await world.say("hx_caiwufz", "零报告")


async def test_denied_and_cancelled_leave_nothing(world: Rehearsal) -> None:
    await world.say("hx_caiwu", "本季度无问题")
    assert "没有提交" in await world.say("hx_caiwu", "否")
    await world.say("hx_caiwu", "监督工作信息：检查2次")
    assert "没有提交" in await world.say("hx_caiwu", "取消")
    task = task_of(world)
    assert task.none_at is None and task.info_at is None


async def test_empty_information_is_asked_for_and_can_be_rewritten(world: Rehearsal) -> None:
    assert "一两句即可" in await world.say("hx_caiwu", "监督工作信息：")
    assert "检查3次，整改5项" in await world.say("hx_caiwu", "检查3次，整改5项")
    assert "检查4次" in await world.say("hx_caiwu", "监督工作信息：检查4次")
    await world.say("hx_caiwu", "确认")
    assert task_of(world).info_text == "检查4次"


async def test_a_second_text_is_added_below(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "监督工作信息：检查2次")
    assert "补充" in await world.say("hx_caiwu", "监督工作信息：另约谈1人")
    await world.say("hx_caiwu", "确认")
    assert task_of(world).info_text == "检查2次\n另约谈1人"


async def test_only_member_units_report(world: Rehearsal) -> None:
    for person in ("hx_jianshel", "hx_zhigong", "hx_ban", "hx_admin"):
        assert "由成员单位的联络员或负责人报送" in await world.say(person, "本季度无问题"), person


async def test_another_units_report_is_not_his(world: Rehearsal) -> None:
    answer = await world.say("hx_caiwu", "法务部2026年第四季度监督工作信息报送：本季度未发现问题。")
    assert answer == "您只能为财务部报送。"


async def test_quarter_is_asked_while_the_last_one_is_owed(january: Rehearsal) -> None:
    asked = await january.say("hx_caiwu", "本季度无问题")
    assert "请问是哪个季度？\n1 2026年四季度\n2 2027年一季度" in asked
    assert "财务部2026年四季度无问题？" in await january.say("hx_caiwu", "1")
    await january.say("hx_caiwu", "确认")
    answer = await report(january, "hx_caiwu", "2026年四季度监督工作信息：检查1次")
    assert "已报送（2027-01-05 10:00），逾期2个工作日。" in answer
    assert task_of(january).submitted_at is not None
    assert "2027年一季度" in await january.say("hx_caiwu", "本季度无问题")


async def test_a_quarter_to_come_is_too_early(world: Rehearsal) -> None:
    assert "2027年一季度还没开始" in await world.say("hx_caiwu", "2027年一季度无问题")


async def test_who_has_not_reported(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "监督工作信息：检查2次。本季度无问题")
    await report(world, "hx_gonghui", "监督工作信息：检查2次")
    answer = await world.say("hx_ban", "还有谁没报")
    lines = answer.splitlines()
    assert lines[0] == "2026年四季度（12月31日 周四截止，还剩28个工作日）：应报10家，已报1家，未报9家："
    assert lines[1] == "1 安全环保部（未设联络员）" and len(lines) == 10
    assert lines[-1] == "回复“全部”查看其余1条。"
    assert "6 工会（已有监督工作信息）" in lines
    assert "9 投资发展部（未设联络员）" in await world.say("hx_ban", "全部")
    assert "财务部2026年四季度已报送（2026-11-23 10:00），按期。" in await world.say("hx_zhuren", "财务部报了吗")


async def test_own_state_only_for_members(world: Rehearsal) -> None:
    answer = await world.say("hx_caiwu", "我报了没")
    assert "财务部2026年四季度未报齐，12月31日 周四截止，还剩28个工作日。" in answer and "还差：" in answer
    assert await world.say("hx_caiwu", "审计部报了吗") == FOREIGN_UNIT
    assert "财务部" in await world.say("hx_caiwu", "还有谁没报")
    assert await world.say("hx_jianshel", "财务部报了吗") == FOREIGN_UNIT
    assert await world.say("hx_jianshel", "我报了没") == "恒信建设没有季度报送任务。"


async def test_asking_in_the_middle_of_a_confirmation(world: Rehearsal) -> None:
    await world.say("hx_caiwu", "监督工作信息：检查2次")
    await world.say("hx_caiwu", "今天天气不错")
    assert task_of(world).info_at is None
    await world.say("hx_caiwu", "确认")
    assert task_of(world).info_text == "检查2次"


async def test_a_submitted_finding_completes_it_in_the_same_breath(world: Rehearsal) -> None:
    await report(world, "hx_caiwu", "监督工作信息：检查2次")
    await world.say("hx_caiwu", "报送问题：恒信物流备用金7个月没清，一共4万2，11月20日发现")
    answer = await world.say("hx_caiwu", "确认")
    assert "WT-2026-0001" in answer and "财务部2026年四季度已报送（2026-11-23 10:00），按期。" in answer
    assert task_of(world).submitted_at is not None
