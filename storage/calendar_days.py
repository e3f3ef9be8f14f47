"""Days that the group or the office set apart from the official calendar."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.matters import CalendarDay


def overrides(session: Session) -> dict[date, bool]:
    """Day -> whether people work on it."""
    return dict(session.execute(select(CalendarDay.day, CalendarDay.workday)).tuples().all())
