"""Opens the store: SQLite by default, PostgreSQL and MariaDB by their URLs."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from storage import mariadb_socket
from storage.prepared import say
from storage.sqlite_dialect import with_quick_savepoints

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
)

# A server that vanished without a word (its machine, or the way there) is given up after some 20 s; the system waits
# for hours, and every thread of the store would wait with it. A server that only takes long answers the keep-alives.
_FRESH, _USED = 1.0, "used"  # seconds within which a connection is taken for alive; when it was (connection's info)
_BY_OTHERS = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL)  # somebody else is at it just now
PEER_GONE = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}


def open_engine(url: str, *, threads: int = 4) -> Engine:
    """An engine for `url`. SQLAlchemy never prints parameters (`hide_parameters`), so no text reaches a traceback."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    arguments: dict[str, Any] = {}
    if parsed.get_backend_name() in ("mysql", "mariadb"):
        arguments["connect_args"] = {
            "charset": "utf8mb4",
            "connect_timeout": 5,
            "init_command": "SET time_zone='+00:00'",
        }
        arguments["isolation_level"] = "READ COMMITTED"
    else:
        arguments["connect_args"] = {"connect_timeout": 5, **PEER_GONE}
    arguments |= {"pool_size": threads + 4, "max_overflow": 4, "pool_recycle": 1800}
    engine = create_engine(parsed, hide_parameters=True, **arguments)
    if engine.dialect.driver == "pymysql":
        mariadb_socket.watch(engine, PEER_GONE)
    _Alive(engine)
    return engine


class _Alive:
    """Asks a connection of the pool whether it lives only where it rested for a while: each time is a tenth of a turn.

    What died sooner is found by the turn itself, which is run again (bot/turns.py); from then on all others are asked.
    """

    def __init__(self, engine: Engine) -> None:
        self._dialect = engine.dialect
        self._trusted_since = 0.0
        for name, ear in (("checkin", self._note), ("checkout", self._ask), ("invalidate", self._distrust)):
            event.listen(engine, name, ear)

    def _note(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    def _distrust(self, _connection: Any, _record: ConnectionPoolEntry, _error: BaseException | None) -> None:
        self._trusted_since = time.monotonic()

    def _ask(self, connection: Any, record: ConnectionPoolEntry, _fairy: object) -> None:
        used = record.info.get(_USED, 0.0)
        if used > self._trusted_since and time.monotonic() - used < _FRESH:
            return
        try:
            self._dialect.do_ping(connection)
        except self._dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def open_reader(url: str) -> Engine:
    """An engine that only reads and makes nothing: raises FileNotFoundError where the SQLite file is not there yet.

    A file whose journal nobody holds open is read as it lies; SQLite would otherwise make that journal to read it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return open_engine(url, threads=1)
    path = Path(parsed.database or "")
    if not path.is_file():
        raise FileNotFoundError(parsed.database)
    alone = "" if Path(f"{path}-wal").exists() else "&immutable=1"
    address = f"file:{quote(str(path.resolve()))}?mode=ro{alone}"
    return create_engine("sqlite://", hide_parameters=True, creator=lambda: sqlite3.connect(address, uri=True))


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    arguments = {"check_same_thread": False, "timeout": 15}
    engine = create_engine(with_quick_savepoints(url), hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's default loses updates (libraries.md 1)
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        say_patiently(cursor, pragma)
    cursor.close()


def say_patiently(cursor: sqlite3.Cursor, pragma: str) -> None:
    """A new file is turned to WAL by one process at a time, and SQLite does not wait there: so we do, up to 15 s."""
    until = time.monotonic() + 15
    while True:
        try:
            cursor.execute(pragma)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BY_OTHERS or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Any) -> None:
    """Writers take the lock at once; connections marked as readers get a snapshot beside them."""
    reading = connection.get_execution_options().get("reading", False)
    say(connection, "BEGIN" if reading else "BEGIN IMMEDIATE")
