"""The ledger: appended to, never changed (domain.md 3.2 `events`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.models import Event
from storage.prepared import Prepared
from storage.types import table_of

_ADD = Prepared(insert(table_of(Event)))


@dataclass(frozen=True, slots=True)
class Entry:
    """What an event says beside the change itself. actor: an account, or "system". foreign_to: see `Event`."""

    at: datetime
    actor: str
    action: str
    reason: str = ""
    message_key: str = ""
    foreign_to: str = ""


def append(session: Session, entry: Entry, matter: str, before: Any, after: Any) -> None:
    """Append the event of a change; `before` and `after` are JSON-ready."""
    add(
        session, at=entry.at, actor=entry.actor, matter=matter, action=entry.action, before=before, after=after,
        reason=entry.reason, message_key=entry.message_key, foreign_to=entry.foreign_to,
    )  # fmt: skip


def plain(value: Any) -> Any:
    """A column's value as JSON has it: days and moments as ISO words."""
    return value.isoformat() if isinstance(value, date) else value  # a moment is a day too


def add(
    session: Session,
    *,
    at: datetime,
    actor: str,
    matter: str,
    action: str,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    message_key: str = "",
    foreign_to: str = "",
) -> None:
    """Append one event. `before` and `after` are JSON-ready; `actor` is an account, or "system"."""
    _ADD.run(
        session,
        {
            "at": at, "actor": actor, "matter": matter, "action": action,
            "before": before, "after": after, "reason": reason, "message_key": message_key,
            "foreign_to": foreign_to,
        },
    )  # fmt: skip


def history(session: Session, matter: str) -> list[Event]:
    """The events of one matter, oldest first."""
    return list(session.scalars(select(Event).where(Event.matter == matter).order_by(Event.id)))


def newest(session: Session, limit: int, *, actor: str = "", prefix: str = "") -> list[Event]:
    """The last events, newest first: of one account, or of the matters whose number begins so, if given."""
    query = select(Event).order_by(Event.id.desc()).limit(limit)
    if actor:
        query = query.where(Event.actor == actor)
    return list(session.scalars(query.where(Event.matter.startswith(prefix, autoescape=True)) if prefix else query))
