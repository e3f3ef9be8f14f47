"""Joint inspections (LJ-), and how often a category was found where (domain.md S39, S40)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import numbered
from storage.events import Entry
from storage.gatherings import Inspection
from storage.matters import Finding

_NO_FINDING = ("submitted", "need_more", "rejected", "merged", "withdrawn", "converted_to_lead")


def add(session: Session, entry: Entry, **values: Any) -> Inspection:
    row = Inspection(**values)
    numbered.add(session, entry, row)
    return row


def change(session: Session, entry: Entry, row: Inspection, **values: Any) -> bool:
    """False when somebody was faster."""
    return numbered.change(session, entry, row, **values)


def find(session: Session, number: str) -> Inspection | None:
    return session.scalars(select(Inspection).where(Inspection.number == number)).first()


def going(session: Session) -> list[Inspection]:
    """Proposed or approved, the newest first."""
    query = select(Inspection).where(Inspection.state.in_(("proposed", "approved")))
    return list(session.scalars(query.order_by(Inspection.id.desc())))


def replacing(session: Session, item: str) -> list[Inspection]:
    """Those under way that were made of this plan's entry, or for which it was made."""
    return [row for row in going(session) if item in row.items]


def counts(session: Session, category: str, since: date) -> list[tuple[str, str, int]]:
    """Unit code, unit name and number of registered findings of the category since then, most first.

    Restricted ones do not count: the figures go to people who may not know of them.
    """
    number = func.count()
    query = (
        select(Finding.unit, func.max(Finding.unit_name), number)
        .where(Finding.category.startswith(category, autoescape=True), Finding.unit.is_not(None))
        .where(Finding.found_at >= since, Finding.state.not_in(_NO_FINDING), Finding.visibility != "restricted")
        .group_by(Finding.unit)
    )
    return [
        (str(unit), str(name), int(n)) for unit, name, n in session.execute(query.order_by(number.desc(), Finding.unit))
    ]


def numbers(session: Session, category: str, since: date) -> list[str]:
    """The findings that `counts` counts, oldest first."""
    query = select(Finding.number).where(Finding.category.startswith(category, autoescape=True))
    query = query.where(
        Finding.found_at >= since, Finding.state.not_in(_NO_FINDING), Finding.visibility != "restricted"
    )
    return list(session.scalars(query.where(Finding.unit.is_not(None)).order_by(Finding.id)))
