"""Brings a store to the newest schema, and tells whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 727_001  # any number of ours


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision that this program wants."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def present(engine: Engine) -> str | None:
    """The revision of the store, None for an empty one. Raises what the driver raises when it is out of reach."""
    with engine.connect().execution_options(reading=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction where the database can. Two that upgrade at once do it in turn."""
    if engine.dialect.name in ("mysql", "mariadb"):
        _upgrade_in_turn(engine)
        return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), "head")


def _upgrade_in_turn(engine: Engine) -> None:
    """DDL commits on MariaDB, so the session holds the lock, and lets it go when the new revision is committed."""
    name = {"name": f"jiandu:{LOCK}:{engine.url.database}"[:64]}
    with engine.connect() as connection:
        with connection.begin():
            connection.execute(text("SELECT GET_LOCK(:name, 600)"), name)
        try:
            with connection.begin():
                command.upgrade(_config(connection), "head")
        finally:
            with connection.begin():
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), name)
