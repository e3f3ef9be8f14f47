"""What was already carried out, so that a repeat does nothing twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storage.models import Outbox, Refusal, Seen


def find(session: Session, key: str) -> tuple[str | None, int | None, str | None] | None:
    """(stored reply, its outbox row, that row's state) of a callback that was carried out, else None."""
    row = session.execute(
        select(Seen.reply, Seen.outbox_id, Outbox.state)
        .select_from(Seen)
        .outerjoin(Outbox, Outbox.id == Seen.outbox_id)
        .where(Seen.key == key)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def add(session: Session, key: str, person: str, at: datetime, reply: str | None, outbox_id: int | None) -> None:
    """Raises IntegrityError when another process carried the same callback out first."""
    session.execute(insert(Seen).values(key=key, person=person, at=at, reply=reply, outbox_id=outbox_id))


def forget_before(session: Session, moment: datetime) -> None:
    """Drop what no platform will repeat any more."""
    session.execute(delete(Seen).where(Seen.at < moment))
    session.execute(delete(Refusal).where(Refusal.at < moment))


def count_refusal(session: Session, person: str, at: datetime) -> None:
    session.execute(insert(Refusal).values(person=person, at=at))


def refusals_since(session: Session, person: str, since: datetime) -> int:
    return len(session.execute(select(Refusal.id).where(Refusal.person == person, Refusal.at >= since)).all())
