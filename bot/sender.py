"""Delivers the outbox: in each person's order, at WeCom's pace, at least once with a fence, and gives up loudly."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from bot.clock import CHINA, Now, real_now
from bot.messages import CardUpdate, Outgoing, unpack
from bot.metrics import SENT
from bot.turns import Turns
from storage import events, outbox, people
from storage.models import Outbox as Row

LEASE = timedelta(seconds=90)  # longer than the slowest call with its token refresh
AT_ONCE = 24  # calls under way together
FENCE = timedelta(hours=4)  # wecom.md 3.2: the platform's duplicate check reaches no further back
GIVE_UP_AFTER = timedelta(days=3)
POLL_SECONDS = 0.5
PACE_SECONDS = 0.02  # between two rounds: what is owed meanwhile shares one claim, instead of one for every turn
MAX_REJECTIONS = 30  # with the waits growing to a minute, about half an hour of a busy platform


log = logging.getLogger("jiandu.sender")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call. state: sent / retry / unknown / dead.

    wait: seconds before the next try, doubled with each try up to a minute when it `grows`.
    free: the try does not count against the row (frequency brake, connection refused).
    gone: the account is not reachable any more.
    """

    state: str
    wait: float = 0.0
    grows: bool = False
    free: bool = False
    gone: bool = False
    error: str = ""
    msgid: str = ""
    response_code: str = ""


class Channel(Protocol):
    """What the sender needs of `bot/wecom`; it never raises."""

    async def deliver(self, person: str, message: Outgoing, response_code: str, fence: bool) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed row, detached from its session. `attempt` tells this claim from a later one."""

    id: int
    attempt: int
    person: str
    message: Outgoing
    response_code: str
    fence: bool


class Sender:
    """A loop that marks what is done and claims what is owed in one transaction, and calls in between."""

    def __init__(self, turns: Turns, now: Now, channel: Channel) -> None:
        self._turns = turns
        self._now = now
        self._channel = channel
        self._knock = asyncio.Event()
        self._done: list[tuple[Parcel, Outcome]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._in_round = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    def kick(self) -> None:
        """Something may be owed now."""
        self._knock.set()

    async def run(self) -> None:
        """Deliver until `stop`; a failing store only delays."""
        self._at_rest.clear()
        try:
            while not self._stopping:
                if await self._try_round() == 0:
                    await self._wait()
                if not self._stopping:
                    await asyncio.sleep(PACE_SECONDS)
        finally:
            self._at_rest.set()

    async def _try_round(self) -> int:
        self._in_round = True
        try:
            return await self._round()
        except Exception as error:
            log.error("round failed: %s", type(error).__name__)
            await asyncio.sleep(1.0)
            return 0
        finally:
            self._in_round = False

    async def stop(self) -> None:
        """Finish the calls under way and mark them."""
        self._stopping = True
        self._knock.set()
        await self._at_rest.wait()  # a round that has claimed already starts its calls first
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=8)
        if self._done:
            done, self._done = self._done, []
            await self._turns.run(lambda session: self._mark(session, done))

    async def idle(self, seconds: float) -> bool:
        """Wait until everything that may go has been tried once; False when that took longer than `seconds`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until:
            now = self._now()
            ready = await self._turns.run(lambda session, now=now: outbox.ready(session, now))  # type: ignore[misc]
            if ready == 0 and not (self._under_way or self._done or self._in_round):
                return True
            self.kick()
            await asyncio.sleep(0.01)
        return False

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._knock.wait(), POLL_SECONDS)
        self._knock.clear()

    async def _round(self) -> int:
        self._knock.clear()
        done, self._done = self._done, []
        free = AT_ONCE - len(self._under_way)
        try:
            parcels = await self._turns.run(lambda session: self._mark_and_claim(session, done, free))
        except Exception:
            self._done[:0] = done
            raise
        for parcel in parcels:
            task = asyncio.create_task(self._send(parcel))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(parcels)

    def _mark_and_claim(self, session: Session, done: list[tuple[Parcel, Outcome]], free: int) -> list[Parcel]:
        self._mark(session, done)
        if free <= 0 or self._stopping:
            return []
        parcels = [self._open(session, row) for row in outbox.claim(session, self._now(), free, LEASE)]
        return [parcel for parcel in parcels if parcel is not None]

    def _open(self, session: Session, row: Row) -> Parcel | None:
        """The row as a parcel; what this version cannot read must not hold up everybody's messages."""
        try:
            return _parcel(session, row)
        except (KeyError, TypeError, ValueError) as error:
            row.lease_until, row.error = None, f"unreadable: {type(error).__name__}"
            self._bury(session, row, Outcome("dead"), self._now())
            return None

    async def _send(self, parcel: Parcel) -> None:
        try:
            outcome = await self._channel.deliver(parcel.person, parcel.message, parcel.response_code, parcel.fence)
        except Exception as error:  # a fault of ours in the channel: the row stays, and somebody is told in the end
            log.error("channel failed: %s", type(error).__name__)
            outcome = Outcome("unknown", wait=30.0, error=type(error).__name__)
        SENT.labels(outcome.state).inc()
        self._done.append((parcel, outcome))
        self._knock.set()

    def _mark(self, session: Session, done: list[tuple[Parcel, Outcome]]) -> None:
        for parcel, outcome in done:
            row = outbox.lock_row(session, parcel.id)
            overtaken = row is None or row.state != "due" or row.attempts != parcel.attempt
            if row is None or (overtaken and outcome.state != "sent"):
                continue  # the lease ran out and another process has it, or the response was delivered after all
            self._mark_one(session, row, outcome)

    def _mark_one(self, session: Session, row: Row, outcome: Outcome) -> None:
        now, real = self._now(), real_now()
        row.lease_until = None
        row.error = outcome.error[:200]
        if outcome.state == "sent":
            self._mark_sent(session, row, outcome, now)
        elif outcome.state == "dead" and row.kind == "card_update" and row.attempts > 1:
            row.state, row.sent_at = "sent", now  # the try whose outcome was unknown used up the code (wecom.md 3.4)
        elif outcome.state == "dead" or self._hopeless(row, outcome, real):
            self._bury(session, row, outcome, now)
        else:
            tries = max(0, row.attempts - 1) if outcome.grows else 0
            row.not_before = real + timedelta(seconds=min(max(60.0, outcome.wait), outcome.wait * 2 ** min(tries, 8)))
            outbox.put_off(session, row, row.not_before)

    @staticmethod
    def _mark_sent(session: Session, row: Row, outcome: Outcome, now: datetime) -> None:
        row.state, row.sent_at, row.msgid = "sent", now, outcome.msgid[:160]
        if row.answer:
            row.body = {}  # the person has it; what he was told of a lead need not stand here for ever
        if outcome.response_code:
            row.response_code = outcome.response_code
        if row.kind == "card" and row.closed_text:
            session.flush()
            outbox.owe_update(session, row, row.closed_text, now)  # it was overtaken while it was on its way

    @staticmethod
    def _hopeless(row: Row, outcome: Outcome, real: datetime) -> bool:
        age = real - (row.first_tried_at or real)
        if outcome.state == "unknown":
            return age > FENCE  # beyond the platform's duplicate check a person decides
        row.rejections += not outcome.free
        return age > GIVE_UP_AFTER or row.rejections >= MAX_REJECTIONS

    def _bury(self, session: Session, row: Row, outcome: Outcome, now: datetime) -> None:
        """A dead letter: kept, counted by `run.py check`, and told to the administrator without its words."""
        row.state = "dead"
        log.error("dead letter row=%s error=%s", row.id, row.error)
        if outcome.gone:
            self._unreachable(session, row.person, now)
        if row.kind == "card_update" or row.matter == "dead-letter":
            return
        name = people.name_of(session, row.person)
        words = f"有一条发给{name}的消息没有送达（{row.error}）。请在服务器上运行 run.py check 查看。"
        for admin in people.userids_with(session, ("sys_admin",), now.astimezone(CHINA).date()):
            if admin != row.person:
                kind, body = "text", {"content": words}
                outbox.add(session, person=admin, kind=kind, body=body, at=now, matter="dead-letter")

    @staticmethod
    def _unreachable(session: Session, userid: str, now: datetime) -> None:
        person = people.find_person(session, userid)
        if person is not None and person.reachable:
            person.reachable = False
            matter = f"person:{userid}"[:64]
            events.add(session, at=now, actor="system", matter=matter, action="unreachable", after={"reachable": False})


def _parcel(session: Session, row: Row) -> Parcel:
    message = unpack(row.kind, row.body)
    code = row.response_code
    if isinstance(message, CardUpdate):
        card = outbox.find_card(session, message.task_id)
        code = card.response_code if card is not None else ""
    fence = row.push_key is not None or row.attempts > 1
    return Parcel(row.id, row.attempts, row.person, message, code, fence)
