"""Delivers the outbox: in each person's order, at WeCom's pace, at least once with a fence, and gives up loudly."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import tracing
from bot.claiming import Claimed, Claiming
from bot.clock import Now, real_now
from bot.errors import StoreUnavailable
from bot.making import Filed
from bot.marking import mark
from bot.metrics import BRAKE, SENT
from bot.parcels import LEASE, RENEW_SECONDS, Channel, Outcome, Parcel, Uploaded
from bot.turns import Turns
from bot.wecom.limits import Rates
from storage import brakes, deliveries, outbox, sends

AT_ONCE = 64  # calls under way together
POLL_SECONDS = 0.5
PACED_SECONDS = 0.1  # when the app's pace is all that holds somebody back
ROUND_SECONDS = 0.02  # between two rounds: what is owed meanwhile shares one claim, instead of one for every turn
LIVELY = timedelta(seconds=5)  # for so long a call is waited for before the rehearsal's clock goes on
STOP_SECONDS = 2  # what has not ended by then is in doubt, as after a kill, and taken up again
FORGET_EVERY = timedelta(seconds=30)  # often, so that each time is short

TELL_AFTER = 3  # signs of life of a file in the making, until its receiver hears that it takes longer
STILL_MAKING = "文件较大，还在生成，做好马上发给您，不用再发一次。"

Marks = Sequence[tuple[Parcel, Outcome]]

log = logging.getLogger("jiandu.sender")


def _at_once(moment: datetime) -> datetime:
    return moment


class Sender:
    """A loop that marks what is done and claims what is owed in one transaction, and calls in between.

    now is business time, real the machinery's. may_send: when reminders may go that a full day has put off.
    shown: takes the cover off a body that lies hidden in the store. renew_seconds: of real time, between two signs that
    a file is still being made. origins: of the dispatcher beside it.
    """

    def __init__(
        self,
        turns: Turns,
        now: Now,
        channel: Channel,
        rates: Rates = Rates(),  # noqa: B008  # frozen
        *,
        real: Now = real_now,
        may_send: Callable[[datetime], datetime] = _at_once,
        shown: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
        renew_seconds: float = RENEW_SECONDS,
        round_seconds: float = ROUND_SECONDS,
        origins: tracing.Origins | None = None,
    ) -> None:
        self._origins = origins or tracing.Origins()
        self._turns = turns
        self._now = now
        self._real = real
        self._channel = channel
        self._renew_seconds, self._round_seconds = renew_seconds, round_seconds
        self._claiming = Claiming(rates, may_send, shown)
        self._knock = asyncio.Event()
        self._done: list[tuple[Parcel, Outcome]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._in_round = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._forget_at = real()
        self._rests_until = 0.0

    def rest(self, seconds: float) -> None:
        """Claim nothing for a while: time has leapt on, so that nobody knows what the last minute of WeCom's holds."""
        self._rests_until = time.monotonic() + seconds

    def kick(self) -> None:
        """Something may be owed now."""
        self._knock.set()

    async def run(self) -> None:
        """Deliver until `stop`; a failing store only delays."""
        self._at_rest.clear()
        try:
            while not self._stopping:
                if wait := await self._try_round():
                    await self._wait(wait)
                if not self._stopping:
                    await asyncio.sleep(self._round_seconds)
        finally:
            self._at_rest.set()

    async def _try_round(self) -> float:
        """A round; gives the seconds after which the next one is worth it though nobody knocks."""
        self._in_round = True
        try:
            return await self._round()
        except Exception as error:
            log.error("round failed: %s", type(error).__name__)
            await asyncio.sleep(1.0)
            return POLL_SECONDS
        finally:
            self._in_round = False

    async def stop(self) -> None:
        """Finish the calls under way and mark them."""
        self._stopping = True
        self._knock.set()
        await self._at_rest.wait()  # a round that has claimed already starts its calls first
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=STOP_SECONDS)
        if self._done:
            done, self._done = self._done, []
            with contextlib.suppress(StoreUnavailable):  # out of reach: they are in doubt, as after a kill
                await self._turns.run(lambda session: self._mark_and_claim(session, done, 0))

    async def idle(self, seconds: float) -> bool:
        """Wait until everything that may go has been tried once; False when that took longer than `seconds`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            if not self._is_busy() and await self._turns.run(self._ready) == 0 and not self._is_busy():
                return True
            self.kick()
            await asyncio.sleep(0.005)
        return False

    def _is_busy(self) -> bool:
        return bool(self._under_way or self._done or self._in_round)

    def _ready(self, session: Session) -> int:
        """Nothing may go while the app is braked: a rehearsal does not wait for that, as for no other failure."""
        real = self._real()
        if brakes.until(session) > real:
            return 0
        return deliveries.ready(session, self._now(), real, real + LEASE - LIVELY)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._knock.wait(), seconds)
        self._knock.clear()

    async def _round(self) -> float:
        self._knock.clear()
        done, self._done = self._done, []
        free = AT_ONCE - len(self._under_way) if time.monotonic() >= self._rests_until else 0
        try:
            claimed = await self._turns.run(lambda session: self._mark_and_claim(session, done, free))
        except Exception:
            self._done[:0] = done
            raise
        for parcel in claimed.parcels:
            task = asyncio.create_task(self._send(parcel))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if claimed.paced:
            return PACED_SECONDS
        return 0.0 if claimed.looked else POLL_SECONDS

    def _mark_and_claim(self, session: Session, done: Marks, free: int) -> Claimed:
        now, real = self._now(), self._real()
        if not done and (free <= 0 or not deliveries.waits(session, now, real)):
            return Claimed()  # most looks find nothing: they hold up no other process, and write nothing
        gate = brakes.lock(session)
        mark(session, gate, done, now, real)
        BRAKE.set(max(0.0, (gate.until - real).total_seconds()))
        if self._stopping:
            return Claimed()
        if real >= self._forget_at:
            sends.forget_before(session, real - sends.HOUR)
            self._forget_at = real + FORGET_EVERY
        return self._claiming.claim(session, gate, now, real, free)

    async def _send(self, parcel: Parcel) -> None:
        holding = asyncio.create_task(self._hold(parcel)) if parcel.apart or isinstance(parcel.message, Filed) else None
        try:
            with tracing.under(row=str(parcel.id), turn=self._origins.of(parcel.id)):
                outcome = await self._call(parcel)
        finally:
            if holding is not None:
                holding.cancel()
        SENT.labels(outcome.state).inc()
        self._done.append((parcel, outcome))
        self._knock.set()

    async def _hold(self, parcel: Parcel) -> None:
        """While a file is made its lease goes on, so that no other process makes it too; who waits long hears once."""
        for beat in itertools.count(1):
            await asyncio.sleep(self._renew_seconds)
            tell = parcel.apart and beat == TELL_AFTER
            with contextlib.suppress(Exception):  # the next beat is early enough
                await self._turns.run(lambda session: self._still(session, parcel, tell=tell))  # noqa: B023

    def _still(self, session: Session, parcel: Parcel, *, tell: bool) -> None:
        if deliveries.renew(session, parcel.id, parcel.attempt, self._real() + LEASE) and tell:
            outbox.add(
                session, person=parcel.person, kind="text", body={"content": STILL_MAKING}, at=self._now(),
                push_key=f"making|{parcel.id}",
            )  # fmt: skip
            self._knock.set()

    async def _keep(self, parcel: Parcel, uploaded: Uploaded) -> bool:
        row, attempt, known = parcel.id, parcel.attempt, {"key": uploaded.key, "media_id": uploaded.media_id}
        return await self._turns.run(
            lambda session: deliveries.keep_media(session, row, attempt, self._real() + LEASE, **known)
        )

    async def _call(self, parcel: Parcel) -> Outcome:
        try:
            return await self._channel.deliver(parcel, lambda uploaded: self._keep(parcel, uploaded))
        except Exception as error:  # a fault of ours in the channel: the row stays, and somebody is told in the end
            log.error("channel failed: %s", type(error).__name__)
            return Outcome("unknown", wait=30.0, error=type(error).__name__)
