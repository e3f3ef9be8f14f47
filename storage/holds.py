"""Messages that wait for their hour, moved on when that hour falls on a day off after all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Outbox


def moments(session: Session, now: datetime) -> list[datetime]:
    """The business moments after `now` for which something waits, each once."""
    waiting = select(Outbox.hold_until).where(Outbox.state == "due", Outbox.hold_until > now)
    return [moment for moment in session.scalars(waiting.distinct()) if moment is not None]


def move(session: Session, moment: datetime, later: datetime) -> None:
    """What waits for `moment` waits for `later`."""
    rows = update(Outbox).where(Outbox.state == "due", Outbox.hold_until == moment)
    session.execute(rows.values(hold_until=later).execution_options(synchronize_session=False))
