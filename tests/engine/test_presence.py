"""A killed process's rows are taken over within seconds; those of the living are left to them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot import scheduler
from bot.presence import LASTS, STEADY, Presence
from storage import dues
from storage.models import Due, Lease
from tests.engine.world import START, Channel, Real, claimed, owe, senders_on, states, until
from tests.stores import Store

SECOND = timedelta(seconds=1)


def _claim_due(store: Store, real: Real) -> None:
    with store.session() as session:
        dues.plan(session, kind="k", matter="M", rung="r", at=START)
        assert dues.claim(session, START, real(), 9, scheduler.LEASE)
        session.commit()


def _takeable(store: Store, real: Real) -> bool:
    with store.session() as session:
        return bool(dues.claim(session, START, real(), 9, scheduler.LEASE))


async def test_what_a_killed_process_had_in_hand_goes_within_seconds(store: Store) -> None:
    real = Real()
    killed, other = Presence(store.turns(), real), Presence(store.turns(), real)
    await killed.tick()
    await other.tick()
    owe(store, "a", "一", "二")
    assert [parcel.person for parcel in await claimed(senders_on(store, Channel()).all[0])] == ["a"]
    _claim_due(store, real)
    real.ahead += LASTS - SECOND
    await other.tick()
    assert not _takeable(store, real)
    real.ahead += 2 * SECOND
    await other.tick()
    assert _takeable(store, real)
    channel = Channel()
    async with senders_on(store, channel) as senders:
        senders.kick()
        await until(lambda: states(store, "a") == ["sent", "sent"])
    assert channel.words("a") == ["一", "二"]
    assert [call.fence for call in channel.calls] == [True, False]  # the killed one may have called
    with store.session() as session:
        assert len(session.scalars(select(Lease)).all()) == 1


async def test_what_was_claimed_after_the_death_is_left_alone(store: Store) -> None:
    real = Real()
    killed, other = Presence(store.turns(), real), Presence(store.turns(), real)
    await killed.tick()
    real.ahead += STEADY + SECOND
    _claim_due(store, real)
    real.ahead += LASTS - STEADY
    await other.tick()
    assert not _takeable(store, real)


async def test_a_process_that_stops_leaves_nothing_to_look_for(store: Store) -> None:
    real = Real()
    stopped, other = Presence(store.turns(), real), Presence(store.turns(), real)
    await stopped.tick()
    await stopped.stop()
    _claim_due(store, real)
    real.ahead += LASTS + SECOND
    await other.tick()
    assert not _takeable(store, real)
    with store.session() as session:
        assert session.scalars(select(Due.state)).all() == ["waiting"]


async def test_who_was_thought_dead_is_there_again(store: Store) -> None:
    real = Real()
    slow, other = Presence(store.turns(), real), Presence(store.turns(), real)
    await slow.tick()
    real.ahead += LASTS + SECOND
    await other.tick()
    await slow.tick()
    with store.session() as session:
        names = set(session.scalars(select(Lease.name)))
        assert len(names) == 2
        assert min(session.scalars(select(Lease.until))) > real()


async def test_what_a_transaction_in_doubt_may_have_claimed_goes_within_seconds(store: Store) -> None:
    """The process lives and knows nothing of its claim; under its lease that would wait for two minutes."""
    real, turns = Real(), store.turns()
    doubtful = Presence(turns, real)
    await doubtful.tick()
    _claim_due(store, real)
    turns.doubts += 1
    real.ahead += SECOND
    await doubtful.tick()
    real.ahead += LASTS - SECOND
    await doubtful.tick()
    assert _takeable(store, real)
    with store.session() as session:
        assert len(session.scalars(select(Lease)).all()) == 1
