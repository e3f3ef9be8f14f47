"""`make bench ARGS="stores"`: the same talks on SQLite, on PostgreSQL, and there with two replicas, in one run.

Every answer must be the one that was wanted, and every store is counted afterwards: a dedup row for each callback
that was answered, a finding for each number that was given out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text

from bench import group, outing
from bench.asking import blank
from bench.load import Run, Talk, closed_loop
from bench.platform import Platform
from bench.report import faults, figure, table
from bench.servers import ROOT, Cores, Served, Stable
from bench.talks import RECORDED, Script
from bench.wire import Post
from sandbox.settings import Settings

SERVER = "postgresql+psycopg://root@127.0.0.1/postgres"
PLENTY = 4000  # callbacks a second that nothing here answers
TARGETS = {"postgresql": ("sqlite", 0.7), "two replicas": ("postgresql", 1.6)}
WHAT = ("queries", "submissions")


@dataclass(slots=True)
class Site:
    """A store with the bots that serve it, and what came of the talks held with them."""

    name: str
    url: str
    bots: list[Served]
    owned: list[tuple[str, str]] = field(default_factory=list)
    phases: dict[str, list[Run]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    answered: int = 0
    told: int = 0

    def cpu_seconds(self) -> float:
        return sum(sum(bot.cpu_seconds()) for bot in self.bots)


class Stores:
    """All sites at once; their phases follow each other in alternating order, so that a busy minute hits them all."""

    def __init__(self, options: argparse.Namespace, folder: Path, cores: Cores) -> None:
        self._options, self._folder, self._cores = options, folder, cores
        settings = Settings()
        self._post = Post(settings)
        self._stable = Stable(folder, cores, settings)
        self._script = Script(self._post, group.write(settings.org, folder / "group"))
        self.sites: list[Site] = []
        self.faults: list[str] = []

    async def run(self) -> None:
        async with Platform() as platform:
            with ExitStack() as stack:
                try:
                    self._open(stack, platform.port)
                    for site in self.sites:
                        await self._warm_up(site)
                    for at in range(self._options.rounds):
                        for site in self.sites if at % 2 == 0 else reversed(self.sites):
                            for what in WHAT:
                                await self._measure(site, what)
                finally:
                    await asyncio.to_thread(self._stable.stop)
                self.faults += [fault for site in self.sites for fault in _counted(site)]

    def _open(self, stack: ExitStack, api: int) -> None:
        people = self._folder / "group"
        local = f"sqlite:///{self._folder}/store.db"
        self.sites.append(Site("sqlite", local, [self._stable.bot(api, people)]))
        for name in ("postgresql", "two replicas"):
            url = stack.enter_context(blank("postgresql", self._options.server))
            bots = [self._stable.bot(api, people, store=name, url=url)]
            if name == "two replicas":
                bots.append(self._stable.replica(api, url, store=name, core=self._second_core()))
            self.sites.append(Site(name, url, bots))

    def _second_core(self) -> int | None:
        """A core that neither the first replica nor, where there are enough, the load has."""
        if self._cores.server is None:
            return None
        free = sorted(os.sched_getaffinity(os.getppid()) - {self._cores.server, self._cores.load})
        return free[0] if free else self._cores.load

    async def _warm_up(self, site: Site) -> None:
        talks = self._script.submissions(self._options.people * 4)
        run = await self._hold(site, talks, 60.0)
        if faults := run.faults(self._post):
            raise RuntimeError(f"{site.name} does not follow the script: {faults[:3]}")
        site.owned = self._script.recorded(run)
        await self._hold(site, self._script.queries(64, site.owned), 20.0)

    async def _measure(self, site: Site, what: str) -> None:
        seconds = self._options.seconds
        if what == "queries":
            talks = self._script.queries(int(seconds * PLENTY), site.owned)
        else:
            talks = self._script.submissions(int(seconds * PLENTY / 8))
        before = site.cpu_seconds()
        run = await self._hold(site, talks, seconds)
        site.cpu[what] = site.cpu.get(what, 0.0) + site.cpu_seconds() - before
        site.phases.setdefault(what, []).append(run)
        self.faults += [f"{site.name}, {what}: {fault}" for fault in run.faults(self._post)[:5]]

    async def _hold(self, site: Site, talks: Sequence[Talk], seconds: float) -> Run:
        """A person keeps to one replica, as a balancer that goes by address would have it."""
        share, people = iter(talks), self._options.people // len(site.bots)
        parts = await asyncio.gather(
            *(closed_loop(bot.port, share, people=people, seconds=seconds) for bot in site.bots)
        )
        run = Run(seconds=max(part.seconds for part in parts))
        for part in parts:
            run.latencies += part.latencies
            run.heard += part.heard
            run.talks, run.lost = run.talks + part.talks, run.lost + part.lost
        site.answered += run.answered
        site.told += sum(1 for callback, _, _ in run.heard if callback.wanted is RECORDED)
        return run


def _counted(site: Site) -> list[str]:
    engine = create_engine(site.url)
    with engine.connect() as connection:
        seen, rows = (connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in ("seen", "findings"))
    engine.dispose()
    faults = []
    if seen != site.answered:
        faults.append(f"{site.name}: {site.answered} callbacks were answered, {seen} are in the store")
    if rows != site.told:
        faults.append(f"{site.name}: {site.told} numbers were given out, {rows} are in the store")
    return faults


def page(stores: Stores, load: tuple[float, float]) -> str:
    """Ratios round by round, and what each answer cost."""
    sites = {site.name: site for site in stores.sites}
    rows = []
    for what in WHAT:
        for name, site in sites.items():
            against, target = TARGETS.get(name, ("", 0.0))
            ratio = ""
            if against:
                pairs = zip(site.phases[what], sites[against].phases[what], strict=True)
                middle = statistics.median(one.per_second / other.per_second for one, other in pairs)
                ratio = f"{middle:.2f} × {against} (≥ {target}: {'met' if middle >= target else '**missed**'})"
            runs = site.phases[what]
            cpu = site.cpu[what] / (sum(run.answered for run in runs) or 1) * 1000
            rows.append([
                what, name, _middle(runs, lambda run: run.per_second), ratio,
                _middle(runs, lambda run: run.percentile(0.5)), _middle(runs, lambda run: run.percentile(0.99)),
                f"{cpu:.2f}",
            ])  # fmt: skip
    head = ["", "store", "answered/s", "ratio", "p50 ms", "p99 ms", "CPU ms an answer"]
    words = f"# Stores and replicas\n\n{os.cpu_count()} cores, load average {load[0]:.2f} before, {load[1]:.2f} after."
    return f"{words}\n\n{table(head, rows)}{faults(stores.faults)}\n"


def _middle(runs: Sequence[Run], value: Callable[[Run], float]) -> str:
    return figure(statistics.median(value(run) for run in runs))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench stores", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measured phase")
    parser.add_argument("--people", type=int, default=32, help="who talk at once")
    parser.add_argument("--server", default=SERVER, help="where a database may be made and dropped")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out")
    return outing.go("stores", parser.parse_args(arguments), Stores, page)
