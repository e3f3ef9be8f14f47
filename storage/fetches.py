"""Files that WeCom keeps for three days and that are owed to our disk: claimed under a lease, tried again, given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from storage.models import Fetch
from storage.prepared import Prepared
from storage.real_time import real_now

LONGEST_NAME = 120

_REAL: BindParameter[datetime] = bindparam("real")
_IS_FREE = and_(
    Fetch.state == "due", Fetch.not_before <= _REAL, or_(Fetch.lease_until.is_(None), Fetch.lease_until <= _REAL)
)
_FREE = select(Fetch).where(_IS_FREE).order_by(Fetch.id).limit(bindparam("most"))
_FREE_BESIDE = _FREE.with_for_update(skip_locked=True)  # where others claim at the same time
_READY = Prepared(select(func.count().label("rows")).select_from(Fetch).where(_IS_FREE))


def add(
    session: Session, *, kind: str, person: str, matter: str, media_id: str, name: str, facts: Mapping[str, Any]
) -> int:
    """Owe a fetch from now on; returns the row's id."""
    now = real_now()  # machinery: WeCom's three days are real ones
    row = Fetch(
        kind=kind, person=person, matter=matter, media_id=media_id, name=shortened(name), facts=dict(facts),
        state="due", at=now, not_before=now, attempts=0, error="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def shortened(name: str) -> str:
    """A file name that fits its column; its ending stays."""
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def claim(session: Session, real: datetime, limit: int, lease: timedelta) -> list[Fetch]:
    """Take up to `limit` rows that may be tried now, oldest first, under a lease of real time; counts the try."""
    query = _FREE if session.get_bind().dialect.name == "sqlite" else _FREE_BESIDE
    rows = list(session.scalars(query, {"real": real, "most": limit}))
    for row in rows:
        row.lease_until = real + lease
        row.attempts += 1
    session.flush()
    return rows


def ready(session: Session, real: datetime) -> int:
    """How many rows may be tried now."""
    return int(_READY.scalar(session, {"real": real}))


def dead(session: Session) -> int:
    """How many files were given up: expired at WeCom, or their turn failed again and again."""
    return session.execute(select(func.count()).select_from(Fetch).where(Fetch.state == "dead")).scalar_one()


def free_leases(session: Session) -> None:
    """After a kill, when no other process serves this store: what was claimed may be tried again at once."""
    session.execute(update(Fetch).where(Fetch.state == "due").values(lease_until=None))


def cancel(session: Session, rows: Iterable[int]) -> None:
    """Nothing names what these fetched, or would fetch; whoever has one in hand finds it cancelled."""
    values = {"state": "cancelled", "name": "", "sha256": None, "lease_until": None}
    session.execute(update(Fetch).where(Fetch.id.in_(list(rows))).values(**values))


def lock(session: Session, rows: Iterable[int]) -> list[Fetch]:
    """These rows, in their order, held until the turn ends: what a fetch comes to cannot change meanwhile."""
    query = select(Fetch).where(Fetch.id.in_(list(rows))).order_by(Fetch.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def find(session: Session, row: int) -> Fetch | None:
    return session.get(Fetch, row)


def change_facts(session: Session, row: Fetch, facts: Mapping[str, Any]) -> None:
    """Replace the flow's own facts."""
    row.facts = dict(facts)
    session.flush()
