"""A small world for the engine: flows of its own, a channel that answers as a test says, a clock that a test turns."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.messages import CardUpdate, Outgoing, Text
from bot.parcels import Keep, Outcome, Parcel, Uploaded
from bot.sender import Sender
from bot.turns import Turns
from bot.wecom.limits import Rates
from storage import outbox
from storage.matters import Person, Post, Unit
from storage.models import Outbox
from tests.stores import Store

CHINA = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA).astimezone(UTC)  # a Monday morning
ADMIN = "admin"


@dataclass(slots=True)
class Clock:
    """Business time that stands still until a test moves it."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)


@dataclass(slots=True)
class Real:
    """The machinery's time, which a test may move on instead of waiting."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **length: float) -> None:
        self.ahead += timedelta(**length)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the platform."""

    person: str
    message: Outgoing
    response_code: str
    fence: bool

    @property
    def words(self) -> str:
        if isinstance(self.message, Text):
            return self.message.content
        if isinstance(self.message, CardUpdate):
            return f"update:{self.message.text}"
        return type(self.message).__name__


RETRY = Outcome("retry", wait=1.0, grows=True, error="errcode -1")
UNKNOWN = Outcome("unknown", wait=1.0, grows=True, free=True, error="unknown: read")
DEAD = Outcome("dead", error="errcode 40008")
Answering = Callable[[Call], Awaitable[Outcome]]


@dataclass(slots=True)
class Channel:
    """Notes every call. `script` holds outcomes for a person, used up one a call; then everything is accepted."""

    calls: list[Call] = field(default_factory=list)
    script: dict[str, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    answering: Answering | None = None
    serial: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        person = parcel.person
        call = Call(person, parcel.message, parcel.response_code, parcel.fence)
        self.calls.append(call)
        if self.answering is not None:
            return await self.answering(call)
        if self.script[person]:
            return self.script[person].pop(0)
        number = next(self.serial)
        return Outcome("sent", msgid=f"m{number}", response_code=f"code{number}")

    def words(self, person: str | None = None) -> list[str]:
        return [call.words for call in self.calls if person in (None, call.person)]


def parcel(person: str, message: Outgoing, *, uploaded: Uploaded | None = None) -> Parcel:
    """A claimed row as the channel gets it."""
    return Parcel(1, 1, person, message, "", False, START, uploaded=uploaded)


async def kept(_uploaded: Uploaded) -> bool:
    """Where nobody else takes the row."""
    return True


def owe(store: Store, person: str, *words: str, **fields: Any) -> None:
    """Owe some texts as a turn would."""
    with store.session() as session:
        for text in words:
            outbox.add(session, person=person, kind="text", body={"content": text}, at=START, **fields)
        session.commit()


def rows(store: Store, person: str | None = None) -> list[Outbox]:
    query = select(Outbox).order_by(Outbox.id)
    if person is not None:
        query = query.where(Outbox.person == person)
    with store.session() as session:
        return list(session.scalars(query))


def back_date(store: Store, length: timedelta, *columns: str) -> None:
    """Instead of sleeping: move the machinery's times of all owed rows into the past."""
    with store.session() as session:
        for row in session.scalars(select(Outbox).where(Outbox.state == "due")):
            for column in columns:
                if (value := getattr(row, column)) is not None:
                    setattr(row, column, value - length)
        session.commit()


def due_again(store: Store) -> None:
    """Let every back-off be over."""
    with store.session() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Outbox).where(Outbox.state == "due").values(not_before=past))
        session.commit()


def people(session: Session, *names: str) -> None:
    """A group with an administrator and some employees."""
    session.add(Unit(code="G", name="集团", parent=None, path="/G/", kind="集团", aliases=[]))
    session.flush()
    session.add_all(Person(userid=name, name=f"名{name}") for name in (*names, ADMIN))
    session.flush()
    session.add_all(Post(userid=name, unit="G", role="employee", title="") for name in names)
    session.add(Post(userid=ADMIN, unit="G", role="sys_admin", title=""))
    session.flush()


class Senders:
    """Some senders on one store, started and stopped by the test."""

    def __init__(
        self,
        doors: Sequence[Turns],
        clock: Clock,
        channel: Channel,
        rates: Rates = Rates(),  # noqa: B008  # frozen
        **more: Any,
    ) -> None:
        self.channel = channel
        self.all = [Sender(turns, clock, channel, rates, **more) for turns in doors]
        self._running: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Senders:
        self._running = [asyncio.create_task(sender.run()) for sender in self.all]
        return self

    async def __aexit__(self, *_: object) -> None:
        for sender in self.all:
            await sender.stop()
        await asyncio.gather(*self._running)

    def kick(self) -> None:
        for sender in self.all:
            sender.kick()

    async def drain(self) -> None:
        """Wait until nothing more may go now, and nobody is busy."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            for sender in self.all:
                assert await sender.idle(10)
            if not any(sender._under_way or sender._done or sender._in_round for sender in self.all):
                return
            await asyncio.sleep(0.005)
        raise AssertionError("somebody is still busy")


def senders_on(store: Store, channel: Channel, count: int = 1, **more: Any) -> Senders:
    """Some processes on one store, at the start of a Monday's work."""
    return Senders([store.turns() for _ in range(count)], Clock(), channel, **more)


def states(store: Store, person: str) -> list[str]:
    return [row.state for row in rows(store, person)]


async def kicking(senders: Senders, condition: Callable[[], bool]) -> None:
    """Wait for what must come, and knock meanwhile."""

    def knock() -> bool:
        senders.kick()
        return condition()

    await until(knock, 20)


async def claimed(sender: Sender) -> Sequence[Parcel]:
    """What a process takes; it calls nobody, as if it were killed in that moment."""
    return (await sender._turns.run(lambda session: sender._mark_and_claim(session, [], 9))).parcels


async def marked(sender: Sender, done: Sequence[tuple[Parcel, Outcome]]) -> None:
    """What came of its calls, however late."""
    await sender._turns.run(lambda session: sender._mark_and_claim(session, done, 0))


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for what must come; fail when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.005)


def count(store: Store, table: type[Any]) -> int:
    with store.session() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()
