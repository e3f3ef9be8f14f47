"""The token's single flight and early renewal; the rates, and the brake of one process."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from bot.wecom.errors_table import rejected
from bot.wecom.limits import Brake, Rates
from bot.wecom.outcomes import Failure, Rejected, Unknown
from bot.wecom.token import Fetched, Token


class Source:
    def __init__(self, seconds: float = 7200) -> None:
        self.now = 0.0
        self.fetched = 0
        self.seconds = seconds
        self.failure: Failure | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.token = Token(self.fetch, lambda: self.now)

    async def fetch(self) -> Fetched:
        self.fetched += 1
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return Fetched(f"T{self.fetched}", self.seconds)


async def test_one_flight_for_all_even_if_the_first_gives_up() -> None:
    source = Source()
    source.gate.clear()
    waiting = [asyncio.create_task(source.token.get()) for _ in range(20)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    source.gate.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert set(results[1:]) == {"T1"} and source.fetched == 1


async def test_every_ask_for_a_token_is_counted_once() -> None:
    def counted() -> list[float]:
        names = ("fetched", "rejected", "lost")
        return [REGISTRY.get_sample_value("jiandu_token_fetches_total", {"outcome": name}) or 0.0 for name in names]

    source, before = Source(), counted()
    await asyncio.gather(*(source.token.get() for _ in range(5)))
    source.token.invalidate("T1")
    for failure in (Unknown("timeout"), rejected(40001)):
        source.failure = failure
        with pytest.raises(Failure):
            await source.token.get()
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1, 1]


async def test_a_failed_flight_fails_for_all_once() -> None:
    source = Source()
    source.failure = Unknown("timeout")
    results = await asyncio.gather(*(source.token.get() for _ in range(5)), return_exceptions=True)
    assert all(isinstance(r, Unknown) for r in results) and source.fetched == 1
    source.failure = None
    assert await source.token.get() == "T2"  # a lost answer is no reason to wait


@pytest.mark.parametrize(("seconds", "early"), [(7200, 300), (100, 10)])
async def test_renewed_early_and_the_old_one_kept_while_that_fails(seconds: float, early: float) -> None:
    source = Source(seconds)
    assert await source.token.get() == "T1"
    source.now = seconds - early - 0.01
    assert await source.token.get() == "T1"
    source.now = seconds - early
    source.failure = Unknown("timeout")
    assert await source.token.get() == "T1" and source.fetched == 2
    source.now = seconds
    with pytest.raises(Unknown):
        await source.token.get()
    source.failure = None
    assert await source.token.get() == "T4"


async def test_only_the_current_token_can_be_dropped() -> None:
    source = Source()
    first = await source.token.get()
    source.token.invalidate("someone else's")
    assert await source.token.get() == first
    source.token.invalidate(first)
    second = await source.token.get()
    source.token.invalidate(first)  # a call that was under way with the old one
    assert await source.token.get() == second == "T2"


async def test_a_rejection_is_remembered_for_a_minute() -> None:
    source = Source()
    source.failure = rejected(40001)
    for _ in range(3):
        with pytest.raises(Rejected, match="40001"):
            await source.token.get()
    assert source.fetched == 1
    source.failure = None
    source.now = 60
    assert await source.token.get() == "T2"


async def test_a_busy_platform_is_asked_again_soon() -> None:
    source = Source()
    source.failure = rejected(-1)
    for moment, fetched in ((0.0, 1), (2.0, 1), (3.0, 2)):
        source.now = moment
        with pytest.raises(Rejected):
            await source.token.get()
        assert source.fetched == fetched


async def test_a_rejected_early_renewal_keeps_the_old_token() -> None:
    source = Source()
    await source.token.get()
    source.now = 7000
    source.failure = rejected(-1)
    assert [await source.token.get() for _ in range(3)] == ["T1"] * 3
    assert source.fetched == 2


def test_the_rates_stay_below_the_platforms() -> None:
    rates = Rates()
    assert rates.per_minute < 30 and rates.per_hour < 1000 and rates.per_second * 60 < 10_000


def test_the_brake_grows_only_when_it_was_over() -> None:
    now = 0.0
    brake = Brake(clock=lambda: now)
    assert brake.pull() == 60
    now = 20
    assert brake.pull() == 40  # calls that were under way come back with the same error
    brake.release()  # and others with success: that proves nothing yet
    lengths = []
    for _ in range(8):
        now += brake.left()
        lengths.append(brake.pull())
    assert lengths == [120, 240, 480, 960, 1920, 3600, 3600, 3600]
    now += brake.left()
    brake.release()
    assert brake.pull() == 60
