"""SQLite as SQLAlchemy knows it, with savepoints that cost two plain statements and moments that are quickly written.

Turns that share a commit run in a savepoint each. SQLAlchemy composes and compiles its text anew each time, which took
a tenth of a turn (docs/performance.md); the statements themselves are the same, and so is what the file holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, DateTime
from sqlalchemy.dialects import registry, sqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, Dialect

_NAME = "turns"


class _Moment(sqlite.DATETIME):
    """`2026-11-23 10:00:00.000000`, SQLAlchemy's own form, written by datetime itself."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return lambda moment: None if moment is None else moment.isoformat(" ", "microseconds")


class TurnsDialect(SQLiteDialect_pysqlite):
    """Savepoint names are SQLAlchemy's own (`sa_savepoint_1`), never a person's words."""

    supports_statement_cache = True
    colspecs = {**SQLiteDialect_pysqlite.colspecs, DateTime: _Moment}

    def do_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


def with_quick_savepoints(url: URL) -> URL:
    """The same database by way of this dialect; its `name` stays sqlite."""
    registry.register(f"sqlite.{_NAME}", __name__, TurnsDialect.__name__)
    return url.set(drivername=f"sqlite+{_NAME}")
