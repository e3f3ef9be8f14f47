"""Where each person stands in a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Conversation


@dataclass(slots=True)
class Talk:
    """A person's place: the frames (newest last) and what was lately spoken of."""

    person: str
    frames: list[dict[str, Any]] = field(default_factory=list)
    recent: dict[str, Any] = field(default_factory=dict)
    touched_at: datetime | None = None
    stored: bool = False


def lock(session: Session, person: str, now: datetime) -> Talk:
    """The person's place, locked until the turn ends: first the lock, then the state (architecture.md 4).

    SQLite has one writer, so it needs no row lock; elsewhere the row is made first and locked then.
    """
    columns = select(Conversation.frames, Conversation.recent, Conversation.touched_at)
    query = columns.where(Conversation.person == person)
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update()
    row = session.execute(query).first()
    if row is None and session.get_bind().dialect.name != "sqlite":
        _make(session, person, now)
        row = session.execute(query).first()
    if row is None:
        return Talk(person)
    return Talk(person, list(row[0]), dict(row[1]), row[2], stored=True)


def peek(session: Session, person: str) -> Talk | None:
    """The person's place without a lock, for a look only; None when he never wrote."""
    query = select(Conversation.frames, Conversation.recent, Conversation.touched_at)
    row = session.execute(query.where(Conversation.person == person)).first()
    return Talk(person, list(row[0]), dict(row[1]), row[2], stored=True) if row else None


def _make(session: Session, person: str, now: datetime) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(Conversation).values(person=person, frames=[], recent={}, touched_at=now))
    except IntegrityError:
        pass  # another replica was first; its row is the one to lock


def save(session: Session, talk: Talk, now: datetime) -> None:
    """Write the place back."""
    values = {"frames": talk.frames, "recent": talk.recent, "touched_at": now}
    if talk.stored:
        session.execute(
            update(Conversation)
            .where(Conversation.person == talk.person)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    else:
        session.execute(insert(Conversation).values(person=talk.person, **values))
        talk.stored = True
