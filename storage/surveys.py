"""Plain counts over the whole store, for those who look at the system and not at a case (S6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage.matters import Finding, Post, QuarterTask
from storage.models import Event


def findings(session: Session) -> dict[str, int]:
    """How many findings are in each state."""
    return dict(session.execute(select(Finding.state, func.count()).group_by(Finding.state)).tuples().all())


def quarter_tasks(session: Session, quarter: str) -> int:
    """How many units owe a report for the quarter (`2026Q4`)."""
    return session.execute(select(func.count()).where(QuarterTask.quarter == quarter)).scalar_one()


def events_since(session: Session, action: str, moment: datetime) -> int:
    """How often an action stands in the ledger since then."""
    return session.execute(select(func.count()).where(Event.action == action, Event.at >= moment)).scalar_one()


def units_with(session: Session, roles: Iterable[str], day: date) -> set[str]:
    """The units in which somebody holds one of `roles` on `day`."""
    query = select(Post.unit).where(Post.role.in_(list(roles))).distinct()
    query = query.where(or_(Post.valid_from.is_(None), Post.valid_from <= day))
    return set(session.scalars(query.where(or_(Post.valid_to.is_(None), Post.valid_to >= day))))
