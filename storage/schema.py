"""Tells which revision a store has and which one this program wants; `upgrade` brings it there.

Alembic is loaded where something is to be upgraded: asking at every start must cost nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "head"
_PRESENT = text("SELECT version_num FROM alembic_version")


@cache
def newest() -> str:
    """The revision that this program wants: the last of the files `r<revision>_<what>.py`.

    Four digits, so that they compare as they follow each other (a test holds them to Alembic's chain).
    """
    return max(_revisions())


def _revisions() -> frozenset[str]:
    return frozenset(path.name[1:].split("_")[0] for path in MIGRATIONS.glob("versions/r*.py"))


def present(engine: Engine) -> str | None:
    """The revision of the store, None for an empty one. Raises what the driver raises when it is out of reach."""
    with engine.connect().execution_options(reading=True) as connection:
        return of(connection)


def of(connection: Connection) -> str | None:
    """The revision as this connection sees it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(_PRESENT)
    return found


def known(revision: str) -> bool:
    """Whether this program has heard of it; what a newer one made is unknown."""
    return revision in _revisions()


def fits(engine: Engine) -> bool:
    """Whether this program can serve the store: of its own revision, or of a later one, which only added to it.

    So the processes of yesterday go on while those of today come (docs/operation.md, Upgrade). A store that is being
    restored has no number.
    """
    found = present(engine)
    return found is not None and found.isdigit() and found >= newest()


def upgrade(engine: Engine, to: str = HEAD) -> None:
    """Run what is missing, in one transaction where the database can. Two that upgrade at once do it in turn."""
    if to != HEAD or not fits(engine):
        from storage import upgrading  # alembic, mako and every dialect: a fifth of a second and 15 MB

        upgrading.upgrade(engine, to)
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            learn_sizes(connection)


def learn_sizes(connection: Connection) -> None:
    """Tell SQLite how many rows its indexes leave, when findings are twice as many as when it was told last.

    The two others see to it themselves; without it SQLite takes a state for as rare as a unit (docs/performance.md).
    """
    connection.execute(text("ANALYZE sqlite_schema"))  # makes the table of sizes, if need be, and nothing else
    told = connection.execute(text("SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'findings'"))
    last = connection.execute(text("SELECT max(id) FROM findings")).scalar() or 0
    if last > 2 * (told.scalar() or 0):
        connection.execute(text("ANALYZE"))
