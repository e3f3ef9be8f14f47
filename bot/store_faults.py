"""What a failure of the database means: to be run again, nobody's fault, or perhaps no failure at all."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import ArgumentError, DBAPIError

OUT_OF_ORDER_STATES = ("53", "57P", "58", "25006")  # resources, shutting down, I/O, read-only
OUT_OF_ORDER_SQLITE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN}
OUT_OF_ORDER_MARIADB = {1021, 1026, 1036, 1114, 1290}  # disk full, write error, read-only table, table full, read-only
DEADLOCK_CODES = {"1213", "1205", "40P01", "40001"}


def line(error: BaseException) -> str:
    """What a command says of a store that it cannot work with: no address, no password, nothing of what was asked."""
    name = type(error).__name__
    if isinstance(error, ImportError):
        return f"store.url: 没有装这种数据库的驱动（{name}）"
    if isinstance(error, ArgumentError):
        return f"store.url: 地址写得不对（{name}）"
    if isinstance(error, DBAPIError) and error.statement is None:  # nothing was asked yet
        return f"store.url: 连不上，请核对地址、库名、用户名和口令，并看数据库是否在运行（{name}）"
    return f"store.url: {name}"


def is_deadlock(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    code = getattr(error.orig, "sqlstate", None) or ""
    first = error.orig.args[0] if error.orig.args else ""
    return str(code) in DEADLOCK_CODES or str(first) in DEADLOCK_CODES


def is_out_of_order(error: BaseException) -> bool:
    """Whether the database itself cannot go on (disk full, read-only, shutting down): no turn's fault."""
    if not isinstance(error, DBAPIError) or error.orig is None:
        return False
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state:
        return state.startswith(OUT_OF_ORDER_STATES)
    sqlite = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite is not None:
        return sqlite & 0xFF in OUT_OF_ORDER_SQLITE  # the rest of the bits says more of the same
    return bool(error.orig.args) and error.orig.args[0] in OUT_OF_ORDER_MARIADB


def may_stand(error: DBAPIError) -> bool:
    """Whether a COMMIT that failed may have been carried out: its answer was lost, or only the sync behind it failed.

    What SQLite has written by then it finds in its journal after a crash, with everything else that was committed.
    """
    sqlite = getattr(error.orig, "sqlite_errorcode", 0)
    return error.connection_invalidated or sqlite & 0xFF == sqlite3.SQLITE_IOERR
