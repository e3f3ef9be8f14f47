"""Leads: written once by their reporter, found by number, and counted; who may see one is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storage import counters
from storage.matters import Lead


def add(session: Session, **values: Any) -> int:
    """Write a lead under the next serial of the ledger, which only the lead manager sees. Returns that serial."""
    serial = counters.next_value(session, "XS-ledger")
    session.execute(insert(Lead).values(ledger_seq=serial, **values))
    return serial


def find(session: Session, number: str) -> Lead | None:
    """The lead of this canonical number."""
    return session.scalars(select(Lead).where(Lead.number == number)).first()


def move(session: Session, lead: Lead, old: str, new: str) -> bool:
    """`old` -> `new`; False when somebody was faster. The event of it is the caller's: it holds no content."""
    changed = update(Lead).where(Lead.id == lead.id, Lead.state == old).values(state=new)
    result = session.execute(changed.execution_options(synchronize_session=False))
    session.refresh(lead)
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def count_in_hand(session: Session, ended: Sequence[str]) -> int:
    """How many leads there are that have not come to one of the states `ended`."""
    return session.execute(select(func.count()).select_from(Lead).where(Lead.state.not_in(ended))).scalar_one()


def reported_by(session: Session, person: str) -> list[Lead]:
    """What a person reported under his own name, newest first."""
    return list(session.scalars(select(Lead).where(Lead.reporter == person).order_by(Lead.id.desc())))
