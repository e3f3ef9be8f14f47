"""The machinery's time: the same in all processes of one store, and not moved by whoever sets a machine's clock.

Leases, back-off and WeCom's limits are compared over processes: of two clocks that differ by a minute, one sees free
windows where there are none, and what is sent then WeCom drops without a word. So a process that serves follows the
store's clock (on SQLite its machine's), once a second, and counts on by the monotonic clock in between.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

QUICK = 0.5  # seconds; what a slower answer says of the time is too vague
_QUERIES = {
    "postgresql": "SELECT clock_timestamp() AT TIME ZONE 'UTC'",
    "mysql": "SELECT UTC_TIMESTAMP(6)",
    "mariadb": "SELECT UTC_TIMESTAMP(6)",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the clock that is followed said (aware UTC) when the monotonic one stood at `at`."""

    said: datetime
    at: float


@dataclass(slots=True)
class _Followed:
    last: Reading | None = None


_followed = _Followed()


def real_now() -> datetime:
    """Aware UTC: the machine's own clock, until another one is followed."""
    last = _followed.last
    if last is None:
        return datetime.now(UTC)
    return last.said + timedelta(seconds=time.monotonic() - last.at)


def read(session: Session) -> Reading | None:
    """What the store's clock says; None when it took too long to say so."""
    query = _QUERIES.get(session.get_bind().dialect.name)
    before = time.monotonic()
    said = session.execute(text(query)).scalar_one().replace(tzinfo=UTC) if query else datetime.now(UTC)
    after = time.monotonic()
    return Reading(said, (before + after) / 2) if after - before <= QUICK else None


def leap(reading: Reading) -> float:
    """Seconds by which time would leap if this reading were followed; negative: back."""
    return (reading.said - real_now()).total_seconds() + time.monotonic() - reading.at


def follow(reading: Reading) -> None:
    _followed.last = reading
