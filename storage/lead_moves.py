"""The one place where leads change: every move, and every row beside it, is written together with its event.

The event holds no content: states, dates, bodies and classes of result as they are, of everything else only that it was
written (domain.md 6.5, S54). The ledger is read by more people than any lead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import events
from storage.events import Entry
from storage.matters import Lead, LeadNote, LeadSlip
from storage.moves import Altered

Piece = LeadSlip | LeadNote | Altered

# What the ledger may say of a lead; of the other columns it says that they were written.
TOLD = frozenset({
    "state", "route", "destinations", "handler", "disposal", "review_on", "result_class", "tolerance", "backflow",
    "not_accepted", "cycle", "accepted_at", "closed_at", "drafted_by", "approved_handler",
})  # fmt: skip
_SLIP = ("id", "destination", "state", "sent_by", "sent_at", "decided_by", "decided_at", "done_at")
_NOTE = ("id", "kind")


def move(session: Session, lead: Lead, old: str, new: str, entry: Entry, *pieces: Piece, **values: Any) -> bool:
    """`old` -> `new` with `values` and `pieces`, and the event of it all (domain.md 3.5).

    False when somebody was faster: then nothing of it may stay, so the caller raises. `lead` is fresh afterwards.
    """
    lock(session, lead)
    before, cycle = _told(lead, ("state", *values)), lead.cycle
    changed = update(Lead).where(Lead.id == lead.id, Lead.state == old, Lead.cycle == cycle)
    result = session.execute(changed.values(state=new, **values).execution_options(synchronize_session=False))
    session.refresh(lead)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    return _finish(session, lead, entry, before, ("state", *values), pieces)


def keep(session: Session, lead: Lead, entry: Entry, *pieces: Piece, **values: Any) -> bool:
    """Fields and rows that change without a move, and their event; False as with `move`."""
    return move(session, lead, lead.state, lead.state, entry, *pieces, **values)


def lock(session: Session, lead: Lead) -> None:
    """Hold the lead until the turn ends, and read it again. SQLite has one writer, so nothing can come in between."""
    if session.get_bind().dialect.name != "sqlite":
        session.refresh(lead, with_for_update=True)


def slips_of(session: Session, lead: Lead) -> list[LeadSlip]:
    """Every slip, oldest first."""
    return list(session.scalars(select(LeadSlip).where(LeadSlip.lead_id == lead.id).order_by(LeadSlip.id)))


def slips_now(session: Session, lead: Lead) -> dict[str, LeadSlip]:
    """The last slip to each body."""
    return {slip.destination: slip for slip in slips_of(session, lead)}


def notes_of(session: Session, lead: Lead, kind: str) -> list[LeadNote]:
    """The notes of one kind, oldest first, as they are kept (handlers/lead_contents.py reads them)."""
    query = select(LeadNote).where(LeadNote.lead_id == lead.id, LeadNote.kind == kind)
    return list(session.scalars(query.order_by(LeadNote.id)))


def _finish(
    session: Session, lead: Lead, entry: Entry, before: dict[str, Any], names: Iterable[str], pieces: Iterable[Piece]
) -> bool:
    after = _told(lead, names)
    written = sorted(set(names) - TOLD)
    if written:
        after["fields"] = written
    for piece in pieces:
        row = _alter(session, piece) if isinstance(piece, Altered) else _insert(session, lead, piece)
        if row is None:
            return False
        name, told = row
        after.setdefault(name, []).append(told)
    events.append(session, entry, lead.number, before, after)
    return True


def _insert(session: Session, lead: Lead, row: LeadSlip | LeadNote) -> tuple[str, dict[str, Any]]:
    row.lead_id = lead.id
    session.add(row)
    session.flush()
    return _row(row)


def _alter(session: Session, piece: Altered) -> tuple[str, dict[str, Any]] | None:
    row = piece.row
    assert isinstance(row, LeadSlip)  # notes are only added
    same = [getattr(LeadSlip, name) == value for name, value in piece.only_if.items()]
    changed = update(LeadSlip).where(LeadSlip.id == row.id, *same).values(**piece.values)
    result = session.execute(changed.execution_options(synchronize_session=False))
    session.refresh(row)
    return _row(row) if result.rowcount == 1 else None  # type: ignore[attr-defined]


def _row(row: LeadSlip | LeadNote) -> tuple[str, dict[str, Any]]:
    names = _SLIP if isinstance(row, LeadSlip) else _NOTE
    return row.__tablename__, {name: events.plain(getattr(row, name)) for name in names}


def _told(lead: Lead, names: Iterable[str]) -> dict[str, Any]:
    return {name: events.plain(getattr(lead, name)) for name in names if name in TOLD}
