"""The whole program as it stands in a machine room: a store, bots, the stand-in WeCom, and lines between them."""

from __future__ import annotations

import asyncio
import json
import shutil
import struct
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bench import group
from bot.almanac import Almanac
from bot.config import Policy
from bot.flow import Lexicon, Turn
from handlers.rules.calendar import Calendar
from storage import calendar_days, schema
from storage.database import open_engine
from storage.people import Actor
from tests.chaos.cluster import CLUSTERS, Cluster
from tests.chaos.disk import Disk
from tests.chaos.lines import Line
from tests.e2e import month
from tests.e2e.processes import ROOT, Process, free_port
from tests.e2e.rig import Rig, Row
from tests.flows.harness import CHINA
from tests.year import driver
from tests.year.story import Event

START = datetime(2026, 12, 21, 10, 0, tzinfo=CHINA)  # a Monday; the business clock runs on from here at its own rate
MINUTES = 90  # until noon's quiet hours reminders fall due, some in each minute
EACH_MINUTE = 3
FIRST = 7000  # the seeded findings' numbers are out of the way of those that are reported
LADDER = tuple(f"m{at} -{at}d {10 + at // 60}:{at % 60:02} resp single" for at in range(1, MINUTES))
LADDERS = {"rectification": list(LADDER)}
DISK_MB = 300
READY_SECONDS = 60.0
SHIM = Path(__file__).with_name("shifted.c")


class Site(Rig):
    """`start` it, break it, `close` it. kind: postgresql or mariadb with several bots, or sqlite with one.

    planted: the name of a fault of the program's own (tests/chaos/planted.py), to see it found.
    """

    def __init__(self, folder: Path, kind: str, bots: int, *, disk: bool, planted: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.kind = kind
        org = folder / "org"
        org.mkdir()
        self.people = group.write(month.write_group(_made(folder / "companies")), org)
        super().__init__(folder, clock=START.isoformat(), rate=1.0, org=org, log_level="INFO")
        self._planted = planted
        self.late_until = 0.0  # until then things may be late, because a clock was set
        data = folder / "data"
        self.disk = Disk(folder / "disk.img", data, DISK_MB) if disk else None
        data.mkdir(exist_ok=True)
        for above in (data, *data.parents):  # the server's own account must get there
            if above.is_relative_to("/tmp") and above != Path("/tmp"):
                above.chmod(0o755)
        self.cluster: Cluster | None = None
        if kind in CLUSTERS:
            self.cluster = CLUSTERS[kind](data / "cluster", _readable(folder / "cluster.log"))
        self.store = data / "store.db"
        self.ports = [free_port() for _ in range(bots)]
        self.bots = [Process(folder / f"bot{at}.log") for at in range(bots)]
        self.front = Line(*self.ports)  # the platform's way to us
        self.platform_lines = [Line(self.page_port) for _ in range(bots)]  # our ways to the platform
        self.store_lines = [Line(self.cluster.port) for _ in range(bots)] if self.cluster else []
        self.shim = _compiled(folder)
        self.shifts = [folder / f"clock{at}" for at in range(bots)]
        self.rows_of: Engine = create_engine(self.url, poolclass=NullPool)

    @property
    def url(self) -> str:
        return self.cluster.url() if self.cluster else f"sqlite:///{self.store}"

    # -- processes ---------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Everything runs, and every bot is ready."""
        await asyncio.to_thread(self._prepare_store)
        for line in (self.front, *self.platform_lines, *self.store_lines):
            await line.start()
        command = ["-m", "sandbox", "--port", str(self.page_port), "--org", str(self.org)]
        callback = f"http://127.0.0.1:{self.front.port}/wecom/callback"
        clock = f"http://127.0.0.1:{self.ports[0]}/rehearsal/clock"
        self.sandbox.start([*command, "--callback", callback, "--clock-url", clock], {})
        self.sandbox.wait_ready(self.page_port, "/api/state")
        for at in range(len(self.bots)):
            self.start_one(at)
        for at in range(len(self.bots)):
            await self.back(at)

    def start_one(self, at: int) -> None:
        environment = self.environment | {"JIANDU_POLICY__LADDERS": json.dumps(LADDERS)}
        environment |= {"JIANDU_POLICY__SINGLES_A_DAY": "999"}
        environment["JIANDU_WECOM__API_BASE"] = f"http://127.0.0.1:{self.platform_lines[at].port}"
        environment["JIANDU_STORE__URL"] = self.cluster.url(self.store_lines[at].port) if self.cluster else self.url
        for name, file in (("FILE", "anonymous.db"), ("PEPPER_FILE", "pepper"), ("DESK_KEY_FILE", "desk-key")):
            where = self.store.parent if self.kind == "sqlite" and name == "FILE" else self.folder
            environment[f"JIANDU_ANONYMITY__{name}"] = str(where / file)
        self.shift(at, 0)
        if self.shim is not None:
            environment |= {"LD_PRELOAD": str(self.shim), "SHIFTED_CLOCK": str(self.shifts[at])}
        run = ["-m", "tests.chaos.planted", self._planted] if self._planted else [str(ROOT / "run.py")]
        serve = ["serve", "--host", "127.0.0.1", "--port", str(self.ports[at])]
        self.bots[at].start([*run, *serve, "--clock", self.clock, "--clock-rate", "1"], environment)

    async def back(self, at: int, seconds: float = READY_SECONDS) -> float:
        """Until the bot says that it is ready; how long that took."""
        began = time.monotonic()
        while await asyncio.to_thread(self.readyz, at) != 200:
            if not self.bots[at].alive:
                raise AssertionError(f"bot {at} ended:\n{self.bots[at].tail()}")
            if time.monotonic() - began > seconds:
                raise AssertionError(f"bot {at} is not ready after {seconds:.0f} s:\n{self.bots[at].tail()}")
            await asyncio.sleep(0.1)
        return time.monotonic() - began

    def readyz(self, at: int) -> int:
        """The probe's status; 0 when no answer came."""
        try:
            return self.call(self.ports[at], "GET", "/readyz", timeout=4)[0]
        except OSError:
            return 0
        except Exception:  # half an answer of a process that was killed
            return 0

    async def end(self) -> list[str]:
        """End everything; what is wrong with how it ended, or with the logs."""
        faults = []
        for bot in self.bots:
            if bot.alive and (code := await asyncio.to_thread(bot.stop)) != 0:
                faults.append(f"a bot did not stop cleanly: {code}")
        for process in (*self.bots, self.sandbox):
            process.kill()
        for line in (self.front, *self.platform_lines, *self.store_lines):
            await line.close()
        self.rows_of.dispose()
        if self.cluster is not None:
            self.cluster.stop()
        if self.disk is not None:
            self.disk.close()
        for bot in self.bots:
            log = bot.log.read_text(encoding="utf-8", errors="replace")
            if "Traceback" in log:
                faults.append(f"a traceback in the log:\n{log[log.index('Traceback') :][:2000]}")
        return faults

    def shift(self, at: int, seconds: int) -> None:
        """Set the wall clock of one bot."""
        with self.shifts[at].open("r+b" if self.shifts[at].exists() else "wb") as file:
            file.write(struct.pack("q", seconds))

    # -- the store ---------------------------------------------------------------------------------------------------

    def _prepare_store(self) -> None:
        if self.cluster is not None:
            self.cluster.start()
        engine = open_engine(self.url)
        schema.upgrade(engine)
        month.people_in(engine, self.org)
        _owe_reminders(engine)
        engine.dispose()

    def rows(self, query: str, **values: object) -> list[Row]:
        with self.rows_of.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def business_now(self) -> datetime:
        """As the store's anchor has it, aware UTC."""
        (row,) = self.rows("SELECT business_at, real_at, rate FROM anchor")
        business, real = (_aware(row[name]) for name in ("business_at", "real_at"))
        return business + (datetime.now(UTC) - real) * float(row["rate"])


def _aware(moment: Any) -> datetime:
    found = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def reminded_at() -> Mapping[str, datetime]:
    """The moment of each seeded finding's one reminder of this day, without the person's own minutes."""
    serials = range(EACH_MINUTE * (MINUTES - 1))
    return {f"WT-2026-{FIRST + at}": START + timedelta(minutes=_minute(at)) for at in serials}


def responsible(matter: str) -> str:
    return f"{_company(int(matter[-4:]) - FIRST).lower()}l"


def _minute(at: int) -> int:
    return 1 + at // EACH_MINUTE


def _company(at: int) -> str:
    return month.COMPANIES[at % len(month.COMPANIES)]


def _owe_reminders(engine: Engine) -> None:
    """Assigned findings. Each falls due as many days from now as the minute of the ladder that is to speak today."""
    began = START - timedelta(hours=2)
    policy = Policy(ladders=LADDERS)
    with engine.begin() as connection, Session(bind=connection) as session:
        calendar_days.maintain(session, START.year + 1)
        days = Almanac(policy, Calendar).look(session, began)
        turn = Turn(session, Actor("hx_ban", "李敏"), began.astimezone(UTC), days, policy, Lexicon())
        for serial, matter in enumerate(reminded_at()):
            due: date = START.date() + timedelta(days=_minute(serial))
            code = _company(serial)
            event = Event(began, "assign", matter, by="hx_ban", due=due, unit=code, person=f"{code.lower()}l",
                          source="HX-CW", submitter="hx_caiwu")  # fmt: skip
            driver.assign(turn, event)
        session.flush()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _readable(log: Path) -> Path:
    log.touch()
    return log


def _compiled(folder: Path) -> Path | None:
    """The library that sets one process's wall clock; None without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    library = folder / "shifted.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SHIM), "-ldl"], check=True)
    return library
