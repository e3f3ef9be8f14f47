"""A world in one process for transcripts: the real dispatcher, scheduler and sender on a temporary store.

Two fakes only: the channel (it keeps what it is given) and the clock (a test turns it).
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import itertools
import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import lexicon, sheets
from bot.almanac import Almanac
from bot.anonymous.batch import Batch, Hours
from bot.anonymous.box import Box
from bot.anonymous.office import Office
from bot.anonymous.path import AnonymousPath
from bot.anonymous.pictures import Pictures
from bot.clock import rehearsal_clock
from bot.config import Policy
from bot.discretion import shown_body
from bot.dispatcher import Dispatcher
from bot.fetcher import Fetcher
from bot.files import Depot
from bot.messages import Card, CardUpdate, Inbound, Kind, Markdown, Media, Outgoing, Text
from bot.parcels import Keep, Outcome, Parcel
from bot.scheduler import Scheduler
from bot.sealing import receipts
from bot.sealing.pairs import Pair
from bot.sealing.safe import Safe
from bot.sender import Sender
from bot.turns import Turns
from bot.understanding.engine import Understanding
from bot.wecom.errors_table import rejected
from bot.wecom.limits import UNLIMITED
from bot.wecom.media import Downloaded
from bot.wecom.outcomes import Failure
from bot.world import World
from handlers import unnamed
from handlers.registry import FLOWS
from handlers.rules.calendar import Calendar
from storage import organisation, schema
from storage.database import open_engine
from storage.vault import Report, Vault
from tests.engines import open_quickly

CHINA = ZoneInfo("Asia/Shanghai")
SAMPLE = Path(__file__).parents[2] / "sandbox" / "hengxin"
START = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00\x01" * 20  # what a picture is when a test does not say
MOST_BYTES = 2 * 1024 * 1024


@dataclass(slots=True)
class Sent:
    """One delivery, with the business time at which it went."""

    person: str
    message: Outgoing
    at: datetime

    @property
    def words(self) -> str:
        message = self.message
        if isinstance(message, Text | Markdown):
            return message.content
        if isinstance(message, Card):
            facts = [f"{key}：{value}" for key, value in message.facts]
            buttons = "".join(f"[{button.text}]" for button in message.buttons)
            return "\n".join(filter(None, [message.title, message.desc, message.quote, message.note, *facts, buttons]))
        return f"{type(message).__name__}"


@dataclass(slots=True)
class KeepingChannel:
    """Accepts everything and remembers it; what members sent lies in `media`."""

    now: object = None
    sent: list[Sent] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=lambda: defaultdict(lambda: JPEG))
    errors: dict[str, list[Failure]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # accounts that the platform calls invalid

    async def download(self, media_id: str, to: Path, max_bytes: int) -> Downloaded:
        """The platform's side of the fetcher: the errors that a test laid out for this id first, then its content."""
        content = await self.fetch(media_id, max_bytes)
        to.write_bytes(content)
        return Downloaded(len(content), "application/octet-stream")

    async def fetch(self, media_id: str, max_bytes: int) -> bytes:
        if self.errors.get(media_id):
            raise self.errors[media_id].pop(0)
        content = self.media[media_id]
        if len(content) > max_bytes:
            raise rejected(45001)
        return content

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        person, message = parcel.person, parcel.message
        assert callable(self.now)
        if person in self.gone:
            return Outcome("dead", gone=True, error="errcode 60111")
        self.sent.append(Sent(person, message, self.now()))
        interactive = isinstance(message, Card)
        return Outcome("sent", msgid=f"m{len(self.sent)}", response_code=f"r{len(self.sent)}" if interactive else "")


@functools.cache
def _template() -> Path:
    """An empty store of the newest schema, made once per test run: migrating takes most of a small test's time."""
    path = Path(tempfile.mkdtemp(prefix="jiandu-template-")) / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()  # closing the last connection folds the log into the file
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return path


@functools.cache
def _sample() -> Path:
    """The template with the sample group in it: reading and writing its tables takes the rest of that time."""
    path = _template().with_name("sample.db")
    shutil.copy(_template(), path)
    engine = open_engine(f"sqlite:///{path}")
    _import_sample(engine, START.date())  # into an empty store: nothing depends on the day
    engine.dispose()
    return path


@functools.cache
def _begun() -> Path:
    """That group at START with its first day planned, as every process finds it that comes second."""
    path = _template().parent / "begun"
    path.mkdir()
    world = Rehearsal(path, begun=False)
    with world.engine.begin() as connection, Session(bind=connection) as session:
        world.scheduler._plan_first_day(session)
        session.flush()
    world.turns.close()
    return path / "store.db"


def _import_sample(engine: Engine, today: date) -> None:
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    with engine.begin() as connection, Session(bind=connection) as session:
        plan = organisation.compare(session, tables["单位"], tables["人员"])
        assert not plan.errors, plan.errors
        organisation.apply(session, plan, today)
        session.flush()


def _version(connection: sqlite3.Connection) -> int:
    """Changes whenever another connection has written."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


class Rehearsal:
    """Say, click, turn the clock, and look at what came of it."""

    safe = Safe.new()  # one for all of a run: a copied store opens with it too
    store = Path()  # where the template was copied to
    _beside: tuple[sqlite3.Connection, int] | None = None
    _again = False

    def __init__(
        self, path: Path, start: datetime = START, url: str | None = None, *, begun: bool | None = None
    ) -> None:
        """begun: whether another process has planned the first day; by default where that is at hand."""
        self.files, self.store, self.begins = path / "files", path / "store.db", start
        if url is None:
            begun = start == START if begun is None else begun
            shutil.copy(_begun() if begun else _sample(), self.store)
            self.engine = open_quickly(f"sqlite:///{self.store}")
        else:
            self.engine = open_quickly(url)
            schema.upgrade(self.engine)
            _import_sample(self.engine, start.date())
        self._serial = itertools.count(1)
        self._seen: dict[str, int] = {}
        self.channel = KeepingChannel()
        self._assemble(start)

    def _assemble(self, start: datetime) -> None:
        almanac = Almanac(Policy(), Calendar)
        with self.engine.begin() as connection, Session(bind=connection) as session:
            self.clock = rehearsal_clock(session, start.astimezone(UTC), 0.0)
            self.calendar = almanac.look(session, start)
            names, roles = lexicon.load(session, start.date()), lexicon.roles(session, start.date())
            session.flush()
        self.turns = Turns(self.engine)
        understanding = Understanding(names, almanac.is_workday)
        self.world = World(
            self.turns, self.clock, self.calendar, understanding, Policy(), "恒信集团", roles, safe=self.safe
        )
        self.channel.now = self.clock
        may_send = lambda moment: self.world.calendar.may_send(moment)  # noqa: E731
        self.sender = Sender(
            self.turns, self.clock, self.channel, UNLIMITED, may_send=may_send, shown=self.shown, round_seconds=0
        )
        self.dispatcher = Dispatcher(self.world, FLOWS, self.sender.kick)
        self.scheduler = Scheduler(self.world, FLOWS, self.sender, almanac)
        depot = Depot(self.files)
        self.fetcher = Fetcher(self.world, FLOWS, self.channel, depot, MOST_BYTES, self.sender.kick)

    def shown(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return shown_body(body, self.safe)

    def open_anonymous(
        self, reading: str = "offline", keys: Mapping[str, Sequence[Pair]] = MappingProxyType({})
    ) -> Batch:
        """From now on whoever wants no name is heard before everything else; the batch is written when a test says."""
        vault = Vault(self.files / "anonymous.db")
        vault.prepare()

        async def filed(reports: Sequence[Report]) -> None:
            await self.turns.run(lambda session: unnamed.file(office.turn(session), reports))

        office = Office(self.world, unnamed, reading)
        batch = Batch(vault, self.clock, Hours((6, 12, 18, 0)), filed)
        pepper, salt = receipts.load_pepper(self.files / "pepper"), vault.salt(receipts.new_salt())
        path = AnonymousPath(office, vault, batch, pepper, salt, Pictures(self.channel))
        self.world.box = Box(vault, batch, keys)
        self.dispatcher = Dispatcher(self.world, FLOWS, self.sender.kick, private=path)
        return batch

    async def start(self) -> None:
        await self.scheduler.begin()
        if self.engine.url.database == str(self.store):
            beside = sqlite3.connect(self.store)
            self._beside = beside, _version(beside)
        self._running = [asyncio.create_task(self.sender.run()), asyncio.create_task(self.fetcher.run())]

    @property
    def fresh(self) -> bool:
        """Whether nothing has been written since the first start: then an arrangement may be copied in."""
        return not self._again and self._beside is not None and _version(self._beside[0]) == self._beside[1]

    async def stop(self) -> None:
        if self._beside is not None:
            self._beside[0].close()
            self._beside = None
        await self.fetcher.stop()
        await self.sender.stop()
        await asyncio.gather(*self._running)
        self.turns.close()

    async def restart(self) -> None:
        """Another process takes over the same store, as after a crash."""
        await self.stop()
        self._assemble(self.clock())
        await self.start()
        self._again = True

    async def hear(self, person: str, kind: Kind = Kind.TEXT, *, key: str = "", **fields: object) -> str:
        """Deliver one callback and return the answer in its response."""
        message = Inbound(
            kind,
            person,
            key or f"m:{next(self._serial)}",
            self.clock(),
            **fields,  # type: ignore[arg-type]
        )
        answer = await self.dispatcher.receive(message, time.monotonic() + 60)
        if answer is not None:
            self.dispatcher.delivered(answer)
        await self.settle()
        return answer.text if answer else ""

    async def say(self, person: str, text: str, key: str = "") -> str:
        return await self.hear(person, text=text, key=key)

    async def picture(self, person: str, media_id: str = "MEDIA1") -> str:
        return await self.hear(person, Kind.IMAGE, media=Media(media_id))

    async def file(self, person: str, name: str, content: bytes = b"", media_id: str = "") -> str:
        """A file by its name; without content it is a picture in disguise."""
        key = media_id or f"FILE-{next(self._serial)}"
        if content:
            self.channel.media[key] = content
        return await self.hear(person, Kind.FILE, media=Media(key, name))

    async def click(self, person: str, key: str) -> str:
        """Click the newest card of `person` that has this button (its text or its key)."""
        for sent in reversed(self.channel.sent):
            if sent.person == person and isinstance(sent.message, Card):
                for button in sent.message.buttons:
                    if key in (button.text, button.key):
                        return await self.hear(
                            person, Kind.CARD_CLICK, event_key=button.key,
                            task_id=sent.message.task_id, response_code=f"c{next(self._serial)}",
                        )  # fmt: skip
        raise AssertionError(f"no card of {person} has the button {key}")

    def last_card(self, person: str) -> Card:
        cards = [sent.message for sent in self.channel.sent if sent.person == person and isinstance(sent.message, Card)]
        assert cards, f"{person} has no card"
        return cards[-1]

    def told(self, person: str) -> list[str]:
        """The words of what was delivered to `person` since the last call (updates of cards left out)."""
        mine = [s for s in self.channel.sent if s.person == person and not isinstance(s.message, CardUpdate)]
        new = mine[self._seen.get(person, 0) :]
        self._seen[person] = len(mine)
        return [sent.words for sent in new]

    async def settle(self) -> None:
        assert await self.fetcher.idle(10)
        assert await self.sender.idle(10)

    async def turn_to(self, moment: str | datetime) -> None:
        """Turn the clock forward, firing everything on the way; a string is Shanghai time."""
        target = datetime.fromisoformat(moment).replace(tzinfo=CHINA) if isinstance(moment, str) else moment
        await self.scheduler.turn_to(target.astimezone(UTC), 0.0)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A look into the store; what is changed here is rolled back."""
        connection = self.engine.connect().execution_options(reading=True)
        with connection, Session(bind=connection) as session:
            yield session
