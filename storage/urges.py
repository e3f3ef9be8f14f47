"""Who was urged by whom about what (催办, domain.md 6.7), and the findings that may be urged about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.duties import Urge
from storage.matters import Finding
from storage.moves import IN_HAND

Pair = tuple[str, str]  # person, matter


def add(session: Session, *, by: str, person: str, matter: str, at: datetime, copied: bool = False) -> Urge:
    row = Urge(by=by, person=person, matter=matter, at=at, copied=copied)
    session.add(row)
    session.flush()
    return row


def about(session: Session, matters: Iterable[str]) -> dict[Pair, list[datetime]]:
    """When each person was urged about each of these matters, oldest first; copies do not count."""
    query = select(Urge).where(Urge.matter.in_(list(matters)), Urge.copied.is_(False)).order_by(Urge.at, Urge.id)
    found: dict[Pair, list[datetime]] = {}
    for row in session.scalars(query):
        found.setdefault((row.person, row.matter), []).append(row.at)
    return found


def of_matter(session: Session, matter: str) -> list[Urge]:
    """Every urging about the matter, oldest first."""
    return list(session.scalars(select(Urge).where(Urge.matter == matter).order_by(Urge.at, Urge.id)))


def of_person(session: Session, person: str, matter: str) -> list[Urge]:
    """How the person himself was urged about the matter, oldest first."""
    query = select(Urge).where(Urge.person == person, Urge.matter == matter, Urge.copied.is_(False))
    return list(session.scalars(query.order_by(Urge.at, Urge.id)))


def latest(session: Session, person: str, since: datetime) -> list[Urge]:
    """What the person was urged about last: more than one when one act named several matters."""
    mine = select(Urge).where(Urge.person == person, Urge.copied.is_(False), Urge.at >= since)
    newest = session.scalars(mine.order_by(Urge.at.desc(), Urge.id.desc()).limit(1)).first()
    if newest is None:
        return []
    return list(session.scalars(mine.where(Urge.at == newest.at, Urge.by == newest.by).order_by(Urge.id)))


def acts(session: Session, matter: str, since: datetime) -> int:
    """How many times somebody urged about the matter since then; one act to several people counts once."""
    query = select(func.count(Urge.at.distinct())).where(Urge.matter == matter, Urge.at >= since)
    return session.execute(query.where(Urge.copied.is_(False))).scalar_one()


def candidates(
    session: Session,
    limit: int,
    *,
    states: Sequence[str] = IN_HAND,
    due_before: date | None = None,
    units: Sequence[str] = (),
    people: Sequence[str] = (),
) -> list[Finding]:
    """Findings in the unit's hands, the longest overdue first. units: of one of these; people: of one of these."""
    query = select(Finding).where(Finding.state.in_(states), Finding.due.is_not(None))
    query = query.where(Finding.due < due_before) if due_before is not None else query
    query = query.where(Finding.unit.in_(list(units))) if units else query
    query = query.where(Finding.resp_person.in_(list(people))) if people else query
    return list(session.scalars(query.order_by(Finding.due, Finding.id).limit(limit)))
