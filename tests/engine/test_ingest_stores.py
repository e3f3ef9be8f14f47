"""`POST /ingest/alert` over HTTP into two processes on one store: kept once, limited together, judged in chat (S58)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio

from tests.engine.test_ingest import BODY, OTHER, Post, door, kept, known
from tests.flows.harness import Rehearsal
from tests.stores import Store

FINANCE = "hx_caiwu"


class Two:
    """Two worlds with engines of their own, each with a door."""

    def __init__(self, first: Rehearsal, doors: tuple[Post, Post], clock: list[float]) -> None:
        self.first, self.doors, self.clock = first, doors, clock


@pytest_asyncio.fixture
async def two(store: Store, tmp_path: Path) -> AsyncIterator[Two]:
    clock, worlds = [0.0], []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        worlds.append(Rehearsal(tmp_path / name, url=store.url))
    await worlds[0].start()
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(door(one, known(per_minute=3), clock)) for one in worlds]
        yield Two(worlds[0], (first, second), clock)
    await worlds[0].stop()
    worlds[1].turns.close()


async def test_two_processes_keep_one_limit_of_new_alerts_and_a_person_judges(two: Two) -> None:
    first, second = two.doors
    both = await asyncio.gather(first(), second())  # the same one, through both at once
    assert {(status, said["state"]) for status, said, _ in both} == {(200, "待研判")} and len(kept(two.first)) == 1
    more = [(door, {**BODY, "id": f"B-{at}"}) for door in two.doors for at in (door is first, 2 + (door is first))]
    answers = await asyncio.gather(*[door(body) for door, body in more])
    assert sorted(status for status, _, _ in answers) == [200, 200, 429, 429] and len(kept(two.first)) == 3
    assert all(1 <= int(headers["Retry-After"]) <= 61 for status, _, headers in answers if status == 429)
    assert (await second(key=OTHER))[0] == 200  # another source has a minute of its own
    two.clock[0] += 61
    assert (await second({**BODY, "id": "B-9"}))[0] == 200 and len(kept(two.first)) == 5

    listed = await two.first.say(FINANCE, "预警")
    assert "大额资金异常流出" in listed
    asked = await two.first.say(FINANCE, "预警1 不予登记，理由：误报")
    assert "确认" in asked and kept(two.first)[0].state == "pending"
    await two.first.say(FINANCE, "确认")
    assert kept(two.first)[0].state == "refused"
    assert (await first())[1]["state"] == "不予登记"
