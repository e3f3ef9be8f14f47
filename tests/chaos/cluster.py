"""A PostgreSQL cluster of our own, in a folder of ours: started, killed with -9, and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.e2e.processes import free_port

OWNER = "postgres"  # initdb refuses root
READY_SECONDS = 30.0
SETTINGS = (
    "max_wal_size=64MB", "min_wal_size=8MB", "shared_buffers=64MB", "checkpoint_timeout=30s", "max_connections=60",
    "unix_socket_directories=''", "restart_after_crash=on",
)  # fmt: skip


def binaries() -> Path | None:
    """Where the newest PostgreSQL's programs lie; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Cluster:
    """`folder` is made; `log` gets what the server says."""

    def __init__(self, folder: Path, log: Path) -> None:
        bin_folder = binaries()
        if bin_folder is None:
            raise RuntimeError("PostgreSQL's initdb is not here")
        self._bin, self._folder, self._log = bin_folder, folder, log
        self.port = free_port()
        folder.mkdir(mode=0o700)
        log.touch()
        for path in (folder, log):
            _give_away(path)
        self._as_owner(str(self._bin / "initdb"), "-D", str(folder), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                       "-U", "root", "--wal-segsize=1", "--no-sync")  # fmt: skip
        with (folder / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in SETTINGS)

    def url(self, port: int | None = None) -> str:
        return f"postgresql+psycopg://root@127.0.0.1:{port or self.port}/postgres"

    def start(self) -> None:
        """Until it takes connections; whatever an earlier life left behind has ended by then."""
        until = time.monotonic() + READY_SECONDS
        while not self.answers():
            if not self._pid():
                self._as_owner(str(self._bin / "pg_ctl"), "-D", str(self._folder), "-l", str(self._log), "-W",
                               "-o", f"-p {self.port} -h 127.0.0.1", "start", check=False)  # fmt: skip
            if time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def answers(self) -> bool:
        ready = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def kill(self, *, all_of_it: bool) -> None:
        """kill -9 of the postmaster, or of every process at once, as when the machine loses its power."""
        pid = self._pid()
        if not pid:
            return
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if all_of_it else []
        for one in (pid, *map(int, children)):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        _until(lambda: not _alive(pid))

    def stop(self) -> None:
        """Every process has ended when this returns, so that its disk can be unmounted."""
        pid = self._pid()
        self.kill(all_of_it=True)
        _until(lambda: not _users(self._folder), 10)
        if pid:
            (self._folder / "postmaster.pid").unlink(missing_ok=True)

    def _pid(self) -> int:
        """The postmaster's process; 0 when none lives."""
        try:
            pid = int((self._folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return 0
        return pid if _alive(pid) else 0

    def _as_owner(self, *command: str, check: bool = True) -> None:
        as_owner = ["runuser", "-u", OWNER, "--", *command] if os.geteuid() == 0 else list(command)
        done = subprocess.run(as_owner, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, OWNER, OWNER)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _users(folder: Path) -> list[int]:
    """Processes that work in this folder: PostgreSQL's all do."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _until(probe: object, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not probe():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL's processes do not end")
        time.sleep(0.02)
