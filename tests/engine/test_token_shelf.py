"""One token for all processes: asked for once, whoever needs it first, and unreadable in the store."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot import token_shelf
from bot.errors import StoreUnavailable
from bot.token_shelf import TokenShelf
from bot.wecom.errors_table import rejected
from bot.wecom.outcomes import Failure, NotSent, Rejected
from bot.wecom.token import Fetched, Token
from bot.wecom.transport import Account
from tests.stores import Store

APP = Account("ww1", 1000002, "s" * 43, "https://one.invalid")
BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Group:
    """Several processes on one store and one platform; `now` is everybody's clock, in seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.now = 0.0
        self.asked: list[str] = []
        self.failure: Failure | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    def process(self, app: Account = APP, patience: float = 10) -> Token:
        shelf = TokenShelf(self._store.turns(), app, lambda: BEGAN + timedelta(seconds=self.now), patience)
        return Token(self._ask, lambda: self.now, shelf)

    async def _ask(self) -> Fetched:
        self.asked.append(f"SECRETTOKEN{len(self.asked) + 1}")
        here = self.asked[-1]
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return Fetched(here, 7200)

    def kept(self) -> str:
        with self._store.session() as session:
            return str(session.execute(text("SELECT * FROM shared_tokens")).all())


@pytest.fixture
def group(store: Store) -> Group:
    return Group(store)


async def test_one_asks_for_all(group: Group) -> None:
    processes = [group.process() for _ in range(3)]
    group.gate.clear()
    waiting = [asyncio.create_task(one.get()) for one in processes for _ in range(5)]
    while not group.asked:
        await asyncio.sleep(0.01)
    group.gate.set()
    assert set(await asyncio.gather(*waiting)) == {"SECRETTOKEN1"} == set(group.asked)
    assert await group.process().get() == "SECRETTOKEN1"  # one that comes later
    assert "SECRETTOKEN" not in group.kept() and len(group.kept()) > 100


async def test_when_it_dies_early_it_is_asked_for_once_though_everybody_finds_out(group: Group) -> None:
    """wecom.md 3.1: 40014 and 42001 come before its time, to all processes at once."""
    processes = [group.process() for _ in range(3)]
    for one in processes:
        one.invalidate(await one.get())
    assert {await one.get() for one in processes[:2]} == {"SECRETTOKEN2"}
    processes[0].invalidate("SECRETTOKEN2")
    assert await processes[2].get() == "SECRETTOKEN2"  # it has not heard yet that this one died too
    processes[2].invalidate("SECRETTOKEN2")
    assert await asyncio.gather(*(one.get() for one in (processes[0], processes[2]))) == ["SECRETTOKEN3"] * 2


async def test_it_is_renewed_early_once_whoever_came_when(group: Group) -> None:
    first = group.process()
    await first.get()
    group.now = 6000
    late = group.process()
    assert await late.get() == "SECRETTOKEN1"
    group.now = 6900
    assert [await one.get() for one in (late, first, late)] == ["SECRETTOKEN2"] * 3
    group.now = 6900 + 7199
    group.failure = rejected(-1)
    assert await first.get() == "SECRETTOKEN2"  # it still lives
    group.now += 1
    for one in (first, late):
        with pytest.raises(Rejected):
            await one.get()


async def test_whoever_fails_to_bring_one_leaves_it_to_the_next(group: Group) -> None:
    group.failure = rejected(40001)
    with pytest.raises(Rejected):
        await group.process().get()
    group.failure = None
    assert await asyncio.wait_for(group.process().get(), 5) == "SECRETTOKEN2"


async def test_a_process_that_died_while_it_asked_is_waited_for_and_then_replaced(group: Group, store: Store) -> None:
    group.gate.clear()
    dying = asyncio.create_task(group.process().get())
    while not group.asked:
        await asyncio.sleep(0.01)
    store.doors[-1].close()
    other = group.process(patience=0)
    with pytest.raises(NotSent):
        await other.get()
    group.now += token_shelf.LEASE.total_seconds()
    group.gate.set()
    assert await other.get() == "SECRETTOKEN2"
    await dying


async def test_what_another_app_or_another_secret_sealed_is_none_of_ours(group: Group) -> None:
    await group.process().get()
    others = (Account("ww1", 1000002, "t" * 43, APP.api_base), Account("ww1", 1000003, APP.secret, APP.api_base))
    for number, other in enumerate((*others, APP), start=2):
        assert await group.process(other).get() == f"SECRETTOKEN{number}"
    assert await group.process().get() == "SECRETTOKEN4"


async def test_without_the_store_each_asks_for_itself(sqlite: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    group = Group(sqlite)
    one = group.process()
    sqlite.doors[-1].close()
    with pytest.raises(StoreUnavailable):
        await sqlite.doors[-1].run(lambda _session: None)
    assert await one.get() == "SECRETTOKEN1"
    assert "the shared token is out of reach: StoreUnavailable" in caplog.text and "SECRETTOKEN" not in caplog.text
