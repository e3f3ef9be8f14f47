"""The anonymous file: sealed reports beside the main store, written in shuffled batches only (anonymity.md).

Nothing in it tells an order or a time finer than the day: random keys, no row ids, and every batch rewrites the file.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from storage.database import say_patiently

PATIENCE = 15.0  # seconds for whoever has the file just now
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")
_TABLES = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reports (
    record TEXT PRIMARY KEY, lookup BLOB NOT NULL UNIQUE, tag TEXT NOT NULL, day TEXT NOT NULL,
    mailbox BLOB NOT NULL, manifest BLOB NOT NULL, lead TEXT NOT NULL UNIQUE, struck TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    record TEXT NOT NULL REFERENCES reports (record), place INTEGER NOT NULL, day TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (record, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replies (
    record TEXT NOT NULL REFERENCES reports (record), place INTEGER NOT NULL, day TEXT NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (record, place)
) WITHOUT ROWID;
"""
_ADD = "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_BY_LOOKUP = "SELECT * FROM reports WHERE lookup = ?"
_BY_LEAD = "SELECT * FROM reports WHERE lead = ?"
_ALL = "SELECT * FROM reports ORDER BY lead"
_ANSWERED = "SELECT DISTINCT tag FROM reports JOIN replies USING (record) WHERE replies.day >= ? ORDER BY tag"


@dataclass(frozen=True, slots=True)
class _Table:
    """The statements of one of the two tables that hold envelopes."""

    last: str
    add: str
    read: str


_PARTS = _Table(
    "SELECT coalesce(max(place), 0) FROM parts WHERE record = ?",
    "INSERT INTO parts (record, place, day, sealed) VALUES (?, ?, ?, ?)",
    "SELECT record, day, sealed FROM parts WHERE record = ? ORDER BY place",
)
_REPLIES = _Table(
    "SELECT coalesce(max(place), 0) FROM replies WHERE record = ?",
    "INSERT INTO replies (record, place, day, sealed) VALUES (?, ?, ?, ?)",
    "SELECT record, day, sealed FROM replies WHERE record = ? ORDER BY place",
)


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it lies there. lookup, tag, mailbox: of its receipt; manifest: an envelope; lead: its number.

    struck: the accounts that must not have it.
    """

    record: str
    lookup: bytes = field(repr=False)
    tag: str = field(repr=False)
    day: date
    mailbox: bytes = field(repr=False)
    manifest: bytes = field(repr=False)
    lead: str
    struck: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A part of a report, or a reply to its mailbox: an envelope."""

    record: str
    day: date
    sealed: bytes = field(repr=False)


class Vault:
    """Opens the file for each use. Raises sqlite3.Error when the disk fails; nothing of a batch stays then."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self) -> None:
        """Make the file, readable by its owner only."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        with self._open() as connection:
            connection.executescript(_TABLES)

    def salt(self, fresh: bytes) -> bytes:
        """The installation's salt of the receipts; `fresh` becomes it in a new file."""
        with self._open() as connection, _transaction(connection):
            connection.execute("INSERT OR IGNORE INTO settings VALUES ('salt', ?)", (fresh,))
            return bytes(connection.execute("SELECT value FROM settings WHERE name = 'salt'").fetchone()[0])

    def write(self, reports: Iterable[Report], parts: Iterable[Sealed], replies: Iterable[Sealed] = ()) -> None:
        """One transaction, records in random order; then the file is rewritten, so that no page tells what was last."""
        shuffled, order = list(reports), secrets.SystemRandom()
        order.shuffle(shuffled)
        with self._open() as connection:
            with _transaction(connection):
                for one in shuffled:
                    connection.execute(
                        _ADD,
                        (
                            one.record,
                            one.lookup,
                            one.tag,
                            one.day.isoformat(),
                            one.mailbox,
                            one.manifest,
                            one.lead,
                            json.dumps(one.struck),
                        ),
                    )
                for table, rows in ((_PARTS, parts), (_REPLIES, replies)):
                    _append(connection, table, rows, order)
            with suppress(sqlite3.OperationalError):  # busy: all is written, the next batch does it
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, target: Path) -> None:
        """A copy as it is between two batches, 0600: rows in the order of their random keys, no page that was freed."""
        target.touch(mode=0o600, exist_ok=False)
        with self._open() as connection:
            connection.execute("VACUUM INTO ?", (str(target),))

    def find(self, lookup: bytes) -> Report | None:
        """The report of this receipt."""
        with self._open() as connection:
            row = connection.execute(_BY_LOOKUP, (lookup,)).fetchone()
        return _report(row) if row is not None else None

    def of_lead(self, number: str) -> Report | None:
        """The report that became this lead."""
        with self._open() as connection:
            row = connection.execute(_BY_LEAD, (number,)).fetchone()
        return _report(row) if row is not None else None

    def parts(self, record: str) -> list[Sealed]:
        """What was reported, in the order in which it was written."""
        return self._rows(_PARTS, record)

    def replies(self, record: str) -> list[Sealed]:
        """What was left for the reporter, oldest first."""
        return self._rows(_REPLIES, record)

    def filed(self) -> list[Report]:
        """Every report, in order of its lead's random number."""
        with self._open() as connection:
            return [_report(row) for row in connection.execute(_ALL)]

    def numbers(self) -> set[str]:
        """The numbers of all leads that came from here."""
        with self._open() as connection:
            return {str(row[0]) for row in connection.execute("SELECT lead FROM reports")}

    def answered_since(self, day: date) -> list[str]:
        """The tags of the reports that were left a reply on or after `day`, in order of the tag."""
        with self._open() as connection:
            return [str(row[0]) for row in connection.execute(_ANSWERED, (day.isoformat(),))]

    def _rows(self, table: _Table, record: str) -> list[Sealed]:
        with self._open() as connection:
            rows = connection.execute(table.read, (record,)).fetchall()
        return [Sealed(str(of), date.fromisoformat(day), bytes(sealed)) for of, day, sealed in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        try:
            cursor = connection.cursor()
            for pragma in _PRAGMAS:
                say_patiently(cursor, f"PRAGMA {pragma}")
            cursor.close()
            yield connection
        finally:
            connection.close()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _append(connection: sqlite3.Connection, table: _Table, rows: Iterable[Sealed], order: secrets.SystemRandom) -> None:
    """Behind what each record has already; the records come in random order, the rows of one in theirs."""
    by_record: dict[str, list[Sealed]] = {}
    for row in rows:
        by_record.setdefault(row.record, []).append(row)
    names: Sequence[str] = order.sample(sorted(by_record), len(by_record))
    for name in names:
        last = connection.execute(table.last, (name,)).fetchone()
        for place, row in enumerate(by_record[name], int(last[0]) + 1):
            values = (name, place, row.day.isoformat(), row.sealed)
            connection.execute(table.add, values)


def _report(row: Sequence[object]) -> Report:
    record, lookup, tag, day, mailbox, manifest, lead, struck = row
    assert isinstance(lookup, bytes) and isinstance(mailbox, bytes) and isinstance(manifest, bytes)
    return Report(
        str(record),
        lookup,
        str(tag),
        date.fromisoformat(str(day)),
        mailbox,
        manifest,
        str(lead),
        tuple(json.loads(str(struck))),
    )
