"""Special reports (BG-, S33) and how many of their findings are registered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage import events
from storage.events import Entry
from storage.matters import Finding, SpecialReport

# What was submitted under the report and is not a mistake or a double.
_NOT_COUNTED = ("rejected", "merged", "withdrawn")


def add(session: Session, entry: Entry, **values: Any) -> None:
    """Register a report with its event; `number` was issued in the same turn."""
    session.add(SpecialReport(**values))
    session.flush()
    after = {name: events.plain(value) for name, value in values.items()}
    events.append(session, entry, values["number"], None, after)


def find(session: Session, number: str) -> SpecialReport | None:
    return session.scalars(select(SpecialReport).where(SpecialReport.number == number)).first()


def recorded(session: Session, number: str) -> int:
    """How many of its findings stand in the ledger."""
    query = select(func.count()).select_from(Finding).where(Finding.source_ref == number)
    return session.execute(query.where(Finding.state.not_in(_NOT_COUNTED))).scalar_one()


def open_of(session: Session, sources: set[str] | None = None) -> list[SpecialReport]:
    """Reports whose count is not met yet, oldest first; of these sources only when they are given."""
    query = select(SpecialReport).where(SpecialReport.complete_at.is_(None)).order_by(SpecialReport.id)
    if sources is not None:
        query = query.where(SpecialReport.source.in_(sorted(sources)))
    return list(session.scalars(query))


def change(session: Session, report: SpecialReport, entry: Entry, **values: Any) -> None:
    """Fields of a report that change, with the event of it."""
    before = {name: events.plain(getattr(report, name)) for name in values}
    session.execute(
        update(SpecialReport)
        .where(SpecialReport.id == report.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(report)
    after = {name: events.plain(getattr(report, name)) for name in values}
    events.append(session, entry, report.number, before, after)
