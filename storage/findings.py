"""Findings as they are submitted: written once with their number, and looked up by number or by their words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storage import events, fulltext
from storage.events import Entry
from storage.matters import Finding
from storage.prepared import Prepared
from storage.types import Base, table_of

PAGE = 500  # numbers of one statement

# Built once: they stand on the path of many turns (docs/performance.md).
_FINDINGS = table_of(Finding)
_ADD = Prepared(insert(_FINDINGS))
_FIND = select(Finding).where(Finding.number == bindparam("number"))
_LATELY = Prepared(
    select(_FINDINGS.c.number, _FINDINGS.c.raw_text)
    .where(_FINDINGS.c.submitted_by == bindparam("person"), _FINDINGS.c.submitted_at >= bindparam("since"))
    .order_by(_FINDINGS.c.id.desc())
)


def add(session: Session, entry: Entry, *pieces: Base, registered: Entry | None = None, **values: Any) -> int:
    """Write a finding with its event; `number` was issued in the same turn. Returns the row's id.

    registered: T2 in the same breath; the ledger has both moves (contract.md, "Numbers that people see").
    pieces: rows that come with it, such as pictures.
    """
    state = {"state": "registered"} if registered else {}
    row: int = _ADD.run(session, values | state).key or values["id"]  # PostgreSQL tells none that it was given
    fulltext.add(session, row, values)
    after = {name: events.plain(value) for name, value in values.items()}
    for piece in pieces:
        piece.finding_id = row  # type: ignore[attr-defined]
        session.add(piece)
        session.flush()
        columns = [column.key for column in piece.__table__.columns if column.key != "finding_id"]
        after.setdefault(piece.__tablename__, []).append({c: events.plain(getattr(piece, c)) for c in columns})
    events.append(session, entry, values["number"], None, after)
    if registered:
        events.append(session, registered, values["number"], {"state": values["state"]}, state)
    return row


def load(session: Session, numbers: Iterable[str]) -> dict[str, Finding]:
    """These findings by number, read together; while the answer is held, each is read no more."""
    wanted = list(dict.fromkeys(numbers))
    found: dict[str, Finding] = {}
    for start in range(0, len(wanted), PAGE):
        rows = session.scalars(select(Finding).where(Finding.number.in_(wanted[start : start + PAGE])))
        found |= {row.number: row for row in rows}
    return found


def load_ids(session: Session, rows: Iterable[int]) -> list[Finding]:
    """The same by the rows' ids."""
    wanted, found = list(dict.fromkeys(rows)), list[Finding]()
    for start in range(0, len(wanted), PAGE):
        found += session.scalars(select(Finding).where(Finding.id.in_(wanted[start : start + PAGE])))
    return found


def find(session: Session, number: str) -> Finding | None:
    """The finding of this canonical number."""
    return session.scalars(_FIND, {"number": number}).first()


def texts_of(session: Session, person: str) -> dict[str, str]:
    """What the person has submitted, as it was written -> its number."""
    rows = session.execute(select(_FINDINGS.c.raw_text, _FINDINGS.c.number).where(_FINDINGS.c.submitted_by == person))
    return dict(rows.tuples().all())


def same_text(session: Session, person: str, raw_text: str, since: datetime) -> str:
    """The number under which the person submitted just these words since then, or "" (domain.md T1).

    Words that were added in later messages stand behind a line end, so the first message alone is found too.
    """
    rows = _LATELY.all(session, {"person": person, "since": since})
    wanted = raw_text.strip()
    return next((number for number, text in rows if text == wanted or text.startswith(f"{wanted}\n")), "")
