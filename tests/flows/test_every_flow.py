"""What every flow inherits (architecture.md 7), proved over one table: see tests/flows/scripts.py."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.discretion import open_talk
from bot.messages import Inbound, Kind, Media
from handlers.registry import WORK
from storage import conversations, events, moves
from storage.matters import Post
from storage.models import Conversation, Event, Failure, Refusal
from tests.engines import open_quickly
from tests.flows.findings import OFFICE
from tests.flows.harness import KeepingChannel, Rehearsal
from tests.flows.scripts import SCRIPTS, WORKER, Line, Script, Upload
from tests.flows.worlds import CONFIRM, WORLDS, YES

pytestmark = pytest.mark.asyncio(loop_scope="module")
STRANGER, EMOJI = "nobody", "😀"
MOST_LINES = 12
NUMBERS = re.compile(r"(?:WT|XS|BG|JJ|YT|HY|DB|JH|LJ)-\d{4}-[0-9A-Z]{4}")
OURS = frozenset({"Excel", "xlsx"})  # the only words in letters that people read
CONFIRMED = tuple(script for script in SCRIPTS if script.said[-1] == YES)
SERIALS = count(10_000)
ENDED = ("closed", "asked_again")  # worlds whose finding nobody can withdraw


class Again(Rehearsal):
    """A world on a store that was arranged before."""

    def __init__(self, path: Path, prepared: Path, start: datetime) -> None:
        shutil.copytree(prepared, path, dirs_exist_ok=True)
        self.files = path / "files"
        self.engine = open_quickly(f"sqlite:///{path}/store.db")
        self._serial, self._seen, self.channel = SERIALS, {}, KeepingChannel()  # no key comes twice
        self._assemble(start)


@dataclass(slots=True)
class Stage:
    """Every arrangement is made once; `fork` copies it, `still` shares a copy between tests that change nothing."""

    folder: Path
    prepared: dict[str, tuple[Path, datetime]] = field(default_factory=dict)
    shared: dict[str, Rehearsal] = field(default_factory=dict)
    serial: Iterator[int] = field(default_factory=count)

    @asynccontextmanager
    async def fork(self, name: str) -> AsyncIterator[Rehearsal]:
        world = await self._copy(name)
        try:
            yield world
        finally:
            await world.stop()

    @asynccontextmanager
    async def still(self, name: str) -> AsyncIterator[Rehearsal]:
        """A copy for many tests; one that fails takes it along."""
        world = self.shared.pop(name, None) or await self._copy(name)
        try:
            yield world
        except BaseException:
            await world.stop()
            raise
        self.shared[name] = world

    async def _copy(self, name: str) -> Rehearsal:
        path, start = self.prepared.get(name) or await self._prepare(name)
        world = Again(self._folder(), path, start)
        await world.start()
        return world

    async def _prepare(self, name: str) -> tuple[Path, datetime]:
        arranged = WORLDS[name]
        path = self._folder()
        if name == "nothing":
            world = Rehearsal(path)
        else:
            before, start = self.prepared.get(arranged.after or "nothing") or await self._prepare(
                arranged.after or "nothing"
            )
            world = Again(path, before, start)
        await world.start()
        await arranged.arrange(world)
        await world.settle()
        self.prepared[name] = path, world.clock()
        await world.stop()
        return self.prepared[name]

    def _folder(self) -> Path:
        path = self.folder / str(next(self.serial))
        path.mkdir()
        return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("stage"))
    yield stage
    for world in stage.shared.values():
        await world.stop()


@dataclass(slots=True)
class Ledger:
    """What the ledger holds more than at the beginning."""

    world: Rehearsal
    matter: str = ""
    last: int = 0

    def __post_init__(self) -> None:
        with self.world.session() as session:
            self.last = max(session.scalars(select(Event.id)), default=0)

    @property
    def more(self) -> tuple[str, ...]:
        with self.world.session() as session:
            found = session.scalars(select(Event).where(Event.id > self.last).order_by(Event.id))
            return tuple(event.action for event in found if self.matter in ("", event.matter))


async def hear(world: Rehearsal, person: str, line: Line, key: str = "") -> str:
    if isinstance(line, str):
        return await world.say(person, line, key)
    if not line.name:
        return await world.hear(person, Kind.IMAGE, key=key, media=Media("MEDIA1"))
    world.channel.media[line.name] = line.content
    return await world.hear(person, Kind.FILE, key=key, media=Media(line.name, line.name))


def crashes(world: Rehearsal) -> list[str]:
    with world.session() as session:
        return [f"{failure.flow}: {failure.error}" for failure in session.scalars(select(Failure))]


def depth(world: Rehearsal, person: str) -> int:
    """How many questions wait for an answer of his."""
    with world.session() as session:
        talk = conversations.peek(session, person)
    if talk is None:
        return 0
    open_talk(talk, world.safe)
    return len(talk.frames)


async def forget(world: Rehearsal, *persons: str) -> None:
    """As if they had not spoken yet."""

    def work(session: Session) -> None:
        session.execute(delete(Refusal))
        session.execute(delete(Conversation).where(Conversation.person.in_(persons)))

    await world.turns.run(work)


def faults(answer: str) -> list[str]:
    """What nobody should read in an answer."""
    words = set(re.findall(r"[A-Za-z_]+\d*", NUMBERS.sub("", answer).replace("回单.pdf", ""))) - OURS
    found = [f"an identifier: {word}" for word in sorted(words)]
    found += ["too many lines"] if len(answer.splitlines()) > MOST_LINES else []
    found += ["two spaces"] if re.search(r"\S  ", answer) else []
    return found


def named(scripts: tuple[Script, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("script", scripts, ids=[script.name for script in scripts])


async def test_every_flow_that_people_begin_has_a_script() -> None:
    begun = {flow.name for flow in WORK if flow.intents}
    assert begun <= {script.flow for script in SCRIPTS}
    assert {script.flow for script in SCRIPTS} <= begun | {"orientation"}
    assert len({script.name for script in SCRIPTS}) == len(SCRIPTS)


@named(SCRIPTS)
async def test_played_straight_it_does_what_the_table_says(stage: Stage, script: Script) -> None:
    async with stage.fork(script.world) as world:
        ledger = Ledger(world)
        for place, line in enumerate(script.said, start=1):
            answer = await hear(world, script.person, line)
            assert not (found := faults(answer)), (line, answer, found)
            assert CONFIRM not in answer or answer.endswith(CONFIRM), (line, answer)
            assert script.looks or place == len(script.said) or ledger.more == (), (line, answer)
        assert ledger.more == script.actions, answer
        assert script.looks or depth(world, script.person) == 0, answer
        assert crashes(world) == []


@named(SCRIPTS)
async def test_repeats_and_restarts_change_nothing(stage: Stage, script: Script) -> None:
    """Every message comes three times, the third time to another process: one effect, and the same answer."""
    async with stage.fork(script.world) as world:
        ledger = Ledger(world)
        for place, line in enumerate(script.said):
            answer = await hear(world, script.person, line, f"m:once{place}")
            assert await hear(world, script.person, line, f"m:once{place}") in (answer, ""), line
            await world.restart()
            assert await hear(world, script.person, line, f"m:once{place}") in (answer, ""), line
        assert ledger.more == script.actions, answer
        assert crashes(world) == []


@named(tuple(script for script in SCRIPTS if len(script.said) > 1))
async def test_cancelled_at_every_step_after_nonsense_nothing_is_done(stage: Stage, script: Script) -> None:
    """An empty message and an emoji neither crash nor commit, and 取消 ends the talk, wherever it stands."""
    for said in range(1, len(script.said)):
        whole = stage.fork if script.looks else stage.still
        async with whole(script.world) as world:
            await forget(world, script.person)
            for line in script.said[:said]:
                await hear(world, script.person, line)
            ledger = Ledger(world)
            for nonsense in ("", EMOJI):
                answer = await world.say(script.person, nonsense)
                assert not (found := faults(answer)), (said, nonsense, answer, found)
                assert depth(world, script.person) == 1 or script.looks or script.lets_go, (said, nonsense, answer)
            answer = await world.say(script.person, "取消")
            assert ("已取消" in answer or script.looks or script.lets_go) and depth(world, script.person) == 0, (
                said,
                answer,
            )
            assert ledger.more == () and crashes(world) == [], (said, answer)
            answer = await world.say(script.person, YES)
            assert "确认" in answer and ledger.more == (), (said, answer)


@named(CONFIRMED)
async def test_after_31_minutes_a_confirmation_does_nothing(stage: Stage, script: Script) -> None:
    async with stage.still(script.world) as world:
        await forget(world, script.person)
        ledger = Ledger(world)
        for line in script.said[:-1]:
            await hear(world, script.person, line)

        def later(session: Session) -> None:
            talk = session.scalars(select(Conversation).where(Conversation.person == script.person)).one()
            talk.touched_at -= timedelta(minutes=31)

        await world.turns.run(later)
        answer = await world.say(script.person, YES)
        assert "超过30分钟没有确认，没有提交" in answer and ledger.more == () and crashes(world) == [], answer


@named(tuple(script for script in CONFIRMED if not script.anybody))
async def test_who_was_dismissed_meanwhile_confirms_nothing(stage: Stage, script: Script) -> None:
    async with stage.still(script.world) as world:
        await forget(world, script.person)
        for line in script.said[:-1]:
            await hear(world, script.person, line)
        ledger = Ledger(world)
        async with dismissed(world, script.person):
            answer = await world.say(script.person, YES)
        assert ledger.more == () and answer and "代码" not in answer and crashes(world) == [], answer
        assert not faults(answer), answer


@asynccontextmanager
async def dismissed(world: Rehearsal, person: str) -> AsyncIterator[None]:
    """All his posts ended yesterday; afterwards he has them again."""

    def end(last_day: date | None) -> None:
        world_posts.append(last_day)

    world_posts: list[date | None] = []
    end(date(2026, 11, 22))

    def work(session: Session) -> None:
        for post in session.scalars(select(Post).where(Post.userid == person)):
            post.valid_to = world_posts[-1]

    await world.turns.run(work)
    yield
    end(None)
    await world.turns.run(work)


@named(tuple(s for s in CONFIRMED if s.matter.startswith("WT-") and s.world not in ENDED))
async def test_what_was_withdrawn_meanwhile_is_not_changed(stage: Stage, script: Script) -> None:
    async with stage.fork(script.world) as world:
        for line in script.said[:-1]:
            await hear(world, script.person, line)

        def withdraw(session: Session) -> None:
            row = moves.find(session, script.matter)
            assert row is not None
            moves.move(session, row, row.state, "withdrawn", events.Entry(datetime.now(UTC), OFFICE, "withdraw"))

        await world.turns.run(withdraw)
        ledger = Ledger(world, script.matter)
        answer = await world.say(script.person, YES)
        assert ledger.more == () and crashes(world) == [], answer
        assert not faults(answer) and ("已撤回" in answer or "没有" in answer), answer


def absent(text: str) -> str:
    """The same words about a number that does not exist."""
    return re.sub(r"(?<!\d)(0?)(?:123|001)(?!\d)", r"\g<1>999", re.sub(r"(?<!\d)(0?)125(?!\d)", r"\g<1>998", text))


@contextmanager
def silent(world: Rehearsal) -> Iterator[Ledger]:
    ledger = Ledger(world)
    yield ledger
    assert ledger.more == () and crashes(world) == []


@named(tuple(script for script in SCRIPTS if script.flow != "urgent"))
@pytest.mark.parametrize("person", [STRANGER, WORKER])
async def test_outsiders_hear_nothing_of_the_matter(stage: Stage, script: Script, person: str) -> None:
    """2.5: an unknown account and an employee hear of a number what they hear of one that does not exist."""
    if script.person == person:
        return
    async with stage.still(script.world) as world:
        with silent(world):
            answer = await asked(world, person, script.said[0])
            assert "备用金7个月" not in answer and "代码" not in answer and not faults(answer), answer
            first = script.said[0]
            if isinstance(first, str) and absent(first) != first:
                assert absent(answer) == await asked(world, person, absent(first)), answer


async def asked(world: Rehearsal, person: str, line: Line) -> str:
    """The answer to a first message, without waiting for what is sent."""
    await forget(world, person)
    media = Media("MEDIA1", line.name) if isinstance(line, Upload) else None
    kind = Kind.TEXT if media is None else Kind.FILE if media.name else Kind.IMAGE
    said = {"text": line} if isinstance(line, str) else {"media": media}
    inbound = Inbound(kind, person, f"m:{person}{time.monotonic_ns()}", world.clock(), **said)
    answer = await world.dispatcher.receive(inbound, time.monotonic() + 60)
    return answer.text if answer else ""
