"""Every process says each second that it lives; what one of them had in hand when it was killed is let go soon."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import parcels, scheduler
from bot.clock import Now, real_now
from bot.errors import StoreUnavailable
from bot.turns import Turns
from storage import deliveries, dues, leases

PREFIX = "process:"
LASTS = timedelta(seconds=6)  # without a sign of life; far shorter than the leases, which are for what nobody notices
STEADY = timedelta(seconds=3)  # it may have claimed for so long after its last sign: an event loop that lags


class Presence:
    """A process's sign of life, and its look at those that have none any more.

    Who was only slow loses nothing: what is let go too early is fired once all the same, since a due row is looked at
    under its lock, and a repeated call carries WeCom's duplicate check.
    """

    def __init__(self, turns: Turns, real: Now = real_now) -> None:
        self._turns = turns
        self._real = real
        self._name = _new_name()
        self._doubts = turns.doubts

    async def tick(self) -> None:
        """Of a transaction in doubt nobody knows what it claimed: as if killed, this process takes another name."""
        if (doubts := self._turns.doubts) != self._doubts:
            self._name, self._doubts = _new_name(), doubts
        await self._turns.run(self._live)

    async def stop(self) -> None:
        """Nothing is left in hand: nobody need look. A store out of reach is left alone."""
        with contextlib.suppress(StoreUnavailable, SQLAlchemyError):
            await self._turns.run(lambda session: leases.give_back(session, self._name, self._name))

    def _live(self, session: Session) -> None:
        real = self._real()
        for until in leases.take_lapsed(session, PREFIX, real):
            claimed_by = until - LASTS + STEADY
            deliveries.let_go(session, real, claimed_by + parcels.LEASE)
            dues.let_go(session, real, claimed_by + scheduler.LEASE)
        leases.take(session, self._name, self._name, real, LASTS)


def _new_name() -> str:
    return PREFIX + secrets.token_hex(8)
