"""Business time: the real clock, or the rehearsal's, whose anchor lives in the store (contract.md)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Anchor
from storage.prepared import Prepared
from storage.real_time import real_now
from storage.types import Utc

__all__ = ["CHINA", "Now", "RehearsalClock", "business_now", "real_now", "rehearsal_clock"]

Now = Callable[[], datetime]
CHINA = ZoneInfo("Asia/Shanghai")  # for wording and calendar rules only; moments are UTC
_ROW = select(Anchor.business_at, Anchor.real_at, Anchor.rate).where(Anchor.id == 1)
_READ, _LOCK = Prepared(_ROW), Prepared(_ROW.with_for_update())
_ADD = Prepared(insert(Anchor))
_MOVE = Prepared(
    update(Anchor)
    .where(Anchor.id == 1)
    .values(business_at=bindparam("business", type_=Utc), real_at=bindparam("real", type_=Utc), rate=bindparam("pace"))
)


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
        row = _READ.first(session, {})
        if row is not None:
            self.business_at, self.real_at, self.rate = row

    def set(self, session: Session, moment: datetime, rate: float) -> None:
        """Move the anchor to `moment` (never back) and run at `rate` from here on."""
        business, real = max(moment, _locked(session, moment, rate)), real_now()
        _MOVE.run(session, {"business": business, "real": real, "pace": rate})
        self.business_at, self.real_at, self.rate = business, real, rate


def rehearsal_clock(session: Session, start: datetime, rate: float) -> RehearsalClock:
    """The clock from `start`, or from where the store's rehearsal stands if that is later."""
    clock = RehearsalClock(start, real_now(), rate)
    row = _READ.first(session, {})
    if row is not None:
        present = row.business_at + (real_now() - row.real_at) * row.rate
        start = max(start, present)
    clock.business_at = start
    clock.set(session, start, rate)
    return clock


def _locked(session: Session, moment: datetime, rate: float) -> datetime:
    """Where the store's anchor stands, locked; made where there is none, by one of those that start in one moment."""
    row = _LOCK.first(session, {})
    if row is None:
        with suppress(IntegrityError), session.begin_nested():  # another process was first
            _ADD.run(session, {"id": 1, "business_at": moment, "real_at": real_now(), "rate": rate})
        row = _LOCK.first(session, {})
    business: datetime = row.business_at
    return business


def business_now(session: Session) -> datetime:
    """Business time as the store knows it: the rehearsal's where it has an anchor, otherwise the real one."""
    row = _READ.first(session, {})
    return row.business_at + (real_now() - row.real_at) * row.rate if row is not None else real_now()
