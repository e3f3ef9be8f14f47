"""What a quarter's papers are made of: its findings, what was due or closed in it, the year before (7.2, 7.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from storage.figures import COUNTED
from storage.matters import Finding, Urgent
from storage.models import Event
from storage.proceedings import Cycle

_COUNTS: tuple[ColumnElement[bool], ...] = (Finding.state.in_(COUNTED), Finding.nature != "tendency")


def of_quarters(session: Session, quarters: Iterable[str]) -> list[Finding]:
    """Findings that count (domain.md 7.4 A), by the quarter they belong to, oldest first."""
    query = select(Finding).where(Finding.quarter.in_(list(quarters)), *_COUNTS)
    return list(session.scalars(query.order_by(Finding.id)))


def moved_within(session: Session, first: date, last: date, begin: datetime, end: datetime) -> list[Finding]:
    """Findings whose present round is due from `first` to `last`, or was closed from `begin` on and before `end`."""
    due = Finding.due.between(first, last)
    closed = (Finding.closed_at >= begin) & (Finding.closed_at < end)
    return list(session.scalars(select(Finding).where(*_COUNTS, or_(due, closed)).order_by(Finding.id)))


def earlier_rounds(session: Session, first: date, last: date) -> list[tuple[Finding, Cycle]]:
    """Rounds that were closed before a finding was reopened, and were due within these days."""
    query = select(Finding, Cycle).join(Cycle, Cycle.finding_id == Finding.id)
    query = query.where(*_COUNTS, Cycle.seq < Finding.cycle, Cycle.closed_at.is_not(None))
    return list(session.execute(query.where(Cycle.due.between(first, last)).order_by(Cycle.id)).tuples())


def urgent_count(session: Session, begin: datetime, end: datetime) -> int:
    """How many urgent reports came in from `begin` on and before `end`."""
    query = select(func.count()).select_from(Urgent).where(Urgent.at >= begin, Urgent.at < end)
    return session.execute(query).scalar_one()


def undetermined(session: Session, quarter: str) -> list[Finding]:
    """What is not established: submitted only, sent back for more, or nothing but a tendency."""
    open_ones = Finding.state.in_(("submitted", "need_more"))
    slight = Finding.state.in_(COUNTED) & (Finding.nature == "tendency")
    return list(session.scalars(select(Finding).where(Finding.quarter == quarter, or_(open_ones, slight))))


def from_leads(session: Session, numbers: Iterable[str]) -> set[str]:
    """Which of these findings were registered out of a lead, or are named by one: nothing of them is published."""
    wanted = set(numbers)
    rows = session.scalars(select(Event.after).where(Event.action == "lead_rectify"))
    return {str(after["finding"]) for after in rows if isinstance(after, dict) and after.get("finding")} & wanted


def turned_into_leads(session: Session, quarter: str) -> int:
    """How many findings of the quarter became leads."""
    query = select(func.count()).select_from(Finding).where(Finding.quarter == quarter)
    return session.execute(query.where(Finding.state == "converted_to_lead")).scalar_one()
