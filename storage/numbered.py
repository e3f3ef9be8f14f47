"""Rows that people call by a number: added and changed together with the event that says so."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage import events
from storage.events import Entry
from storage.gatherings import Inspection, Item, Meeting

Numbered = Meeting | Item | Inspection


def add(session: Session, entry: Entry, row: Numbered) -> None:
    """Insert the row with its first event; its number was issued in the same turn."""
    session.add(row)
    session.flush()
    columns = [column.key for column in row.__table__.columns if column.key != "id"]
    events.append(session, entry, row.number, None, {name: events.plain(getattr(row, name)) for name in columns})


def change(session: Session, entry: Entry, row: Numbered, **values: Any) -> bool:
    """Set fields while the row's state is still the one that was read; False when somebody was faster."""
    before = {name: events.plain(getattr(row, name)) for name in values}
    model = type(row)
    query = update(model).where(model.id == row.id, model.state == row.state).values(**values)
    result = session.execute(query.execution_options(synchronize_session=False))
    if cast(CursorResult[Any], result).rowcount == 0:
        return False
    session.refresh(row)
    after = {name: events.plain(getattr(row, name)) for name in values}
    events.append(session, entry, row.number, before, after)
    return True
