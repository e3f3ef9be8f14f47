"""What is broken, each as `break it`, a while, `mend it`; what the probes should say meanwhile is said with it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.chaos.lines import CUTS, PASS
from tests.chaos.site import Site

JUMPS = (-28_800, -3600, -120, -5, 5, 120, 3600, 28_800)  # seconds; eight hours are a time zone
ALONE = (-120, -30, -5, 5, 30, 120)  # where there is no store's clock to go by, its own is believed


@dataclass(slots=True)
class Broken:
    """What is wrong just now. unready: bots that must not say that they are ready, once `grace` has passed."""

    what: str
    unready: tuple[int, ...] = ()


Breaking = Callable[[Site, random.Random], AbstractAsyncContextManager[Broken]]


@asynccontextmanager
async def replica_killed(site: Site, dice: random.Random) -> AsyncIterator[Broken]:
    """kill -9 of a bot; it is started again."""
    at = dice.randrange(len(site.bots))
    await asyncio.to_thread(site.bots[at].kill)
    yield Broken(f"bot {at} killed", (at,))
    site.start_one(at)


@asynccontextmanager
async def store_killed(site: Site, dice: random.Random) -> AsyncIterator[Broken]:
    """kill -9 of the server's first process, or of all of them."""
    assert site.cluster is not None
    whole = dice.random() < 0.5
    await asyncio.to_thread(site.cluster.kill, all_of_it=whole)
    yield Broken(f"{site.cluster.name} killed" + (" whole" if whole else ""), _all(site))
    await asyncio.to_thread(site.cluster.start)


@asynccontextmanager
async def disk_full(site: Site, _dice: random.Random) -> AsyncIterator[Broken]:
    """Nothing more can be written where the store lies; then there is room again, and whoever fell is started."""
    assert site.disk is not None
    await asyncio.to_thread(site.disk.fill)
    yield Broken("disk full")  # what was kept in reserve may still be written
    await asyncio.to_thread(site.disk.free)
    if site.cluster is not None:
        await asyncio.to_thread(site.cluster.start)


@asynccontextmanager
async def disk_read_only(site: Site, _dice: random.Random) -> AsyncIterator[Broken]:
    """The disk fails and turns read-only; then everything on it is stopped, it is checked, mounted and started."""
    assert site.disk is not None
    await asyncio.to_thread(site.disk.fail)
    yield Broken("disk read-only", _all(site))
    if site.cluster is not None:
        await asyncio.to_thread(site.cluster.stop)
        await asyncio.to_thread(site.disk.repair)
        await asyncio.to_thread(site.cluster.start)
    else:
        await asyncio.to_thread(site.bots[0].stop)
        await asyncio.to_thread(site.disk.repair)
        site.start_one(0)


@asynccontextmanager
async def clock_jumped(site: Site, dice: random.Random) -> AsyncIterator[Broken]:
    """One bot's wall clock is set, and later set right."""
    alone = site.cluster is None
    at, seconds = dice.randrange(len(site.bots)), dice.choice(ALONE if alone else JUMPS)
    site.shift(at, seconds)
    yield Broken(f"clock of bot {at} {seconds:+} s")
    site.shift(at, 0)
    if alone:  # what it wrote then lies ahead now, with WeCom's minute counted from there
        site.late_until = time.monotonic() + abs(seconds) + 60


@asynccontextmanager
async def platform_cut(site: Site, dice: random.Random) -> AsyncIterator[Broken]:
    """The platform and the bots do not reach each other, in one direction or in both."""
    which, mode = dice.choice(("ours", "theirs", "both")), dice.choice(CUTS)
    site.faults(callback_repeat=1, reset_after=2, only="message/send")  # repeats, and calls whose answer is lost
    lines = {"ours": site.platform_lines, "theirs": [site.front], "both": [site.front, *site.platform_lines]}[which]
    for line in lines:
        await line.set(mode)
    yield Broken(f"platform cut: {which}, {mode}")
    for line in lines:
        await line.set(PASS)
    await asyncio.sleep(1.0)
    site.faults()


@asynccontextmanager
async def store_cut(site: Site, dice: random.Random) -> AsyncIterator[Broken]:
    """One bot, or every one, does not reach the store."""
    ours, mode = dice.choice(((0,), (1,), (0, 1))), dice.choice(CUTS)
    for at in ours:
        await site.store_lines[at].set(mode)
    yield Broken(f"store cut: bots {ours}, {mode}", ours)
    for at in ours:
        await site.store_lines[at].set(PASS)


def _all(site: Site) -> tuple[int, ...]:
    return tuple(range(len(site.bots)))


_ON_A_SERVER: dict[str, Breaking] = {
    "kill": replica_killed, "kill-store": store_killed, "disk-full": disk_full, "disk-read-only": disk_read_only,
    "clock": clock_jumped, "cut-platform": platform_cut, "cut-store": store_cut,
}  # fmt: skip
FAULTS: dict[str, dict[str, Breaking]] = {
    "postgresql": _ON_A_SERVER,
    "mariadb": _ON_A_SERVER,
    "sqlite": {
        "kill": replica_killed, "disk-full": disk_full, "disk-read-only": disk_read_only, "clock": clock_jumped,
    },
}  # fmt: skip


def possible(site: Site) -> dict[str, Breaking]:
    """The faults that can be made here."""
    needs = {"disk-full": site.disk is not None, "disk-read-only": site.disk is not None, "clock": bool(site.shim)}
    return {name: breaking for name, breaking in FAULTS[site.kind].items() if needs.get(name, True)}
