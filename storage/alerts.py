"""Alerts of business systems: kept once by the source's own number, judged once (domain.md S58)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage import counters
from storage.models import Alert

WINDOW = timedelta(minutes=1)


def find(session: Session, source: str, reference: str) -> Alert | None:
    """The alert that the source calls so."""
    return session.scalars(select(Alert).where(Alert.source == source, Alert.reference == reference)).first()


def get(session: Session, row: int) -> Alert:
    """Raises LookupError when there is none."""
    found = session.get(Alert, row, populate_existing=True)
    if found is None:
        raise LookupError("alert")
    return found


def add(session: Session, **values: Any) -> int:
    """Put one into the queue; returns its row. Raises IntegrityError when the source sent it before."""
    alert = Alert(**values)
    session.add(alert)
    session.flush()
    return alert.id


def full_since(session: Session, source: str, real: datetime, most: int) -> datetime | None:
    """The arrival after which the source has sent `most` new alerts within the minute up to `real`; None: room is left.

    The source's row stays locked until the transaction ends, so that what several processes count stays true.
    """
    counters.next_value(session, f"in:{source}"[:32])
    recent = select(Alert.arrived_at).where(Alert.source == source, Alert.arrived_at > real - WINDOW)
    return session.scalars(recent.order_by(Alert.arrived_at.desc()).offset(most - 1).limit(1)).first()


def pending(session: Session, owners: Collection[str] | None) -> list[Alert]:
    """What waits to be judged, oldest first. owners: of these units alone; None for all."""
    query = select(Alert).where(Alert.state == "pending").order_by(Alert.id)
    return list(session.scalars(query if owners is None else query.where(Alert.owner.in_(list(owners)))))


def waiting(session: Session) -> dict[str, int]:
    """How many wait, by the unit whose people judge them."""
    query = select(Alert.owner, func.count()).where(Alert.state == "pending").group_by(Alert.owner)
    return {str(owner): int(count) for owner, count in session.execute(query)}


def decide(
    session: Session, row: int, state: str, by: str, at: datetime, *, reason: str = "", finding: str = "",
    emptied: bool = False,
) -> bool:  # fmt: skip
    """Judge it; False when somebody was faster. emptied: its words go, because they stand sealed elsewhere."""
    values: dict[str, Any] = {"state": state, "decided_by": by, "decided_at": at, "reason": reason, "finding": finding}
    values |= {"text": "", "title": "已转办理"} if emptied else {}
    change = update(Alert).where(Alert.id == row, Alert.state == "pending").values(**values)
    done = session.execute(change.execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]
