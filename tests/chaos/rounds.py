"""One round: people talk, something breaks, is mended, and everything owed comes; then it is judged."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.faults import Breaking, Broken
from tests.chaos.judge import Judge
from tests.chaos.people import Crowd
from tests.chaos.site import Site

CALM = (0.3, 1.5)  # seconds of talk before it breaks
HOLD = (0.3, 5.0)  # seconds until it is mended
GRACE = 3.5  # seconds within which a probe has noticed
OWED_WITHIN = 100.0  # seconds after which everything has come: a claim that nobody can give back lapses after 90


@dataclass(slots=True)
class Round:
    """What one fault came to; times in seconds after the mending."""

    name: str
    what: str = ""
    ready: float = 0.0
    settled: float = 0.0
    faults: list[str] = field(default_factory=list)


async def play(site: Site, crowd: Crowd, judge: Judge, name: str, breaking: Breaking, dice: random.Random) -> Round:
    """Faults of earlier rounds are told only once."""
    found, over = Round(name), asyncio.Event()
    talking = asyncio.create_task(crowd.talk(8, over))
    try:
        await asyncio.sleep(dice.uniform(*CALM))
        async with breaking(site, dice) as broken:
            found.what = broken.what
            found.faults += await _watch(site, broken, dice.uniform(*HOLD))
        began = time.monotonic()
        await asyncio.gather(*(site.back(at) for at in range(len(site.bots))))
        found.ready = time.monotonic() - began
        await asyncio.sleep(0.5)
    finally:
        over.set()
    await talking
    found.settled, still = await settle(judge, max(OWED_WITHIN, site.late_until - time.monotonic() + 10))
    found.faults += still
    if not still:
        found.faults += await asyncio.to_thread(judge.faults)
    return found


def whole(run: Coroutine[Any, Any, int]) -> int:
    """Run it to its end. SIGTERM ends it as Ctrl-C does: nothing that it started is left behind."""

    async def heard() -> int:
        task = asyncio.ensure_future(run)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    return asyncio.run(heard())


async def settle(judge: Judge, seconds: float) -> tuple[float, list[str]]:
    """How long it took until nothing was owed any more, and what still was after `seconds`."""
    began = time.monotonic()
    while still := await asyncio.to_thread(judge.owed):
        if time.monotonic() - began > seconds:
            return time.monotonic() - began, [f"after {seconds:.0f} s still owed: {still}"]
        await asyncio.sleep(0.2)
    return time.monotonic() - began, []


async def _watch(site: Site, broken: Broken, seconds: float) -> list[str]:
    """Ask the probes while it is broken; who says that he is ready and cannot be does not tell the truth."""
    began, lies = time.monotonic(), []
    while (left := began + seconds - time.monotonic()) > 0:
        for at in broken.unready:
            asked = time.monotonic()
            if await asyncio.to_thread(site.readyz, at) == 200 and asked - began > GRACE:
                lies.append(f"bot {at} says that it is ready {asked - began:.1f} s after: {broken.what}")
        await asyncio.sleep(min(0.3, max(0.0, left)))
    return lies[:1]


def keep_logs(site: Path, to: Path | None, name: str) -> None:
    """What the processes of a site said, for those who look into a fault."""
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        for log in site.glob("*.log"):
            (to / f"{name}-{log.name}").write_bytes(log.read_bytes())


def say(line: str) -> None:
    """At once, also into a pipe."""
    print(line, flush=True)
