"""What a quarter's papers are made of: its findings, what was due or closed in it, the year before (7.2, 7.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from storage.figures import COUNTED
from storage.matters import Finding, Urgent
from storage.models import Event

_FIRST_WORDS = 60
_COUNTS: tuple[ColumnElement[bool], ...] = (Finding.state.in_(COUNTED), Finding.nature != "tendency")


def of_quarter(session: Session, quarter: str) -> list[Finding]:
    """Findings that count (domain.md 7.4 A) and belong to this quarter, oldest first."""
    return list(session.scalars(select(Finding).where(Finding.quarter == quarter, *_COUNTS).order_by(Finding.id)))


@dataclass(frozen=True, slots=True)
class Words:
    """What a paper says of a finding beside its figures. title: the first words of what happened, where it has none."""

    title: str
    fix: str
    cause: str


def words(session: Session, quarters: Iterable[str], begin: datetime, end: datetime) -> dict[str, Words]:
    """By number: of the findings of these quarters, and of those closed from `begin` on and before `end`."""
    first = func.substr(Finding.desc, 1, _FIRST_WORDS)
    title = case((Finding.title != "", Finding.title), else_=first)
    closed = (Finding.closed_at >= begin) & (Finding.closed_at < end)
    query = select(Finding.number, title, Finding.institution_fix, Finding.root_cause)
    rows = session.execute(query.where(*_COUNTS, or_(Finding.quarter.in_(list(quarters)), closed)))
    return {number: Words(*told) for number, *told in rows}


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
