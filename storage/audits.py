"""What the auditor of the pushes found, hour by hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from storage.duties import Audit

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def last_at(session: Session) -> datetime:
    """When the last audit was, real time; long ago when there was none."""
    return session.execute(select(func.max(Audit.real_at))).scalar() or NEVER


def last(session: Session) -> Audit | None:
    return session.scalars(select(Audit).order_by(Audit.id.desc()).limit(1)).first()


def add(
    session: Session, at: datetime, real_at: datetime, checked: int, late_seconds: int, gaps: Mapping[str, int]
) -> None:
    row = {"at": at, "real_at": real_at, "checked": checked, "late_seconds": late_seconds, "gaps": dict(gaps)}
    session.execute(insert(Audit).values(**row))


def forget_before(session: Session, moment: datetime) -> None:
    """Remove what was found before then."""
    session.execute(delete(Audit).where(Audit.real_at < moment).execution_options(synchronize_session=False))
