"""Talks (约谈, YT-): their rows, and what is counted of every unit for a suggestion, in a few statements (S46)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage import events
from storage.events import Entry
from storage.gatherings import Talk
from storage.matters import Finding
from storage.proceedings import Acceptance, Cycle, Extension

# Set A of domain.md 7.4; a finding that became a lead is in no state of these.
_COUNTED = ("registered", "assigned", "rectifying", "ongoing", "pending_acceptance", "closed")
_LATE = ("assigned", "rectifying")  # 持续整改 stands beside the overdue rate
_RATED = (*_LATE, "pending_acceptance", "closed")
OPEN = ("suggested", "adopted", "planned")  # of a talk: it is not held yet, nor called off


def add(session: Session, entry: Entry, **values: Any) -> Talk:
    """Write a talk with its event; `number` was issued in the same turn."""
    talk = Talk(**values)
    session.add(talk)
    session.flush()
    events.append(session, entry, talk.number, None, _told(talk, values))
    return talk


def change(session: Session, talk: Talk, old: str, entry: Entry, **values: Any) -> bool:
    """Change a talk that is in the state `old`, with the event of it; False when somebody was faster."""
    before = _told(talk, values)
    changed = update(Talk).where(Talk.id == talk.id, Talk.state == old).values(**values)
    result = session.execute(changed.execution_options(synchronize_session=False))
    session.refresh(talk)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    events.append(session, entry, talk.number, before, _told(talk, values))
    return True


def _told(talk: Talk, values: Iterable[str]) -> dict[str, Any]:
    """What the ledger keeps: not the grounds, of which one may become a lead later, but the cases they make."""
    named = {name: events.plain(getattr(talk, name)) for name in values if name != "grounds"}
    if "grounds" in values:
        named["cases"] = sorted({str(ground["case"]) for ground in talk.grounds})
    return named


def find(session: Session, number: str) -> Talk | None:
    """The talk of this canonical number."""
    return session.scalars(select(Talk).where(Talk.number == number)).first()


def in_states(session: Session, states: Sequence[str], unit: str | None = None) -> list[Talk]:
    """Oldest first; of one unit when it is given."""
    query = select(Talk).where(Talk.state.in_(states)).order_by(Talk.id)
    return list(session.scalars(query.where(Talk.unit == unit) if unit else query))


def made_since(session: Session, moment: datetime) -> list[Talk]:
    """What was suggested or made since then, oldest first."""
    return list(session.scalars(select(Talk).where(Talk.made_at >= moment).order_by(Talk.id)))


def registered(session: Session, quarter: str, day: date, unit: str | None = None) -> Sequence[Row[Any]]:
    """Findings of the quarters since `quarter`, or that came up on `day` or later."""
    f = Finding
    query = select(
        f.number, f.unit, f.quarter, f.severity, f.category, f.visibility, f.found_at, f.submitted_at
    ).where(*_population(unit), or_(f.quarter >= quarter, f.found_at >= day, f.found_at.is_(None)))  # fmt: skip
    return session.execute(query.order_by(f.id)).all()


def late(session: Session, today: date, unit: str | None = None) -> Sequence[Row[Any]]:
    """Findings past their due day that were not handed in for acceptance."""
    query = select(Finding.number, Finding.unit, Finding.visibility, Finding.due)
    query = query.where(*_population(unit), Finding.state.in_(_LATE), Finding.due < today)
    return session.execute(query.order_by(Finding.due, Finding.id)).all()


def come_due(session: Session, today: date, unit: str | None = None) -> list[tuple[str, bool, int]]:
    """Unit, whether restricted, and how many rounds have a due day that has passed: present ones and closed ones."""
    columns = (Finding.unit, Finding.visibility)
    present = select(*columns, func.count()).where(*_population(unit), Finding.state.in_(_RATED))
    earlier = (
        select(*columns, func.count()).join(Cycle, Cycle.finding_id == Finding.id)
        .where(*_population(unit), Cycle.seq < Finding.cycle, Cycle.closed_at.is_not(None), Cycle.due < today)
    )  # fmt: skip
    queries = (present.where(Finding.due < today), earlier)
    return [
        (code, visibility == "restricted", int(many))
        for query in queries
        for code, visibility, many in session.execute(query.group_by(*columns))
    ]


def reopened(session: Session, since: datetime, unit: str | None = None) -> Sequence[Row[Any]]:
    """Findings whose round was opened again since then, with that moment and when the round before was closed."""
    before = aliased(Cycle)
    query = (
        select(Finding.number, Finding.unit, Finding.visibility, Cycle.started_at, before.closed_at)
        .join(Cycle, Cycle.finding_id == Finding.id)
        .join(before, (before.finding_id == Finding.id) & (before.seq == Cycle.seq - 1))
        .where(*_population(unit), Cycle.started_at >= since, before.closed_at.is_not(None))
    )
    return session.execute(query.order_by(Finding.id)).all()


def returned(session: Session, since: datetime, least: int, unit: str | None = None) -> Sequence[Row[Any]]:
    """Findings that were returned so often since then, whatever the round."""
    query = _with_visibility().join(Acceptance, Acceptance.finding_id == Finding.id)
    return _often(session, query.where(Acceptance.result == "returned", Acceptance.at >= since), least, unit)


def extended(session: Session, since: datetime, least: int, unit: str | None = None) -> Sequence[Row[Any]]:
    """Findings whose due day was put off so often since then."""
    query = _with_visibility().join(Extension, Extension.finding_id == Finding.id)
    return _often(session, query.where(Extension.state == "approved", Extension.decided_at >= since), least, unit)


def _with_visibility() -> Select[Any]:
    return select(Finding.number, Finding.unit, Finding.visibility)


def _often(session: Session, query: Select[Any], least: int, unit: str | None) -> Sequence[Row[Any]]:
    grouped = query.where(*_population(unit)).group_by(Finding.id, Finding.number, Finding.unit, Finding.visibility)
    return session.execute(grouped.having(func.count() >= least).order_by(Finding.id)).all()


def _population(unit: str | None) -> tuple[ColumnElement[bool], ...]:
    counted = (Finding.state.in_(_COUNTED), Finding.nature != "tendency", Finding.unit.is_not(None))
    return (*counted, Finding.unit == unit) if unit else counted
