"""The sealer: one at a time, at once after a kill, never two chains (architecture.md 4)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import sealer
from bot.sealer import Sealer
from bot.turns import Turns
from storage import chain, events, leases, links
from storage.database import open_engine
from storage.models import Event, Lease, Link
from tests.stores import Store

REAL = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(slots=True)
class RealClock:
    at: datetime = REAL

    def __call__(self) -> datetime:
        return self.at


def _write(session: Session, count: int) -> None:
    for place in range(count):
        events.add(session, at=REAL, actor="a", matter=f"WT-2026-{place:04}", action="progress", after={"n": place})


async def _happen(turns: Turns, count: int) -> None:
    await turns.run(lambda session: _write(session, count))


def _proof(store: Store) -> chain.Proof:
    with store.session() as session:
        return chain.walk(session)


def _holder(store: Store) -> str | None:
    with store.session() as session:
        return session.execute(select(Lease.holder).where(Lease.name == sealer.NAME)).scalar()


async def test_a_long_tail_is_chained_in_one_tick(store: Store) -> None:
    turns = store.turns()
    await _happen(turns, sealer.BATCH * 2 + 1)
    await Sealer(turns).tick()
    proof = _proof(store)
    assert (proof.count, proof.tail, proof.broken) == (sealer.BATCH * 2 + 1, 0, None)


async def test_nothing_new_costs_no_transaction(store: Store) -> None:
    """No write at all: the lease is not even renewed."""
    turns, clock = store.turns(), RealClock()
    one = Sealer(turns, clock)
    await _happen(turns, 1)
    await one.tick()
    clock.at += timedelta(seconds=5)
    await one.tick()
    with store.session() as session:
        assert session.execute(select(Lease.until)).scalar_one() == REAL + sealer.LEASE


async def test_while_one_holds_the_lease_another_leaves_it_alone(store: Store) -> None:
    """Two replicas; the second goes on when the lease lapses, as after a kill."""
    turns, clock = store.turns(), RealClock()
    first, second = Sealer(turns, clock), Sealer(turns if store.name == "sqlite" else store.turns(), clock)
    await _happen(turns, 2)
    await first.tick()
    held = _holder(store)
    await _happen(turns, 2)
    await second.tick()
    assert (_proof(store).count, _proof(store).tail, _holder(store)) == (2, 2, held)
    clock.at += sealer.LEASE - timedelta(seconds=1)
    await second.tick()
    assert _proof(store).count == 2
    clock.at += timedelta(seconds=1)
    await second.tick()
    assert (_proof(store).count, _proof(store).tail, _proof(store).broken) == (4, 0, None)
    assert _holder(store) != held


async def test_the_holder_renews_with_every_batch(store: Store) -> None:
    turns, clock = store.turns(), RealClock()
    first = Sealer(turns, clock)
    for _ in range(4):
        await _happen(turns, 1)
        await first.tick()
        clock.at += sealer.LEASE - timedelta(seconds=1)
    with store.session() as session:
        assert session.execute(select(Lease.until)).scalar_one() > clock.at


async def test_one_that_stops_gives_the_lease_back_and_leaves_no_tail(store: Store) -> None:
    turns, clock = store.turns(), RealClock()
    first = Sealer(turns, clock)
    await _happen(turns, 3)
    await first.stop()
    assert (_proof(store).tail, _holder(store)) == (0, None)


async def test_a_sealer_killed_in_the_middle_leaves_a_whole_chain(store: Store, monkeypatch: Any) -> None:
    """Its open batch is undone with its lease; the next process chains everything, each event once."""
    turns, clock = store.turns(), RealClock()
    await _happen(turns, sealer.BATCH + 5)
    whole, batches = links.seal, iter((True, False))

    def killed(session: Session, *rest: Any) -> int | None:
        end = whole(session, *rest)
        if not next(batches):
            raise ConnectionError("killed before the commit")
        return end

    monkeypatch.setattr(links, "seal", killed)
    with pytest.raises(ConnectionError):
        await Sealer(turns, clock).tick()
    monkeypatch.undo()
    assert (_proof(store).count, _proof(store).tail) == (sealer.BATCH, 5)
    clock.at += sealer.LEASE
    await Sealer(turns, clock).tick()
    proof = _proof(store)
    assert (proof.count, proof.tail, proof.broken) == (sealer.BATCH + 5, 0, None)


async def test_many_sealers_and_many_writers_make_one_chain(server: Store) -> None:
    """Two replicas and more, all at once, without any lease between them: the keys alone keep the chain one."""
    doors = [server.turns() for _ in range(3)]
    sealers = [Sealer(turns) for turns in doors]

    async def seal_for_a_while(one: Sealer) -> None:
        for _ in range(15):
            await doors[0].run(lambda session: session.execute(delete(Lease)) and None)
            await one.tick()

    writers = [_happen(doors[place % 3], 4) for place in range(60)]
    await asyncio.gather(*writers, *[seal_for_a_while(one) for one in sealers])
    await doors[0].run(leases.free_leases)
    await sealers[0].tick()
    proof = _proof(server)
    assert (proof.count, proof.tail, proof.broken) == (240, 0, None)
    with server.session() as session:
        assert session.execute(select(func.count(func.distinct(Link.event_id)))).scalar_one() == 240


async def test_a_transaction_that_commits_late_is_chained(server: Store) -> None:
    """Its ids are older than the head of the chain; it is found among the newest, and by the sweep if it is ancient."""
    turns, clock = server.turns(), RealClock()
    one = Sealer(turns, clock)
    late = server.session()
    _write(late, 1)
    late.flush()
    await _happen(turns, 3)
    await one.tick()
    assert _proof(server).count == 3
    late.commit()
    late.close()
    await one.tick()
    assert (_proof(server).count, _proof(server).tail, _proof(server).broken) == (4, 0, None)


async def test_an_ancient_event_is_found_by_the_sweep(sqlite: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(links, "WINDOW", 2)
    turns, clock = sqlite.turns(), RealClock()
    await _happen(turns, 6)
    one = Sealer(turns, clock)
    with sqlite.session() as session:
        newest = session.execute(select(func.max(Event.id))).scalar_one()
        links.seal(session, newest - 3, 100, REAL)
        session.commit()
    one._swept_at = clock.at
    await one.tick()
    assert _proof(sqlite).tail == 2
    clock.at += sealer.SWEEP
    await one.tick()
    assert (_proof(sqlite).tail, _proof(sqlite).broken) == (0, None)


async def test_a_store_out_of_reach_does_not_stop_the_stopping() -> None:
    turns = Turns(open_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere"))
    with pytest.raises(OperationalError):
        await Sealer(turns).tick()
    await Sealer(turns).stop()
    turns.close()
