"""A crowd that knocks at one moment is heard whole, in the order in which it came."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from aiohttp import web

from bot.server import listen

CROWD = 300  # more than the 128 that a system keeps waiting when it is not told otherwise
LIMIT = Path("/proc/sys/net/core/somaxconn")  # of the system; what a program asks for beyond it is cut off
PATIENCE = 0.5  # seconds; a knock that is dropped is repeated after a whole one


@pytest.mark.skipif(LIMIT.is_file() and int(LIMIT.read_text()) < CROWD, reason="the system lets fewer wait")
async def test_a_crowd_at_one_moment_is_heard_in_its_order() -> None:
    """Nobody is let in while all of them come: the loop is busy, as with a burst of turns."""
    heard: list[int] = []

    async def note(request: web.Request) -> web.Response:
        heard.append(int(request.query["at"]))
        return web.Response()

    app = web.Application()
    app.router.add_get("/", note)
    runner = await listen(app, "127.0.0.1", 0)
    ((host, port),) = runner.addresses
    crowd: list[socket.socket] = []
    try:
        for at in range(CROWD):
            one = socket.create_connection((host, port), timeout=PATIENCE)
            crowd.append(one)
            one.sendall(f"GET /?at={at} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(30):
            while len(heard) < CROWD:
                await asyncio.sleep(0.01)
    finally:
        for one in crowd:
            one.close()
        await runner.cleanup()
    assert heard == list(range(CROWD))
