"""The auditor finds each kind of gap that is planted, mends what is not planned, and tells when the engine is late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.auditor import Auditor
from bot.metrics import HEARTBEAT, OUTBOX_AGE, OUTBOX_DEPTH
from bot.server import Server
from handlers.registry import FLOWS
from storage import outbox
from storage.duties import Audit, Obligation, Push
from storage.models import Due, Outbox
from tests.flows.findings import LIAISON, NUMBER, assigned
from tests.flows.harness import CHINA, Rehearsal

ADMIN = "hx_admin"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()
    rehearsal.engine.dispose()


async def audited(world: Rehearsal) -> dict[str, int]:
    """What an audit finds now; the one before is made old enough."""

    def age(session: Session) -> None:
        for row in session.scalars(select(Audit)):
            row.real_at -= timedelta(hours=2)

    await world.turns.run(age)
    await Auditor(world.world, FLOWS).tick()
    await world.settle()
    with world.session() as session:
        row = session.scalars(select(Audit).order_by(Audit.id.desc()).limit(1)).one()
        return dict(row.gaps)


async def at(world: Rehearsal, moment: str) -> None:
    await world.turn_to(moment)
    world.told(ADMIN)


async def test_nothing_is_found_where_nothing_is_missing(world: Rehearsal) -> None:
    await assigned(world)
    for moment in ("2026-12-11 10:00", "2026-12-15 10:00", "2026-12-18 10:00", "2026-12-24 10:00", "2027-01-06 10:00"):
        await at(world, moment)
        assert await audited(world) == {}, moment
    assert world.told(ADMIN) == []
    with world.session() as session:
        assert sum(row.checked for row in session.scalars(select(Audit))) > 20


async def test_one_audit_an_hour_over_all_processes(world: Rehearsal) -> None:
    auditors = [Auditor(world.world, FLOWS) for _ in range(3)]
    for auditor in auditors:
        await auditor.tick()
    with world.session() as session:
        assert len(session.scalars(select(Audit)).all()) == 1


async def test_a_rung_that_nobody_planned_is_found_and_planned(world: Rehearsal) -> None:
    await assigned(world)
    await at(world, "2026-12-14 10:00")
    await world.turns.run(lambda session: _nothing(session.execute(delete(Due).where(Due.rung == "T-3"))))
    assert await audited(world) == {"unplanned": 1}
    (report,) = world.told(ADMIN)
    assert report.startswith("推送核对发现问题：没有排上日程1件。") and NUMBER not in report
    assert await audited(world) == {}
    await at(world, "2026-12-15 12:00")
    assert any("还剩3个工作日" in text for text in world.told(LIAISON))


def _nothing(_result: object) -> None:
    return None


async def test_a_rung_that_was_taken_out_behind_its_back_is_found(world: Rehearsal) -> None:
    await assigned(world)
    await at(world, "2026-12-15 09:00")
    assert await audited(world) == {}
    gone = update(Due).where(Due.rung == "T-3", Due.matter == NUMBER).values(state="cancelled")
    await world.turns.run(lambda session: _nothing(session.execute(gone)))
    await at(world, "2026-12-15 09:40")
    assert await audited(world) == {"unplanned": 1}


async def test_a_rung_that_had_its_turn_and_told_nobody_is_found(world: Rehearsal) -> None:
    await assigned(world)
    await at(world, "2026-12-15 09:00")
    assert await audited(world) == {}
    await at(world, "2026-12-15 09:40")
    await world.turns.run(lambda session: _nothing(session.execute(delete(Push).where(Push.rung == "T-3"))))
    assert await audited(world) == {"untold": 1}


@pytest.mark.parametrize("gap", ["unfired", "uncomposed", "unsent", "dead"])
async def test_each_place_where_a_push_may_stick(world: Rehearsal, gap: str) -> None:
    await assigned(world)
    await at(world, "2026-12-15 09:00")
    assert await audited(world) == {}
    await at(world, "2026-12-15 09:40")
    moment = datetime(2026, 12, 15, 9, 10, tzinfo=CHINA).astimezone(UTC)

    def stick(session: Session) -> None:
        rung = session.scalars(select(Due).where(Due.rung == "T-3", Due.matter == NUMBER)).one()
        push = session.scalars(select(Push).where(Push.rung == "T-3")).one()
        if gap in ("unfired", "dead"):
            rung.state = "waiting" if gap == "unfired" else "dead"
        elif gap == "uncomposed":
            push.state, push.at = "owed", moment
        else:
            row = session.get_one(Outbox, push.outbox_id)
            row.state, row.not_before = "due", datetime.now(UTC) + timedelta(hours=1)

    await world.turns.run(stick)
    assert await audited(world) == {gap: 1}


async def test_the_heartbeat_is_withheld_while_the_engine_is_late(world: Rehearsal) -> None:
    auditor = Auditor(world.world, FLOWS)
    await world.scheduler.tick()  # what was planned for this morning before the start
    await auditor.tick()
    beat = HEARTBEAT._value.get()
    assert await auditor.late_seconds() == 0.0 and (await _ready(world, auditor)).status == 200

    def plan(session: Session) -> None:
        at_once = world.clock() - timedelta(seconds=301)
        session.add(Obligation(ladder="x", matter="x", source="", owner="", begins_at=at_once, due=at_once.date(),
                               rungs=[], facts={}))  # fmt: skip
        session.add(Due(kind="dangling", rung="x", matter="x", day="x", planned_at=at_once, due_at=at_once, facts={}))

    await world.turns.run(plan)
    assert await auditor.late_seconds() == pytest.approx(301, abs=2)
    await auditor.tick()
    assert HEARTBEAT._value.get() == beat
    answer = await _ready(world, auditor)
    assert answer.status == 503 and answer.text == "pushes are late by 301 s\n"
    await world.scheduler.tick()
    await auditor.tick()
    assert HEARTBEAT._value.get() > beat and (await _ready(world, auditor)).status == 200


async def _ready(world: Rehearsal, auditor: Auditor):  # type: ignore[no-untyped-def]
    server = Server(None, "/x", world.turns, world.clock, world.scheduler, auditor)  # type: ignore[arg-type]
    return await server._ready(make_mocked_request("GET", "/readyz"))


async def test_each_beat_says_how_long_the_outbox_has_waited(world: Rehearsal) -> None:
    auditor = Auditor(world.world, FLOWS)
    await auditor.tick()
    assert (OUTBOX_DEPTH._value.get(), OUTBOX_AGE._value.get()) == (0, 0)
    await world.settle()  # what the first audit tells
    world.sender.rest(600)  # else its next round may be faster than the auditor's look
    since = datetime.now(UTC) - timedelta(seconds=400)

    def owe(session: Session) -> None:
        outbox.add(session, person=ADMIN, kind="text", body={"content": "x"}, at=world.clock())
        session.execute(update(Outbox).where(Outbox.state == "due").values(not_before=since))

    await world.turns.run(owe)
    await auditor.tick()
    assert OUTBOX_DEPTH._value.get() == 1
    assert OUTBOX_AGE._value.get() == pytest.approx(400, abs=30)
