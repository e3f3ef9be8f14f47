"""A store of the first revision, filled by the program of that day, goes on living after the upgrade.

`first_revision.json` is what that program wrote when the sample group used it for a morning; six findings were added in
the states that it could not reach.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.conversation import RESUME_WORDS
from bot.sealer import Sealer
from bot.turns import Turns
from storage import chain, events, moves
from storage.database import open_engine
from storage.duties import Push
from storage.matters import Finding
from storage.models import Conversation, Due, Event, Outbox
from storage.proceedings import Cycle
from tests.flows.harness import CHINA, Rehearsal
from tests.storage.past import FIRST, changed, upgraded
from tests.stores import NAMES, Databases

OLD = FIRST.rows
OFFICE, FINANCE, LIAISON = "hx_ban", "hx_caiwu", "hx_jianshel"
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=CHINA)


@pytest.fixture(scope="module", params=NAMES)
def url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """For looking only."""
    with upgraded(request.param, databases, FIRST) as where:
        yield where


@pytest_asyncio.fixture
async def world(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """The flows on such a store, on SQLite unless the test names another."""
    with upgraded(getattr(request, "param", "sqlite"), databases, FIRST) as where:
        rehearsal = Rehearsal(tmp_path, start=MORNING, url=where)
        await rehearsal.start()
        yield rehearsal
        await rehearsal.stop()
        rehearsal.engine.dispose()


def test_every_row_of_that_day_is_there_as_it_was(url: str) -> None:
    engine = open_engine(url)
    with Session(engine) as session:
        assert changed(session, OLD) == []
    engine.dispose()


def test_the_assigned_have_their_round(url: str) -> None:
    engine = open_engine(url)
    with Session(engine) as session:
        rounds = {row.finding_id: row for row in session.scalars(select(Cycle))}
        for finding in session.scalars(select(Finding)):
            here = rounds.pop(finding.id, None)
            assert (here is None) is (finding.assigned_at is None), finding.number
            if here is None:
                continue
            assert (here.seq, here.started_at, here.closed_at) == (1, finding.assigned_at, finding.closed_at)
            assert (here.unit, here.resp_person, here.due, here.returned) == (
                finding.unit, finding.resp_person, finding.due, finding.returned,
            )  # fmt: skip
            assert here.closed_by == (FINANCE if finding.state == "closed" else "")
        assert rounds == {}
    engine.dispose()


def test_the_guards_stand(url: str) -> None:
    engine = open_engine(url)
    for statement in (
        "UPDATE findings SET state = 'merged' WHERE number = 'WT-2026-0001'",
        "DELETE FROM findings WHERE number = 'WT-2026-0001'",
        "UPDATE progress SET text = 'x'",
        "UPDATE events SET actor = 'x'",
    ):
        with engine.connect() as connection, pytest.raises(Exception, match=r"never deleted|no such move|append-only"):
            connection.execute(text(statement))
    engine.dispose()


async def test_the_ledger_of_that_day_is_chained_and_proved(url: str) -> None:
    turns = Turns(open_engine(url))
    await Sealer(turns).tick()
    proof = await turns.read(chain.walk)
    turns.close()
    assert (proof.count, proof.broken, proof.tail) == (len(OLD["events"]), None, 0)


def _state(world: Rehearsal, number: str) -> str:
    with world.session() as session:
        found = moves.find(session, number)
        assert found is not None
        return found.state


@pytest.mark.parametrize("world", NAMES, indirect=True)
async def test_what_was_begun_before_is_ended_after(world: Rehearsal) -> None:
    """T5, T7, T8: an assigned finding gets progress, is applied for and accepted."""
    number = "WT-2026-0002"
    await world.say(LIAISON, f"{number} 整改进展：制度已印发，60%")
    assert "第1次进展" in await world.say(LIAISON, "确认")
    await world.say(LIAISON, f"{number} 申请验收")
    asked = await world.say(LIAISON, "措施：已全部清理；佐证：银行回单；原因：制度缺失；挽回金额：无")
    assert "回复“确认”提交" in asked, asked
    assert "待验收" in await world.say(LIAISON, "确认")
    await world.say(FINANCE, f"同意销号 {number}")
    assert "已销号" in await world.say(FINANCE, "确认")
    with world.session() as session:
        finding = moves.find(session, number)
        assert finding is not None
        here = moves.cycle_of(session, finding)
        assert here is not None and here.closed_by == FINANCE and here.closed_at == finding.closed_at
        assert [event.action for event in events.history(session, number)][-4:] == [
            "confirm_task", "progress", "apply_acceptance", "accept",
        ]  # fmt: skip


async def test_what_waited_for_somebody_is_decided(world: Rehearsal) -> None:
    """T8, T10, T2: an application, an extension and a submission of the day before."""
    await world.say(FINANCE, "同意销号 WT-2026-0005")
    assert "已销号" in await world.say(FINANCE, "确认")
    assert _state(world, "WT-2026-0005") == "closed"
    await world.say("hx_zhuren", "同意WT-2026-0004延期")
    await world.say("hx_zhuren", "确认")
    with world.session() as session:
        finding = moves.find(session, "WT-2026-0004")
        assert finding is not None and finding.due == date(2027, 1, 31)
    await world.say(OFFICE, "登记 WT-2026-0008")
    assert "已登记" in await world.say(OFFICE, "确认")
    assert _state(world, "WT-2026-0008") == "registered"


async def test_an_open_conversation_is_taken_up_again(world: Rehearsal) -> None:
    with world.session() as session:
        assert session.get(Conversation, LIAISON).frames  # type: ignore[union-attr]
    assert "继续" in RESUME_WORDS
    answer = await world.say(LIAISON, "继续")
    assert "请确认整改进展 WT-2026-0002" in answer, answer
    assert "第1次进展" in await world.say(LIAISON, "确认")


def _rungs_told(world: Rehearsal, number: str) -> list[tuple[str, str]]:
    """The rungs of the matter that the responsible person was told, and the days they were planned for."""
    with world.session() as session:
        told = select(Push).where(Push.matter == number, Push.person == LIAISON, Push.state == "told")
        return [(push.rung, push.day) for push in session.scalars(told.order_by(Push.planned_at, Push.id))]


def _lines_about(world: Rehearsal, number: str) -> list[str]:
    """What stood about the matter in the messages since the last look, without its place in a list."""
    lines = [line for words in world.told(LIAISON) for line in words.splitlines()]
    return [line.lstrip("123456789 ") for line in lines if number in line]


@asynccontextmanager
async def _upgraded_at(databases: Databases, path: Path, start: datetime, *rows: dict[str, Any]) -> Any:
    """The flows on a store that was upgraded at that moment, with more due rows of the old program's."""
    with upgraded("sqlite", databases, FIRST) as where:
        engine = open_engine(where)
        with Session(engine) as session:
            session.add_all(Due(due_at=row["planned_at"], state="waiting", facts={}, **row) for row in rows)
            session.commit()
        engine.dispose()
        rehearsal = Rehearsal(path, start=start, url=where)
        await rehearsal.start()
        yield rehearsal
        await rehearsal.stop()
        rehearsal.engine.dispose()


def _waiting_alone(world: Rehearsal) -> list[str]:
    with world.session() as session:
        alone = select(Due).where(Due.state == "waiting", Due.obligation.is_(None))
        return [row.kind for row in session.scalars(alone) if row.kind in ("finding", "quarter", "special_report")]


async def test_reminders_planned_before_come_after(world: Rehearsal) -> None:
    """6.3: the ladder of the old store speaks on its days, each rung once."""
    number, title = "WT-2026-0003", "WT-2026-0003 固定资产账实不符"
    await world.turn_to("2026-12-11 08:30")
    assert _waiting_alone(world) == [] and _rungs_told(world, number) == []
    assert _lines_about(world, number) == []
    await world.turn_to("2026-12-11 17:30")
    assert _lines_about(world, number) == [f"{title}，还剩5个工作日"]
    await world.turn_to("2026-12-15 17:30")
    assert _lines_about(world, number) == [f"{title}，还剩3个工作日"]
    await world.turn_to("2026-12-23 17:30")
    assert _rungs_told(world, number) == [
        ("T-7", "2026-12-11"), ("T-3", "2026-12-15"), ("T-0", "2026-12-18"), ("+1", "2026-12-21"), ("+3", "2026-12-23"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "rung"),
    [
        ("2026-12-10 17:00", "T-7"),  # before anything of that day
        ("2026-12-11 00:30", "T-7"),  # after the night's planning
        ("2026-12-11 09:00", "T-7"),  # its moment of today is past, that of the old program still to come
        ("2026-12-11 16:00", "T-7"),  # both are past
        ("2026-12-15 09:00", "T-3"),
        ("2026-12-15 11:00", "T-3"),
        ("2026-12-15 22:00", "T-3"),
    ],
)
async def test_nothing_is_lost_on_the_day_of_the_upgrade(
    databases: Databases, tmp_path: Path, start: str, rung: str
) -> None:
    """6.7: no process ran for weeks; the latest rung that nobody heard of comes, once, and the next one on its day."""
    at = datetime.fromisoformat(start).replace(tzinfo=CHINA)
    async with _upgraded_at(databases, tmp_path, at) as world:
        await world.turn_to("2026-12-16 17:30")
        told = [name for name, _ in _rungs_told(world, "WT-2026-0003")]
        assert told == (["T-7", "T-3"] if rung == "T-7" else ["T-3"])
        assert _waiting_alone(world) == []


def _quarter_row(code: str, rung: str, moment: str) -> dict[str, Any]:
    at = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    return {"kind": "quarter", "rung": rung, "matter": f"2026Q4:{code}", "day": moment[:10], "planned_at": at}


@pytest.mark.parametrize("start", ["2026-12-28 08:00", "2026-12-28 09:05", "2026-12-28 09:40"])
async def test_the_quarter_goes_on_where_it_stood(databases: Databases, tmp_path: Path, start: str) -> None:
    """6.2: the rungs of a quarter had the same names before; each unit and the office hear of each once."""
    rows = [
        _quarter_row(code, rung, f"{day} {clock}")
        for code, rung, day, clock in (
            ("HX-SJ", "T-3", "2026-12-28", "09:10"), ("HX-SJ", "T-1", "2026-12-30", "09:10"),
            ("HX-SJ", "D", "2026-12-31", "09:10"), ("HX-SJ", "D-16", "2026-12-31", "16:10"),
            ("office", "D", "2026-12-31", "09:10"), ("office", "+3", "2027-01-06", "09:10"),
        )
    ]  # fmt: skip
    at = datetime.fromisoformat(start).replace(tzinfo=CHINA)
    async with _upgraded_at(databases, tmp_path, at, *rows) as world:
        await world.turn_to("2026-12-31 17:30")
        with world.session() as session:
            told = session.execute(
                select(Push.ladder, Push.rung, Push.person)
                .where(Push.matter.in_(("2026Q4:HX-SJ", "2026Q4:office")), Push.state == "told")
                .order_by(Push.planned_at, Push.ladder)
            ).all()
        assert [tuple(row) for row in told] == [
            ("quarter", "T-3", "hx_shenji"), ("quarter", "T-1", "hx_shenji"), ("quarter", "D", "hx_shenji"),
            ("quarter_office", "D", OFFICE), ("quarter", "D-16", "hx_shenji"),
        ]  # fmt: skip
        assert _waiting_alone(world) == []


async def test_new_numbers_go_on_where_the_old_ones_ended(world: Rehearsal) -> None:
    await world.say(FINANCE, "报送问题：恒信物流对账单缺失")
    assert "WT-2026-0015" in await world.say(FINANCE, "确认")
    with world.session() as session:
        newest = max(row["id"] for row in OLD["events"])
        assert session.scalar(select(func.count()).select_from(Event).where(Event.id > newest))
        assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.id <= 0)) == 0
