"""Fetching over real HTTP: from the stand-in platform, and from one that loses, cuts and refuses (wecom.md 3.6)."""

from __future__ import annotations

import asyncio
import hashlib
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select, update

from bot import fetcher as fetching
from bot.fetcher import Fetcher
from bot.files import Depot
from bot.flow import Done, Flow, Turn
from bot.messages import Kind, Media
from bot.wecom import transport
from bot.wecom.client import WeComClient
from sandbox.platform import Platform as Sandbox
from sandbox.server import PLATFORM, create_app
from sandbox.settings import Settings
from storage.models import Event, Fetch, File
from tests.engine.small import FLOWS, OTHER, Small
from tests.engine.world import count, until
from tests.wecom.server import SECRET, Platform, half, http, reset, says

MOST = 100_000
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(2000)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\x00" + bytes(500)


def _came(turn: Turn) -> Done:
    assert turn.inbound is not None and turn.inbound.media is not None
    turn.fetch("proof", turn.inbound.media, "T-1")
    return Done("收到")


def _fetched(turn: Turn, fetch: Fetch) -> None:
    if fetch.name == "炸.pdf":
        raise RuntimeError("no")
    turn.record("T-1", fetch.state, after=fetch.name)
    turn.tell(fetch.person, f"{fetch.state}：{fetch.error}", urgent=True)


PROOF = Flow("proof", "佐证", ("media",), _came, on_fetched={"proof": _fetched})
REST = Flow("orientation", "说明", ("unknown", "enter", "unusable_kind"), OTHER.start)
WITH_FILES = (*(flow for flow in FLOWS if flow is not OTHER), REST, PROOF)


class Rig:
    """The small bot with a fetcher on a real client."""

    def __init__(self, bot: Small, client: WeComClient, folder: Path) -> None:
        self.bot = bot.another(WITH_FILES)
        self.folder = folder
        self.client = client
        self.fetcher = self._make()

    def _make(self) -> Fetcher:
        return Fetcher(self.bot.world, WITH_FILES, self.client, Depot(self.folder), MOST, self.bot.sender.kick)

    async def send(self, media_id: str, name: str = "") -> None:
        kind = Kind.FILE if name else Kind.IMAGE
        await self.bot.hear(self.bot.inbound("li", kind=kind, media=Media(media_id, name)))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.fetcher.run())
        yield
        await self.fetcher.stop()
        await task
        self.fetcher = self._make()

    async def work(self) -> None:
        """Try once everything that may be tried."""
        async with self.running():
            assert await self.fetcher.idle(20)

    async def again(self) -> None:
        """After the back-off."""
        self.change(not_before=datetime(2020, 1, 1, tzinfo=UTC))
        await self.work()

    def change(self, **values: Any) -> None:
        with self.bot.store.session() as session:
            session.execute(update(Fetch).where(Fetch.state == "due").values(**values))
            session.commit()

    def rows(self) -> list[Fetch]:
        with self.bot.store.session() as session:
            return list(session.scalars(select(Fetch).order_by(Fetch.id)))

    def events(self) -> list[tuple[str, str, Any]]:
        with self.bot.store.session() as session:
            rows = session.scalars(select(Event).where(Event.matter == "T-1").order_by(Event.id))
            return [(row.actor, row.action, row.after) for row in rows]

    def on_disk(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@asynccontextmanager
async def client_of(app: web.Application, corp: str, agent: int, secret: str) -> AsyncIterator[WeComClient]:
    async with TestServer(app) as served, transport.open_session() as session:
        yield WeComClient(transport.Account(corp, agent, secret, str(served.make_url("/"))), session)


@pytest.fixture
async def platform(bot: Small, tmp_path: Path) -> AsyncIterator[tuple[Rig, Platform]]:
    there = Platform()
    async with client_of(there.app, "ww1", 1000002, SECRET) as client:
        yield Rig(bot, client, tmp_path / "files"), there
        there.release.set()


@pytest.fixture
async def sandbox(bot: Small, tmp_path: Path) -> AsyncIterator[tuple[Rig, Sandbox]]:
    settings = Settings()
    app = create_app(settings)
    async with client_of(app, settings.corp_id, settings.agent_id, settings.secret) as client:
        yield Rig(bot, client, tmp_path / "files"), app[PLATFORM]


async def test_a_file_of_the_stand_in_lies_whole_under_its_hash(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    media = there.media.add("file", "银行回单.pdf", PDF)
    await rig.send(media.id, "银行回单.pdf")
    await rig.work()
    sha256 = hashlib.sha256(PDF).hexdigest()
    (row,) = rig.rows()
    assert (row.state, row.sha256, row.name, row.error) == ("stored", sha256, "银行回单.pdf", "")
    (path,) = rig.on_disk()
    assert path == rig.folder / sha256[:2] / sha256[2:4] / sha256 and path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in rig.folder.rglob("*") if folder.is_dir()} == {0o700}
    with rig.bot.store.session() as session:
        assert session.scalars(select(File)).one().media_type == "application/pdf"
    assert rig.events() == [("li", "stored", "银行回单.pdf")]  # in the sender's name


async def test_a_picture_without_a_name_has_the_platforms(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    await rig.send(there.media.add("image", "现场.jpg", PICTURE).id)
    await rig.work()
    assert rig.rows()[0].name == "现场.jpg"


async def test_the_same_content_lies_there_once(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    for name in ("甲.pdf", "乙.pdf"):
        await rig.send(there.media.add("file", name, PDF).id, name)
    await rig.work()
    assert [row.state for row in rig.rows()] == ["stored", "stored"]
    assert len(rig.on_disk()) == 1 and count(rig.bot.store, File) == 1


async def test_an_unknown_or_expired_id_is_given_up_loudly(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, _ = sandbox
    await rig.send("NO-SUCH-MEDIA", "回单.pdf")
    await rig.work()
    assert [(row.state, row.error) for row in rig.rows()] == [("dead", fetching.EXPIRED)]
    assert rig.events() == [("li", "dead", "回单.pdf")] and rig.on_disk() == []


async def test_a_file_that_is_too_large_is_refused_while_it_comes(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    await rig.send(there.media.add("file", "大.pdf", PDF + bytes(3 * MOST)).id, "大.pdf")
    await rig.work()
    assert rig.rows()[0].state == "refused" and "超过" in rig.rows()[0].error
    assert rig.on_disk() == []


async def test_a_program_in_disguise_is_refused_and_leaves_nothing(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    await rig.send(there.media.add("file", "回单.pdf", EXE).id, "回单.pdf")
    await rig.work()
    assert [(row.state, row.sha256) for row in rig.rows()] == [("refused", None)]
    assert rig.on_disk() == [] and count(rig.bot.store, File) == 0


async def test_p6_a_marked_name_that_only_the_download_tells_is_not_kept(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    await rig.send(there.media.add("image", "机密★图.jpg", PICTURE).id)
    await rig.work()
    assert [(row.state, row.name) for row in rig.rows()] == [("refused", "")]
    assert rig.on_disk() == []


async def test_an_expired_token_is_renewed_at_once(sandbox: tuple[Rig, Sandbox]) -> None:
    rig, there = sandbox
    for name in ("甲.pdf", "乙.pdf"):
        await rig.send(there.media.add("file", name, PDF).id, name)
        await rig.work()
        there.tokens.kill_all()
    assert [row.state for row in rig.rows()] == ["stored", "stored"]


@pytest.mark.parametrize("fault", [half, reset, http(502), says(-1), says(45033)])
async def test_what_may_pass_is_tried_again_later(platform: tuple[Rig, Platform], fault: Any) -> None:
    rig, there = platform
    there.files["M"] = PDF, {"Content-Type": "application/octet-stream", "Content-Disposition": 'filename="a.pdf"'}
    there.fault("media/get", *[fault] * (2 if fault is reset else 1))  # aiohttp itself repeats a GET on a lost line
    before = datetime.now(UTC)
    await rig.send("M", "回单.pdf")
    await rig.work()
    (row,) = rig.rows()
    assert row.state == "due" and row.not_before > before and row.lease_until is None
    assert rig.on_disk() == [] and rig.events() == []
    await rig.again()
    assert rig.rows()[0].state == "stored" and rig.rows()[0].attempts == 2
    assert len(rig.on_disk()) == 1


async def test_after_three_days_of_failures_it_is_given_up(platform: tuple[Rig, Platform]) -> None:
    rig, there = platform
    there.fault("media/get", says(-1), says(-1))
    await rig.send("M", "回单.pdf")
    await rig.work()
    rig.change(at=datetime.now(UTC) - timedelta(days=3, minutes=1))
    await rig.again()
    assert [(row.state, row.error) for row in rig.rows()] == [("dead", fetching.EXPIRED)]


async def test_the_flows_turn_and_the_row_stand_or_fall_together(platform: tuple[Rig, Platform]) -> None:
    rig, there = platform
    there.files["M"] = PDF, {"Content-Type": "application/octet-stream"}
    await rig.send("M", "炸.pdf")
    await rig.work()
    assert [row.state for row in rig.rows()] == ["due"] and rig.rows()[0].sha256 is None
    assert count(rig.bot.store, File) == 0 and rig.events() == []
    for _ in range(fetching.MAX_TURNS):
        await rig.again()
    assert rig.rows()[0].state == "dead"
    await rig.bot.deliver()
    assert any("没有收进来" in words for words in rig.bot.channel.words("admin"))


async def test_what_a_killed_process_had_claimed_is_fetched_by_the_next(platform: tuple[Rig, Platform]) -> None:
    rig, there = platform
    there.files["M"] = PDF, {"Content-Type": "application/octet-stream"}
    await rig.send("M", "回单.pdf")
    rig.change(lease_until=datetime.now(UTC) + timedelta(seconds=60), attempts=1)
    await rig.work()
    assert rig.rows()[0].state == "due"
    rig.change(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    await rig.work()
    assert rig.rows()[0].state == "stored"


async def test_of_two_processes_one_fetches(servers: Small, tmp_path: Path) -> None:
    there = Platform()
    async with client_of(there.app, "ww1", 1000002, SECRET) as client:
        one, two = (Rig(servers, client, tmp_path / "files") for _ in range(2))
        for number in range(12):
            there.files[f"M{number}"] = PDF + b"%d" % number, {"Content-Type": "application/octet-stream"}
            await one.send(f"M{number}", f"{number}.pdf")
        async with one.running(), two.running():
            await until(lambda: all(row.state == "stored" for row in one.rows()), 20)
        assert [row.state for row in one.rows()] == ["stored"] * 12
        assert len(one.events()) == 12 and len(one.on_disk()) == 12
        assert sum(path == "media/get" for path, _, _ in there.calls) == 12


async def test_a_swept_file_is_never_taken_for_being_there(bots: Small, tmp_path: Path) -> None:
    there = Platform()
    async with client_of(there.app, "ww1", 1000002, SECRET) as client:
        rig = Rig(bots, client, tmp_path / "files")
        there.files["M"] = PDF, {"Content-Type": "application/octet-stream"}
        await rig.send("M", "甲.pdf")
        await rig.work()
        assert await rig.fetcher.sweep() == 0
        past = datetime.now(UTC) - timedelta(days=9)
        with bots.store.session() as session:
            session.execute(update(Fetch).values(at=past))
            session.execute(update(File).values(at=past))
            session.commit()
        assert await rig.fetcher.sweep() == 1 and rig.on_disk() == []
        assert count(bots.store, File) == 0
        await rig.send("M", "乙.pdf")
        await rig.work()
        assert rig.rows()[-1].state == "stored" and len(rig.on_disk()) == 1


async def test_a_kick_starts_it_at_once(sandbox: tuple[Rig, Sandbox], monkeypatch: pytest.MonkeyPatch) -> None:
    rig, there = sandbox
    monkeypatch.setattr(fetching, "POLL_SECONDS", 3600.0)
    async with rig.running():
        assert await rig.fetcher.idle(10)
        await rig.send(there.media.add("file", "a.pdf", PDF).id, "a.pdf")
        rig.fetcher.kick()
        await until(lambda: rig.rows()[0].state == "stored", 20)
