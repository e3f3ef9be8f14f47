"""Brings a store to the newest schema, by Alembic (storage/schema.py is the door)."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.schema import MIGRATIONS

LOCK = 727_001  # any number of ours


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    """The last revision as Alembic follows the chain. Raises alembic.util.CommandError when it forks."""
    last = ScriptDirectory.from_config(_config()).get_current_head()
    assert last is not None
    return last


def upgrade(engine: Engine, to: str) -> None:
    """Run what is missing, in one transaction where the database can. Two that upgrade at once do it in turn."""
    if engine.dialect.name in ("mysql", "mariadb"):
        _upgrade_in_turn(engine, to)
        return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), to)


def _upgrade_in_turn(engine: Engine, to: str) -> None:
    """DDL commits on MariaDB, so the session holds the lock, and lets it go when the new revision is committed."""
    name = {"name": f"jiandu:{LOCK}:{engine.url.database}"[:64]}
    with engine.connect() as connection:
        with connection.begin():
            connection.execute(text("SELECT GET_LOCK(:name, 600)"), name)
        try:
            with connection.begin():
                command.upgrade(_config(connection), to)
        finally:
            with connection.begin():
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), name)
