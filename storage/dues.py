"""Moments at which something is owed: planned once, claimed once, ended when the matter is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Due
from storage.prepared import Prepared

CHINA = ZoneInfo("Asia/Shanghai")

_NOW: BindParameter[datetime] = bindparam("now")
_REAL: BindParameter[datetime] = bindparam("real")
_IS_DUE = and_(Due.state == "waiting", Due.due_at <= _NOW)
_NOT_PUT_OFF = or_(Due.retry_at.is_(None), Due.retry_at <= _REAL)
_SAME = and_(
    Due.kind == bindparam("kind"), Due.rung == bindparam("rung"), Due.matter == bindparam("matter"),
    Due.day == bindparam("day"),
)  # fmt: skip
_STATE = Prepared(select(Due.state).where(_SAME))
_ADD = Prepared(insert(Due))
_IS_FREE = or_(Due.lease_until.is_(None), Due.lease_until <= _REAL)
_ANY_CLAIMABLE = Prepared(select(Due.id).where(_IS_DUE, _IS_FREE, _NOT_PUT_OFF).limit(1))
_CLAIMABLE = select(Due).where(_IS_DUE, _IS_FREE, _NOT_PUT_OFF).order_by(Due.due_at, Due.id).limit(bindparam("most"))
_CLAIMABLE_BESIDE = _CLAIMABLE.with_for_update(skip_locked=True)  # where others claim at the same time
_NEXT = Prepared(
    select(func.min(Due.due_at).label("moment")).where(
        Due.state == "waiting", Due.due_at > bindparam("after"), Due.due_at <= bindparam("until")
    )
)
_WAITING = (
    select(Due)
    .where(Due.id.in_(bindparam("ids", expanding=True)), Due.state == "waiting")
    .order_by(Due.due_at, Due.id)
    .with_for_update()
)
_READY = Prepared(select(Due.id).where(_IS_DUE, _NOT_PUT_OFF).limit(1))
_LATER = Prepared(
    select(Due.id)
    .where(Due.kind == bindparam("kind"), Due.matter == bindparam("matter"), Due.id != bindparam("row"))
    .where(Due.obligation.is_(None), or_(Due.state == "waiting", Due.state == "done"))
    .where(Due.planned_at > bindparam("planned"), Due.planned_at <= _NOW)
    .limit(1)
)


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
    same = {"kind": kind, "matter": matter, "rung": rung, "day": day}
    state = _STATE.scalar(session, same)
    values = {"due_at": at, "planned_at": at, "facts": dict(facts or {}), "state": "waiting", "attempts": 0}
    if state is None:
        return _insert_once(session, {**same, **values})
    if state != "cancelled":
        return False
    values |= {"lease_until": None, "retry_at": None}
    again = update(Due).where(*(getattr(Due, name) == value for name, value in same.items())).values(**values)
    session.execute(again.execution_options(synchronize_session=False))
    return True


def _insert_once(session: Session, row: Mapping[str, Any]) -> bool:
    if session.get_bind().dialect.name == "sqlite":
        _ADD.run(session, row)  # one writer: nobody can have been faster
        return True
    try:
        with session.begin_nested():
            _ADD.run(session, row)
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


def hold(session: Session, row: int) -> Due | None:
    """The row if it still waits, locked until the turn ends."""
    return next(iter(waiting_of(session, [row])), None)


def give_back(session: Session, now: datetime, leases: Sequence[datetime]) -> None:
    """What was claimed under one of these leases and never fired may be taken at once; their holder says so himself."""
    rows = update(Due).where(Due.state == "waiting", Due.due_at <= now, Due.lease_until.in_(leases))
    session.execute(rows.values(lease_until=None).execution_options(synchronize_session=False))


def claim(session: Session, now: datetime, real: datetime, limit: int, lease: timedelta) -> list[Due]:
    """Take up to `limit` rows that are due at business time `now`, oldest first, under a lease of real time."""
    if _ANY_CLAIMABLE.first(session, {"now": now, "real": real}) is None:
        return []  # most looks find nothing
    query = _CLAIMABLE if session.get_bind().dialect.name == "sqlite" else _CLAIMABLE_BESIDE
    rows = list(session.scalars(query, {"now": now, "real": real, "most": limit}))
    for row in rows:
        row.lease_until = real + lease
    session.flush()
    return rows


def next_moment(session: Session, after: datetime, until: datetime) -> datetime | None:
    """The earliest waiting moment in (after, until], or None."""
    moment: datetime | None = _NEXT.scalar(session, {"after": after, "until": until})
    return moment


def waiting(session: Session, matter: str) -> list[Due]:
    """The matter's waiting rows, soonest first."""
    return list(session.scalars(select(Due).where(Due.matter == matter, Due.state == "waiting").order_by(Due.due_at)))


def later_rung(session: Session, row: Due, now: datetime) -> bool:
    """Whether a later rung of the same ladder and matter is already due: then `row` is an old one (domain.md 6.7)."""
    known = {"kind": row.kind, "matter": row.matter, "row": row.id, "planned": row.planned_at, "now": now}
    return _LATER.first(session, known) is not None


def waiting_of(session: Session, ids: Sequence[int]) -> list[Due]:
    """Those of them that still wait, locked until the turn ends."""
    return list(session.scalars(_WAITING, {"ids": list(ids)}))


def without_obligation(session: Session, kinds: Iterable[str]) -> list[Due]:
    """Waiting rungs of ladders that an earlier version planned by themselves."""
    query = select(Due).where(Due.kind.in_(list(kinds)), Due.state == "waiting", Due.obligation.is_(None))
    return list(session.scalars(query.order_by(Due.due_at, Due.id)))


def ready(session: Session, now: datetime, real: datetime) -> bool:
    """Whether a row that is due has its turn still to come, here or in another process; one that failed waits alone.

    Also a row that nobody holds: whoever had it may have been killed. What it leaves to be told is not there yet.
    """
    return _READY.first(session, {"now": now, "real": real}) is not None


def oldest(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest row waits that is due and has not failed yet, or None."""
    waiting = select(func.min(Due.due_at)).where(Due.state == "waiting", Due.due_at <= now, Due.attempts == 0)
    return session.execute(waiting).scalar()


def dead(session: Session) -> int:
    """How many rows were given up."""
    return session.execute(select(func.count()).select_from(Due).where(Due.state == "dead")).scalar_one()
