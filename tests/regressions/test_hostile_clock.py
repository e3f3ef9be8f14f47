"""A moment that is none turned the rehearsal's clock half-way and ended in a 500, or would have turned it for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.server import FARTHEST, Server
from tests.engine.test_ingest import _Nothing
from tests.flows.harness import START, Rehearsal


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Rehearsal, str]]:
    world = Rehearsal(folder)
    server = Server(_Nothing(), "/wecom/callback", world.turns, world.clock, world.scheduler, None)  # type: ignore[arg-type]
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield world, f"http://127.0.0.1:{runner.addresses[0][1]}/rehearsal/clock"
    await runner.cleanup()
    world.turns.close()


@pytest.mark.parametrize(
    "body",
    [
        b'{"now": "2026-11-23T11:00:00", "rate": %s}' % (b"9" * 400),
        b"[" * 50_000,
        b'{"now": "9999-12-31T23:59:59-14:00"}',
        b'{"now": "0001-01-01T00:00:00+14:00"}',
        b'{"now": "9999-12-31T23:59:59"}',
        b'{"now": 5}',
        b"[]",
        b'"now"',
        b"\xff\xfe",
        b"",
        b'{"now": "2026-11-23T11:00:00", "rate": NaN}',
        b'{"now": "%s"}' % (START + FARTHEST + FARTHEST).isoformat().encode(),
    ],
    ids=range(12),
)
async def test_what_is_no_moment_is_refused_and_turns_nothing(tmp_path: Path, body: bytes) -> None:
    async with served(tmp_path) as (world, url), aiohttp.ClientSession() as http:
        for kind in ("application/json", "application/json; charset=nothing"):
            async with http.post(url, data=body, headers={"Content-Type": kind}) as answer:
                assert answer.status == 400
        assert world.clock() == START
        async with http.post(
            url, data=b'{"now": "2026-11-23T10:00:30", "rate": 0}', headers={"Content-Type": "x; charset=y"}
        ) as answer:
            assert answer.status == 200
