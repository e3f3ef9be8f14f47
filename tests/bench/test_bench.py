"""The benchmark runs whole in miniature: every answer right, every callback in the store, a page at the end."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bench.load import Run, closed_loop, open_loop
from bench.talks import Script
from bench.wire import PATH, Post
from sandbox.settings import Settings

ROOT = Path(__file__).parents[2]


def test_a_small_run_ends_with_a_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--rounds", "1", "--seconds", "0.4", "--people", "4", "--rate", "20"]
    done = subprocess.run(
        [*command, "--no-profile", "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "## Faults" not in page
    counts = re.search(r"(\d+) callbacks were answered, (\d+) dedup rows; (\d+) numbers .* (\d+) findings", page)
    assert counts is not None
    assert counts[1] == counts[2]
    assert counts[3] == counts[4]
    assert int(counts[3]) >= 16
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


def test_a_sealed_callback_reads_back() -> None:
    post = Post(Settings())
    callback = post.text("bench001", "确认", "x")
    body = callback.raw.split(b"\r\n\r\n", 1)[1]
    assert f"Content-Length: {len(body)}".encode() in callback.raw
    assert b"\xe7\xa1\xae" not in callback.raw
    assert post.read(b"") == ""


@asynccontextmanager
async def _slow_server(delay: float) -> AsyncIterator[int]:
    """Answers one request after another, each after `delay`, as a server does that is too slow; yields its port."""
    turn = asyncio.Lock()

    async def answer(_request: web.Request) -> web.Response:
        async with turn:
            await asyncio.sleep(delay)
        return web.Response()

    app = web.Application()
    app.router.add_post(PATH, answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def test_the_open_loop_counts_the_waiting() -> None:
    talks = Script(Post(Settings()), ["bench001"]).echoes(20)
    async with _slow_server(0.05) as port:
        run = await open_loop(port, iter(talks), rate=100, seconds=0.15)
    assert run.answered >= 10
    assert run.percentile(1.0) > 300  # the last was planned at 150 ms and had to wait for all before it


async def test_the_closed_loop_stops_in_time_and_counts_conversations() -> None:
    talks = Script(Post(Settings()), ["bench001", "bench002"]).submissions(400)
    async with _slow_server(0.01) as port:
        run = await closed_loop(port, iter(talks), people=2, seconds=0.3)
    assert run.talks > 0
    assert run.answered >= 2 * run.talks
    assert run.lost == 0
    assert run.seconds < 2


async def test_a_server_that_is_gone_is_counted_as_lost() -> None:
    async with _slow_server(0) as port:
        pass
    talks = Script(Post(Settings()), ["bench001"]).echoes(3)
    run = await closed_loop(port, iter(talks), people=1, seconds=0.5)
    assert (run.answered, run.lost) == (0, 3)
    assert run.faults(Post(Settings())) == ["3 without an answer"]


def test_percentiles_by_rank() -> None:
    run = Run(seconds=2.0, latencies=[at / 1000 for at in range(1, 101)])
    assert run.percentile(0.5) == 51
    assert run.percentile(0.99) == 100
    assert Run().percentile(0.99) == 0.0
