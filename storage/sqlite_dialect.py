"""SQLite as SQLAlchemy knows it, with savepoints that cost two plain statements.

Every turn runs in a savepoint. SQLAlchemy composes and compiles its text anew each time, which took a tenth of a
turn (docs/performance.md); the statements themselves are the same.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL

_NAME = "turns"


class TurnsDialect(SQLiteDialect_pysqlite):
    """Savepoint names are SQLAlchemy's own (`sa_savepoint_1`), never a person's words."""

    supports_statement_cache = True

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
