"""Two processes on one store: whoever hears the message, one of them holds the anonymous path for both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.anonymous import words
from bot.anonymous.relay import PATH, Relay
from bot.dispatcher import Dispatcher
from tests.anonymous.test_path import SECRET, everything
from tests.anonymous.world import Anonymous, anonymous, code_in
from tests.engine.small import FLOWS
from tests.stores import Store

KEY = bytes(range(32))


@dataclass(slots=True)
class Pair:
    """The holder, and the one that hands over."""

    first: Anonymous
    second: Anonymous
    relays: list[Relay]
    doors: list[BaseTestServer]


@pytest_asyncio.fixture
async def pair(server: Store, tmp_path: Path) -> AsyncIterator[Pair]:
    first = anonymous(server, tmp_path)
    worlds = [first, anonymous(server, tmp_path, beside=first.bot)]
    relays, doors = [], []
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        for world in worlds:
            relay = Relay(world.bot.turns, world.path, http, "", KEY, world.path.batch.catch_up)
            app = web.Application()
            app.router.add_post(PATH, relay.serve)
            door = await stack.enter_async_context(TestServer(app))
            relay.address = str(door.make_url("")).rstrip("/")
            world.bot.dispatcher = Dispatcher(world.bot.world, FLOWS, world.bot.sender.kick, private=relay)
            await relay.tick()
            relays.append(relay)
            doors.append(door)
            stack.callback(world.path.close)
        yield Pair(worlds[0], worlds[1], relays, doors)


async def test_a_report_may_come_in_at_any_process(pair: Pair) -> None:
    before = everything(pair.first)
    assert await pair.second.say("li", "匿名反映") == words.notice("offline")
    assert await pair.first.say("li", SECRET) == words.NOTED
    assert await pair.second.say("li", "两年了", key="m:1") == words.NOTED
    assert await pair.first.say("li", "两年了", key="m:1") == words.NOTED
    code = code_in(await pair.second.say("li", "结束"))
    await pair.first.path.batch.write()
    (number,) = pair.first.office.filed
    assert len(pair.first.vault.parts(pair.first.vault.of_lead(number).record)) == 2  # type: ignore[union-attr]
    assert "已受理" in await pair.second.say("li", f"查回执 {code}")
    assert everything(pair.first) == before


async def test_ordinary_messages_stay_where_they_came_in(pair: Pair) -> None:
    assert await pair.second.say("wang", "你好") == "我能做：填表（unknown）"
    assert pair.second.bot.words.heard == ["你好"]
    assert pair.first.bot.words.heard == []


async def test_when_the_holder_is_out_of_reach_nothing_doubtful_is_stored(pair: Pair) -> None:
    await pair.doors[0].close()
    before = everything(pair.first)
    for said in ("匿名反映", SECRET, "查回执 4821-7390-5512-6047"):
        assert await pair.second.say("li", said) == words.LATER
    assert everything(pair.first) == before
    assert await pair.second.say("li", "帮助") == "我能做：填表（unknown）"


async def test_a_graceful_stop_hands_the_path_on(pair: Pair) -> None:
    await pair.relays[0].stop()
    assert await pair.second.say("li", "匿名反映") == words.notice("offline")
    assert await pair.first.say("li", SECRET) == words.NOTED


async def test_a_stranger_finds_nothing_at_the_door(pair: Pair) -> None:
    async with aiohttp.ClientSession() as http:
        for body in (b"", b"{}", b"x" * 100):
            async with http.post(pair.doors[0].make_url(PATH), data=body) as response:
                assert response.status == 404
