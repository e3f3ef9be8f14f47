"""Moments at which something is owed: planned once, claimed once, ended when the matter is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Insert, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Due

CHINA = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> str:
    """The business day of a moment, as it stands in `Due.day`."""
    return at.astimezone(CHINA).date().isoformat()


def plan(
    session: Session, *, kind: str, matter: str, rung: str, at: datetime, facts: Mapping[str, Any] | None = None
) -> bool:
    """Owe a turn at `at` (business time). Unique by (kind, rung, matter, day); one that was cancelled comes back.

    False when it stands already or has had its turn.
    """
    day = day_of(at)
    same = and_(Due.kind == kind, Due.rung == rung, Due.matter == matter, Due.day == day)
    state = session.execute(select(Due.state).where(same)).scalar()
    values = {"due_at": at, "planned_at": at, "facts": dict(facts or {}), "state": "waiting", "attempts": 0}
    if state is None:
        return _insert_once(session, insert(Due).values(kind=kind, matter=matter, rung=rung, day=day, **values))
    if state != "cancelled":
        return False
    values |= {"lease_until": None, "retry_at": None}
    session.execute(update(Due).where(same).values(**values).execution_options(synchronize_session=False))
    return True


def _insert_once(session: Session, row: Insert) -> bool:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(row)  # one writer: nobody can have been faster
        return True
    try:
        with session.begin_nested():
            session.execute(row)
    except IntegrityError:
        return False  # another replica planned the same in this very moment
    return True


def settle(session: Session, matter: str, kind: str | None = None) -> int:
    """End the matter's waiting rows (of one kind, or of all); returns how many."""
    query = update(Due).where(Due.matter == matter, Due.state == "waiting").values(state="cancelled")
    if kind is not None:
        query = query.where(Due.kind == kind)
    return session.execute(query.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined,no-any-return]


def free_leases(session: Session) -> None:
    """What a process had in hand when it was killed may be taken at once. Only where no other process runs."""
    rows = update(Due).where(Due.state == "waiting", Due.lease_until.is_not(None))
    session.execute(rows.values(lease_until=None).execution_options(synchronize_session=False))


def let_go(session: Session, real: datetime, until: datetime) -> None:
    """A process died: what was claimed when it lived, under leases up to `until`, may be taken at once."""
    rows = update(Due).where(Due.state == "waiting", Due.lease_until > real, Due.lease_until <= until)
    session.execute(rows.values(lease_until=None).execution_options(synchronize_session=False))


def claim(session: Session, now: datetime, real: datetime, limit: int, lease: timedelta) -> list[Due]:
    """Take up to `limit` rows that are due at business time `now`, oldest first, under a lease of real time."""
    query = (
        select(Due)
        .where(Due.state == "waiting", Due.due_at <= now)
        .where(or_(Due.lease_until.is_(None), Due.lease_until <= real))
        .where(or_(Due.retry_at.is_(None), Due.retry_at <= real))
        .order_by(Due.due_at, Due.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    rows = list(session.scalars(query))
    for row in rows:
        row.lease_until = real + lease
    session.flush()
    return rows


def next_moment(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The earliest waiting moment in (after, until], or None."""
    return session.execute(
        select(func.min(Due.due_at)).where(Due.state == "waiting", Due.due_at > after, Due.due_at <= until)
    ).scalar()


def waiting(session: Session, matter: str) -> list[Due]:
    """The matter's waiting rows, soonest first."""
    return list(session.scalars(select(Due).where(Due.matter == matter, Due.state == "waiting").order_by(Due.due_at)))


def later_rung(session: Session, row: Due, now: datetime) -> bool:
    """Whether a later rung of the same ladder and matter is already due: then `row` is an old one (domain.md 6.7)."""
    return (
        session.execute(
            select(Due.id)
            .where(Due.kind == row.kind, Due.matter == row.matter, Due.id != row.id, Due.obligation.is_(None))
            .where(Due.planned_at > row.planned_at, Due.planned_at <= now, Due.state.in_(("waiting", "done")))
            .limit(1)
        ).first()
        is not None
    )


def waiting_of(session: Session, ids: Sequence[int]) -> list[Due]:
    """Those of them that still wait, locked until the turn ends."""
    query = select(Due).where(Due.id.in_(list(ids)), Due.state == "waiting").order_by(Due.due_at, Due.id)
    return list(session.scalars(query.with_for_update()))


def without_obligation(session: Session, kinds: Iterable[str]) -> list[Due]:
    """Waiting rungs of ladders that an earlier version planned by themselves."""
    query = select(Due).where(Due.kind.in_(list(kinds)), Due.state == "waiting", Due.obligation.is_(None))
    return list(session.scalars(query.order_by(Due.due_at, Due.id)))


def busy(session: Session, now: datetime, real: datetime) -> bool:
    """Whether a row that is due has its turn still to come, here or in another process; one that failed waits alone.

    Also a row that nobody holds: whoever had it may have been killed. What it leaves to be told is not there yet.
    """
    query = select(Due.id).where(Due.state == "waiting", Due.due_at <= now)
    query = query.where(or_(Due.retry_at.is_(None), Due.retry_at <= real))
    return session.execute(query.limit(1)).first() is not None


def ready(session: Session, now: datetime, real: datetime) -> bool:
    """Whether a row is due that nobody has put off after a failure: it is in work, or will be in a moment."""
    query = select(Due.id).where(Due.state == "waiting", Due.due_at <= now)
    return session.execute(query.where(or_(Due.retry_at.is_(None), Due.retry_at <= real)).limit(1)).first() is not None


def oldest(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest row waits that is due and has not failed yet, or None."""
    waiting = select(func.min(Due.due_at)).where(Due.state == "waiting", Due.due_at <= now, Due.attempts == 0)
    return session.execute(waiting).scalar()


def dead(session: Session) -> int:
    """How many rows were given up."""
    return session.execute(select(func.count()).select_from(Due).where(Due.state == "dead")).scalar_one()
