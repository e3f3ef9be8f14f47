"""Plans so many obligations in a process of its own, and what then waits costs: `python -m bench.pushing_planning`.

Prints one JSON object. Seconds of CPU unless it is said otherwise: other work on the machine changes them little.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.pushing_group import turn_of
from bench.servers import ROOT, memory
from bot.almanac import Almanac
from bot.clock import CHINA, RehearsalClock, real_now
from bot.config import Policy
from bot.flow import Lexicon, WorkingDays
from bot.parcels import Keep, Outcome, Parcel
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.turns import Turns
from bot.understanding.engine import Understanding
from bot.world import World
from handlers import obligations
from handlers.registry import FLOWS
from handlers.rules.calendar import Calendar
from storage import calendar_days, schema
from storage.database import open_engine
from storage.models import Due

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=CHINA)
FIRST, DAYS = date(2026, 4, 20), 200  # when they are due: every rung is still to come
DAY_OFF = date(2026, 6, 10)
QUARTER = ("2026-04-01", "2026-06-30")
BATCH = 100  # obligations a turn
TICKS = 200


class Nowhere:
    """A channel that nothing reaches: no rung is due here."""

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        raise AssertionError("nothing is due")


@dataclass(slots=True)
class Spent:
    """The time that a block took: of the clock on the wall, and of this process's CPU."""

    wall: float = 0.0
    cpu: float = 0.0

    def __enter__(self) -> Spent:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_error: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pushing_planning", description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--store", type=Path, required=True, help="a file that does not exist yet")
    parser.add_argument("--replan", action="store_true", help="also plan all anew, and print a quarter ahead")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(_measure(options.size, f"sqlite:///{options.store}", options.replan))))


async def _measure(size: int, url: str, replan: bool) -> dict[str, Any]:
    engine = open_engine(url)
    schema.upgrade(engine)
    turns, almanac = Turns(engine), Almanac(Policy(), Calendar)
    clock = RehearsalClock(NOW, real_now(), 0.0)
    await turns.run(lambda session: clock.set(session, NOW.astimezone(UTC), 0.0))
    calendar = await turns.read(lambda session: almanac.look(session, NOW))
    world = World(turns, clock, calendar, Understanding(Lexicon(), almanac.is_workday), Policy())
    scheduler = Scheduler(world, FLOWS, Sender(turns, clock, Nowhere()), almanac)
    try:
        found: dict[str, Any] = {"size": size, "memory_before": memory(os.getpid())[0]}
        found |= await _plan(turns, calendar, size)
        found |= await _idle(scheduler)
        if replan:
            found |= await _replan(turns, almanac, calendar) | _ahead(url)
        found["memory_most"] = memory(os.getpid())[1]
    finally:
        turns.close()
    return found


async def _plan(turns: Turns, calendar: WorkingDays, size: int) -> dict[str, Any]:
    with Spent() as spent:
        for first in range(0, size, BATCH):
            await turns.run(partial(_begin, calendar=calendar, first=first, beyond=min(size, first + BATCH)))
    waiting = await turns.read(
        lambda session: session.execute(select(func.count()).where(Due.state == "waiting")).scalar_one()
    )
    return {"plan_wall": spent.wall, "plan": spent.cpu, "waiting": waiting, "memory": memory(os.getpid())[0]}


def _begin(session: Session, calendar: WorkingDays, first: int, beyond: int) -> None:
    turn = turn_of(session, NOW, calendar)
    for at in range(first, beyond):
        due = FIRST + timedelta(days=at % DAYS)
        obligations.begin(turn, "rectification", f"WT-2026-{at:06d}", due, owner=f"U{at % 60}", source="S45")


async def _idle(scheduler: Scheduler) -> dict[str, Any]:
    """Knocks at which nothing is due; the middle one in milliseconds of the wall, and the CPU of one."""
    await scheduler.tick()
    walls = []
    with Spent() as spent:
        for _ in range(TICKS):
            began = time.perf_counter()
            await scheduler.tick()
            walls.append(time.perf_counter() - began)
    return {"tick_ms": statistics.median(walls) * 1000, "tick_cpu_ms": spent.cpu / TICKS * 1000}


async def _replan(turns: Turns, almanac: Almanac, calendar: WorkingDays) -> dict[str, Any]:
    """Once with the calendar as it was, once with a day more off."""
    found: dict[str, Any] = {}
    for name, change in (("same", False), ("changed", True)):
        if change:
            calendar = await turns.run(partial(_take_off, almanac=almanac))
        with Spent() as spent:
            moved = await turns.run(partial(_replan_all, calendar=calendar))
        found |= {f"replan_{name}": spent.cpu, f"replan_{name}_wall": spent.wall, f"moved_{name}": moved}
    return found


def _take_off(session: Session, almanac: Almanac) -> WorkingDays:
    calendar_days.bump(session)
    calendar_days.put(session, [calendar_days.Entry(DAY_OFF, workday=False, name="休息")], calendar_days.OWN)
    session.flush()
    return almanac.look(session, NOW)


def _replan_all(session: Session, calendar: WorkingDays) -> int:
    return obligations.replan_all(turn_of(session, NOW, calendar))


def _ahead(url: str) -> dict[str, Any]:
    """`run.py plan` for a quarter, start-up included, and nothing but the start-up for comparison."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JIANDU_")}
    environment |= {"JIANDU_STORE__URL": url, "JIANDU_LOG__LEVEL": "ERROR"}
    run = partial(subprocess.run, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    bare, _ = _child(lambda: run([sys.executable, "run.py", "plan", "--help"]))
    whole, done = _child(lambda: run([sys.executable, "run.py", "plan", "--from", QUARTER[0], "--to", QUARTER[1]]))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"ahead": whole - bare, "ahead_lines": done.stdout.count("\n"), "ahead_memory": most}


def _child(work: Callable[[], subprocess.CompletedProcess[str]]) -> tuple[float, subprocess.CompletedProcess[str]]:
    """The CPU seconds of a program that `work` runs to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


if __name__ == "__main__":
    main()
