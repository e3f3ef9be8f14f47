"""What people answered to reminders: 收到, a promised day, 已办 (domain.md 6.7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from storage import memory
from storage.duties import AnswerGiven

Pair = tuple[str, str]  # person, matter
_STANDING = (AnswerGiven.kind == "promise") & AnswerGiven.ended_at.is_(None)


def add(session: Session, row: AnswerGiven) -> AnswerGiven:
    """Keep an answer; a promise replaces the one that stood."""
    if row.kind == "promise":
        end_promises(session, row.matter, row.at, row.person)
    session.add(row)
    session.flush()
    return row


def find_promise(session: Session, person: str, matter: str) -> AnswerGiven | None:
    """The day that the person promised and that still stands."""
    query = _promises().where(AnswerGiven.person == person, AnswerGiven.matter == matter)
    return session.scalars(query.order_by(AnswerGiven.id.desc()).limit(1)).first()


def promised(session: Session, matters: Iterable[str]) -> dict[Pair, date]:
    """The promises that stand about these matters."""
    query = _promises().where(AnswerGiven.matter.in_(list(matters))).order_by(AnswerGiven.id)
    return {(row.person, row.matter): row.until for row in session.scalars(query) if row.until is not None}


def received(session: Session, matters: Iterable[str]) -> dict[Pair, datetime]:
    """When each person last said 收到 about each of these matters."""
    query = select(AnswerGiven.person, AnswerGiven.matter, func.max(AnswerGiven.at))
    query = query.where(AnswerGiven.kind == "ack", AnswerGiven.matter.in_(list(matters)))
    rows = session.execute(query.group_by(AnswerGiven.person, AnswerGiven.matter))
    return {(person, matter): at for person, matter, at in rows}


def silent(session: Session, persons: Iterable[str], matters: Iterable[str], day: date) -> set[Pair]:
    """Who promised a day after `day` for which matter: until then nobody reminds him of it. One statement."""
    query = select(AnswerGiven.person, AnswerGiven.matter).where(AnswerGiven.until > day, _STANDING)
    standing = memory.recall_here(session, ("silent", day), lambda: set(session.execute(query).tuples()))
    who, what = set(persons), set(matters)
    return {(person, matter) for person, matter in standing if person in who and matter in what}


def standing(session: Session) -> list[AnswerGiven]:
    """Every promise that stands, in the order in which they were made."""
    return list(session.scalars(_promises().order_by(AnswerGiven.id)))


def end(session: Session, row: AnswerGiven, at: datetime) -> None:
    row.ended_at = at
    session.flush()


def end_promises(session: Session, matter: str, at: datetime, person: str | None = None) -> None:
    """Nothing that was promised about the matter stands any more: of one person, or of everybody."""
    query = update(AnswerGiven).where(AnswerGiven.matter == matter, _STANDING)
    query = query if person is None else query.where(AnswerGiven.person == person)
    session.execute(query.values(ended_at=at).execution_options(synchronize_session=False))


def _promises() -> Select[tuple[AnswerGiven]]:
    return select(AnswerGiven).where(_STANDING)
