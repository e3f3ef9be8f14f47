"""One run: all servers up, the phases in alternating order round by round, and what the store holds at the end."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench import group
from bench.load import Run, Talk, closed_loop, open_loop
from bench.platform import Platform
from bench.servers import Cores, Served, Stable
from bench.talks import RECORDED, Script, endless
from bench.wire import Post
from sandbox.settings import Settings

PLENTY = 4000  # callbacks a second that no server here answers with anything worth storing


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard. seconds: of a closed phase on the bot; the others follow from it."""

    rounds: int = 3
    seconds: float = 4.0
    people: int = 32
    rate: float = 200.0
    talks_most: int = 4000


@dataclass(slots=True)
class Findings:
    """What a run found: the phases by name, one `Run` a round; and the store's own count of it all."""

    plan: Plan
    phases: dict[str, list[Run]] = field(default_factory=dict)
    delivered: dict[str, list[int]] = field(default_factory=dict)
    cpu: dict[str, tuple[float, float]] = field(default_factory=dict)  # see Served.cpu_seconds
    faults: list[str] = field(default_factory=list)
    callbacks: int = 0
    submitted: int = 0
    seen: int = 0
    recorded: int = 0
    owed: dict[str, int] = field(default_factory=dict)


class Race:
    """The bot and the baselines beside each other. Enter it, `run` it, leave it."""

    def __init__(self, plan: Plan, folder: Path, cores: Cores) -> None:
        self._settings = Settings()
        self._plan, self._folder = plan, folder
        self._post = Post(self._settings)
        self._stable = Stable(folder, cores, self._settings)
        self._people = group.write(self._settings.org, folder / "group")
        self._script = Script(self._post, self._people)
        self._found = Findings(plan)

    async def run(self) -> Findings:
        async with Platform() as platform:
            try:
                await self._run(platform)
            finally:
                await asyncio.to_thread(self._stable.stop)  # the loop goes on answering the bot's last calls
        return self._found

    async def profile(self, what: str) -> tuple[Path, int]:
        """A round of its own under cProfile, `what` being "queries" or "submissions": (statistics, callbacks)."""
        statistics = self._folder / f"profile-{what}"
        async with Platform() as platform:
            try:
                self._bot = self._stable.bot(platform.port, self._folder / "group", profile=statistics)
                self._owned = await self._warm_up()
                self._bot.process.send_signal(signal.SIGUSR1)
                run = await (self._closed_queries() if what == "queries" else self._closed_submissions())
            finally:
                await asyncio.to_thread(self._stable.stop)  # the loop goes on answering the bot's last calls
        return statistics, run.answered

    async def _run(self, platform: Platform) -> None:
        self._platform = platform
        self._bot = self._stable.bot(platform.port, self._folder / "group")
        self._flask, self._threads = self._stable.flask(), self._stable.flask(threads=4)
        self._aiohttp = self._stable.aiohttp()
        self._echoes = self._script.echoes(512)
        self._owned = await self._warm_up()
        phases = self._phases()
        for at in range(self._plan.rounds):
            for name, phase in phases if at % 2 == 0 else reversed(phases):
                await self._measure(name, phase)
        await asyncio.to_thread(self._stable.release, self._bot)
        self._look_into_the_store()

    def _phases(self) -> list[tuple[str, Callable[[], Awaitable[Run]]]]:
        plan = self._plan
        short = plan.seconds / 2
        return [
            ("flask closed", lambda: self._echo(self._flask, short)),
            ("flask-threads closed", lambda: self._echo(self._threads, short)),
            ("aiohttp closed", lambda: self._echo(self._aiohttp, short)),
            ("queries closed", self._closed_queries),
            ("lists closed", lambda: self._closed(self._script.lists(int(short * PLENTY / 4)), short)),
            ("submissions closed", self._closed_submissions),
            ("flask open", lambda: self._echo(self._flask, short, plan.rate)),
            ("queries open", lambda: self._open(self._queries(plan.seconds * plan.rate * 1.1))),
            ("submissions open", lambda: self._open(self._submissions(plan.seconds * plan.rate / 2))),
        ]

    async def _measure(self, name: str, phase: Callable[[], Awaitable[Run]]) -> None:
        others = {"flask": self._flask, "flask-threads": self._threads, "aiohttp": self._aiohttp}
        served = others.get(name.split()[0], self._bot)
        delivered, (loop, store) = self._platform.delivered, served.cpu_seconds()
        run = await phase()
        self._found.phases.setdefault(name, []).append(run)
        self._found.delivered.setdefault(name, []).append(self._platform.delivered - delivered)
        (loop_after, store_after), (loops, stores) = served.cpu_seconds(), self._found.cpu.get(name, (0.0, 0.0))
        self._found.cpu[name] = (loops + loop_after - loop, stores + store_after - store)
        self._found.faults += [f"{name}: {fault}" for fault in run.faults(self._post)[:5]]

    async def _warm_up(self) -> list[tuple[str, str]]:
        """The first submissions, whose numbers the queries then ask for; (person, number) of each."""
        await self._wake()
        talks = self._submissions(self._plan.people * 4)
        run = self._count(await closed_loop(self._bot.port, iter(talks), people=self._plan.people, seconds=60))
        if faults := run.faults(self._post):
            raise RuntimeError(f"the bot does not follow the script: {faults[:3]}")
        owned = self._script.recorded(run)
        self._count(await closed_loop(self._bot.port, iter(self._script.queries(64, owned)), people=8, seconds=20))
        return owned

    async def _wake(self) -> None:
        """Until an answer comes in time: what a bot under cProfile loads at its start takes longer than WeCom waits."""
        for _ in range(10):
            run = self._count(await closed_loop(self._bot.port, iter(self._script.lists(1)), people=1, seconds=20))
            if any(self._post.read(body) for _, status, body in run.heard if status == 200):
                return
        raise RuntimeError("the bot answers nobody in time")

    def _queries(self, count: float) -> list[Talk]:
        return self._script.queries(int(count) + 1, self._owned)

    def _submissions(self, count: float) -> list[Talk]:
        return self._script.submissions(min(int(count) + 1, self._plan.talks_most))

    async def _closed_queries(self) -> Run:
        return await self._closed(self._queries(self._plan.seconds * PLENTY), self._plan.seconds)

    async def _closed_submissions(self) -> Run:
        return await self._closed(self._submissions(self._plan.seconds * PLENTY / 4), self._plan.seconds)

    async def _closed(self, talks: list[Talk], seconds: float) -> Run:
        people = self._plan.people
        return self._count(await closed_loop(self._bot.port, iter(talks), people=people, seconds=seconds))

    async def _open(self, talks: list[Talk]) -> Run:
        plan = self._plan
        return self._count(await open_loop(self._bot.port, iter(talks), rate=plan.rate, seconds=plan.seconds))

    async def _echo(self, served: Served, seconds: float, rate: float = 0.0) -> Run:
        talks = endless(self._echoes)
        if rate:
            return await open_loop(served.port, talks, rate=rate, seconds=seconds)
        return await closed_loop(served.port, talks, people=self._plan.people, seconds=seconds)

    def _count(self, run: Run) -> Run:
        self._found.callbacks += run.answered
        self._found.submitted += sum(1 for callback, _, _ in run.heard if callback.wanted is RECORDED)
        return run

    def _look_into_the_store(self) -> None:
        found = self._found
        with closing(sqlite3.connect(self._folder / "store.db")) as store:
            found.seen = store.execute("SELECT count(*) FROM seen").fetchone()[0]
            found.recorded = store.execute("SELECT count(*) FROM findings").fetchone()[0]
            found.owed = dict(store.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
        if found.seen != found.callbacks:
            found.faults.append(f"{found.callbacks} callbacks were answered, {found.seen} are in the store")
        if found.recorded != found.submitted:
            found.faults.append(f"{found.submitted} numbers were given out, {found.recorded} are in the store")
