"""The transcripts' world with a clock as production has it: it goes where a test puts it, also back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.almanac import Almanac
from bot.config import Policy
from bot.dispatcher import Dispatcher
from bot.errors import StoreUnavailable
from bot.fetcher import Fetcher
from bot.files import Depot
from bot.flow import Lexicon, Turn
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.wecom.limits import UNLIMITED
from bot.world import World
from handlers.registry import FLOWS
from handlers.rules.calendar import Calendar
from storage.duties import Push
from storage.people import Actor
from tests.engine.world import Clock
from tests.flows import harness
from tests.flows.harness import CHINA
from tests.year import driver
from tests.year.story import Event

QUIET_MOMENTS = ("00:06", "07:30", "12:30", "15:00", "20:30")
LIVELY_MOMENTS = ("08:40", "09:10", "16:10")  # and each of the six minutes after them
MATTERS = ("WT-2026-0301", "WT-2026-0302", "WT-2026-0303")
DUES = (date(2026, 12, 28), date(2026, 12, 25), date(2026, 12, 31))


def moment(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=CHINA)


class Production(harness.Rehearsal):
    """`walk` ticks as the timer does, at the moments that matter; between two calls the machine sleeps."""

    def __init__(self, path: Path, start: str, url: str | None = None) -> None:
        super().__init__(path, moment(start), url)

    def _assemble(self, start: datetime) -> None:
        super()._assemble(start)
        self.business = Clock(start.astimezone(UTC))
        almanac, old = Almanac(Policy(), Calendar), self.world
        self.world = World(
            old.turns,
            self.business,
            old.calendar,
            old.understanding,
            old.policy,
            old.group_name,
            old.roles,
            safe=old.safe,
        )
        self.channel.now = self.business
        self.sender = Sender(self.turns, self.business, self.channel, UNLIMITED, shown=self.shown)
        self.dispatcher = Dispatcher(self.world, FLOWS, self.sender.kick)
        self.scheduler = Scheduler(self.world, FLOWS, self.sender, almanac)
        self.fetcher = Fetcher(self.world, FLOWS, self.channel, Depot(self.files), 0, self.sender.kick)

    def assign_all(self) -> None:
        """Findings of 恒信建设 that are due around the quarter's end, assigned at the start."""
        with self.engine.begin() as connection, Session(bind=connection) as session:
            now, days = self.business(), Almanac(Policy(), Calendar).look(session, self.business())
            turn = Turn(session, Actor("hx_ban", "李敏"), now, days, Policy(), Lexicon())
            for matter, due in zip(MATTERS, DUES, strict=True):
                event = Event(
                    now.astimezone(CHINA), "assign", matter, by="hx_ban", due=due, unit="JS", person="hx_jianshel",
                    source="HX-CW", submitter="hx_caiwu",
                )  # fmt: skip
                driver.assign(turn, event)
            session.flush()

    async def stand(self, at: datetime, *, tolerant: bool = False) -> None:
        """It is `at` now; the timer knocks, and what may go is sent."""
        self.business.at = at.astimezone(UTC)
        if tolerant:  # as bot/service.py guards its jobs
            with suppress(StoreUnavailable, SQLAlchemyError):
                await self.scheduler.tick()
            return
        await self.scheduler.tick()
        await self.settle()

    async def walk(self, until: str) -> None:
        """From where the clock stands, past every moment of interest."""
        for at in moments(self.business().astimezone(CHINA), moment(until)):
            await self.stand(at)

    def pushes(self, since: datetime | None = None) -> list[Push]:
        with self.session() as session:
            found = list(session.scalars(select(Push).order_by(Push.id)))
            session.expunge_all()
        return [push for push in found if since is None or (push.told_at is not None and push.told_at >= since)]

    def states(self) -> dict[str, str]:
        return {push.key: push.state for push in self.pushes()}

    def heard(self, since: datetime | None = None) -> Counter[tuple[str, str]]:
        """Every message that was sent, with how often the same person got the same words."""
        return Counter((one.person, one.words) for one in self.channel.sent if since is None or one.at >= since)


def moments(first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments of interest after `first` and up to `last`, which itself is one."""
    day = first.date()
    while day <= last.date():
        for at in _of_day(day):
            if first < at < last:
                yield at
        day += timedelta(days=1)
    yield last


def _of_day(day: date) -> Sequence[datetime]:
    quiet = [moment(f"{day}T{clock}") for clock in QUIET_MOMENTS]
    lively = [moment(f"{day}T{clock}") + timedelta(minutes=late) for clock in LIVELY_MOMENTS for late in range(7)]
    return sorted(quiet + lively)
