"""Engines of tests: what SQLAlchemy compiled once in this process serves every later engine of the same kind.

Compiled statements belong to a dialect, and each engine brings a new one: a small test would spend most of its time
compiling what the test before it compiled.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.util import LRUCache

from storage.database import open_engine

_COMPILED: LRUCache[Any, Any] = LRUCache(4000)


def open_quickly(url: str) -> Engine:
    """As `open_engine`; a SQLite file is not synced: no machine fails here, and tests/e2e kills its processes."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_syncing)
    engine.dialect = _dialect("sqlite" if engine.dialect.name == "sqlite" else url)
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def _without_syncing(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF").close()


@functools.cache
def _dialect(url: str) -> Dialect:
    """The first one, which has met its database."""
    folder = Path(tempfile.mkdtemp(prefix="jiandu-first-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = open_engine(f"sqlite:///{folder}/store.db" if url == "sqlite" else url)
    engine.connect().close()
    engine.dispose()
    return engine.dialect
