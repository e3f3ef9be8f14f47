"""Turns that failed for a reason of ours, and the messages kept for replay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.models import Failure


def add(
    session: Session,
    *,
    code: str,
    at: datetime,
    person: str | None,
    flow: str,
    error: str,
    message: dict[str, Any] | None,
) -> None:
    session.execute(
        insert(Failure).values(code=code, at=at, person=person, flow=flow, error=error, message=message)
    )  # fmt: skip


def take(session: Session, code: str, at: datetime) -> dict[str, Any] | None:
    """The message kept under `code`, once: afterwards it counts as replayed. None when there is none."""
    row = session.get(Failure, code, with_for_update=True)
    if row is None or row.message is None or row.replayed_at is not None:
        return None
    row.replayed_at = at
    return dict(row.message)


def give_back(session: Session, code: str) -> None:
    """The replay could not be carried out: the message waits for another."""
    row = session.get(Failure, code, with_for_update=True)
    if row is not None:
        row.replayed_at = None


def open_codes(session: Session) -> list[str]:
    """The codes of failures whose message still waits for replay, oldest first."""
    query = select(Failure.code).where(Failure.message.is_not(None), Failure.replayed_at.is_(None))
    return list(session.scalars(query.order_by(Failure.at)))
