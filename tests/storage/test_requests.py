"""The worker of requests: leases, poison rows, whatever another system may have written, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from bot import requests as worker_of
from bot.clock import real_now
from bot.errors import UserError
from bot.flow import Done, Flow, Lexicon, Meaning, Reply, Turn
from bot.messages import Text
from bot.requests import Requests, Said
from handlers import orientation, requested, texts
from storage import requests
from storage.models import Event, Outbox, Request
from storage.types import table_of
from tests.flows.harness import Rehearsal
from tests.stores import Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LEASE = timedelta(seconds=120)
LIAISON, ADMIN = "hx_jianshel", "hx_admin"


def fill(session: Session, *references: str, **values: Any) -> None:
    row = {"system": "oa", "person": LIAISON, "action": "note", "matter": "", "facts": {}, "asked_at": NOW}
    for reference in references:
        session.execute(insert(table_of(Request)).values(row | {"reference": reference} | values))
    session.commit()


def test_a_lease_keeps_others_away_until_it_lapses(store: Store) -> None:
    with store.session() as session:
        fill(session, "1", "2", "3")
        first = requests.claim(session, NOW, 2, LEASE)
        session.commit()
        assert [(asked.attempts, asked.facts) for asked in first] == [(1, "{}")] * 2
        second = requests.claim(session, NOW, 10, LEASE)
        session.commit()
        assert len(second) == 1 and second[0].id > first[-1].id
        assert requests.claim(session, NOW + LEASE - timedelta(seconds=1), 10, LEASE) == []
        again = requests.claim(session, NOW + LEASE, 10, LEASE)
        assert [asked.attempts for asked in again] == [2, 2, 2]


def test_two_processes_at_once_share_the_rows(server: Store) -> None:
    with server.session() as session:
        fill(session, *"123456")
    with server.session() as one, server.session() as other:
        mine, theirs = requests.claim(one, NOW, 3, LEASE), requests.claim(other, NOW, 9, LEASE)
        one.commit()
        other.commit()
    assert len(mine) == len(theirs) == 3
    assert {asked.id for asked in mine}.isdisjoint(asked.id for asked in theirs)


def test_what_a_killed_process_had_in_hand_is_taken_at_once(sqlite: Store) -> None:
    with sqlite.session() as session:
        fill(session, "1")
        requests.claim(session, NOW, 1, LEASE)
        requests.free_leases(session)
        assert len(requests.claim(session, NOW, 1, LEASE)) == 1


def test_only_the_first_outcome_is_written(store: Store) -> None:
    with store.session() as session:
        fill(session, "1")
        request = session.scalars(select(Request.id)).one()
        requests.finish(session, request, "refused", "长" * 500, NOW)
        requests.finish(session, request, "done", "二", NOW)
        session.commit()
        row = session.scalars(select(Request)).one()
        assert (row.state, len(row.outcome), row.done_at) == ("refused", 400, NOW)
        assert not requests.is_new(session, request)


def test_the_confirmation_is_known_by_its_words() -> None:
    assert worker_of.CONFIRMATION == texts.CONFIRM


class Odd:
    """Requests that do as their action says, to see what becomes of each."""

    def script(self, action: str, matter: str, facts: Mapping[str, Any], names: Lexicon) -> list[Said]:
        if action == "refuse":
            raise UserError("不行。")
        if action == "break":
            raise ZeroDivisionError
        return [("", Meaning(action, {"matter": matter}, explicit=True))]

    def doubt(self, confirmation: str) -> str | None:
        return None


def _note(turn: Turn) -> Reply:
    turn.record("N-1", "note", after={"by": turn.actor.userid})
    turn.tell(ADMIN, Text("记了"))
    return Done("记下了。\n第二行")


def _fall(turn: Turn) -> Reply:
    turn.record("N-2", "note")
    turn.tell(ADMIN, Text("不该发出"))
    raise RuntimeError("内容")


def _talk(turn: Turn) -> Reply:
    return Done("没有可办的。")


FLOWS = (
    Flow("noting", "记事", ("note",), _note),
    Flow("falling", "摔跤", ("fall",), _fall),
    Flow("talking", "闲谈", ("talk",), _talk),
    orientation.flow(()),
)


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> Any:
    rehearsal = Rehearsal(tmp_path, url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


async def _insert(world: Rehearsal, *references: str, **values: Any) -> None:
    await world.turns.run(lambda session: fill(session, *references, **values))


def _rows(world: Rehearsal) -> list[Request]:
    with world.session() as session:
        return list(session.scalars(select(Request).order_by(Request.id)))


async def test_each_ends_with_its_outcome_whatever_becomes_of_the_others(world: Rehearsal) -> None:
    for action in ("break", "refuse", "fall", "talk", "note"):
        await _insert(world, action, action=action)
    await Requests(world.world, FLOWS, Odd()).tick()
    await world.settle()
    got = {row.action: (row.state, row.outcome, row.matter) for row in _rows(world)}
    assert got == {
        "break": ("new", "", ""),
        "refuse": ("refused", "不行。", ""),
        "fall": ("new", "", ""),
        "talk": ("refused", "没有可办的。", ""),
        "note": ("done", "记下了。\n第二行", "N-1"),
    }
    with world.session() as session:
        assert [event.matter for event in session.scalars(select(Event).where(Event.action == "note"))] == ["N-1"]
    assert world.told(ADMIN) == ["记了"]
    assert world.told(LIAISON) == ["oa以您的名义办理了记事：记下了。"]


async def test_a_poison_row_is_given_up_and_the_administrator_told_once(world: Rehearsal) -> None:
    await _insert(world, "1", action="fall")
    worker = Requests(world.world, FLOWS, Odd())
    for attempt in range(1, worker_of.MAX_ATTEMPTS + 1):
        await worker.tick()
        row = _rows(world)[0]
        assert (row.attempts, row.state) == (attempt, "new" if attempt < worker_of.MAX_ATTEMPTS else "failed")
        if row.state == "new":
            assert row.lease_until is not None and row.lease_until > real_now()
            await world.turns.run(requests.free_leases)
    assert row.outcome == worker_of.FAILED and row.done_at is not None
    await worker.tick()
    await world.settle()
    told = world.told(ADMIN)
    assert len(told) == 1 and f"第{row.id}号" in told[0] and "内容" not in told[0]
    with world.session() as session:
        assert session.scalars(select(Event).where(Event.action == "note")).all() == []
        assert requests.failed(session) == 1


async def test_a_row_that_kills_its_process_is_given_up_too(world: Rehearsal) -> None:
    """It never came to its outcome, but every claim counted: the last one does not try again and again."""
    await _insert(world, "1", action="break")
    for _ in range(worker_of.MAX_ATTEMPTS - 1):
        await world.turns.run(lambda session: requests.claim(session, real_now(), 1, -LEASE))
    await Requests(world.world, FLOWS, Odd()).tick()
    assert _rows(world)[0].state == "failed"


async def test_many_workers_at_once_do_each_request_once(world: Rehearsal) -> None:
    await _insert(world, *(str(serial) for serial in range(30)))
    await asyncio.gather(*(Requests(world.world, FLOWS, Odd()).tick() for _ in range(4)))
    assert {row.state for row in _rows(world)} == {"done"}
    with world.session() as session:
        keys = [event.message_key for event in session.scalars(select(Event).where(Event.action == "note"))]
        told = session.scalars(select(Outbox).where(Outbox.person == LIAISON)).all()
    assert sorted(keys) == sorted(f"q:{row.id}" for row in _rows(world))
    assert len(told) == 30


async def test_what_is_no_json_and_no_moment_is_refused_and_reads_all_the_same(tmp_path: Path) -> None:
    """SQLite keeps whatever another program writes."""
    world = Rehearsal(tmp_path)
    await world.start()

    def work(session: Session) -> None:
        for at, facts in enumerate(("{nonsense", "[1]", '"机密★10年"', "")):
            session.execute(
                text(
                    "INSERT INTO requests (system, reference, person, action, matter, facts, asked_at, attempts) "
                    "VALUES ('oa', :at, 'hx_ban', 'assign', 'WT-2026-0001', :facts, 'yesterday', 0)"
                ),
                {"at": str(at), "facts": facts},
            )

    await world.turns.run(work)
    await Requests(world.world, FLOWS, requested).tick()
    with world.session() as session:
        rows = session.execute(text("SELECT state, outcome, facts FROM requests ORDER BY id")).all()
    assert [row[0] for row in rows] == ["refused"] * 4
    assert rows[0][1] == rows[1][1] == rows[3][1] == worker_of.NOT_JSON
    assert "国家秘密" in rows[2][1] and rows[2][2] == "{}"
    await world.stop()


@pytest.mark.parametrize("system", ["", "  "])
async def test_nobody_asks_without_a_name(world: Rehearsal, system: str) -> None:
    await _insert(world, "1", system=system)
    await Requests(world.world, FLOWS, Odd()).tick()
    assert (_rows(world)[0].state, _rows(world)[0].outcome) == ("refused", worker_of.NO_SYSTEM)
