"""Where each person stands in a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Conversation
from storage.prepared import Prepared
from storage.types import table_of

# Built once, because every turn runs them (docs/performance.md).
_TALKS = table_of(Conversation)
_PLACE = select(_TALKS.c.frames, _TALKS.c.recent, _TALKS.c.touched_at).where(_TALKS.c.person == bindparam("who"))
_FIND, _LOCK = Prepared(_PLACE), Prepared(_PLACE.with_for_update())
_SAVE = Prepared(
    update(_TALKS)
    .where(_TALKS.c.person == bindparam("who"))
    .values(frames=bindparam("frames"), recent=bindparam("recent"), touched_at=bindparam("touched_at"))
)
_ADD = Prepared(insert(_TALKS))


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
    several = session.get_bind().dialect.name != "sqlite"
    query = _LOCK if several else _FIND
    row = query.first(session, {"who": person})
    if row is None and several:
        _make(session, person, now)
        row = query.first(session, {"who": person})
    if row is None:
        return Talk(person)
    return Talk(person, list(row[0]), dict(row[1]), row[2], stored=True)


def peek(session: Session, person: str) -> Talk | None:
    """The person's place without a lock, for a look only; None when he never wrote."""
    row = _FIND.first(session, {"who": person})
    return Talk(person, list(row[0]), dict(row[1]), row[2], stored=True) if row else None


def _make(session: Session, person: str, now: datetime) -> None:
    try:
        with session.begin_nested():
            _ADD.run(session, {"person": person, "frames": [], "recent": {}, "touched_at": now})
    except IntegrityError:
        pass  # another replica was first; its row is the one to lock


def save(session: Session, talk: Talk, now: datetime) -> None:
    """Write the place back."""
    values = {"frames": talk.frames, "recent": talk.recent, "touched_at": now}
    if talk.stored:
        _SAVE.run(session, {"who": talk.person, **values})
    else:
        _ADD.run(session, {"person": talk.person, **values})
        talk.stored = True


def forget_before(session: Session, moment: datetime) -> None:
    """Empty what was never confirmed and not touched since `moment` (business time): drafts are not kept for ever."""
    stale = update(Conversation).where(Conversation.touched_at < moment).values(frames=[], recent={})
    session.execute(stale.execution_options(synchronize_session=False))


def forget(session: Session, person: str) -> None:
    """Empty what stands of this person's talk."""
    mine = update(Conversation).where(Conversation.person == person).values(frames=[], recent={})
    session.execute(mine.execution_options(synchronize_session=False))
