"""Engines of tests: what SQLAlchemy compiled once in this process serves every later engine of the same store.

Compiled statements belong to a dialect, and each engine brings a new one: a small test would spend most of its time
compiling what the test before it compiled.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache

from storage.database import open_engine

_COMPILED: LRUCache[Any, Any] = LRUCache(4000)
_DIALECTS: dict[str, Dialect] = {}  # by URL, and one for all SQLite files


def open_quickly(url: str) -> Engine:
    """As `open_engine`; a SQLite file is not synced: no machine fails here, and tests/e2e kills its processes."""
    engine = open_engine(url)
    is_file = engine.dialect.name == "sqlite"
    if is_file:
        event.listen(engine, "connect", _without_syncing)
    known = _DIALECTS.get("sqlite" if is_file else url)
    if known is not None and known.server_version_info:  # it has met its database
        engine.dialect = known
    else:
        _DIALECTS["sqlite" if is_file else url] = engine.dialect
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def _without_syncing(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()
