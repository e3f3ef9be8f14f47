"""Prepared statements answer what SQLAlchemy's own execution answers, and fail as it fails, on three stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from storage.models import Conversation, Counter, Outbox, Seen
from storage.prepared import Prepared, settle
from storage.types import table_of
from tests.stores import Store

AT = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
OUTBOX, SEEN, TALKS = table_of(Outbox), table_of(Seen), table_of(Conversation)
OWE = Prepared(insert(OUTBOX))
TALK = Prepared(insert(TALKS))
BY_ID = select(OUTBOX).where(OUTBOX.c.id == bindparam("row"))
OF_PERSON = select(TALKS.c.frames, TALKS.c.recent, TALKS.c.touched_at).where(TALKS.c.person == bindparam("who"))


def owe(session: Session, person: str = "hx_zhou") -> int:
    message = {"person": person, "kind": "text", "body": {"content": "百分之50%，“引号”"}, "state": "due"}
    key = OWE.run(session, message | {"not_before": AT, "created_at": AT}).key
    assert key is not None
    return key


def test_a_row_is_what_sqlalchemy_reads(store: Store) -> None:
    with store.session() as session:
        row = owe(session)
        read = session.execute(BY_ID, {"row": row}).one()
        assert Prepared(BY_ID).first(session, {"row": row})._asdict() == dict(read._mapping)
        assert read.created_at == AT.astimezone(UTC)  # aware, to the microsecond
        assert (read.attempts, read.card_group) == (0, "")  # the columns' own defaults


def test_json_and_lists_of_rows(store: Store) -> None:
    with store.session() as session:
        for person in ("a", "b"):
            TALK.run(session, {"person": person, "frames": [{"n": person}], "recent": {"甲": 1}, "touched_at": AT})
        assert Prepared(OF_PERSON).all(session, {"who": "b"}) == [([{"n": "b"}], {"甲": 1}, AT)]
        assert Prepared(OF_PERSON).first(session, {"who": "c"}) is None
        assert Prepared(OF_PERSON).scalar(session, {"who": "a"}) == [{"n": "a"}]


def test_how_many_rows_a_write_met(store: Store) -> None:
    change = Prepared(update(OUTBOX).where(OUTBOX.c.person == bindparam("who")).values(matter=bindparam("about")))
    with store.session() as session:
        keys = {owe(session), owe(session), owe(session, "hx_li")}
        assert len(keys) == 3
        assert change.run(session, {"who": "hx_zhou", "about": "WT-2026-0001"}).rows == 2


def test_what_is_pending_is_seen(store: Store) -> None:
    with store.session() as session:
        session.add(Counter(name="one", value=7))
        counters = table_of(Counter)
        read = Prepared(select(counters.c.value).where(counters.c.name == bindparam("which")))
        assert read.scalar(session, {"which": "one"}) == 7


def test_a_failure_is_sqlalchemys_and_tells_no_value(store: Store) -> None:
    add = Prepared(insert(SEEN))
    twice = {"key": "m:secret-key", "person": "hx_zhou", "at": AT, "reply": "秘密", "outbox_id": None}
    with store.session() as session:
        add.run(session, twice)
        with pytest.raises(IntegrityError) as caught, session.begin_nested():
            add.run(session, twice)
        assert "秘密" not in str(caught.value)
        assert session.execute(select(SEEN.c.key)).scalars().all() == ["m:secret-key"]  # the transaction goes on


def test_a_lost_connection_is_known_as_such(server: Store) -> None:
    with server.session() as session:
        connection = session.connection()
        connection.connection.driver_connection.close()  # type: ignore[union-attr]
        with pytest.raises(DBAPIError) as caught:
            Prepared(BY_ID).first(session, {"row": 1})
        assert caught.value.connection_invalidated
        assert connection.invalidated
        session.rollback()
        assert Prepared(BY_ID).first(session, {"row": 1}) is None  # on a new one


def test_who_listens_for_statements_hears_these(store: Store) -> None:
    with store.session() as session:
        heard: list[str] = []
        session.connection()  # its BEGIN is heard before
        hear = lambda *told: heard.append(told[2])  # noqa: E731
        for name in ("before_cursor_execute", "after_cursor_execute"):
            event.listen(session.get_bind(), name, hear)
        owe(session)
        assert [words.split()[:2] for words in heard] == [["INSERT", "INTO"]] * 2


def test_what_cannot_be_prepared_is_refused(store: Store) -> None:
    listed = Prepared(select(OUTBOX.c.id).where(OUTBOX.c.id.in_(bindparam("ids", expanding=True))))
    with store.session() as session:
        with pytest.raises(ValueError, match="expanded"):
            listed.all(session, {"ids": [1, 2]})
        with pytest.raises((KeyError, DBAPIError)):
            Prepared(BY_ID).first(session, {})


def test_a_settled_session_keeps_its_savepoints(store: Store) -> None:
    """Statements find the connection at once; one that fails in a savepoint of its own leaves the transaction whole."""
    add = Prepared(insert(SEEN))
    row = {"key": "m:1", "person": "hx_zhou", "at": AT, "reply": "", "outbox_id": None}
    with store.session() as session:
        settle(session)
        add.run(session, row)
        for _ in range(2):
            with pytest.raises(IntegrityError), session.begin_nested():
                add.run(session, row)
        add.run(session, {**row, "key": "m:2"})
        assert set(session.execute(select(SEEN.c.key)).scalars()) == {"m:1", "m:2"}
