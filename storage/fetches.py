"""Files that WeCom keeps for three days and that are owed to our disk: claimed under a lease, tried again, given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Fetch


def add(
    session: Session, *, kind: str, person: str, matter: str, media_id: str, name: str, facts: Mapping[str, Any]
) -> int:
    """Owe a fetch from now on; returns the row's id."""
    now = datetime.now(UTC)  # machinery: WeCom's three days are real ones
    row = Fetch(
        kind=kind, person=person, matter=matter, media_id=media_id, name=name, facts=dict(facts), state="due",
        at=now, not_before=now, attempts=0, error="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def claim(session: Session, real: datetime, limit: int, lease: timedelta) -> list[Fetch]:
    """Take up to `limit` rows that may be tried now, oldest first, under a lease of real time."""
    query = (
        select(Fetch)
        .where(Fetch.state == "due", Fetch.not_before <= real)
        .where(or_(Fetch.lease_until.is_(None), Fetch.lease_until <= real))
        .order_by(Fetch.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    rows = list(session.scalars(query))
    for row in rows:
        row.lease_until = real + lease
    session.flush()
    return rows
