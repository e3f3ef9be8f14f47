"""The ledger's chain on all three stores: what is hashed, and that every way of tampering is found and named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot import ledger
from storage import chain, events, links
from storage.chain import Fault
from storage.models import Event, Link
from tests.stores import NAMES, Databases, Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GUARDS = {
    "events": ("events_no_update", "events_no_delete", "events_no_change"),
    "links": ("links_stay", "links_kept"),
}


def write(store: Store, count: int = 5, *, sealed: bool = True) -> None:
    with store.session() as session:
        for place in range(1, count + 1):
            events.add(
                session, at=NOW + timedelta(minutes=place), actor=f"a{place}", matter="WT-2026-0001", action="progress",
                before={"percent": place - 1}, after={"percent": place, "text": "进展𠮷"}, reason="说明",
            )  # fmt: skip
        session.flush()
        if sealed:
            assert links.seal(session, 1, 5000, NOW) is None
        session.commit()


def walk(store: Store, expect: str = "") -> chain.Proof:
    with store.session() as session:
        return chain.walk(session, expect)


def tamper(store: Store, *statements: str) -> None:
    """As somebody with the database's own password would: the guards put aside first."""
    with store.session() as session:
        for table, names in GUARDS.items():
            for name in names:
                on = f" ON {table}" if store.name == "postgresql" else ""
                session.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
        session.commit()
    with store.open().connect() as connection:
        off = {"sqlite": "PRAGMA foreign_keys=OFF", "mariadb": "SET FOREIGN_KEY_CHECKS=0"}
        connection.exec_driver_sql(off.get(store.name, "SET session_replication_role = replica"))
        if store.name == "sqlite":  # the pragma does nothing inside a transaction
            connection.connection.driver_connection.commit()  # type: ignore[union-attr]
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases that may be left without their guards."""
    made = Databases(tmp_path_factory.mktemp("spoiled"))
    yield made
    made.close()


@pytest.fixture(params=NAMES)
def copied(request: pytest.FixtureRequest, spoiled: Databases) -> Iterator[Store]:
    opened = Store(request.param, spoiled.url(request.param))
    yield opened
    opened.close()


def test_the_encoding_is_the_documented_one(store: Store) -> None:
    """S54: an auditor computes the first digest from the docstring alone."""
    write(store, 1)
    with store.session() as session:
        (link,) = session.scalars(select(Link))
        (event,) = session.scalars(select(Event))
    statement = [
        1, "2026-11-23T02:00:00.000000+00:00", event.id, "2026-11-23T02:01:00.000000+00:00", "a1", "WT-2026-0001",
        "progress", {"json": {"percent": 0}}, {"json": {"percent": 1, "text": "进展𠮷"}}, "说明", "", "",
    ]  # fmt: skip
    words = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert link.digest == hashlib.sha256(f"jiandu-link-1\n{'0' * 64}\n{words}".encode()).hexdigest()


def test_a_whole_chain_is_proved(store: Store) -> None:
    write(store)
    proof = walk(store)
    assert (proof.broken, proof.count, proof.tail) == (None, 5, 0)
    with store.session() as session:
        last = links.head(session)
        assert last is not None
        assert (proof.head, proof.head_at) == (last.digest, NOW)


def test_an_empty_chain_is_whole(store: Store) -> None:
    proof = walk(store)
    assert (proof.broken, proof.count, proof.head, proof.head_at, proof.tail) == (None, 0, "", None, 0)


def test_the_unsealed_tail_is_told(store: Store) -> None:
    write(store)
    write(store, 3, sealed=False)
    proof = walk(store)
    assert (proof.broken, proof.count, proof.tail, proof.tail_since) == (None, 5, 3, NOW + timedelta(minutes=1))


def test_batches_make_one_chain_however_they_are_cut(store: Store) -> None:
    write(store, 7, sealed=False)
    with store.session() as session:
        first: int | None = 1
        while first is not None:
            first = links.seal(session, first, 2, NOW)
        session.commit()
    assert walk(store).count == 7
    assert walk(store).broken is None


def test_an_event_that_comes_late_is_chained_later(store: Store) -> None:
    """Transactions commit out of the order of their ids."""
    write(store, 3, sealed=False)
    with store.session() as session:
        ids = session.scalars(select(Event.id).order_by(Event.id)).all()
        links.seal(session, ids[1], 10, NOW)
        assert links.first_unsealed(session, everywhere=False) == ids[0]
        links.seal(session, ids[0], 10, NOW)
        session.commit()
        assert session.scalars(select(Link.event_id).order_by(Link.seq)).all() == [ids[1], ids[2], ids[0]]
    assert walk(store).broken is None


def test_two_who_seal_at_once_cannot_fork_the_chain(store: Store) -> None:
    write(store, 2, sealed=False)
    if store.name == "sqlite":
        pytest.skip("one writer at a time: the second sees the first one's links")
    first, second = store.session(), store.session()
    links.seal(first, 1, 10, NOW)
    assert second.execute(select(func.count()).select_from(Link)).scalar_one() == 0
    first.commit()
    second.rollback()
    with pytest.raises(IntegrityError):
        second.execute(text(f"INSERT INTO links VALUES (1, 2, '{'0' * 64}', '2026-11-23 02:00:00')"))
    second.rollback()
    with pytest.raises(IntegrityError):
        second.execute(text(f"INSERT INTO links VALUES (3, 2, '{'0' * 64}', '2026-11-23 02:00:00')"))
    second.rollback()
    first.close()
    second.close()


def _swap(column: str) -> tuple[str, ...]:
    return (
        f"UPDATE events SET {column} = 'tmp' WHERE id = {{second}}",
        f"UPDATE events SET {column} = 'a3' WHERE id = {{second}}",
        f"UPDATE events SET {column} = 'a2' WHERE id = {{third}}",
    )


_LINK = "INSERT INTO links (seq, event_id, digest, sealed_at) VALUES"
_FORGED = (
    "INSERT INTO events (id, at, actor, matter, action, reason, message_key, foreign_to) "
    "VALUES (900, '2026-11-23 02:00:00', 'x', 'WT-2026-0002', 'accept', '', '', '')"
)
TAMPERING: dict[str, tuple[tuple[str, ...], int, Fault]] = {
    "the reason is altered": (("UPDATE events SET reason = '改' WHERE id = {third}",), 3, Fault.ALTERED_EVENT),
    "the actor is altered": (("UPDATE events SET actor = 'b' WHERE id = {third}",), 3, Fault.ALTERED_EVENT),
    "the moment is altered": (
        ("UPDATE events SET at = '2026-11-20 02:03:00.000000' WHERE id = {third}",), 3, Fault.ALTERED_EVENT,
    ),
    "what was before is altered": (
        ("UPDATE events SET before = NULL WHERE id = {third}",), 3, Fault.ALTERED_EVENT,
    ),
    "what was after is altered": (
        ("UPDATE events SET after = '{{\"percent\": 99}}' WHERE id = {third}",), 3, Fault.ALTERED_EVENT,
    ),
    "a key is hidden behind another": (
        ('UPDATE events SET after = \'{{"percent": 99, "percent": 3, "text": "x"}}\' WHERE id = {third}',),
        3,
        Fault.ALTERED_EVENT,
    ),
    "the head is altered": (("UPDATE events SET actor = 'b' WHERE id = {fifth}",), 5, Fault.ALTERED_HEAD),
    "an event is deleted": (("DELETE FROM events WHERE id = {third}",), 3, Fault.MISSING_EVENT),
    "two are altered": (
        ("UPDATE events SET actor = 'b' WHERE id IN ({second}, {third})",), 2, Fault.ALTERED_EVENT,
    ),
    "two swap what they say": (_swap("actor"), 2, Fault.ALTERED_EVENT),
    "two swap their places": (
        (
            "UPDATE links SET event_id = 999 WHERE seq = 2",
            "UPDATE links SET event_id = {second} WHERE seq = 3",
            "UPDATE links SET event_id = {third} WHERE seq = 2",
        ),
        2,
        Fault.ALTERED_EVENT,
    ),
    "a link is deleted": (("DELETE FROM links WHERE seq = 3",), 3, Fault.MISSING_LINK),
    "the first link is deleted": (("DELETE FROM links WHERE seq = 1",), 1, Fault.MISSING_LINK),
    "a digest is altered": (
        (f"UPDATE links SET digest = '{'1' * 64}' WHERE seq = 3",), 3, Fault.ALTERED_DIGEST,
    ),
    "the moment of a link is altered": (
        ("UPDATE links SET sealed_at = '2026-11-20 00:00:00.000000' WHERE seq = 3",), 3, Fault.ALTERED_EVENT,
    ),
    "the moment of a link is made unreadable": (
        ("UPDATE links SET sealed_at = 'gestern' WHERE seq = 3",), 3, Fault.ALTERED_EVENT,
    ),
    "a forged event is put into the middle": (
        (_FORGED, "UPDATE links SET event_id = 900 WHERE seq = 3"), 3, Fault.ALTERED_EVENT,
    ),
    "a forged event is put at the end": (
        (_FORGED, f"{_LINK} (6, 900, '{'2' * 64}', '2026-11-23 02:00:00')"), 6, Fault.ALTERED_HEAD,
    ),
    "a link leads nowhere": (
        (f"{_LINK} (6, 901, '{'2' * 64}', '2026-11-23 02:00:00')",), 6, Fault.MISSING_EVENT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_named(copied: Store, name: str) -> None:
    """S54: the first broken link, its event, its matter, and what is wrong."""
    if "unreadable" in name and copied.name != "sqlite":
        pytest.skip("the other stores keep moments only")
    write(copied)
    statements, seq, fault = TAMPERING[name]
    with copied.session() as session:
        ids = session.scalars(select(Event.id).order_by(Event.id)).all()
    named = dict(zip(("first", "second", "third", "fourth", "fifth"), ids, strict=True))
    tamper(copied, *[_columns(copied, statement.format(**named)) for statement in statements])
    broken = walk(copied).broken
    assert broken is not None
    assert (broken.seq, broken.fault) == (seq, fault)
    if fault is Fault.ALTERED_EVENT and "forged" not in name:
        assert broken.matter == "WT-2026-0001"


def test_a_moment_that_is_none_is_named_and_sealed_all_the_same(sqlite: Store) -> None:
    """SQLite keeps any text; the sealer must not stumble over another program's event."""
    write(sqlite)
    with sqlite.session() as session:
        words = _FORGED.replace("2026-11-23 02:00:00", "gestern").replace("NULL", "")
        session.execute(text(words))
        session.execute(text(words.replace("900", "901").replace("foreign_to)", "foreign_to, after)").replace(
            "'')", "'', '{half')")))  # fmt: skip
        session.commit()
        links.seal(session, 1, 100, NOW)
        session.commit()
    assert (walk(sqlite).count, walk(sqlite).broken) == (7, None)
    tamper(sqlite, "UPDATE events SET at = 'heute' WHERE id = 900")
    broken = walk(sqlite).broken
    assert broken is not None
    assert (broken.seq, broken.event_id, broken.fault) == (6, 900, Fault.ALTERED_EVENT)


@pytest.mark.parametrize("at", ["7", "'gestern'"])
def test_the_unsealed_tail_is_counted_whatever_its_moments_are(sqlite: Store, at: str) -> None:
    write(sqlite, sealed=False)
    tamper(sqlite, f"UPDATE events SET at = {at}")
    proof = walk(sqlite)
    assert (proof.count, proof.broken, proof.tail_since) == (0, None, None)
    assert proof.tail > 0
    assert ledger.tail_words(proof.tail, proof.tail_since, NOW) == f"未封存：{proof.tail}条"


def test_a_truncated_tail_is_found_by_a_noted_digest(copied: Store) -> None:
    """Deleting the newest events is invisible to the chain alone (anonymity.md): a digest noted earlier finds it."""
    write(copied)
    noted = walk(copied).head
    assert walk(copied, noted).expected is True
    tamper(copied, "DELETE FROM links WHERE seq > 3", "DELETE FROM events WHERE id > (SELECT max(event_id) FROM links)")
    proof = walk(copied, noted)
    assert (proof.broken, proof.count, proof.expected) == (None, 3, False)


def test_sealing_a_truncated_chain_again_does_not_bring_the_digest_back(copied: Store) -> None:
    write(copied)
    noted = walk(copied).head
    tamper(copied, "DELETE FROM links WHERE seq > 3")
    assert walk(copied).tail == 2
    with copied.session() as session:
        links.seal(session, 1, 100, NOW + timedelta(hours=1))
        session.commit()
    assert walk(copied, noted).expected is False


def test_a_long_chain_is_walked_in_pages(sqlite: Store) -> None:
    write(sqlite, chain.PAGE * 2 + 3)
    assert walk(sqlite).count == chain.PAGE * 2 + 3
    assert walk(sqlite).broken is None


def _columns(store: Store, statement: str) -> str:
    """`before` is a word of MariaDB's."""
    return statement.replace("SET before", "SET `before`") if store.name == "mariadb" else statement
