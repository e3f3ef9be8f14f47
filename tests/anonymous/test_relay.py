"""Two processes on one store: whoever hears the message, one of them holds the anonymous path for both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from aiohttp.typedefs import Handler

from bot.anonymous import words
from bot.anonymous.relay import PATH, Relay
from bot.dispatcher import Dispatcher
from bot.messages import Kind, Media
from tests.anonymous import photos
from tests.anonymous.platform import cloud
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
    wire: list[bytes] = field(default_factory=list)  # what a listener between them has


@pytest_asyncio.fixture
async def pair(server: Store, tmp_path: Path) -> AsyncIterator[Pair]:
    first = anonymous(server, tmp_path)
    worlds = [first, anonymous(server, tmp_path, beside=first.bot)]
    relays, doors, wire = [], [], []

    @web.middleware
    async def listen(request: web.Request, handler: Handler) -> web.StreamResponse:
        wire.append(await request.read())
        response = await handler(request)
        assert isinstance(response, web.Response) and isinstance(response.body, bytes | None)
        wire.append(response.body or b"")
        return response

    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        for world in worlds:
            relay = Relay(world.bot.turns, world.path, http, "", KEY, world.path.batch.catch_up)
            app = web.Application(middlewares=[listen])
            app.router.add_post(PATH, relay.serve)
            door = await stack.enter_async_context(TestServer(app))
            relay.address = str(door.make_url("")).rstrip("/")
            world.bot.dispatcher = Dispatcher(world.bot.world, FLOWS, world.bot.sender.kick, private=relay)
            await relay.tick()
            relays.append(relay)
            doors.append(door)
            stack.callback(world.path.close)
        yield Pair(worlds[0], worlds[1], relays, doors, wire)


async def test_a_report_may_come_in_at_any_process(pair: Pair) -> None:
    before = everything(pair.first)
    assert await pair.second.say("li", "匿名反映") == words.notice("offline")
    assert await pair.first.say("li", SECRET) == words.NOTED
    assert await pair.second.say("li", "两年了", key="m:twice") == words.NOTED
    assert await pair.first.say("li", "两年了", key="m:twice") == words.NOTED
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


async def test_the_holder_fetches_a_picture_that_came_in_elsewhere(pair: Pair) -> None:
    async with cloud() as there:
        pair.first.path.pictures.source = there.client  # the other has none
        before = everything(pair.first)
        assert await pair.second.say("li", "匿名反映") == words.notice("offline")
        inbound, _ = there.picture("li", photos.jpeg())
        assert await pair.second.hear(inbound) == words.PICTURE
        assert await pair.first.hear(inbound) == words.PICTURE  # the platform's repeat, at the other process
        code_in(await pair.first.say("li", "结束"))
        await pair.first.path.batch.write()
        report = pair.first.vault.of_lead(pair.first.office.filed[0])
        assert report is not None and len(pair.first.vault.parts(report.record)) == 1
        assert everything(pair.first) == before


async def test_a_picture_outside_a_report_stays_where_it_came_in(pair: Pair) -> None:
    picture = pair.second.bot.inbound("wang", kind=Kind.IMAGE, media=Media("MEDIA-7"))
    assert await pair.second.hear(picture) == "我能做：填表（media）"
    await pair.doors[0].close()
    before = everything(pair.first)
    assert await pair.second.send("wang", Kind.IMAGE) == words.LATER
    assert everything(pair.first) == before


async def test_on_the_wire_all_messages_and_answers_are_alike(pair: Pair) -> None:
    """The notice, a long part, an ordinary message and a click: neither words nor their length show."""
    for said in ("匿名反映", SECRET, SECRET * 40, "取消", "你好"):
        await pair.second.say("li", said)
    await pair.second.hear(pair.second.bot.inbound("li", kind=Kind.MENU_CLICK, event_key="填表"))
    await pair.second.send("wang", Kind.IMAGE)
    assert len(pair.wire) == 14
    assert len({len(body) for body in pair.wire}) == 1
    assert len(set(pair.wire)) == 14
    assert not [body for body in pair.wire if SECRET[:4].encode() in body or b'"person"' in body]


async def test_a_message_longer_than_the_usual_is_handed_over_whole(pair: Pair) -> None:
    await pair.second.say("li", "匿名反映")
    assert await pair.second.say("li", "烟" * 4000) == words.NOTED
    assert await pair.second.say("li", "烟" * 30000) == words.TOO_LONG
    assert sorted({len(body) for body in pair.wire}) == [size + 28 for size in (8192, 32768, 131072)]
