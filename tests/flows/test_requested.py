"""What another system asks for is carried out as in chat, with the same rights and refusals (issue 3, shared store)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.requests import Requests
from handlers import requested
from handlers.registry import FLOWS
from storage import conversations, events
from storage.models import Event, Outbox, Request
from storage.types import table_of
from tests.flows.findings import (
    DIRECTOR, FINANCE, HEAD, LIAISON, NUMBER, OFFICE, OTHER, applied, assigned, finding, forget, seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.stores import Store

ASKED_AT = datetime(2026, 11, 23, 1, 55, tzinfo=UTC)
ADMIN = "hx_admin"


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path, url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


def worker(world: Rehearsal, script: Any = requested.script) -> Requests:
    return Requests(world.world, FLOWS, script, world.sender.kick)


async def ask(world: Rehearsal, person: str, action: str, matter: str = "", **facts: Any) -> Request:
    """Insert a request, let it be carried out, and read what became of it."""
    request = await insert_request(world, person, action, matter, facts)
    await worker(world).tick()
    await world.settle()
    return look(world, request)


async def insert_request(world: Rehearsal, person: str, action: str, matter: str, facts: Any, **more: Any) -> int:
    def work(session: Session) -> int:
        serial = (session.execute(select(func.count()).select_from(Request)).scalar() or 0) + 1
        values = {
            "system": "oa", "reference": f"OA-{serial}", "person": person, "action": action, "matter": matter,
            "facts": facts, "asked_at": ASKED_AT,
        }  # fmt: skip
        result = session.execute(insert(table_of(Request)).values(values | more))
        return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]

    return await world.turns.run(work)


def look(world: Rehearsal, request: int) -> Request:
    with world.session() as session:
        row = session.get(Request, request)
        assert row is not None
        session.expunge(row)
        return row


def history(world: Rehearsal, number: str) -> list[Event]:
    with world.session() as session:
        return [event for event in events.history(session, number) if event.foreign_to]


async def test_a_progress_report_is_carried_out_as_in_chat(world: Rehearsal) -> None:
    await assigned(world)
    done = await ask(world, LIAISON, "submit_progress", NUMBER, text="已收回3万元", percent=60, recovered_fen=3_000_000)
    assert (done.state, done.matter) == ("done", NUMBER), done.outcome
    assert "第1次进展" in done.outcome
    assert done.done_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    event = history(world, NUMBER)[-1]
    assert (event.actor, event.foreign_to, event.action, event.message_key) == (LIAISON, "oa", "progress", f"q:{done.id}")
    assert event.after is not None and event.after["progress"][0]["percent"] == 60
    assert any("已收回3万元" in words for words in world.told(FINANCE)), "the source hears of it as in chat"
    mine = world.told(LIAISON)
    assert len(mine) == 1 and mine[0].startswith("oa以您的名义办理了填报进展：")
    with world.session() as session:
        talk = conversations.peek(session, LIAISON)
        assert talk is not None and talk.frames == []
