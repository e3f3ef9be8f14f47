"""Chains the ledger's new events every second; one process at a time does it, under a lease of real time."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.errors import StoreUnavailable
from bot.turns import Turns
from storage import leases, links

NAME = "sealer"
LEASE = timedelta(seconds=15)
BATCH = 200  # events in one transaction: people wait behind it, so it is short
SWEEP = timedelta(minutes=10)  # how often all events are looked through for one that came very late


class Sealer:
    """Holds nothing that matters: a kill takes back an open batch, and the next process goes on from the chain."""

    def __init__(self, turns: Turns, real: Callable[[], datetime] = real_now) -> None:
        self._turns = turns
        self._real = real
        self._holder = secrets.token_hex(8)
        self._swept_at: datetime | None = None

    async def tick(self) -> None:
        """Chain all that is committed. Another process's lease, or its faster batch, leaves it to that process."""
        sweep = self._swept_at is None or self._real() - self._swept_at >= SWEEP
        first = await self._turns.read(lambda session: links.first_unsealed(session, everywhere=sweep))
        if sweep:
            self._swept_at = self._real()
        with contextlib.suppress(IntegrityError):
            while first is not None:
                first = await self._turns.run(lambda session, first=first: self._seal(session, first))  # type: ignore[misc]

    async def stop(self) -> None:
        """Chain what is left, and let another process have the lease at once. A store out of reach is left alone."""
        with contextlib.suppress(StoreUnavailable, SQLAlchemyError):
            await self.tick()
            await self._turns.run(lambda session: leases.give_back(session, NAME, self._holder))

    def _seal(self, session: Session, first: int) -> int | None:
        """One batch; where the next one begins, or None."""
        real = self._real()
        if not leases.take(session, NAME, self._holder, real, LEASE):
            return None
        return links.seal(session, first, BATCH, real)
