"""Serial numbers: each is issued once, and a number that was rolled back was never seen by anybody."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Counter


def next_value(session: Session, name: str) -> int:
    """The next serial under `name`, from 1. The row stays locked until the turn ends, so two never get the same."""
    bump = update(Counter).where(Counter.name == name).values(value=Counter.value + 1)
    bump = bump.execution_options(synchronize_session=False)
    if session.execute(bump).rowcount == 0:  # type: ignore[attr-defined]
        try:
            with session.begin_nested():
                session.execute(insert(Counter).values(name=name, value=0))
        except IntegrityError:
            pass  # another replica made the row first
        session.execute(bump)
    return session.execute(select(Counter.value).where(Counter.name == name)).scalar_one()
