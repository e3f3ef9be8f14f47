"""`make bench ARGS="growth"`: how soon a bot is ready, and what it keeps in memory over many turns."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from bench import group, outing
from bench.load import Run, closed_loop
from bench.platform import Platform
from bench.report import faults, figure, table
from bench.servers import ROOT, Cores, Served, Stable
from bench.talks import Script
from bench.wire import Post
from sandbox.settings import Settings

READY_SECONDS, MOST_MIB = 1.5, 150.0  # the targets
SETTLED_SECONDS = 3.0  # after the first answer: dictionary and rules are loaded beside the first turns
STEPS = 10
AT_ONCE = 4000  # callbacks that are sealed before they are sent


class Growth:
    """One bot after another for the start; the last one then hears queries and submissions in turn."""

    def __init__(self, options: argparse.Namespace, folder: Path, cores: Cores) -> None:
        self._options = options
        settings = Settings()
        self._post = Post(settings)
        self._stable = Stable(folder, cores, settings)
        self._people = folder / "group"
        self._script = Script(self._post, group.write(settings.org, self._people))
        self._owned: list[tuple[str, str]] = []
        self.starts: list[float] = []
        self.cpu: list[float] = []
        self.memory: list[tuple[int, float, float]] = []  # turns so far; MiB now, and at the most
        self.faults: list[str] = []
        self.rate = 0.0

    async def run(self) -> None:
        async with Platform() as platform:
            try:
                for at in range(self._options.starts):
                    bot = self._stable.bot(platform.port, self._people, store=f"store{at}")
                    self.starts.append(bot.ready_after)
                    self.cpu.append(sum(bot.cpu_seconds()))
                    if at + 1 < self._options.starts:
                        await asyncio.to_thread(self._stable.release, bot)
                await self._live(bot)
            finally:
                await asyncio.to_thread(self._stable.stop)

    async def _live(self, bot: Served) -> None:
        self._learn(await closed_loop(bot.port, iter(self._script.submissions(64)), people=32, seconds=60.0))
        await asyncio.sleep(SETTLED_SECONDS)
        done, began = 0, time.perf_counter()
        self.memory.append((0, *bot.memory()))
        while done < self._options.turns:
            wanted = min(AT_ONCE, self._options.turns // STEPS)
            talks = self._script.queries(wanted // 2, self._owned) + self._script.submissions(wanted // 5)
            run = await closed_loop(bot.port, iter(talks), people=32, seconds=600.0)
            self._learn(run)
            done += run.answered
            if done >= len(self.memory) * self._options.turns / STEPS:
                self.memory.append((done, *bot.memory()))
        self.rate = done / (time.perf_counter() - began)

    def _learn(self, run: Run) -> None:
        self.faults += run.faults(self._post)[:5]
        self._owned += self._script.recorded(run)


def page(growth: Growth, load: tuple[float, float]) -> str:
    """The starts, and the memory step by step."""
    start, cpu = statistics.median(growth.starts), statistics.median(growth.cpu)
    most = max(peak for _, _, peak in growth.memory)
    rows = [[f"{turns}", f"{now:.0f}", f"{peak:.0f}"] for turns, now, peak in growth.memory]
    verdict = ["met" if one else "**missed**" for one in (start <= READY_SECONDS, most <= MOST_MIB)]
    return (
        f"# Start and growth\n\nLoad average {load[0]:.2f} before, {load[1]:.2f} after.\n\n"
        f"Ready after {start:.2f} s, {cpu:.2f} s of CPU (≤ {READY_SECONDS} s: {verdict[0]}). "
        f"{growth.memory[-1][0]} turns at {figure(growth.rate)}/s; at the most {most:.0f} MiB "
        f"(≤ {MOST_MIB:.0f}: {verdict[1]}).\n\n"
        + table(["turns", "MiB resident", "at the most"], rows)
        + faults(growth.faults)
        + "\n"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out")
    return outing.go("growth", parser.parse_args(arguments), Growth, page)
