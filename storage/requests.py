"""What other systems ask for: claimed under a lease, locked while it is carried out, and given its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, func, or_, select, update
from sqlalchemy.orm import Session

from storage.models import Event, Request

OUTCOME_LIMIT = 400
# Column by column: what else a system wrote, such as a moment in a form of its own, need not be readable.
_ASKED = (Request.id, Request.system, Request.person, Request.action, Request.matter, Request.attempts)


@dataclass(frozen=True, slots=True)
class Asked:
    """A claimed request, detached. facts: as they stand in the column, maybe no JSON. attempts: this one too."""

    id: int
    system: str
    person: str
    action: str
    matter: str
    attempts: int
    facts: str


def claim(session: Session, real: datetime, limit: int, lease: timedelta) -> list[Asked]:
    """Take up to `limit` new requests, oldest first, under a lease of real time; each claim counts as an attempt."""
    query = (
        select(*_ASKED, cast(Request.facts, Text))
        .where(Request.state == "new", or_(Request.lease_until.is_(None), Request.lease_until <= real))
        .order_by(Request.id)
        .limit(limit)
    )
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    rows = session.execute(query).all()
    taken = [Asked(row[0], row[1], row[2], row[3], row[4], row[5] + 1, row[6] or "") for row in rows]
    if taken:
        claimed = update(Request).where(Request.id.in_([asked.id for asked in taken]))
        values = {"lease_until": real + lease, "attempts": Request.attempts + 1}
        session.execute(claimed.values(values).execution_options(synchronize_session=False))
    return taken


def free_leases(session: Session) -> None:
    """What a process had in hand when it was killed may be taken at once. Only where no other process runs."""
    rows = update(Request).where(Request.state == "new", Request.lease_until.is_not(None))
    session.execute(rows.values(lease_until=None).execution_options(synchronize_session=False))


def is_new(session: Session, request: int) -> bool:
    """Whether it still waits; the row is locked until the turn ends, so nobody else carries it out meanwhile."""
    query = select(Request.state).where(Request.id == request)
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update()
    return session.execute(query).scalar() == "new"


def finish(session: Session, request: int, state: str, outcome: str, at: datetime, matter: str | None = None) -> None:
    """Write the outcome back: done, refused or failed. matter: the number that it led to, when it had none."""
    values = {"state": state, "outcome": outcome[:OUTCOME_LIMIT], "done_at": at, "lease_until": None}
    if matter is not None:
        values["matter"] = matter
    _write(session, request, values)


def put_off(session: Session, request: int, until: datetime) -> None:
    """It failed: nobody takes it before `until` (real time)."""
    _write(session, request, {"lease_until": until})


def blank(session: Session, request: int) -> None:
    """Keep nothing of what was said (secrecy marks, domain.md 3.6 P6)."""
    _write(session, request, {"facts": {}})


def _write(session: Session, request: int, values: dict[str, object]) -> None:
    row = update(Request).where(Request.id == request, Request.state == "new")
    session.execute(row.values(values).execution_options(synchronize_session=False))


def last_event(session: Session) -> int:
    """Where the ledger ends now; what this turn writes has a greater id."""
    return session.execute(select(func.max(Event.id))).scalar() or 0


def matters_written(session: Session, message_key: str, after: int) -> list[str]:
    """The matters of the events that were written under `message_key`, in their order."""
    query = select(Event.matter).where(Event.id > after, Event.message_key == message_key).order_by(Event.id)
    return list(session.scalars(query))


def failed(session: Session) -> int:
    """How many requests were given up."""
    return session.execute(select(func.count()).select_from(Request).where(Request.state == "failed")).scalar_one()
