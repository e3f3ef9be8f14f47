"""Findings of the sample group for the transcripts of rectification: put into the store, and read from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage import events, findings, moves, units
from storage.matters import Finding
from storage.models import Due
from storage.proceedings import Progress
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

AUDIT, FINANCE, OFFICE, DIRECTOR = "hx_shenji", "hx_caiwu", "hx_ban", "hx_zhuren"
HEAD, LIAISON, OTHER = "hx_jianshe", "hx_jianshel", "hx_wuliul"
NUMBER = "WT-2026-0123"
ARRANGED = "arranged"  # what a test put into the store, beside what the bot did


async def seed(world: Rehearsal, number: str = NUMBER, **values: Any) -> None:
    """A registered finding of the finance department about 恒信建设, unless `values` say otherwise."""

    def work(session: Session) -> None:
        code = values.pop("unit", "JS")
        unit = units.get_unit(session, code) if code else None
        source = units.get_unit(session, values.pop("source", "HX-CW"))
        row: dict[str, Any] = {
            "number": number, "state": "registered", "source": source.code, "source_name": source.name,
            "quarter": "2026Q4", "found_at": date(2026, 11, 20), "title": "备用金长期未清", "desc": "备用金7个月未清",
            "raw_text": "备用金7个月未清", "category": "CW01", "severity": "general",
            "unit": unit.code if unit else None, "unit_name": unit.name if unit else "",
            "unit_path": unit.path if unit else "", "submitted_by": FINANCE,
            "submitted_at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
        }  # fmt: skip
        row |= values
        row |= needs(row)
        entry = events.Entry(row["submitted_at"], row["submitted_by"], ARRANGED)
        findings.add(session, entry, **row)

    await world.turns.run(work)


def needs(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the store wants of a finding in this state and `row` does not say."""
    moment, state, wanted = datetime(2026, 11, 20, 2, 0, tzinfo=UTC), row.get("state"), {}
    if state in ("assigned", "rectifying", "ongoing", "pending_acceptance"):
        wanted = {"resp_person": LIAISON, "due": date(2026, 12, 18)}
    if state == "pending_acceptance":
        wanted["applied_at"] = moment
    if state == "closed":
        wanted["closed_at"] = moment
    return {name: value for name, value in wanted.items() if row.get(name) is None}


@once
async def assigned(world: Rehearsal, number: str = NUMBER, due: str = "12月18日", **values: Any) -> None:
    """Seeded, assigned by the office to 周涛, confirmed by him; nobody's news of it is left unread."""
    await seed(world, number, **values)
    await world.say(OFFICE, f"交办 {number} 恒信建设 责任人周涛 {due}前")
    assert "已交办" in await world.say(OFFICE, "确认")
    assert "已交办 → 整改中" in await world.say(LIAISON, "收到")
    forget(world)


@once
async def applied(world: Rehearsal, number: str = NUMBER, due: str = "12月18日", **values: Any) -> None:
    """Assigned, and put before the acceptors by 周涛."""
    await assigned(world, number, due, **values)
    await world.say(LIAISON, f"{number} 申请验收")
    words = "措施：已全部清理并入账；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法"
    answer = await world.say(LIAISON, words)
    assert "回复“确认”提交" in answer, answer
    assert "待验收" in await world.say(LIAISON, "确认")
    forget(world)


async def change(world: Rehearsal, number: str = NUMBER, **values: Any) -> None:
    """Set fields of a finding behind the flows' back."""

    def work(session: Session) -> None:
        row = moves.find(session, number)
        assert row is not None
        entry = events.Entry(datetime(2026, 11, 23, tzinfo=UTC), "system", ARRANGED)
        if values.get("state") == "closed" and row.state != "pending_acceptance":
            before = {"state": "pending_acceptance"}  # the store refuses what T1 to T12 do not allow
            moves.keep(session, row, entry, **(before | needs(vars(row) | before)))
        moves.keep(session, row, entry, **(values | needs(vars(row) | values)))

    await world.turns.run(work)


async def reported_by(world: Rehearsal, person: str, number: str = NUMBER) -> None:
    """Make `person` one of those who reported in this cycle."""

    def work(session: Session) -> None:
        row = moves.find(session, number)
        assert row is not None
        at = datetime(2026, 11, 23, tzinfo=UTC)
        moves.keep(session, row, events.Entry(at, person, "progress"), Progress(at=at, by=person, text="代填"))

    await world.turns.run(work)


def forget(world: Rehearsal) -> None:
    for person in (AUDIT, FINANCE, "hx_caiwufz", OFFICE, DIRECTOR, HEAD, LIAISON, OTHER):
        world.told(person)


def finding(world: Rehearsal, number: str = NUMBER) -> Finding:
    with world.session() as session:
        found = moves.find(session, number)
        assert found is not None
        session.expunge(found)
        return found


def actions(world: Rehearsal, number: str = NUMBER) -> list[str]:
    with world.session() as session:
        return [event.action for event in events.history(session, number) if event.action != ARRANGED]


def waiting(world: Rehearsal, number: str = NUMBER, ladder: str = "") -> dict[str, str]:
    """The rungs that still wait, with their days: of one ladder or of all, and of all rounds."""
    with world.session() as session:
        mine = select(Due).where(or_(Due.matter == number, Due.matter.startswith(f"{number}/")))
        rows = session.scalars(mine.where(Due.state == "waiting").order_by(Due.due_at, Due.id))
        return {row.rung: row.day for row in rows if ladder in ("", row.kind)}
