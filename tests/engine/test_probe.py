"""/readyz tells the truth while the store is silent, or lets itself be read but not written."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from bot import server
from bot.auditor import Auditor
from bot.errors import StoreUnavailable
from bot.server import Server
from handlers.registry import FLOWS
from storage import schema, seen
from storage.real_time import real_now
from tests.flows.harness import Rehearsal


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    made = Rehearsal(tmp_path)
    await made.start()
    await made.scheduler.tick()
    yield made
    await made.stop()
    made.engine.dispose()


def _server(world: Rehearsal) -> Server:
    auditor = Auditor(world.world, FLOWS)
    return Server(None, "/x", world.turns, world.clock, world.scheduler, auditor)  # type: ignore[arg-type]


async def _probe(asked: Server) -> tuple[int, str]:
    answer = await asked._ready(make_mocked_request("GET", "/readyz"))
    return answer.status, str(answer.text).strip()


async def test_a_store_that_takes_no_writes_is_not_ready(world: Rehearsal) -> None:
    """A full disk, or one that turned read-only: every report would be refused, so nobody should come here."""
    asked = _server(world)

    def refuse(_connection: object) -> None:
        raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    assert await _probe(asked) == (200, "ready")
    event.listen(world.engine, "commit", refuse)
    with pytest.raises(StoreUnavailable):
        await world.turns.run(lambda _session: None)
    assert await _probe(asked) == (503, "store takes no writes")
    event.remove(world.engine, "commit", refuse)
    assert await _probe(asked) == (200, "ready")


async def test_a_turn_without_changes_proves_nothing(world: Rehearsal) -> None:
    """On a disk that turned read-only it is committed all the same."""
    asked = _server(world)

    def refuse(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            fault = sqlite3.OperationalError("attempt to write a readonly database")
            fault.sqlite_errorcode = sqlite3.SQLITE_READONLY
            raise OperationalError(statement, None, fault)

    event.listen(world.engine, "before_cursor_execute", refuse)
    with pytest.raises(StoreUnavailable):
        await world.turns.run(lambda session: seen.add(session, "m:probe", "hx_zhou", real_now(), "", None))
    await world.turns.run(lambda _session: None)
    assert await _probe(asked) == (503, "store takes no writes")
    event.remove(world.engine, "before_cursor_execute", refuse)
    assert await _probe(asked) == (200, "ready")


async def test_a_silent_store_is_told_in_time_and_asked_once(world: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answers, looks = _server(world), threading.Event(), []

    def fits(_engine: Engine) -> bool:
        looks.append(1)
        return answers.wait(30)

    monkeypatch.setattr(schema, "fits", fits)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.05)
    both = await asyncio.gather(_probe(asked), _probe(asked))
    assert set(both) == {(503, "store does not answer")}
    assert looks == [1]  # a probe a second must not take one thread after the other
    answers.set()
    monkeypatch.setattr(server, "LOOK_SECONDS", 5)
    assert await _probe(asked) == (200, "ready")
