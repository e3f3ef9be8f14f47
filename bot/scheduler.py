"""Due rows become turns: claimed, fired in order, each with a transaction of its own. APScheduler only knocks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from bot.almanac import Almanac
from bot.clock import CHINA, RehearsalClock, real_now
from bot.conversation import index
from bot.flow import Flow, Turn
from bot.metrics import DUE_FIRED, DUE_LATE
from bot.sender import Sender
from bot.world import World
from storage import conversations, dues, memory, outbox, people, pushes, retention, seen
from storage.models import Due

LEASE = timedelta(seconds=120)
AT_ONCE = 200
MAX_ATTEMPTS = 6
DAILY = "daily"
DAILY_AT = timedelta(minutes=5)  # after midnight: what begins on a day is planned before anybody is up
SETTLE_SECONDS = 20.0  # how long turning the clock waits at one moment for a platform that does not answer
PAUSE_SECONDS = 0.02
REMEMBER = timedelta(days=7)
REMEMBER_WORDS = timedelta(days=1)

log = logging.getLogger("jiandu.scheduler")


@dataclass(frozen=True, slots=True)
class _Taken:
    """A claimed due row, detached."""

    id: int
    kind: str
    attempts: int
    due_at: datetime
    rung: bool  # of an obligation's ladder


class Scheduler:
    """Fires what is due. Holds no state that matters: any process may stop at any moment."""

    def __init__(self, world: World, flows: Sequence[Flow], sender: Sender, almanac: Almanac | None = None) -> None:
        self._world = world
        self._almanac = almanac
        self._flows = tuple(flows)
        self._handlers = {kind: step for flow in index(flows)[0].values() for kind, step in flow.on_due.items()}
        self._on_rungs = next((flow.on_rungs for flow in flows if flow.on_rungs is not None), None)
        self._gatherers = tuple(flow.gather for flow in flows if flow.gather is not None)
        self._sender = sender
        self._learnt: memory.Memory = {}
        self._turning = asyncio.Lock()
        self._firing = asyncio.Lock()
        self._leases: list[datetime] = []  # under which something may have been claimed here that was not fired

    async def begin(self) -> None:
        """At the start: make sure that the day's planning stands, once per business day whoever starts."""
        await self._world.turns.run(self._plan_first_day)

    async def tick(self) -> None:
        """Fire everything that is due now. Skipped while the rehearsal clock is being turned."""
        if self._turning.locked():
            return
        clock = self._world.now
        if isinstance(clock, RehearsalClock):
            await self._world.turns.read(clock.load)
        await self.run_due()

    async def run_due(self) -> None:
        """Fire all rows due at the present business time, oldest first."""
        async with self._firing:  # the clock must not be turned while the rows of an earlier moment are being fired
            self._learnt = {}
            await self._fire_all()

    async def _fire_all(self) -> None:
        while True:
            taken = await self._take()
            if taken:
                for _, rows in groupby(taken, key=lambda row: row.due_at):  # in the order of moments, also on threads
                    await self._fire_together(list(rows))
                self._leases = []
            elif not await self._gather():
                DUE_LATE.set(0)
                return
            self._sender.kick()

    async def _take(self) -> list[_Taken]:
        """Claim what is due. When the store fails in between, the leases are kept, to be given back at its return."""
        now, real = self._world.now(), real_now()
        lost = [lease for lease in self._leases if lease > real]
        self._leases = [*lost, real + LEASE]  # also when nobody can say whether the claim stands
        taken = await self._world.turns.run(lambda session: self._claim(session, now, real, lost))
        self._leases = [real + LEASE] if taken else []
        return taken

    async def _fire_together(self, rows: Sequence[_Taken]) -> None:
        """Rows of one moment: the rungs of ladders in one turn, everything else, and what failed so, in its own."""
        rungs = [row.id for row in rows if row.rung]
        if len(rungs) > 1 and self._on_rungs is not None:
            try:
                await self._world.turns.run(lambda session: self._fire_rungs(session, rungs))
                rows = [row for row in rows if not row.rung]
            except Exception as error:
                log.error("rungs failed together: %s", type(error).__name__)
        for failed in await asyncio.gather(*(self._fire_one(row) for row in rows), return_exceptions=True):
            if failed is not None:
                raise failed

    async def _fire_one(self, row: _Taken) -> None:
        """A turn of its own. On SQLite those that wait together share one commit, in the order in which they came."""
        await self._world.turns.run(
            lambda session: self._fire(session, row),
            lambda session, error: self._put_off(session, row, error),
        )

    async def _gather(self) -> bool:
        """Let the flows put what is to be told into messages; whether there was any. A failure is tried again."""

        def work(session: Session) -> int:
            memory.lend(session, self._learnt)
            turn = self._turn(session, self._world.now())
            return sum(gather(turn) for gather in self._gatherers)

        try:
            return await self._world.turns.run(work) > 0
        except Exception as error:
            log.error("gathering failed: %s", type(error).__name__)
            return False

    async def turn_to(self, target: datetime, rate: float) -> None:
        """Turn the rehearsal clock forward, stopping at every due moment on the way (contract.md, Rehearsal clock)."""
        clock = self._world.now
        assert isinstance(clock, RehearsalClock)
        async with self._turning:
            await self._world.turns.read(clock.load)
            moment = clock()
            await self._stand_at(clock, moment)
            while True:
                upcoming = await self._world.turns.read(
                    lambda session, after=moment: _next_moment(session, after, target)  # type: ignore[misc]
                )
                if upcoming is None:
                    break
                moment = upcoming
                await self._stand_at(clock, moment)
            final = max(target, moment)
            await self._world.turns.run(lambda session: clock.set(session, final, rate))

    async def _stand_at(self, clock: RehearsalClock, moment: datetime) -> None:
        await self._world.turns.run(lambda session: clock.set(session, moment, 0.0))
        loop = asyncio.get_running_loop()
        until = loop.time() + SETTLE_SECONDS
        while True:
            await self.run_due()
            if not await self._sender.idle(max(0.5, until - loop.time())):
                log.warning("not everything was sent before the clock went on")
                return
            # What could not be delivered is owed to somebody else now; and another replica may be at something still.
            if not await self._world.turns.read(lambda session: _in_work(session, moment)) or loop.time() > until:
                return
            await asyncio.sleep(PAUSE_SECONDS)

    def _claim(self, session: Session, now: datetime, real: datetime, lost: Sequence[datetime]) -> list[_Taken]:
        if lost:
            dues.give_back(session, now, lost)
        rows = dues.claim(session, now, real, AT_ONCE, LEASE)
        if self._almanac is not None:  # after the claim: what a change of the calendar planned meets the new one
            self._world.calendar = self._almanac.look(session, now)
        if rows:
            DUE_LATE.set(max(0.0, (now - rows[0].due_at).total_seconds()))
        return [_Taken(row.id, row.kind, row.attempts, row.due_at, row.obligation is not None) for row in rows]

    def _fire(self, session: Session, taken: _Taken) -> None:
        row = dues.hold(session, taken.id)
        if row is None:
            return
        now = self._world.now()
        if row.kind == DAILY:
            self._new_day(session, row, now)
            return
        allowed = self._world.calendar.may_send(now)
        if allowed > now and not row.facts.get("urgent"):
            row.due_at, row.lease_until = allowed, None
            return
        if row.obligation is None and dues.later_rung(session, row, now):
            self._end(row, "skipped", now)
            return
        learnt, self._learnt = self._learnt, {}  # this turn may change who is who: what others learnt ends with it
        memory.lend(session, learnt)
        self._handlers[row.kind](self._turn(session, now), row)
        self._end(row, "done", now)

    def _fire_rungs(self, session: Session, ids: Sequence[int]) -> None:
        assert self._on_rungs is not None
        now = self._world.now()
        allowed = self._world.calendar.may_send(now)
        rows = dues.waiting_of(session, ids)
        if allowed > now:
            for row in rows:
                row.due_at, row.lease_until = allowed, None
            return
        memory.lend(session, self._learnt)
        self._on_rungs(self._turn(session, now), rows)
        for row in rows:
            self._end(row, "done", now)

    @staticmethod
    def _end(row: Due, state: str, now: datetime) -> None:
        row.state, row.done_at, row.lease_until = state, now, None
        DUE_FIRED.labels(state).inc()

    def _put_off(self, session: Session, taken: _Taken, error: Exception) -> None:
        """The turn failed: keep the row due, a little later, and give up loudly in the end."""
        log.error("due row failed id=%s kind=%s error=%s", taken.id, taken.kind, type(error).__name__)
        row = dues.hold(session, taken.id)
        if row is None:
            return
        row.attempts += 1
        row.lease_until = None
        row.retry_at = real_now() + timedelta(seconds=min(600, 5 * 2**row.attempts))
        if row.attempts >= MAX_ATTEMPTS:
            self._give_up(session, row, self._world.now())

    def _give_up(self, session: Session, row: Due, now: datetime) -> None:
        self._end(row, "dead", now)
        session.flush()
        if row.kind == DAILY:
            self._plan_next_day(session, now)  # one bad day must not be the last one
        turn = self._turn(session, now)
        for admin in people.userids_with(session, ("sys_admin",), now.astimezone(CHINA).date()):
            turn.tell(admin, f"有一件到期的事没有办成（第{row.id}号）。请在服务器上运行 run.py check 查看。")

    def _turn(self, session: Session, now: datetime) -> Turn:
        return self._world.turn(session, now=now)

    def _plan_first_day(self, session: Session) -> None:
        now = self._world.now()
        if dues.waiting(session, DAILY) or not self._plan_next_day(session, now):
            return  # another process was first; its planning waits to be committed, or is
        self._run_daily(session, now)

    def _new_day(self, session: Session, row: Due, now: datetime) -> None:
        self._run_daily(session, now)
        self._end(row, "done", now)
        session.flush()
        self._plan_next_day(session, now)
        seen.forget_before(session, real_now() - REMEMBER, real_now() - REMEMBER_WORDS)
        conversations.forget_before(session, now - REMEMBER)
        outbox.forget_before(session, now - REMEMBER)
        kept = timedelta(days=self._world.policy.raw_message_days)
        retention.clear_before(session, now - kept, real_now() - kept)

    def _run_daily(self, session: Session, now: datetime) -> None:
        for flow in self._flows:
            if flow.daily is not None:
                flow.daily(self._turn(session, now))

    def _plan_next_day(self, session: Session, now: datetime) -> bool:
        local = now.astimezone(CHINA)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return dues.plan(session, kind=DAILY, matter=DAILY, rung="day", at=midnight + DAILY_AT)


def _in_work(session: Session, now: datetime) -> bool:
    """Whether something of this moment is still on its way into messages, here or in another process."""
    return dues.ready(session, now, real_now()) or pushes.any_owed(session, now)


def _next_moment(session: Session, after: datetime, until: datetime) -> datetime | None:
    moments = (dues.next_moment(session, after, until), outbox.next_hold(session, after, until))
    return min((moment for moment in moments if moment is not None), default=None)
