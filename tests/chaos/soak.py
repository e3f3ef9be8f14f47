"""`make soak`: hundreds of people for half an hour while faults come and go; nothing lost, nothing twice, no growth.

Bot 0 is killed now and then; bot 1 lives from the beginning to the end, and is the one that must not grow.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.servers import memory
from tests.chaos import disk
from tests.chaos.faults import Broken, possible
from tests.chaos.judge import Judge
from tests.chaos.people import Crowd
from tests.chaos.rounds import OWED_WITHIN, keep_logs, say, settle, whole
from tests.chaos.site import Site

PEOPLE = 120
DEEDS = 0.4  # a second: each is a card to the office, and WeCom lets us send it 28 a minute
EVERY = (15.0, 45.0)  # seconds between two faults
HOLD = (0.5, 5.0)
SAMPLE_SECONDS = 10.0
WARM = 0.2  # of the time, in which caches fill
TABLES = ("seen", "conversations", "leases", "sends", "brakes", "failures", "dues", "pushes", "outbox")
MOST_GROWTH = {"memory_mib": 1.15, "files": 1.5}  # last against first, as a ratio
# The main one, and each pool full: a pool makes its threads as they are first needed, some of them after minutes.
MOST_THREADS = 1 + 2 + 4 + 1 + 1 + min(32, (os.cpu_count() or 1) + 4)  # readers, writers, pictures, receipts, asyncio's


@dataclass(slots=True)
class Sample:
    """Of bot 1, and of the store."""

    seconds: float
    said: int
    memory_mib: float
    files: int
    threads: int
    rows: dict[str, int]
    store_mib: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=50, help="messages a second")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--logs", type=Path, help="where the logs go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        return 1 if whole(run(Path(folder), options)) else 0


async def run(folder: Path, options: argparse.Namespace) -> int:
    """How many faults were found."""
    site = Site(folder / "site", "postgresql", 2, disk=disk.possible())
    samples: list[Sample] = []
    broken: Counter[str] = Counter()
    found: list[str] = []
    try:
        await site.open()
        async with Crowd(site, options.seed, pace=options.rate, deeds=DEEDS) as crowd:
            judge, over, began = Judge(site, crowd.book), asyncio.Event(), time.monotonic()
            sampling = asyncio.create_task(_sample(site, crowd, samples, over))
            talking = asyncio.create_task(crowd.talk(PEOPLE, over))
            await _break_and_mend(site, random.Random(options.seed), began + options.minutes * 60, broken)
            over.set()
            await asyncio.gather(talking, sampling)
            seconds = time.monotonic() - began
            waited, still = await settle(judge, OWED_WITHIN)
            found += still or await asyncio.to_thread(judge.faults)
            found += _growth(samples)
            say(f"faults: {dict(sorted(broken.items()))}; nothing was owed {waited:.1f} s after the end")
            _tell(crowd, judge, samples, seconds)
    finally:
        found += await site.end()
        keep_logs(folder / "site", options.logs, "soak")
    for fault in found:
        say(f"FAULT {fault}")
    return len(found)


@asynccontextmanager
async def _first_killed(site: Site, _dice: random.Random) -> AsyncIterator[Broken]:
    await asyncio.to_thread(site.bots[0].kill)
    yield Broken("bot 0 killed", (0,))
    site.start_one(0)


async def _break_and_mend(site: Site, dice: random.Random, until: float, broken: Counter[str]) -> None:
    """One fault after the other, each mended before the next; the last minute is calm."""
    faults = possible(site) | {"kill": _first_killed}
    while time.monotonic() < until:
        await asyncio.sleep(min(dice.uniform(*EVERY), max(0.0, until - time.monotonic())))
        if until - time.monotonic() < 60:
            continue
        name = dice.choice(sorted(faults))
        async with faults[name](site, dice):
            await asyncio.sleep(dice.uniform(*HOLD))
        await asyncio.gather(*(site.back(at) for at in range(len(site.bots))))
        broken[name] += 1


async def _sample(site: Site, crowd: Crowd, samples: list[Sample], over: asyncio.Event) -> None:
    began = time.monotonic()
    while not over.is_set():
        await asyncio.sleep(SAMPLE_SECONDS)
        try:
            rows, size = await asyncio.to_thread(_rows, site)
        except Exception:  # the store is being broken just now
            continue
        pid = site.bots[1].pid
        samples.append(Sample(
            time.monotonic() - began, sum(crowd.book.heard.values()), memory(pid)[0],
            len(list(Path(f"/proc/{pid}/fd").iterdir())), len(list(Path(f"/proc/{pid}/task").iterdir())), rows, size,
        ))  # fmt: skip
        if len(samples) % 6 == 0:
            say(f"{samples[-1].seconds:5.0f} s: {samples[-1].said} said, {samples[-1].memory_mib:.0f} MiB")


def _rows(site: Site) -> tuple[dict[str, int], float]:
    counts = {table: int(site.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]) for table in TABLES}
    counts["owed"] = int(site.rows("SELECT count(*) AS n FROM outbox WHERE state = 'due'")[0]["n"])
    size = site.rows("SELECT pg_database_size(current_database()) AS n")[0]["n"]
    return counts, int(size) / 1024 / 1024


def _thirds(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """After the warming up: the first third of what is left, and the last."""
    warm = [one for one in samples if one.seconds >= WARM * samples[-1].seconds]
    third = max(1, len(warm) // 3)
    return warm[:third], warm[-third:]


def _growth(samples: list[Sample]) -> list[str]:
    first, last = _thirds(samples)
    faults = []
    for name, most in MOST_GROWTH.items():
        before, after = (statistics.median(getattr(one, name) for one in part) for part in (first, last))
        if after > before * most:
            faults.append(f"bot 1 grew: {name} from {before:.0f} to {after:.0f}")
    if (most := max(one.threads for one in samples)) > MOST_THREADS:
        faults.append(f"bot 1 has {most} threads, its pools {MOST_THREADS}")
    return faults


def _tell(crowd: Crowd, judge: Judge, samples: list[Sample], seconds: float) -> None:
    book, (first, last) = crowd.book, _thirds(samples)
    said = sum(book.heard.values())
    ranked = sorted(book.latencies)
    say(f"{said} messages in {seconds:.0f} s: {said / seconds:.1f} a second; heard {dict(book.heard)}")
    say(f"deliveries by status (0: no answer): {dict(sorted(book.attempts.items()))}")
    half, most = ranked[len(ranked) // 2], ranked[len(ranked) * 99 // 100]
    say(f"answered at the first attempt: p50 {half:.0f} ms, p99 {most:.0f} ms")
    say(f"findings told {len(book.recorded)}, progress {len(book.reported)}, in doubt {len(book.doubtful)}")
    say(f"calls repeated to WeCom {judge.repeats}; waits for its 28 a minute: {judge.owed_to_the_busy()} messages")
    for name in ("memory_mib", "files", "threads", "store_mib"):
        before, after = (statistics.median(getattr(one, name) for one in part) for part in (first, last))
        say(f"{name:14} {before:8.1f} -> {after:8.1f}")
    for table in first[0].rows:
        before, after = (statistics.median(one.rows[table] for one in part) for part in (first, last))
        say(f"rows {table:14} {before:8.0f} -> {after:8.0f}")


if __name__ == "__main__":
    sys.exit(main())
