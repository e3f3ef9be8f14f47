"""Urgent reports: stored with the first message, later words only appended (domain.md S34)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storage import events
from storage.events import Entry
from storage.matters import Urgent


def add(session: Session, **values: Any) -> None:
    """Write an urgent report; `number` was issued in the same turn."""
    session.execute(insert(Urgent).values(updates=[], **values))


def find(session: Session, number: str) -> Urgent | None:
    """The report of this canonical number."""
    return session.scalars(select(Urgent).where(Urgent.number == number)).first()


def latest(session: Session, person: str, since: datetime) -> Urgent | None:
    """The person's newest report that is not older than `since`."""
    query = select(Urgent).where(Urgent.reporter == person, Urgent.at >= since).order_by(Urgent.id.desc())
    return session.scalars(query.limit(1)).first()


def append(session: Session, report: Urgent, at: datetime, by: str, text: str, media_id: str = "") -> int:
    """Add an update; returns how many there are now. One person's turns never overlap, so none is lost."""
    entry: dict[str, Any] = {"at": at.isoformat(), "by": by, "text": text}
    if media_id:
        entry["media_id"] = media_id
    updates = [*report.updates, entry]
    session.execute(
        update(Urgent)
        .where(Urgent.id == report.id)
        .values(updates=updates)
        .execution_options(synchronize_session=False)
    )
    session.refresh(report)
    return len(updates)


def tell(session: Session, entry: Entry, report: Urgent, before: str, words: str) -> bool:
    """Let the quarter's report tell it so, or with "" only count it; False when it does not stand as `before`."""
    now = Urgent.told == before if before else Urgent.told.is_(None)
    changed = update(Urgent).where(Urgent.id == report.id, now).values(told=words or None)
    result = session.execute(changed.execution_options(synchronize_session=False))
    session.refresh(report)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    events.append(session, entry, report.number, {"told": bool(before)}, {"told": bool(words)})
    return True


def told_within(session: Session, begin: datetime, end: datetime) -> list[Urgent]:
    """Those that came in from `begin` on and before `end` and are to be told, oldest first."""
    query = select(Urgent).where(Urgent.at >= begin, Urgent.at < end, Urgent.told.is_not(None))
    return list(session.scalars(query.order_by(Urgent.at, Urgent.id)))
