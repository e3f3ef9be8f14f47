"""What a quarter's final report counted: written once, read for ever (domain.md 7.4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.matters import QuarterFigures


def find(session: Session, quarter: str) -> QuarterFigures | None:
    return session.scalars(select(QuarterFigures).where(QuarterFigures.quarter == quarter)).first()


def add(session: Session, quarter: str, as_of: date, at: datetime, by: str, body: dict[str, Any]) -> bool:
    """False when they were frozen a moment before; those stand."""
    session.flush()  # so that what fails below is this
    try:
        with session.begin_nested():
            row = {"quarter": quarter, "as_of": as_of, "frozen_at": at, "frozen_by": by, "body": body}
            session.execute(insert(QuarterFigures).values(**row))
    except IntegrityError:
        return False
    return True
