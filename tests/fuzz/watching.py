"""What must not happen besides an exception: a message's words in the log, a changed row, a case without end."""

from __future__ import annotations

import copy
import hashlib
import logging
import signal
import sqlite3
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.logs import TextLine

STUCK_SECONDS = 60  # of real time for one case, on a machine that others use too
_NOT_HTTP = (HttpProcessingError, web.RequestPayloadError)  # aiohttp calls an error what only somebody else did wrong
_LIBRARIES = ("sqlalchemy", "alembic", "apscheduler", "jieba", "hypothesis", "asyncio")


class Fault(AssertionError):
    """What a door did with a case and must not do."""


class Stuck(BaseException):
    """A case did not end."""


class LogWatch(logging.Handler):
    """Every line of the log of one run. `take` gives the faults since the last call."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._lines: list[tuple[int, str, str]] = []
        self._line = TextLine()

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        level = logging.INFO if isinstance(error, _NOT_HTTP) else record.levelno
        shown = self._line.format(copy.copy(record))  # as the program writes it: exceptions are never rendered
        if error is not None and level >= logging.ERROR:
            last = traceback.extract_tb(error.__traceback__)[-1:]
            shown += f" {error!r:.300} {[f'{one.filename}:{one.lineno}' for one in last]}"
        self._lines.append((level, f"{record.name} {record.getMessage()}", shown))

    def take(self, secrets: Collection[str] = (), known: Collection[str] = ()) -> list[str]:
        """secrets: what no line may hold. known: beginnings of lines of level ERROR that the case had to expect."""
        lines, self._lines = self._lines, []
        found = []
        for level, said, shown in lines:
            if "Traceback" in shown:
                found.append(f"traceback in the log: {shown[:600]}")
            elif level >= logging.ERROR and not said.startswith(tuple(known)):
                found.append(f"logged as an error: {shown[:600]}")
            if any(secret in shown for secret in secrets):
                found.append(f"words of the message in the log: {said[:60]}…")
        return found

    @contextmanager
    def listening(self) -> Iterator[LogWatch]:
        root = logging.getLogger()
        before = root.level, list(root.handlers)
        root.handlers[:] = [self]
        root.setLevel(logging.DEBUG)
        for name in _LIBRARIES:
            logging.getLogger(name).setLevel(logging.WARNING)
        try:
            yield self
        finally:
            root.level, root.handlers[:] = before[0], before[1]


class Tables:
    """A SQLite store seen from beside: whether anything was committed, how many rows, and what stands in them."""

    def __init__(self, path: Path, but: Collection[str] = ()) -> None:
        self._file = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        names = self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        self.names = [
            name for (name,) in names if name not in but and "fts" not in name and not name.startswith("sqlite")
        ]
        self._counting = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in self.names)

    def version(self) -> int:
        """Another number after every commit of somebody else's."""
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])

    def counts(self) -> dict[str, int]:
        return dict(self._file.execute(self._counting).fetchall())

    def contents(self) -> dict[str, str]:
        """A digest of every row of each table."""
        return {name: self._digest(name) for name in self.names}

    def _digest(self, name: str) -> str:
        rows = self._file.execute(f'SELECT * FROM "{name}"').fetchall()
        return hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()

    def close(self) -> None:
        self._file.close()


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name in after if before.get(name) != after[name]]


@contextmanager
def alarm(seconds: float = STUCK_SECONDS) -> Iterator[None]:
    """Raises Stuck out of whatever runs in the main thread so long, regular expressions included."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Stuck(f"not done after {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
