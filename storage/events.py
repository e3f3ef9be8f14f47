"""The ledger: appended to, never changed (domain.md 3.2 `events`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.models import Event
from storage.types import table_of

_ADD = insert(table_of(Event))


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
) -> None:
    """Append one event. `before` and `after` are JSON-ready; `actor` is an account, or "system"."""
    session.execute(
        _ADD,
        {
            "at": at, "actor": actor, "matter": matter, "action": action,
            "before": before, "after": after, "reason": reason, "message_key": message_key,
        },
    )  # fmt: skip


def history(session: Session, matter: str) -> list[Event]:
    """The events of one matter, oldest first."""
    return list(session.scalars(select(Event).where(Event.matter == matter).order_by(Event.id)))
