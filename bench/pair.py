"""`make bench ARGS="pair OTHER"`: this checkout's bot beside that of another folder, phase by phase in turn.

Machines are shared and waver by a third within minutes, so what a change brought is read off short phases that follow
each other: both bots serve from one core, an SQLite file each. OTHER is a checkout with a `.venv` of its own or ours
(`git worktree add OTHER COMMIT`, `ln -s $PWD/.venv OTHER/.venv`).
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import group, outing
from bench.load import Run, Talk, closed_loop, open_loop
from bench.platform import Platform
from bench.report import faults, table
from bench.rounds import PLENTY
from bench.servers import ROOT, Cores, Served, Stable
from bench.talks import Script
from bench.wire import Post
from sandbox.settings import Settings

WHAT = ("queries", "submissions", "queries at the rate")


@dataclass(slots=True)
class Side:
    """One checkout's bot. phases: by what was asked, each with the CPU seconds of its event loop and of its threads."""

    name: str
    stable: Stable
    bot: Served
    owned: list[tuple[str, str]] = field(default_factory=list)
    phases: dict[str, list[tuple[Run, float, float]]] = field(default_factory=dict)


class Pair:
    """The other checkout's bot and ours; which of them begins changes from round to round."""

    def __init__(self, options: argparse.Namespace, folder: Path, cores: Cores) -> None:
        self._options, self._folder, self._cores = options, folder, cores
        self._settings = Settings()
        self._post = Post(self._settings)
        self._script = Script(self._post, group.write(self._settings.org, folder / "group"))
        self.sides: list[Side] = []
        self.faults: list[str] = []

    async def run(self) -> None:
        async with Platform() as platform:
            try:
                for name, root in (("other", self._options.other), ("this", ROOT)):
                    await self._open(name, root.resolve(), platform.port)
                for at in range(self._options.rounds):
                    for what in WHAT:
                        for side in self.sides if at % 2 else reversed(self.sides):
                            await self._measure(side, what)
            finally:
                for side in self.sides:
                    await asyncio.to_thread(side.stable.stop)

    async def _open(self, name: str, root: Path, api: int) -> None:
        stable = Stable(self._folder / name, self._cores, self._settings, root)
        side = Side(name, stable, stable.bot(api, self._folder / "group"))
        self.sides.append(side)
        people = self._options.people
        run = await closed_loop(side.bot.port, iter(self._script.submissions(people * 4)), people=people, seconds=60)
        if wrong := run.faults(self._post):
            raise RuntimeError(f"{name} does not follow the script: {wrong[:3]}")
        side.owned = self._script.recorded(run)

    async def _measure(self, side: Side, what: str) -> None:
        loop, threads = side.bot.cpu_seconds()
        run = await self._phase(side, what)
        loop_after, threads_after = side.bot.cpu_seconds()
        side.phases.setdefault(what, []).append((run, loop_after - loop, threads_after - threads))
        self.faults += [f"{side.name}, {what}: {fault}" for fault in run.faults(self._post)[:5]]

    async def _phase(self, side: Side, what: str) -> Run:
        seconds, people, rate = self._options.seconds, self._options.people, self._options.rate
        if what == "queries at the rate":
            talks = self._script.queries(int(seconds * rate) + 1, side.owned)
            return await open_loop(side.bot.port, iter(talks), rate=rate, seconds=seconds)
        talks = self._talks(side, what, seconds)
        return await closed_loop(side.bot.port, iter(talks), people=people, seconds=seconds)

    def _talks(self, side: Side, what: str, seconds: float) -> list[Talk]:
        if what == "queries":
            return self._script.queries(int(seconds * PLENTY), side.owned)
        return self._script.submissions(int(seconds * PLENTY / 8))


def page(pair: Pair, load: tuple[float, float]) -> str:
    """Ours over the other's, the median of all pairs of phases with the lowest and the highest."""
    other, this = (side.phases for side in pair.sides)
    rows = [
        [what, *(_ratio(other[what], this[what], measure) for measure in range(4))] for what in WHAT if what in this
    ]
    head = ["this / other", "CPU, event loop", "CPU, threads", "answered/s", "p99"]
    words = f"# Two checkouts\n\nLoad average {load[0]:.2f} before, {load[1]:.2f} after."
    return f"{words}\n\n{table(head, rows)}{faults(pair.faults)}\n"


def _ratio(other: Sequence[tuple[Run, float, float]], this: Sequence[tuple[Run, float, float]], measure: int) -> str:
    pairs = [(_measures(*one)[measure], _measures(*two)[measure]) for one, two in zip(other, this, strict=True)]
    found = sorted(two / one for one, two in pairs if one)
    return f"{statistics.median(found):.2f} [{found[0]:.2f}–{found[-1]:.2f}]" if found else ""


def _measures(run: Run, loop: float, threads: float) -> tuple[float, float, float, float]:
    answered = run.answered or 1
    return loop / answered, threads / answered, run.per_second, run.percentile(0.99)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench pair", description=__doc__)
    parser.add_argument("other", type=Path, help="the other checkout")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each phase")
    parser.add_argument("--people", type=int, default=32, help="who talk at once")
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second in the open loop")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out")
    return outing.go("pair", parser.parse_args(arguments), Pair, page)
