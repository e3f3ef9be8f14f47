"""Leads: written once by their reporter, found by number, listed and counted; who may see one is decided elsewhere.

What becomes of them is written by storage/lead_moves.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from storage import counters
from storage.matters import Lead, LeadNote, LeadSlip

APART = 900_000  # where the serials begin of leads that are kept from a lead manager
PAGE = 500  # numbers of one statement


def add(session: Session, *, apart: bool = False, **values: Any) -> int:
    """Write a lead under the next serial of the ledger, which only the lead manager sees. Returns that serial.

    apart: it is kept from a lead manager: its serial is of a row of its own, so that no gap tells him of it.
    """
    serial = counters.next_value(session, "XS-ledger-apart" if apart else "XS-ledger") + (APART if apart else 0)
    session.execute(insert(Lead).values(ledger_seq=serial, **values))
    return serial


def find(session: Session, number: str) -> Lead | None:
    """The lead of this canonical number."""
    return session.scalars(select(Lead).where(Lead.number == number)).first()


def count_in_hand(session: Session, ended: Sequence[str]) -> int:
    """How many leads there are that have not come to one of the states `ended`."""
    return session.execute(select(func.count()).select_from(Lead).where(Lead.state.not_in(ended))).scalar_one()


def known(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of these numbers that leads have."""
    wanted, found = list(numbers), set[str]()
    for start in range(0, len(wanted), PAGE):
        found.update(session.scalars(select(Lead.number).where(Lead.number.in_(wanted[start : start + PAGE]))))
    return found


def in_hand(session: Session, ended: Sequence[str]) -> list[Lead]:
    """Those leads, in the order of the ledger."""
    return list(session.scalars(select(Lead).where(Lead.state.not_in(ended)).order_by(Lead.ledger_seq)))


def every(session: Session) -> list[Lead]:
    """All of them, in the order of the ledger."""
    return list(session.scalars(select(Lead).order_by(Lead.ledger_seq)))


def handled_or_sent(session: Session, ended: Sequence[str], person: str, bodies: Collection[str]) -> list[Lead]:
    """Of them those that the person handles, and those that lie before one of these bodies or in its hands."""
    there = select(LeadSlip.lead_id).where(LeadSlip.destination.in_(list(bodies)), LeadSlip.state != "refused")
    query = select(Lead).where(Lead.state.not_in(ended), or_(Lead.handler == person, Lead.id.in_(there)))
    return list(session.scalars(query.order_by(Lead.ledger_seq)))


def newest_sealed(session: Session) -> Lead | None:
    """The last lead whose words are sealed: another key than theirs would lose them."""
    return session.scalars(select(Lead).where(Lead.sealed.is_not(None)).order_by(Lead.id.desc()).limit(1)).first()


def sealed(session: Session) -> list[Lead]:
    """Leads whose words are sealed, in the order of the ledger."""
    return list(session.scalars(select(Lead).where(Lead.sealed.is_not(None)).order_by(Lead.ledger_seq)))


def notes(session: Session, lead: Lead) -> list[LeadNote]:
    """Every note of it, oldest first, as it is kept."""
    return list(session.scalars(select(LeadNote).where(LeadNote.lead_id == lead.id).order_by(LeadNote.id)))


def in_clear(session: Session) -> list[Lead]:
    """Leads from before there was sealing whose words still stand in their columns."""
    return list(session.scalars(select(Lead).where(Lead.sealed.is_(None), Lead.raw_text != "").order_by(Lead.id)))
