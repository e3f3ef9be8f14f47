"""A store's rows in one SQLite file that belongs to no database: copied from one moment of it, and back into any.

Each value lies there as text, a number or null: moments as `2026-11-23 02:00:00.000000` (UTC), days as `2026-11-23`,
JSON as the text that was stored, true and false as 1 and 0. No indexes, triggers or views: the schema's revision makes
those. Neither way holds more than a page of rows in memory.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    Engine,
    Text,
    bindparam,
    cast,
    column,
    func,
    inspect,
    literal,
    select,
)
from sqlalchemy import table as named
from sqlalchemy.types import Integer, Numeric, String

from storage import duties, gatherings, matters, models, proceedings, reports, sealing_keys
from storage.types import Base

assert duties and gatherings and matters and models and proceedings and reports and sealing_keys  # they fill Base

PAGE = 500
LEFT_OUT = frozenset({"shared_tokens"})  # a credential, though a sealed one; the next process asks for another
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"
_PLAIN_TYPES = (String, Integer, Numeric)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the store as it is at one moment, while others go on writing. Nobody waits for it."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name != "sqlite":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        elif engine.dialect.name != "sqlite":
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield connection


def tables(connection: Connection) -> list[str]:
    """Our tables that this store has and a backup holds, those that others refer to first."""
    present = set(inspect(connection).get_table_names()) - LEFT_OUT
    return [table.name for table in Base.metadata.sorted_tables if table.name in present]


def filled(connection: Connection) -> str | None:
    """The first of our tables that holds a row; None in an empty store."""
    for name in tables(connection):
        if connection.execute(select(literal(1)).select_from(named(name)).limit(1)).first():
            return name
    return None


def export(connection: Connection, path: Path) -> dict[str, int]:
    """Write every row of ours to a new file, 0600; how many of each table."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode=OFF")
        file.execute("PRAGMA synchronous=OFF")  # whoever calls syncs the whole file once
        file.execute("BEGIN")
        counts = {name: _export_table(connection, file, name) for name in tables(connection)}
        if "links" in counts:
            file.execute("CREATE INDEX links_event ON links (event_id)")  # the ledger is proved from the file as well
        file.execute("COMMIT")
    return counts


def _export_table(connection: Connection, file: sqlite3.Connection, name: str) -> int:
    """In the order of the key: the order in which a database keeps its rows may tell which changed last."""
    look = inspect(connection)
    found = look.get_columns(name)
    keys: list[ColumnElement[Any]] = [column(key) for key in look.get_pk_constraint(name)["constrained_columns"]]
    query = select(*(_as_text(one["name"], one["type"]) for one in found)).select_from(named(name)).order_by(*keys)
    titles, marks = _listed(one["name"] for one in found), ", ".join("?" for _ in found)
    file.execute(f"CREATE TABLE {_quoted(name)} ({titles}, PRIMARY KEY ({_listed(key.name for key in keys)}))")
    add = f"INSERT INTO {_quoted(name)} VALUES ({marks})"  # noqa: S608  # names of our own tables
    count = 0
    result = connection.execute(query, execution_options={"stream_results": True, "yield_per": PAGE})
    for page in result.partitions():
        file.executemany(add, [tuple(map(_plain, row)) for row in page])
        count += len(page)
    return count


def _as_text(name: str, kind: Any) -> ColumnElement[Any]:
    """Untyped, so that nothing is read into it; only drivers that parse JSON themselves are asked for its text."""
    return cast(column(name), Text).label(name) if isinstance(kind, JSON) else column(name)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime(_MOMENT)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(names: Any) -> str:
    return ", ".join(map(_quoted, names))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, for reading only. Raises sqlite3.DatabaseError when it is none."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        yield file


def counts(file: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table of the file has."""
    names = [str(row[0]) for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: int(file.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0]) for name in names}  # noqa: S608


def sound(file: sqlite3.Connection) -> bool:
    return bool(file.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")


def load(file: sqlite3.Connection, connection: Connection) -> dict[str, int]:
    """Put every row of the file into the empty store; how many each table has now. The guards must be down.

    Raises ValueError for a table or a column that the store does not have.
    """
    theirs, known = counts(file), tables(connection)
    if strange := sorted(set(theirs) - set(known)):
        raise ValueError(strange[0])
    for name in known:
        if theirs.get(name):
            _load_table(file, connection, name)
    return {name: _count(connection, name) for name in known if name in theirs}


def _load_table(file: sqlite3.Connection, connection: Connection, name: str) -> None:
    rows = file.execute(f"SELECT * FROM {_quoted(name)}")  # noqa: S608
    titles = [str(one[0]) for one in rows.description]
    kinds = {one["name"]: one["type"] for one in inspect(connection).get_columns(name)}
    if strange := sorted(set(titles) - set(kinds)):
        raise ValueError(f"{name}.{strange[0]}")
    truths = [title for title in titles if isinstance(kinds[title], Boolean)]
    add = named(name, *map(column, titles)).insert().values(_typed(connection, kinds, titles))
    while page := rows.fetchmany(PAGE):
        connection.execute(add, [_truthful(titles, row, truths) for row in page])


def _typed(connection: Connection, kinds: Mapping[str, Any], titles: Sequence[str]) -> dict[str, Any]:
    """PostgreSQL takes no text for a moment or JSON unless it is told what it is; the other two do."""
    strict = connection.dialect.name == "postgresql"
    return {
        title: bindparam(f"v_{title}")
        if not strict or isinstance(kinds[title], (*_PLAIN_TYPES, Boolean))
        else cast(bindparam(f"v_{title}", type_=Text()), kinds[title])
        for title in titles
    }


def _truthful(titles: Sequence[str], row: Sequence[Any], truths: Sequence[str]) -> dict[str, Any]:
    values = {f"v_{title}": value for title, value in zip(titles, row, strict=True)}
    return values | {f"v_{title}": bool(values[f"v_{title}"]) for title in truths if values[f"v_{title}"] is not None}


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(named(name))).scalar_one())
