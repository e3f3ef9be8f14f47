"""One time for all processes of a store: it is the store's, and a machine's clock that is set does not move it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.timekeeper import REST_SECONDS, Timekeeper
from storage import leases, outbox, real_time, sends
from storage.models import Outbox
from storage.real_time import Reading
from tests.engine.world import Channel, owe, senders_on, states
from tests.stores import Store

NOON = datetime(2031, 5, 1, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nobody_is_followed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(real_time, "_followed", real_time._Followed())
    yield


def test_until_a_clock_is_followed_it_is_the_machines() -> None:
    assert abs(real_now() - datetime.now(UTC)) < MINUTE


def test_the_followed_clock_goes_on_whatever_the_machines_says(monkeypatch: pytest.MonkeyPatch) -> None:
    real_time.follow(Reading(NOON, time.monotonic()))
    first = real_now()
    assert NOON <= first < NOON + MINUTE
    assert first < real_now() + timedelta(microseconds=1)
    monkeypatch.setattr(real_time, "datetime", None)  # the wall clock is not asked any more
    assert real_now() >= first


def test_a_leap_is_seen_before_it_is_followed() -> None:
    real_time.follow(Reading(NOON, time.monotonic()))
    assert real_time.leap(Reading(NOON + 2 * MINUTE, time.monotonic())) == pytest.approx(120, abs=1)
    assert real_time.leap(Reading(NOON - MINUTE, time.monotonic())) == pytest.approx(-60, abs=1)
    assert real_now() < NOON + MINUTE


def test_every_store_says_its_time(store: Store) -> None:
    with store.session() as session:
        reading = real_time.read(session)
    assert reading is not None and abs(reading.said - datetime.now(UTC)) < MINUTE
    assert abs(reading.at - time.monotonic()) < 60


def test_a_slow_answer_says_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_time, "QUICK", -1.0)
    with store.session() as session:
        assert real_time.read(session) is None


async def test_a_sender_that_rests_claims_nothing(sqlite: Store) -> None:
    """After a leap WeCom's minute may be full though ours looks empty, and WeCom says nothing of what it drops."""
    channel = Channel()
    owe(sqlite, "a", "一", "二")
    senders = senders_on(sqlite, channel)
    senders.all[0].rest(3600)
    for _ in range(3):
        await senders.all[0]._round()
    assert states(sqlite, "a") == ["due", "due"]
    senders.all[0].rest(0)
    async with senders:
        await senders.drain()
    assert channel.words("a") == ["一", "二"]


async def test_a_clock_that_was_set_back_leaves_nothing_waiting(sqlite: Store) -> None:
    """Eight hours ahead, then right again: the answer, the windows of WeCom's and the leases are as if it never was."""
    turns = sqlite.turns()
    right, ahead = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=8)

    def stamp(session: Session) -> None:
        real_time.follow(Reading(ahead, time.monotonic()))
        outbox.add_answer(session, "li", {"content": "x"}, ahead, ahead + timedelta(seconds=20))
        sends.add(session, ["li"] * 30, ahead)
        assert leases.take(session, "somebody's", "a", ahead, MINUTE)

    await turns.run(stamp)
    rested: list[float] = []
    keeper = Timekeeper(turns, rested.append)
    await keeper.tick()  # the store's clock is right, and the one followed was not
    assert rested == [] and abs(real_now() - right) < MINUTE
    with sqlite.session() as session:
        assert session.scalars(select(Outbox.not_before)).one() == pytest.approx(
            right + timedelta(seconds=20), abs=MINUTE
        )
        free = sends.full(session, ["li"], real_now(), 30, 1000)
        assert free["li"] < real_now() + 2 * MINUTE
        assert leases.holder(session, "somebody's", real_now() + 2 * MINUTE) is None
    await keeper.tick()  # nothing leaps any more, and nothing is moved again
    with sqlite.session() as session:
        assert session.scalars(select(Outbox.not_before)).one() > right


async def test_set_on_nothing_is_sent_for_a_minute(store: Store) -> None:
    real_time.follow(Reading(datetime.now(UTC) - timedelta(minutes=2), time.monotonic()))
    rested: list[float] = []
    await Timekeeper(store.turns(), rested.append).tick()
    assert rested == [REST_SECONDS]
