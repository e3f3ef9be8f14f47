"""Whole transcripts of the real flows on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select

from storage import dues, events, moves
from storage.matters import Finding, QuarterTask
from storage.models import Due, Outbox
from storage.proceedings import Acceptance
from tests.flows.harness import CHINA, Rehearsal
from tests.stores import Store

FINANCE, OFFICE, LIAISON = "hx_caiwu", "hx_ban", "hx_jianshel"
MEASURES = "措施：已全部清理并入账；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法"


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path, url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


def _finding(world: Rehearsal, number: str) -> Finding:
    with world.session() as session:
        found = moves.find(session, number)
        assert found is not None
        return found


def _actions(world: Rehearsal, matter: str) -> list[str]:
    with world.session() as session:
        return [event.action for event in events.history(session, matter)]


def _awaited(world: Rehearsal, matter: str) -> list[str]:
    """The rungs still to come about a matter, soonest first."""
    with world.session() as session:
        return [f"{row.kind} {row.rung}" for row in dues.waiting(session, matter)]


async def _submit(world: Rehearsal, person: str = FINANCE, unit: str = "恒信建设") -> str:
    asked = await world.say(person, f"报送问题：{unit}备用金7个月没清，一共4.2万")
    assert "4.2万元" in asked
    return await world.say(person, "确认")


async def test_a_finding_is_submitted_and_confirmed(world: Rehearsal) -> None:
    assert "已登记 WT-2026-0001" in await _submit(world)
    row = _finding(world, "WT-2026-0001")
    assert (row.state, row.source, row.unit, row.amount_fen) == ("registered", "HX-CW", "JS", 4_200_000)
    assert row.found_at == date(2026, 11, 23)
    assert _actions(world, "WT-2026-0001") == ["submit", "register"]
    assert any("WT-2026-0001" in words for words in world.told(OFFICE))
    await world.restart()
    assert "WT-2026-0001" in await world.say(FINANCE, "查 WT-2026-0001")


async def test_a_finding_goes_from_assignment_to_acceptance(world: Rehearsal) -> None:
    number = "WT-2026-0001"
    await _submit(world)
    await world.say(OFFICE, f"交办 {number} 恒信建设 责任人周涛 12月18日前")
    assert "已交办" in await world.say(OFFICE, "确认")
    assert any(number in words for words in world.told(LIAISON))
    assert "已交办 → 整改中" in await world.say(LIAISON, "收到")
    await world.restart()
    await world.say(LIAISON, f"{number} 整改进展：已收回3万元，完成60%")
    assert "第1次进展" in await world.say(LIAISON, "确认")
    world.told(LIAISON)
    await world.turn_to("2026-12-11 10:00")
    reminded = [line for words in world.told(LIAISON) for line in words.splitlines() if number in line]
    assert reminded == [f"1 {number} 备用金7个月没清，一共4.2万，还剩5个工作日"]
    await world.say(LIAISON, f"{number} 申请验收")
    await world.say(LIAISON, MEASURES)
    assert "待验收" in await world.say(LIAISON, "确认")
    assert _awaited(world, number) == ["acceptance +5", "acceptance +10"]  # the unit's own ladder has ended
    await world.say(FINANCE, f"同意销号 {number}，整改到位")
    assert "待验收 → 已销号" in await world.say(FINANCE, "确认")
    row = _finding(world, number)
    assert row.state == "closed"
    assert row.closed_at == world.clock()
    assert _awaited(world, number) == []
    with world.session() as session:
        (acceptance,) = session.scalars(select(Acceptance))
        assert (acceptance.result, acceptance.by, acceptance.opinion) == ("accepted", FINANCE, "整改到位")
        assert session.scalars(select(Outbox.person).where(Outbox.state.in_(("due", "dead")))).all() == []
    assert _actions(world, number)[-1] == "accept"
    assert any("验收通过" in words for words in world.told(LIAISON))


@pytest_asyncio.fixture
async def december(store: Store, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """Begun late: the quarter's first rungs are past, so that few days are to be turned through."""
    rehearsal = Rehearsal(tmp_path, datetime(2026, 12, 28, 8, 0, tzinfo=CHINA), url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


async def test_a_quarter_is_reminded_of_and_reported(december: Rehearsal) -> None:
    world = december
    await world.turn_to("2026-12-29 10:00")
    assert world.told(FINANCE)
    await world.say(FINANCE, "监督工作信息：开展专项检查2次，约谈1人")
    assert "还差：本季度发现的问题" in await world.say(FINANCE, "确认")
    await world.restart()
    await world.say(FINANCE, "本季度无问题")
    assert "已报送（2026-12-29 10:00），按期。" in await world.say(FINANCE, "确认")
    world.told(FINANCE)
    with world.session() as session:
        query = select(QuarterTask).where(QuarterTask.unit == "HX-CW", QuarterTask.quarter == "2026Q4")
        assert session.scalars(query).one().submitted_at == world.clock()
        states = session.scalars(select(Due.state).where(Due.matter == "2026Q4:HX-CW")).all()
        assert "waiting" not in states
    assert _actions(world, "2026Q4:HX-CW") == ["quarter_info", "quarter_none", "quarter_submitted"]
    await world.turn_to("2027-01-05 10:00")
    assert not [words for words in world.told(FINANCE) if "四季度" in words and "还差" in words]


async def test_two_who_submit_and_two_who_accept_at_once(world: Rehearsal) -> None:
    """Numbers are distinct; of two who decide the same, one does and the other hears of it."""
    people = (FINANCE, "hx_caiwufz", "hx_shenji", "hx_gonghui")
    await asyncio.gather(*[world.say(person, "报送问题：恒信建设备用金7个月没清") for person in people])
    done = await asyncio.gather(*[world.say(person, "确认") for person in people])
    with world.session() as session:
        numbers = sorted(session.scalars(select(Finding.number)))
    assert len(set(numbers)) == sum("已登记" in words for words in done) == len(people)
    assert numbers == [f"WT-2026-{number:04}" for number in range(1, len(people) + 1)]
    number = numbers[0]
    for person in (OFFICE, "hx_zhuren"):
        await world.say(person, f"交办 {number} 恒信建设 周涛 12月18日前")
    answers = await asyncio.gather(*[world.say(person, "确认") for person in (OFFICE, "hx_zhuren")])
    assert sum("已登记 → 已交办" in words for words in answers) == 1
    assert _actions(world, number).count("assign") == 1
