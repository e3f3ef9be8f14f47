"""Fills an empty store with the rows of another: its guards are down meanwhile, and all of it stands or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, column, func, inspect, select, table, text

from storage import neutral

UNDER_WAY = "restoring"  # stands for the schema's revision on MariaDB, which commits triggers as they come and go

Fill = Callable[[Connection], None]


def refill(engine: Engine, fill: Fill) -> None:
    """Run `fill` in one transaction with the triggers that refuse rows out of the way, and count on from its keys.

    On MariaDB a kill in the middle leaves the revision `UNDER_WAY`, which no program serves. Raises what `fill` raised.
    """
    if engine.dialect.name in ("mysql", "mariadb"):
        _refill_mariadb(engine, fill)
        return
    with engine.begin() as connection:
        around = _unguarded_postgresql if connection.dialect.name == "postgresql" else _unguarded_sqlite
        with around(connection):
            fill(connection)


@contextmanager
def _unguarded_sqlite(connection: Connection) -> Iterator[None]:
    """Only those that refuse: the ones that keep the full-text index are wanted. Units refer to units below."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    guards = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
    ).all()
    for name, _ in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in guards:
        connection.exec_driver_sql(statement)


@contextmanager
def _unguarded_postgresql(connection: Connection) -> Iterator[None]:
    names = [connection.dialect.identifier_preparer.quote(name) for name in neutral.tables(connection)]
    own = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = confrelid AND connamespace = current_schema()::regnamespace"
    ).all()
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    for owner, key in own:
        connection.exec_driver_sql(f"ALTER TABLE {owner} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for owner, key in own:
        connection.exec_driver_sql(f"ALTER TABLE {owner} ALTER CONSTRAINT {key} NOT DEFERRABLE")
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    _count_on(connection)


def _count_on(connection: Connection) -> None:
    """PostgreSQL's sequences know nothing of rows that came with their keys; the other two count from the rows."""
    quote = connection.dialect.identifier_preparer.quote
    for name in neutral.tables(connection):
        for key in inspect(connection).get_pk_constraint(name)["constrained_columns"]:
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": quote(name), "key": key}
            ).scalar()
            if sequence:
                last = connection.execute(select(func.max(column(key))).select_from(table(name))).scalar()
                if last is not None:
                    connection.execute(select(func.setval(sequence, last)))


def _refill_mariadb(engine: Engine, fill: Fill) -> None:
    """Its foreign keys are not looked at: they held where the rows come from, and the rows are proved to be those."""
    with engine.connect() as connection:
        with connection.begin():
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            guards = connection.exec_driver_sql(
                "SELECT trigger_name, action_timing, event_manipulation, event_object_table, action_statement "
                "FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
            ).all()
            _say(connection, UNDER_WAY)
        try:
            with connection.begin():
                for name, *_ in guards:
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            with connection.begin():
                connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
                fill(connection)
        finally:
            with connection.begin():
                connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")
                for name, timing, verb, guarded, statement in guards:
                    connection.exec_driver_sql(
                        f"CREATE TRIGGER IF NOT EXISTS {name} {timing} {verb} ON {guarded} FOR EACH ROW {statement}"
                    )
                _say(connection, revision)


def _say(connection: Connection, revision: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
