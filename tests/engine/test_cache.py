"""Counting together in a real Redis of the test's own, which is killed and comes again."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import REGISTRY
from redis import Redis

from bot import premises
from bot.cache import REST, Cache, secret_of
from bot.config import Cache as Settings
from bot.config import Config
from bot.ingest import Ingest
from bot.strangers import Stranger, Strangers
from tests.e2e.processes import free_port
from tests.engine.test_ingest import BEGAN, KEY, known

SECRET, FAR = secret_of("k" * 43), "203.0.113.7"


class Server:
    """A Redis on a port of its own, without a file."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            reason = "no redis-server is installed here"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the Redis of the test does not answer")

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._child = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    made.start()
    yield made
    made.kill()


class Group:
    """Processes on one Redis; `now` is the wall clock of all, `rested` what their own clocks show."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.now, self.rested = 1_800_000_000.0, 0.0
        self.caches: list[Cache] = []

    def process(self) -> Cache:
        self.caches.append(Cache(self._server.url, SECRET, lambda: self.now, lambda: self.rested))
        return self.caches[-1]


@pytest_asyncio.fixture
async def group(server: Server) -> AsyncIterator[Group]:
    made = Group(server)
    yield made
    for cache in made.caches:
        await cache.close()


async def test_what_one_counts_the_other_sees_until_the_minute_is_over(group: Group, server: Server) -> None:
    one, other = group.process(), group.process()
    assert [await one.count("a"), await other.count("a"), await one.count("b"), await one.count("a")] == [1, 2, 1, 3]
    with Redis.from_url(server.url) as look:
        keys = [key.decode() for key in look.scan_iter()]
        assert len(keys) == 2 and all(key.startswith("jiandu:") and len(key) == 39 for key in keys)
        assert [0 < look.ttl(key) <= 120 for key in keys] == [True, True]
    group.now += 60
    assert await other.count("a") == 1


def away() -> float:
    return REGISTRY.get_sample_value("jiandu_cache_away") or 0.0


async def test_without_it_everything_goes_on_and_it_is_said_once(
    group: Group, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cache = group.process()
    assert await cache.count("a") == 1 and away() == 0
    server.kill()
    assert [await cache.count("a") for _ in range(3)] == [None] * 3 and away() == 1
    server.start()
    assert await cache.count("a") is None  # it rests, so that nobody waits for a Redis that hangs
    group.rested += REST
    assert await cache.count("a") == 1 and away() == 0
    said = [record.getMessage() for record in caplog.records if record.name == "jiandu.cache"]
    assert said == [
        "the cache is out of reach, each process counts for itself: ConnectionError",
        "the cache answers again",
    ]


async def test_a_redis_that_hangs_is_waited_for_a_moment_only(group: Group, tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        cache = Cache(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", SECRET)
        assert await cache.count("a") is None
        await cache.close()


async def knocks(strangers: Strangers, times: int) -> list[int]:
    """What somebody without a key hears."""

    async def refuse(_request: web.Request) -> web.StreamResponse:
        return Stranger(status=403)

    app, heard = web.Application(), []
    app.router.add_get("/", strangers.door(refuse))
    async with TestServer(app) as served, ClientSession(headers={"X-Forwarded-For": FAR}) as http:
        for _ in range(times):
            async with http.get(served.make_url("/")) as response:
                heard.append(response.status)
    return heard


async def test_a_stranger_is_shut_out_everywhere_after_his_next_knock(group: Group, server: Server) -> None:
    doors = [
        Strangers(4, ("127.0.0.0/8",), lambda: group.now, group.process().count) for _ in range(2)
    ]  # fmt: skip
    assert await knocks(doors[0], 5) == [403, 403, 403, 403, 429]
    assert await knocks(doors[1], 3) == [403, 429, 429]
    group.now += 60
    server.kill()
    assert [await knocks(door, 5) for door in doors] == [[403, 403, 403, 403, 429]] * 2


async def test_a_systems_requests_are_counted_for_all_processes(group: Group) -> None:
    nobody: Any = SimpleNamespace(turns=None)
    doors = [
        Ingest(
            nobody, known(per_minute=3), nobody, real=lambda: BEGAN + timedelta(seconds=group.now), together=one.count
        )
        for one in (group.process(), group.process())
    ]
    heard = []
    for at in range(5):  # refused for what they say, and counted all the same
        app = web.Application()
        app.router.add_post("/", doors[at % 2].serve)
        async with TestServer(app) as served, ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as http:
            heard.append((await http.post(served.make_url("/"), data=b"no JSON")).status)
    assert heard == [400, 400, 400, 429, 429]


async def test_the_doctor_says_whether_it_answers(server: Server) -> None:
    config = Config(cache=Settings(url=server.url))
    found = await premises.look_at_cache(config)
    assert found.ok is True
    server.kill()
    found = await premises.look_at_cache(config)
    assert found.ok is None and "ConnectionError" in found.words and "cache.url" in found.words
