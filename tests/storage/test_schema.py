"""The schema: from empty to newest on three stores, equal to the models, with its guards in place."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from storage import events, schema, upgrading
from storage.database import open_engine
from storage.matters import Unit
from storage.migrations import fulltext
from storage.models import Due, Event, Outbox, Seen
from storage.types import Base
from tests.stores import NAMES, Databases, Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", NAMES)
def test_a_store_comes_from_empty_to_the_newest_schema(name: str, databases: Databases) -> None:
    database = f"jiandu_blank_{secrets.token_hex(5)}"
    engine = open_engine(databases.blank(name, database))
    try:
        assert schema.present(engine) is None
        schema.upgrade(engine)
        assert schema.present(engine) == schema.newest()
        assert _differences(engine) == []
        schema.upgrade(engine)  # a second time does nothing
        assert schema.present(engine) == schema.newest()
    finally:
        engine.dispose()
        databases.drop(name, database)


def test_the_newest_by_name_is_the_head_of_the_chain() -> None:
    assert schema.newest() == upgrading.head()


def test_the_program_of_yesterday_serves_the_schema_of_tomorrow(store: Store) -> None:
    """An upgrade adds first: what still runs goes on, and one that starts again leaves the store as it is."""
    engine = store.open()
    assert schema.fits(engine)
    for revision, fits in (("9999", True), ("0001", False), ("restoring", False)):
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        assert schema.fits(engine) is fits
        if fits:
            schema.upgrade(engine)
            assert schema.present(engine) == revision


def test_revisions_compare_as_they_follow_each_other() -> None:
    names = sorted(path.name for path in (schema.MIGRATIONS / "versions").glob("r*.py"))
    numbers = [name[1:5] for name in names]
    assert numbers == [f"{at:04}" for at in range(1, len(names) + 1)] and schema.newest() == numbers[-1]


@pytest.mark.parametrize("name", NAMES)
def test_two_that_upgrade_at_once_do_it_in_turn(name: str, databases: Databases) -> None:
    database = f"jiandu_blank_{secrets.token_hex(5)}"
    url = databases.blank(name, database)
    engines = [open_engine(url) for _ in range(3)]
    try:
        with ThreadPoolExecutor(3) as threads:
            assert list(threads.map(schema.upgrade, engines)) == [None] * 3
        assert schema.present(engines[0]) == schema.newest()
    finally:
        for engine in engines:
            engine.dispose()
        databases.drop(name, database)


def _differences(engine: Engine) -> list[object]:
    with engine.connect().execution_options(reading=True) as connection:
        opts = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, Base.metadata))


def _is_ours(_object: object, name: str | None, _kind: str, _reflected: bool, _to: object) -> bool:
    """Not the full-text indexes: each database has its own, which the models do not know (storage/fulltext.py)."""
    return not (name or "").startswith((fulltext.TABLE, fulltext.INDEX))


def test_the_ledger_is_append_only(store: Store) -> None:
    with store.session() as session:
        events.add(session, at=NOW, actor="a", matter="WT-2026-0001", action="submitted", after={"state": "submitted"})
        session.commit()
    for statement in ("UPDATE events SET actor = 'b'", "DELETE FROM events"):
        with store.session() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))
    with store.session() as session:
        assert [(e.actor, e.after) for e in events.history(session, "WT-2026-0001")] == [("a", {"state": "submitted"})]


def _refused(store: Store, statement: object) -> bool:
    with store.session() as session:
        try:
            session.execute(statement)  # type: ignore[call-overload]
            session.commit()
        except IntegrityError:
            return True
        except DBAPIError as error:  # MariaDB reports a broken CHECK as an operational error
            return "CONSTRAINT" in str(error.orig)
    return False


def test_states_that_do_not_exist_are_refused(store: Store) -> None:
    row = {"person": "a", "kind": "text", "body": {}, "not_before": NOW, "created_at": NOW}
    due = {"kind": "k", "rung": "1", "matter": "m", "day": "2026-11-23", "planned_at": NOW, "due_at": NOW, "facts": {}}
    assert not _refused(store, insert(Outbox).values(state="due", **row))
    assert _refused(store, insert(Outbox).values(state="lost", **row))
    assert _refused(store, update(Outbox).values(state="gone"))
    assert not _refused(store, insert(Due).values(state="waiting", **due))
    assert _refused(store, insert(Due).values(state="waiting", **due))  # the same rung of the same day
    assert _refused(store, insert(Due).values(state="late", **due | {"rung": "2"}))


def test_moments_come_back_as_they_went_in(store: Store) -> None:
    moment = datetime(2026, 12, 31, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=8)))
    with store.session() as session:
        session.add(Seen(key="k", person="a", at=moment, reply=None))
        session.commit()
    with store.session() as session:
        back = session.execute(select(Seen.at)).scalar_one()
        assert back == moment
        assert back.tzinfo is UTC
        assert session.execute(select(Seen.key).where(Seen.at == moment.astimezone(UTC))).scalar() == "k"


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with store.session() as session, pytest.raises(StatementError, match="without a time zone"):
        session.execute(insert(Seen).values(key="k", person="a", at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_text_of_any_script_and_case_is_kept_and_told_apart(store: Store) -> None:
    with store.session() as session:
        session.add_all(Seen(key=key, person="a", at=NOW, reply="𠮷😀") for key in ("k", "K", "ķ"))
        session.commit()
        assert session.execute(select(Seen.reply).where(Seen.key == "K")).scalars().all() == ["𠮷😀"]


def test_foreign_keys_hold(store: Store) -> None:
    unit = {"name": "x", "kind": "部门", "path": "/x/", "aliases": [], "quarterly": False}
    assert _refused(store, insert(Unit).values(code="x", parent="nowhere", **unit))


def test_reading_does_not_wait_for_a_writer(sqlite: Store) -> None:
    engine = sqlite.open()
    with engine.begin() as writing, Session(bind=writing) as writer:
        writer.execute(insert(Event).values(at=NOW, actor="a", matter="m", action="x", reason="", message_key=""))
        with engine.connect().execution_options(reading=True) as reading:
            assert reading.execute(select(Event.id)).all() == []
