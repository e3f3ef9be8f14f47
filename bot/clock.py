"""Business time: the real clock, or the rehearsal's, whose anchor lives in the store (contract.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storage.models import Anchor

Now = Callable[[], datetime]
CHINA = ZoneInfo("Asia/Shanghai")  # for wording and calendar rules only; moments are UTC


def real_now() -> datetime:
    """Aware UTC; what machinery (leases, back-off, dedup) always runs on."""
    return datetime.now(UTC)


@dataclass(slots=True)
class RehearsalClock:
    """A business clock that starts at the store's anchor and only ever goes forward.

    Every process of the rehearsal computes the same time from the same anchor; `load` reads it again.
    """

    business_at: datetime
    real_at: datetime
    rate: float

    def __call__(self) -> datetime:
        return self.business_at + (real_now() - self.real_at) * self.rate

    def load(self, session: Session) -> None:
        """Take over the anchor that another process may have moved."""
        row = session.get(Anchor, 1)
        if row is not None:
            self.business_at, self.real_at, self.rate = row.business_at, row.real_at, row.rate

    def set(self, session: Session, moment: datetime, rate: float) -> None:
        """Move the anchor to `moment` (never back) and run at `rate` from here on."""
        row = session.get(Anchor, 1, with_for_update=True)
        if row is None:
            row = Anchor(id=1, business_at=moment, real_at=real_now(), rate=rate)
            session.add(row)
        row.business_at = max(moment, row.business_at)
        row.real_at = real_now()
        row.rate = rate
        session.flush()
        self.business_at, self.real_at, self.rate = row.business_at, row.real_at, row.rate


def rehearsal_clock(session: Session, start: datetime, rate: float) -> RehearsalClock:
    """The clock from `start`, or from where the store's rehearsal stands if that is later."""
    clock = RehearsalClock(start, real_now(), rate)
    row = session.get(Anchor, 1)
    if row is not None:
        present = row.business_at + (real_now() - row.real_at) * row.rate
        start = max(start, present)
    clock.business_at = start
    clock.set(session, start, rate)
    return clock


def business_now(session: Session) -> datetime:
    """Business time as the store knows it: the rehearsal's where it has an anchor, otherwise the real one."""
    row = session.get(Anchor, 1)
    return row.business_at + (real_now() - row.real_at) * row.rate if row is not None else real_now()
