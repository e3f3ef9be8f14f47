"""A database server of our own, in a folder of ours: started, killed with -9, and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from tests.e2e.processes import free_port

READY_SECONDS = 30.0


class Cluster(ABC):
    """`folder` is made and becomes the server's own; `log` gets what it says.

    It runs under the account that Debian's package made for it: neither server wants to be root.
    """

    name: ClassVar[str]
    owner: ClassVar[str]

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log = folder, log
        self.port = free_port()
        folder.mkdir(mode=0o700)
        log.touch()
        for path in (folder, log):
            if os.geteuid() == 0:
                shutil.chown(path, self.owner, self.owner)
        self.make()

    @abstractmethod
    def make(self) -> None:
        """Fill the empty folder; once."""

    @abstractmethod
    def launch(self) -> None:
        """Begin to start; called only while no process of it lives."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes connections."""

    @abstractmethod
    def url(self, port: int | None = None) -> str:
        """The store's address; port: of a line that leads here."""

    @abstractmethod
    def pid(self) -> int:
        """The server's process; 0 when none lives."""

    def start(self) -> None:
        """Until it takes connections; whatever an earlier life left behind has ended by then."""
        until = time.monotonic() + READY_SECONDS
        while not self.answers():
            if not self.pid():
                self.launch()
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name} does not start: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def kill(self, *, all_of_it: bool) -> None:
        """kill -9 of the server, or of every process of it at once, as when the machine loses its power."""
        pid = self.pid()
        if not pid:
            return
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if all_of_it else []
        for one in (pid, *map(int, children)):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._until(lambda: not _alive(pid))

    def stop(self) -> None:
        """Every process has ended when this returns, so that its disk can be unmounted."""
        self.kill(all_of_it=True)
        self._until(lambda: not _users(self.folder), 10)

    def run(self, *command: str, check: bool = True) -> None:
        """Under its own account, where we may."""
        as_owner = ["runuser", "-u", self.owner, "--", *command] if os.geteuid() == 0 else list(command)
        done = subprocess.run(as_owner, cwd="/", check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")

    def _until(self, probe: object, seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not probe():  # type: ignore[operator]
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}'s processes do not end")
            time.sleep(0.02)


class PostgreSQL(Cluster):
    """The newest one that is installed."""

    name, owner = "PostgreSQL", "postgres"
    settings = (
        "max_wal_size=64MB", "min_wal_size=8MB", "shared_buffers=64MB", "checkpoint_timeout=30s", "max_connections=60",
        "unix_socket_directories=''", "restart_after_crash=on",
    )  # fmt: skip

    def make(self) -> None:
        self.run(self._program("initdb"), "-D", str(self.folder), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                 "-U", "root", "--wal-segsize=1", "--no-sync")  # fmt: skip
        with (self.folder / "postgresql.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in self.settings)

    def launch(self) -> None:
        self.run(self._program("pg_ctl"), "-D", str(self.folder), "-l", str(self.log), "-W",
                 "-o", f"-p {self.port} -h 127.0.0.1", "start", check=False)  # fmt: skip

    def answers(self) -> bool:
        ready = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def url(self, port: int | None = None) -> str:
        return f"postgresql+psycopg://root@127.0.0.1:{port or self.port}/postgres"

    def pid(self) -> int:
        try:
            pid = int(self._pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return 0
        return pid if _alive(pid) else 0

    def stop(self) -> None:
        lived = self.pid()  # one that a read-only disk has ended leaves a file that nobody can take away yet
        super().stop()
        if lived:
            self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    @staticmethod
    def _program(name: str) -> str:
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
        return str(found[-1]) if found else name


class MariaDB(Cluster):
    """Its one process is not root's, its one account is, without a password; the table space is small."""

    name, owner = "MariaDB", "mysql"
    settings = (
        "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_bin", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
        "--max-connections=60",
    )  # fmt: skip
    _process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        self.run("mariadb-install-db", "--no-defaults", f"--datadir={self.folder}", "--skip-test-db",
                 "--auth-root-authentication-method=normal", "--innodb-log-file-size=16M")  # fmt: skip

    def launch(self) -> None:
        command = [shutil.which("mariadbd", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "mariadbd", "--no-defaults"]
        command += [f"--datadir={self.folder}", f"--port={self.port}", f"--socket={self.folder}/socket"]
        command += [f"--pid-file={self.folder}/pid", f"--log-error={self.log}", *self.settings]
        owner = self.owner if os.geteuid() == 0 else None
        none = subprocess.DEVNULL
        self._process = subprocess.Popen(command, cwd="/", user=owner, group=owner, extra_groups=[] if owner else None,
                                         start_new_session=True, stdin=none, stdout=none, stderr=none)  # fmt: skip

    def pid(self) -> int:
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def answers(self) -> bool:
        """The store itself is made with the first answer."""
        ask = ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(self.port), "-u", "root",
               "--connect-timeout=2", "-e", "CREATE DATABASE IF NOT EXISTS jiandu"]  # fmt: skip
        return subprocess.run(ask, check=False, capture_output=True).returncode == 0

    def url(self, port: int | None = None) -> str:
        return f"mysql+pymysql://root@127.0.0.1:{port or self.port}/jiandu"


CLUSTERS: dict[str, type[Cluster]] = {"postgresql": PostgreSQL, "mariadb": MariaDB}


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _users(folder: Path) -> list[int]:
    """Processes that work in this folder: those of either server all do."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.append(int(entry.name))
        except OSError:
            continue
    return found
