"""Periodic jobs: they outlive their own failures, and a machine's clock that is set."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

LOOK_SECONDS = 1.0
LEAP_SECONDS = 1.0  # what is less is no clock that was set

log = logging.getLogger("jiandu.service")


async def watch_the_wall_clock(ticker: AsyncIOScheduler, seconds: float = LOOK_SECONDS) -> None:
    """The ticker plans by the machine's clock: where that is set back an hour, it would be silent for an hour."""
    ahead = time.time() - time.monotonic()
    while True:
        await asyncio.sleep(seconds)
        before, ahead = ahead, time.time() - time.monotonic()
        if abs(ahead - before) > LEAP_SECONDS:
            for job in ticker.get_jobs():
                job.modify(next_run_time=datetime.now(ticker.timezone))


def guarded(job: Callable[[], object]) -> Callable[[], object]:
    """A periodic job that outlives its own failures: the next knock tries again."""

    async def run() -> None:
        try:
            await job()  # type: ignore[misc]
        except asyncio.CancelledError:
            log.info("periodic job ended with the process")  # APScheduler would print a traceback
        except Exception as error:
            log.error("periodic job failed: %s", type(error).__name__)

    return run
