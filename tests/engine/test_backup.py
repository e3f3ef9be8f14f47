"""A backup holds the running store whole, belongs to no database, proves itself, and comes back on any of the three."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
import sqlite3
import subprocess
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot import backup, restoring
from bot.backup import Place
from bot.clock import real_now
from bot.errors import BackupError
from bot.understanding import search_words
from storage import chain, events, fulltext, leases, links, neutral, outbox, refill, schema, vault
from storage.grants import Grant, Scope
from storage.matters import Finding
from storage.models import Due, Event, Lease, Outbox
from storage.searches import Wanted
from storage.types import Base
from storage.vault import Report, Sealed, Vault
from tests.engines import open_quickly
from tests.flows.findings import FINANCE, LIAISON, NUMBER, assigned
from tests.flows.harness import Rehearsal
from tests.flows.leads import reported
from tests.storage.past import FIRST, fill
from tests.stores import NAMES, Databases, Store

TOKEN = b"\x01" * 32
Blank = Callable[[str], Engine]


@pytest.fixture
def blank(databases: Databases) -> Iterator[Blank]:
    """Engines on databases without any table, dropped afterwards."""
    made: list[tuple[str, str, Engine]] = []

    def make(name: str) -> Engine:
        database = f"jiandu_back_{secrets.token_hex(5)}"
        engine = open_quickly(databases.blank(name, database))
        made.append((name, database, engine))
        return engine

    yield make
    for name, database, engine in made:
        engine.dispose()
        databases.drop(name, database)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store in which people worked, a file of theirs, and an anonymous report."""

    folder = tmp_path_factory.mktemp("lived")
    asyncio.run(_live(folder))
    return folder


async def _live(folder: Path) -> None:
    world = Rehearsal(folder)
    await world.start()
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已收回3万元“其余”本月内收回\n60%")
    assert "第1次进展" in await world.say(LIAISON, "确认")
    await world.picture(LIAISON)
    await world.say(LIAISON, NUMBER)
    await world.say(LIAISON, "确认")
    await reported(world)

    def seal(session: Session) -> None:
        leases.take(session, "old machine", "me", real_now(), timedelta(hours=1))
        links.seal(session, 0, 1000, real_now())

    await world.turns.run(seal)
    await world.stop()
    world.engine.dispose()
    vault = Vault(folder / "anonymous.db")
    vault.prepare()
    vault.salt(TOKEN)
    vault.write([_report("a", 1)], [Sealed("a", date(2026, 11, 23), b"sealed")])


def _report(record: str, number: int) -> Report:
    lookup = bytes([number]) * 32
    return Report(record, lookup, f"T{number}", date(2026, 11, 23), b"m", b"n", f"XS-2026-000{number}")


def _place(folder: Path) -> Place:
    return Place(folder / "anonymous.db", folder / "files")


def _store(folder: Path) -> Engine:
    return open_quickly(f"sqlite:///{folder}/store.db")


@pytest.fixture
def kept(lived: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    engine = _store(lived)
    backup.make(engine, _place(lived), tmp_path / "kept")
    engine.dispose()
    return tmp_path / "kept"


def _rows(folder: Path, leave: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Everything in the neutral file; moments of machinery that a restore ends are left out where told."""
    with closing(sqlite3.connect(folder / backup.STORE)) as file:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {n: sorted(map(repr, file.execute(f'SELECT * FROM "{n}"'))) for n in names if n not in leave}


def test_it_holds_every_table_and_is_readable_by_us_only(lived: Path, kept: Path) -> None:
    engine = _store(lived)
    tables = {name for name in inspect(engine).get_table_names() if not name.startswith("finding_index")}
    engine.dispose()
    assert tables - {"alembic_version"} == set(Base.metadata.tables)
    assert set(_rows(kept)) == set(Base.metadata.tables) - {"shared_tokens"}  # a credential is in no backup
    manifest = backup.read(kept)
    assert (manifest.revision, manifest.dialect, manifest.anonymous) == (schema.newest(), "sqlite", True)
    assert (manifest.files, manifest.missing) == (1, ())
    assert manifest.ledger_seq == manifest.tables["events"] == manifest.tables["links"] > 3
    modes = {oct(path.stat().st_mode & 0o777) for path in kept.rglob("*") if path.is_file()}
    folders = {oct(path.stat().st_mode & 0o777) for path in (kept, *kept.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({"0o600"}, {"0o700"})
    assert sorted(path.name for path in kept.parent.iterdir()) == ["kept"]  # nothing half-way beside it
    listed = subprocess.run(["sha256sum", "-c", "--strict", backup.SUMS], cwd=kept, capture_output=True, check=False)
    assert listed.returncode == 0


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == backup.VERSION


def test_round_by_all_three_stores_nothing_changes(lived: Path, kept: Path, blank: Blank, tmp_path: Path) -> None:
    """SQLite → PostgreSQL → MariaDB → SQLite; only what the old machine had in hand is void."""
    first = _rows(kept, leave=("leases",))
    folder = kept
    for step, name in enumerate(("postgresql", "mariadb", "sqlite")):
        engine = blank(name)
        restored = restoring.restore(engine, _place(tmp_path / f"m{step}"), folder)
        assert restored.proof.broken is None and restored.proof.tail == 0
        with Session(engine) as session:
            assert session.scalars(select(Lease)).all() == []
        folder = tmp_path / f"kept{step}"
        manifest = backup.make(engine, _place(tmp_path / f"m{step}"), folder)
        assert manifest.ledger_digest == backup.read(kept).ledger_digest
        assert _rows(folder, leave=("leases",)) == first, name
        if name == "sqlite":
            assert engine.connect().exec_driver_sql("PRAGMA foreign_key_check").all() == []
    files, reports = (
        [
            [line for line in (one / backup.SUMS).read_text().splitlines() if "  files/" in line]
            for one in (kept, folder)
        ],
        [(one / backup.ANONYMOUS).read_bytes()[100:] for one in (kept, folder)],  # behind the count of changes
    )
    assert files[0] == files[1] != []
    assert reports[0] == reports[1]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_restored_is_guarded_found_by_words_and_counts_on(
    name: str, kept: Path, blank: Blank, tmp_path: Path
) -> None:
    engine = blank(name)
    restoring.restore(engine, _place(tmp_path / "there"), kept)
    for statement in ("DELETE FROM findings", "UPDATE events SET actor = 'x'", "DELETE FROM links"):
        with engine.connect() as connection, pytest.raises(DBAPIError, match=r"never deleted|append-only"):
            connection.execute(text(statement))
    with Session(engine) as session:
        session.info[fulltext.CUT] = search_words.terms
        found = fulltext.search(session, ["备用金"], Wanted(), Scope(full=(Grant(None, None),)))
        assert [session.get_one(Finding, row).number for row in found.rows] == [NUMBER]
        last = session.scalar(select(func.max(Event.id))) or 0
        events.add(session, at=real_now(), actor="system", matter="m", action="a")
        session.flush()
        assert session.scalar(select(func.max(Event.id))) == last + 1
        links.seal(session, 0, 10, real_now())
        assert chain.walk(session).broken is None


def test_a_backup_taken_while_others_write_is_of_one_moment(store: Store, tmp_path: Path) -> None:
    """Each turn writes an event and a due row: a copy that saw half of one would count them apart."""
    engine, stop = store.open(), threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        other = store.open()
        while not stop.is_set():
            with other.begin() as connection, Session(connection) as session:
                events.add(session, at=real_now(), actor="w", matter=f"m{written}", action="a", after={"n": written})
                now = real_now()
                session.add(Due(kind="k", rung="r", matter=f"m{written}", day="d", planned_at=now, due_at=now))
                session.flush()
            written += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        seen = []
        for number in range(4):
            before = written
            manifest = backup.make(engine, _place(tmp_path), tmp_path / f"kept{number}")
            assert manifest.tables["events"] == manifest.tables["dues"] >= before
            seen.append(manifest.tables["events"])
    finally:
        stop.set()
        thread.join()
    assert seen[0] < seen[-1] <= written  # it went on meanwhile


def _tamper(kept: Path, how: str) -> None:
    if how == "a row":
        with closing(sqlite3.connect(kept / backup.STORE)) as file:
            file.execute("UPDATE events SET actor = 'somebody' WHERE id = 1")
            file.commit()
    elif how == "a file":
        next((kept / "files").glob("*/*/*")).write_bytes(b"other")
    elif how == "a file gone":
        next((kept / "files").glob("*/*/*")).unlink()
    elif how == "a line gone":
        lines = (kept / backup.SUMS).read_text().splitlines(keepends=True)
        (kept / backup.SUMS).write_text("".join(lines[:-1]))
    elif how == "a way out":
        _resum(kept, lambda lines: [*lines, f"{'0' * 64}  ../outside"])
    elif how == "the count":
        _rewrite(kept, lambda manifest: manifest["tables"].update(events=1))
    elif how == "the manifest":
        (kept / backup.MANIFEST).write_text("{}")


def _rewrite(kept: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    manifest = json.loads((kept / backup.MANIFEST).read_text())
    change(manifest)
    (kept / backup.MANIFEST).write_text(json.dumps(manifest))


def _resum(kept: Path, change: Callable[[list[str]], list[str]]) -> None:
    (kept / backup.SUMS).write_text("\n".join(change((kept / backup.SUMS).read_text().splitlines())) + "\n")
    _rewrite(kept, lambda manifest: manifest.update(sums=backup.digest_of(kept / backup.SUMS)))


HOW = ("a row", "a file", "a file gone", "a line gone", "a way out", "the count", "the manifest")


@pytest.mark.parametrize("how", HOW)
def test_a_tampered_backup_is_refused_and_nothing_is_changed(how: str, kept: Path, tmp_path: Path) -> None:
    _tamper(kept, how)
    there = tmp_path / "there"
    there.mkdir()
    engine = _store(there)
    with pytest.raises(BackupError):
        restoring.restore(engine, _place(there), kept)
    assert inspect(engine).get_table_names() == []
    assert [path.name for path in there.iterdir() if not path.name.startswith("store.db")] == []
    engine.dispose()


def test_who_rewrites_list_and_manifest_too_is_found_by_the_ledger(kept: Path) -> None:
    _tamper(kept, "a row")
    _resum(kept, lambda lines: [f"{backup.digest_of(kept / backup.STORE)}  {backup.STORE}", *lines[1:]])
    proof = backup.prove(kept, backup.read(kept))
    assert proof.broken is not None and proof.broken.seq == 1


@pytest.mark.parametrize("name", NAMES)
def test_only_an_empty_store_is_filled(name: str, kept: Path, blank: Blank, tmp_path: Path) -> None:
    engine = blank(name)
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO counters (name, value) VALUES ('WT-2026', 1)"))
    with pytest.raises(BackupError, match="已有内容（counters）"):
        restoring.restore(engine, _place(tmp_path / "there"), kept)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM counters"))
    assert restoring.restore(engine, _place(tmp_path / "there"), kept).proof.broken is None


@pytest.mark.parametrize("name", NAMES)
def test_what_the_store_refuses_half_way_leaves_it_empty_and_guarded(
    name: str, kept: Path, blank: Blank, tmp_path: Path
) -> None:
    """A state that is none, in one of the later tables: the same store takes the right backup afterwards."""
    shutil.copytree(kept, tmp_path / "wrong")
    with closing(sqlite3.connect(tmp_path / "wrong" / backup.STORE)) as file:
        file.execute("UPDATE findings SET state = 'nonsense'")
        file.commit()
    digest = backup.digest_of(tmp_path / "wrong" / backup.STORE)
    _resum(tmp_path / "wrong", lambda lines: [f"{digest}  {backup.STORE}", *lines[1:]])
    engine, there = blank(name), _place(tmp_path / "there")
    with pytest.raises(DBAPIError):
        restoring.restore(engine, there, tmp_path / "wrong")
    assert not there.anonymous.exists()
    with engine.begin() as connection:
        assert neutral.filled(connection) is None
    assert schema.present(engine) == schema.newest()
    with engine.begin() as connection, pytest.raises(DBAPIError, match="begins as new"):
        connection.execute(
            text(
                "INSERT INTO requests (system, reference, person, action, facts, asked_at, state) "
                "VALUES ('s', 'r', 'p', 'a', '{}', '2026-11-23 02:00:00', 'done')"
            )
        )
    assert restoring.restore(engine, there, kept).proof.broken is None


@pytest.mark.parametrize("name", NAMES)
def test_a_store_of_the_first_revision_is_kept_as_it_is_and_comes_back_upgraded(
    name: str, blank: Blank, tmp_path: Path
) -> None:
    old, engine = blank("sqlite"), blank(name)
    schema.upgrade(old, "0001")
    with old.begin() as connection:
        fill(connection, FIRST.rows)
    manifest = backup.make(old, _place(tmp_path / "old"), tmp_path / "kept")
    assert (manifest.revision, manifest.tables["findings"]) == ("0001", len(FIRST.rows["findings"]))
    with pytest.raises(BackupError, match="较旧"):
        backup.prove(tmp_path / "kept", backup.read(tmp_path / "kept"))
    proof = restoring.restore(engine, _place(tmp_path / "new"), tmp_path / "kept").proof
    assert (proof.broken, proof.tail) == (None, len(FIRST.rows["events"]))
    assert schema.present(engine) == schema.newest()
    with Session(engine) as session:
        numbers = set(session.scalars(select(Finding.number)))
    assert numbers == {row["number"] for row in FIRST.rows["findings"]}


def test_reports_that_lie_there_already_are_not_overwritten(kept: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    vault = Vault(there / "anonymous.db")
    vault.prepare()
    vault.write([_report("other", 7)], [])
    engine = _store(there)
    with pytest.raises(BackupError, match="里已有反映"):
        restoring.restore(engine, _place(there), kept)
    assert vault.numbers() == {"XS-2026-0007"}
    engine.dispose()


def test_a_kill_half_way_on_mariadb_is_told_apart(kept: Path, blank: Blank, tmp_path: Path) -> None:
    engine = blank("mariadb")
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :under"), {"under": refill.UNDER_WAY})
    with pytest.raises(BackupError, match="中途断了"):
        restoring.restore(engine, _place(tmp_path / "there"), kept)
    assert schema.present(engine) != schema.newest()  # `serve` refuses it


async def test_what_was_sent_stays_sent_and_what_waited_goes_once(lived: Path, tmp_path: Path) -> None:
    """One message is in the old machine's hands, under a lease of an hour, when the backup is taken."""
    shutil.copytree(lived, tmp_path / "here")
    engine = _store(tmp_path / "here")
    with engine.begin() as connection, Session(connection) as session:
        waits = session.scalars(select(Outbox).where(Outbox.state == "sent", Outbox.kind == "text").limit(1)).one()
        waits.state, waits.sent_at, waits.lease_until = "due", None, real_now() + timedelta(hours=1)
        waits.body = {"content": "还没有送到的话"}
        session.flush()
        person, before = waits.person, outbox.counts(session)
    backup.make(engine, _place(tmp_path / "here"), tmp_path / "kept")
    engine.dispose()
    (tmp_path / "there").mkdir()
    engine = _store(tmp_path / "there")
    restoring.restore(engine, _place(tmp_path / "there"), tmp_path / "kept")
    engine.dispose()
    world = Rehearsal(tmp_path / "there", url=f"sqlite:///{tmp_path}/there/store.db")
    await world.start()
    await world.settle()
    await world.stop()
    assert [(sent.person, sent.words) for sent in world.channel.sent] == [(person, "还没有送到的话")]
    with world.session() as session:
        after = outbox.counts(session)
    assert (after["sent"], after.get("due", 0)) == (before["sent"] + 1, before["due"] - 1)
    world.engine.dispose()


def test_a_folder_in_use_is_refused_and_a_file_gone_from_the_disk_is_told(lived: Path, tmp_path: Path) -> None:
    engine = _store(lived)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(BackupError, match="不是空文件夹"):
        backup.make(engine, _place(lived), tmp_path / "full")
    (tmp_path / "empty").mkdir()
    manifest = backup.make(engine, Place(lived / "anonymous.db", tmp_path / "nowhere"), tmp_path / "empty")
    assert (manifest.files, len(manifest.missing)) == (0, 1)
    assert backup.read(tmp_path / "empty") == manifest
    engine.dispose()


def test_no_copy_of_the_reports_tells_in_which_order_they_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reports written in two orders, the log of one not folded in yet: one and the same copy, byte by byte."""
    monkeypatch.setattr(vault, "PATIENCE", 0.1)  # the reader of the second stays
    copies = []
    for name, order in (("one", (1, 2, 3)), ("two", (3, 1, 2))):
        kept = Vault(tmp_path / f"{name}.db")
        kept.prepare()
        kept.salt(TOKEN)
        with closing(sqlite3.connect(tmp_path / f"{name}.db", isolation_level=None)) as reader:
            if name == "two":  # somebody reads: what is written stays in the log
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM reports").fetchone()
            for number in order:
                kept.write([_report(f"r{number}", number)], [Sealed(f"r{number}", date(2026, 11, 23), b"x" * 5000)])
            kept.copy_to(tmp_path / f"{name}.copy")
        copies.append((tmp_path / f"{name}.copy").read_bytes()[100:])  # behind the header: how often it was changed
    assert copies[0] == copies[1]
    assert not list(tmp_path.glob("*.copy-*"))


def test_the_person_who_worked_there_is_in_it(kept: Path) -> None:
    """So that what the other tests compare is not empty."""
    assert FINANCE in "".join(_rows(kept)["findings"])


@pytest.mark.parametrize(
    "change", ['ALTER TABLE events ADD COLUMN "strange" DEFAULT 1', "ALTER TABLE events RENAME COLUMN action TO act"]
)
def test_a_column_that_nobody_knows_is_refused_in_one_line(change: str, kept: Path, tmp_path: Path) -> None:
    """Whoever makes a list and a manifest of his own could hand in any table: that ended in a KeyError."""
    with closing(sqlite3.connect(kept / backup.STORE)) as file:
        file.execute(change)
    sums = kept / backup.SUMS
    digest = backup.digest_of(kept / backup.STORE)
    sums.write_text(re.sub(rf"[0-9a-f]{{64}}  {backup.STORE}", f"{digest}  {backup.STORE}", sums.read_text()))
    manifest = json.loads((kept / backup.MANIFEST).read_text())
    (kept / backup.MANIFEST).write_text(json.dumps(manifest | {"sums": backup.digest_of(sums)}))
    engine = _store(tmp_path)
    with pytest.raises(BackupError, match="不认识的表或列"):
        restoring.restore(engine, _place(tmp_path), kept)
    with engine.connect() as connection:
        assert neutral.filled(connection) is None
    engine.dispose()
