"""A job that one process at a time may do: taken for a while of real time, renewed, taken over when it lapses."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Lease


def take(session: Session, name: str, holder: str, real: datetime, length: timedelta) -> bool:
    """Take the lease `name` until `real` + `length`, or renew one's own; False while somebody else holds it.

    The row stays locked until the transaction ends, so of two who come at once the second waits and is refused.
    """
    free = or_(Lease.holder == holder, Lease.until <= real)
    mine = update(Lease).where(Lease.name == name, free).values(holder=holder, until=real + length)
    result = session.execute(mine.execution_options(synchronize_session=False))
    if result.rowcount == 1:  # type: ignore[attr-defined]
        return True
    if session.execute(select(Lease.name).where(Lease.name == name)).first():
        return False
    try:
        with session.begin_nested():
            session.execute(insert(Lease).values(name=name, holder=holder, until=real + length))
    except IntegrityError:
        return False
    return True


def holder(session: Session, name: str, real: datetime) -> str | None:
    """Who holds the lease at `real`."""
    query = select(Lease.holder).where(Lease.name == name, Lease.until > real)
    return session.execute(query).scalar()


def give_back(session: Session, name: str, holder: str) -> None:
    """End one's own lease, so that nobody has to wait until it lapses."""
    mine = delete(Lease).where(Lease.name == name, Lease.holder == holder)
    session.execute(mine.execution_options(synchronize_session=False))


def take_lapsed(session: Session, prefix: str, real: datetime) -> list[datetime]:
    """Remove the leases of this beginning that nobody renews any more; when each of them lapsed.

    Each is given to one process only; what another one removes at this moment is left to it.
    """
    query = select(Lease).where(Lease.name.startswith(prefix, autoescape=True), Lease.until <= real)
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    lapsed = list(session.scalars(query))
    for row in lapsed:
        session.delete(row)
    session.flush()
    return [row.until for row in lapsed]


def free_leases(session: Session) -> None:
    """What a killed process held may be taken at once. Only where no other process runs."""
    session.execute(delete(Lease).execution_options(synchronize_session=False))
