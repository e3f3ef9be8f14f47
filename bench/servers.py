"""Starts the servers on one core and lets the load have the other; stops them by their own process ids."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.wire import PATH
from sandbox.settings import Settings
from tests.e2e.processes import free_port

ROOT = Path(__file__).resolve().parents[1]
START = "2026-11-23T10:00:00+08:00"  # a working hour, so that quiet hours hold nothing back on any day of the year
READY_WITHIN = 120.0  # a bot that first plans the quarter of some thousand units takes its time
TICKS = os.sysconf("SC_CLK_TCK")
NOBODY = "http://127.0.0.1:9/wecom/callback"


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core serves and which one loads; None where the system cannot pin."""

    server: int | None
    load: int | None

    @staticmethod
    def choose() -> Cores:
        if not hasattr(os, "sched_setaffinity"):
            return Cores(None, None)
        cores = sorted(os.sched_getaffinity(0))
        return Cores(cores[0], cores[-1])

    def load_here(self) -> None:
        """Pin this process, and what it starts from now on, to the load's core."""
        if self.load is not None:
            os.sched_setaffinity(0, {self.load})

    @contextmanager
    def server_side(self) -> Iterator[None]:
        """What is started in here inherits the server's core, with all its later threads and children."""
        if self.server is not None:
            os.sched_setaffinity(0, {self.server})
        try:
            yield
        finally:
            self.load_here()


@dataclass(slots=True)
class Served:
    """A running server. log: where it writes what it has to say. ready_after: seconds until it listened."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    ready_after: float = 0.0

    def cpu_seconds(self) -> tuple[float, float]:
        """CPU spent so far by the main thread (the event loop), and by all other threads and the child processes.

        Zeros where there is no /proc.
        """
        tasks = list(Path(f"/proc/{self.process.pid}/task").glob("*"))
        main = sum(_ticks(task / "stat") for task in tasks if task.name == str(self.process.pid))
        others = sum(_ticks(task / "stat") for task in tasks if task.name != str(self.process.pid))
        children = [child for task in tasks for child in (task / "children").read_text().split()]
        others += sum(_ticks(Path(f"/proc/{child}/stat")) for child in children)
        return main, others

    def memory(self) -> tuple[float, float]:
        """MiB resident now, and at the most so far. Zeros where there is no /proc."""
        return memory(self.process.pid)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


class Stable:
    """All servers of one run, in one folder. root: the checkout whose program they run."""

    def __init__(self, folder: Path, cores: Cores, settings: Settings, root: Path = ROOT) -> None:
        self._folder, self._cores, self._settings, self._root = folder, cores, settings, root
        self._running: list[Served] = []
        folder.mkdir(parents=True, exist_ok=True)

    def bot(
        self, api_port: int, group: Path, *, profile: Path | None = None, store: str = "store", url: str = "",
        clock: str = START, rate: float = 1.0, stage: Callable[[str], None] | None = None,
    ) -> Served:  # fmt: skip
        """`run.py serve` on a new SQLite file with the group imported; under cProfile when `profile` is given.

        url: of another, empty store. stage: puts more into the store, whose URL it gets, before the bot starts.
        """
        environment = self._bot_environment(api_port, store, url)
        run = [sys.executable, "run.py"]
        if url:
            self._command([*run, "migrate"], environment)
        self._command([*run, "org", "import", str(group), "--yes"], environment)
        if stage is not None:
            stage(environment["JIANDU_STORE__URL"])
        name = "bot"
        if profile is not None:
            name, run = "profiled", [sys.executable, "-m", "bench.profiled", str(profile)]
        return self._serve(name, run, environment, clock, rate)

    def replica(self, api_port: int, url: str, *, store: str = "store", core: int | None = None) -> Served:
        """One more `run.py serve` on a store that a bot serves; on this core instead of the servers'."""
        environment = self._bot_environment(api_port, store, url)
        return self._serve("replica", [sys.executable, "run.py"], environment, START, 1.0, core)

    def _serve(
        self, name: str, run: Sequence[str], environment: Mapping[str, str], clock: str, rate: float,
        core: int | None = None,
    ) -> Served:  # fmt: skip
        port = free_port()
        command = [*run, "serve", "--port", str(port), "--clock", clock, "--clock-rate", f"{rate:g}"]
        return self._start(name, command, port, environment, core=core)

    def _bot_environment(self, api_port: int, store: str, url: str) -> dict[str, str]:
        values = self._settings
        known = {
            "WECOM__CORP_ID": values.corp_id, "WECOM__AGENT_ID": str(values.agent_id), "WECOM__SECRET": values.secret,
            "WECOM__TOKEN": values.token, "WECOM__ENCODING_AES_KEY": values.aes_key,
            "WECOM__API_BASE": f"http://127.0.0.1:{api_port}", "SERVER__CALLBACK_PATH": PATH,
            "STORE__URL": url or f"sqlite:///{self._folder / store}.db",
            "FILES__DIRECTORY": str(self._folder / "files"),
            "ANONYMITY__FILE": str(self._folder / f"{store}-anonymous.db"),
            "ANONYMITY__PEPPER_FILE": str(self._folder / "pepper"),
            "ANONYMITY__DESK_KEY_FILE": str(self._folder / "desk-key"),
            "REHEARSAL__ENABLED": "true", "LOG__LEVEL": "WARNING",
        }  # fmt: skip
        return {f"JIANDU_{key}": value for key, value in known.items()}

    def flask(self, threads: int = 1) -> Served:
        """gunicorn with one worker; with one thread it is the default worker, which closes every connection."""
        port = free_port()
        command = [
            sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", str(threads), "--log-level", "error",
            "--bind", f"127.0.0.1:{port}", "bench.baselines.flask_echo:create_app()",
        ]  # fmt: skip
        return self._start(f"flask-{threads}", command, port, self._credentials())

    def aiohttp(self) -> Served:
        port = free_port()
        command = [sys.executable, "-m", "bench.baselines.aiohttp_echo", str(port)]
        return self._start("aiohttp", command, port, self._credentials())

    def sandbox(self, group: Path) -> Served:
        """The stand-in WeCom with all its limits, on the load's core; nobody hears its callbacks."""
        port = free_port()
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--org", str(group)]
        return self._start("sandbox", [*command, "--callback", NOBODY], port, {}, beside=True)

    def stop(self) -> None:
        while self._running:
            self._running.pop().stop()

    def release(self, served: Served) -> None:
        self._running.remove(served)
        served.stop()

    def _credentials(self) -> dict[str, str]:
        values = self._settings
        return {
            "BENCH_TOKEN": values.token, "BENCH_AES_KEY": values.aes_key, "BENCH_CORP_ID": values.corp_id,
        }  # fmt: skip

    def _start(
        self, name: str, command: Sequence[str], port: int, more: Mapping[str, str], *, beside: bool = False,
        core: int | None = None,
    ) -> Served:  # fmt: skip
        log = self._folder / f"{name}-{port}.log"
        cores = self._cores if core is None else Cores(core, self._cores.load)
        with log.open("wb") as out, nullcontext() if beside else cores.server_side():
            process = subprocess.Popen(command, cwd=self._root, env=_environment(more), stdout=out, stderr=out)
        served = Served(name, process, port, log)
        self._running.append(served)
        began = time.monotonic()
        _wait_until_heard(served)
        served.ready_after = time.monotonic() - began
        return served

    def _command(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        known = _environment(environment)
        subprocess.run(command, cwd=self._root, env=known, check=True, stdout=subprocess.DEVNULL)


def memory(pid: int) -> tuple[float, float]:
    """MiB that a process has resident now, and had at the most. Zeros where there is no /proc."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0, 0.0
    known = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(known["VmRSS"].split()[0]) / 1024, int(known["VmHWM"].split()[0]) / 1024


def _ticks(stat: Path) -> float:
    """User and system seconds out of a `stat` of /proc."""
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JIANDU_")}
    return {**kept, **more}


def _wait_until_heard(served: Served) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if served.process.poll() is not None:
            raise RuntimeError(f"{served.name} ended at once, see {served.log}")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", served.port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{served.name} does not listen, see {served.log}")
