"""Stores as programs of the past wrote them: made by that revision, filled with its rows, then upgraded."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Boolean, Connection, Date, DateTime, MetaData, Table, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON

from storage import schema, upgrading
from storage.database import open_engine
from storage.types import Base
from tests.stores import Databases

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Past:
    """What a program wrote when `revision` was the newest: every row of its store."""

    revision: str
    file: str

    @property
    def rows(self) -> Rows:
        found: Rows = json.loads((Path(__file__).parent / self.file).read_text(encoding="utf-8"))
        return found


FIRST = Past("0001", "first_revision.json")
FOURTH = Past("0004", "fourth_revision.json")


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.columns[name].type
    if value is None:
        return None
    if isinstance(kind, JSON):
        return json.loads(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(kind, Boolean) else value


def fill(connection: Connection, old: Rows) -> None:
    """The rows of that day, through the tables as they were then."""
    then = MetaData()
    then.reflect(connection)
    for name in [table.name for table in Base.metadata.sorted_tables if table.name in old]:
        table, rows = then.tables[name], old[name]
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True  # as the program writes it: the ledger's digests tell the two apart
        if name == "units":
            rows = sorted(rows, key=lambda row: str(row["path"]))
        connection.execute(table.insert(), [{key: _value(table, key, row[key]) for key in row} for row in rows])
        if connection.dialect.name == "postgresql" and "id" in table.columns and name != "anchor":
            connection.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))


def changed(session: Session, old: Rows) -> list[tuple[str, tuple[Any, ...], str]]:
    """Table, key and column of whatever is not as it was; every row of that day must be there, and no other."""
    found = []
    for name, rows in old.items():
        table = Base.metadata.tables[name]
        kept = session.execute(select(table)).mappings().all()
        keys = [column.name for column in table.primary_key.columns]
        by_key = {tuple(_plain(row[key]) for key in keys): row for row in kept}
        assert len(kept) == len(by_key) == len(rows), name
        for row in rows:
            key = tuple(row[name] for name in keys)
            for column, value in row.items():
                was = json.loads(value) if isinstance(table.columns[column].type, JSON) and value else value
                if _plain(by_key[key][column]) != was:
                    found.append((name, key, column))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def upgraded(name: str, databases: Databases, past: Past) -> Iterator[str]:
    """The URL of such a store, dropped at the end."""
    database = f"jiandu_old_{secrets.token_hex(5)}"
    where = databases.blank(name, database)
    engine = open_engine(where)
    with engine.begin() as connection:
        command.upgrade(upgrading._config(connection), past.revision)
    assert schema.present(engine) == past.revision
    with engine.begin() as connection:
        fill(connection, past.rows)
    schema.upgrade(engine)
    assert schema.present(engine) == schema.newest()
    engine.dispose()
    try:
        yield where
    finally:
        databases.drop(name, database)
