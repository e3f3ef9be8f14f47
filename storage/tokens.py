"""The access token that all processes share: one row, sealed by whoever put it there (bot/token_shelf.py)."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storage.models import SharedToken

_NAME = "app"


def find(session: Session) -> str | None:
    """What was put there last."""
    return session.execute(select(SharedToken.sealed).where(SharedToken.name == _NAME)).scalar()


def put(session: Session, sealed: str) -> None:
    """In place of what was there; by whoever holds the lease, so that the row is made once."""
    change = update(SharedToken).where(SharedToken.name == _NAME).values(sealed=sealed)
    if session.execute(change.execution_options(synchronize_session=False)).rowcount == 0:  # type: ignore[attr-defined]
        session.execute(insert(SharedToken).values(name=_NAME, sealed=sealed))
