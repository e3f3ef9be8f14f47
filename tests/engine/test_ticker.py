"""What is done every second goes on when somebody sets the machine's clock."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.ticking import guarded, watch_the_wall_clock


async def test_a_clock_that_is_set_back_silences_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ticker, knocked = AsyncIOScheduler(timezone="Asia/Shanghai"), asyncio.Event()
    ticker.start()
    # As it stands after the clock was set back by an hour: planned by the former time.
    later = datetime.now(ticker.timezone) + timedelta(hours=1)
    ticker.add_job(knocked.set, "interval", seconds=1, next_run_time=later)
    watching = asyncio.create_task(watch_the_wall_clock(ticker, 0.01))
    await asyncio.sleep(0.05)
    assert not knocked.is_set()
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() - 3600)
    await asyncio.wait_for(knocked.wait(), 10)
    watching.cancel()
    ticker.shutdown(wait=False)


async def test_a_job_that_is_cut_off_by_the_stop_says_nothing_of_it() -> None:
    begun = asyncio.Event()

    async def job() -> None:
        begun.set()
        await asyncio.sleep(60)

    running = asyncio.ensure_future(guarded(job)())  # type: ignore[call-overload]
    await begun.wait()
    running.cancel()
    assert await running is None
