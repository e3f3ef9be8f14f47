"""Starts the bot and the stand-in as processes of their own, on free ports, and always ends what it started."""

from __future__ import annotations

import atexit
import functools
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
READY_SECONDS = 45.0
PORTS = (15_000, 32_000)  # below those of outgoing connections (Linux: from 32 768)


def free_port() -> int:
    """A port that is free now and that the system gives to no outgoing connection before its server listens (again)."""
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@functools.cache
def _aside() -> Path:
    """Where the anonymous file lies for those tests that do not say: never in the project."""
    folder = Path(tempfile.mkdtemp(prefix="jiandu-anonymous-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def clean_environment() -> dict[str, str]:
    """The caller's environment without any setting of the program: a test says all of its own."""
    ours = {name: value for name, value in os.environ.items() if not name.upper().startswith("JIANDU_")}
    aside = {
        "FILE": str(_aside() / "anonymous.db"),
        "PEPPER_FILE": str(_aside() / "pepper"),
        "DESK_KEY_FILE": str(_aside() / "desk-key"),
    }
    return ours | {f"JIANDU_ANONYMITY__{name}": path for name, path in aside.items()}


def run_py(
    *arguments: str, environment: Mapping[str, str], cwd: Path = ROOT, typed: str | None = None, program: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """One command of `run.py`, to its end. typed: what the person at the terminal answers. program: another copy."""
    return subprocess.run(
        [sys.executable, str(program / "run.py"), *arguments],
        env={**clean_environment(), **environment},
        cwd=cwd,
        capture_output=True,
        input=typed,
        text=True,
        timeout=90,
        check=False,
    )


@functools.cache
def imported(org: Path) -> Path:
    """A closed SQLite store in which `run.py org import` has put these people; to be copied."""
    store = Path(tempfile.mkdtemp(prefix="jiandu-imported-")) / "store.db"
    atexit.register(shutil.rmtree, store.parent, ignore_errors=True)
    settings = {"JIANDU_STORE__URL": f"sqlite:///{store}", "JIANDU_FILES__DIRECTORY": str(store.parent / "files")}
    done = run_py("org", "import", str(org), "--yes", environment=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return store


class Process:
    """One child. Its output goes to `log`, which outlives restarts."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._child: subprocess.Popen[bytes] | None = None
        self._file: IO[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self, command: list[str], environment: Mapping[str, str]) -> None:
        assert not self.alive
        self._file = self.log.open("ab")
        self._child = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**clean_environment(), **environment},
            stdout=self._file,
            stderr=self._file,
            stdin=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL)

    def stop(self, seconds: float = 15.0) -> int | None:
        """SIGTERM, then SIGKILL when that does not help. Gives the exit code, None when it had to be killed."""
        child = self._child
        code = self._end(signal.SIGTERM, seconds)
        return code if child is not None else None

    def _end(self, number: signal.Signals, seconds: float = 15.0) -> int | None:
        child, self._child = self._child, None
        if child is None:
            return None
        if child.poll() is None:
            child.send_signal(number)
        code: int | None
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(10)
            code = None
        if self._file is not None:
            self._file.close()
            self._file = None
        return code

    def wait_ready(self, port: int, path: str, seconds: float = READY_SECONDS) -> None:
        """Until `path` answers 200. Raises AssertionError with the end of the log when the child died."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.alive:
                raise AssertionError(f"the process ended before it was ready:\n{self.tail()}")
            if _status(port, path) == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"not ready after {seconds} s:\n{self.tail()}")

    def tail(self, length: int = 3000) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-length:] if self.log.exists() else ""


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
