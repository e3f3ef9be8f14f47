"""Pictures within an anonymous report: drawn anew, sealed at once, and no trace of how they came."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.anonymous import path as paths
from bot.anonymous import pictures, pixels, words
from bot.anonymous.box import PICTURE, Box
from bot.messages import Kind
from bot.sealing import contents, envelope
from bot.sealing.contents import Part
from tests.anonymous import photos
from tests.anonymous.platform import Cloud, cloud
from tests.anonymous.test_path import SECRET, everything
from tests.anonymous.test_pixels import corners, marks_in, seen
from tests.anonymous.world import Anonymous, anonymous, code_in
from tests.stores import Store


@dataclass(slots=True)
class Scene:
    """The path, and the platform that its pictures come from."""

    there: Cloud
    world: Anonymous
    folder: Path

    async def picture(self, person: str = "li", content: bytes = b"") -> str:
        return await self.world.hear(self.there.picture(person, content or photos.jpeg())[0])

    async def parts(self, officer: str = "qian") -> list[Part]:
        """Of the only report, after the batch, as this officer opens them."""
        await self.world.path.batch.write()
        (number,) = self.world.office.filed
        report = self.world.vault.of_lead(number)
        assert report is not None
        bound, kept = contents.context("part", report.record), self.world.vault.parts(report.record)
        return [Part.from_bytes(envelope.open_([self.world.keys[officer]], one.sealed, bound)) for one in kept]


@pytest_asyncio.fixture
async def scene(sqlite: Store, tmp_path: Path) -> AsyncIterator[Scene]:
    async with cloud() as there:
        world = anonymous(sqlite, tmp_path, source=there.client)
        yield Scene(there, world, tmp_path)
        world.path.close()


async def test_a_picture_is_a_part_of_the_report_without_what_the_phone_wrote(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await scene.world.say("li", "匿名反映")
    before, files = everything(scene.world), sorted(scene.folder.rglob("*"))
    inbound, traces = scene.there.picture("li", photos.jpeg(turn=6))
    assert await scene.world.hear(inbound) == words.PICTURE
    assert await scene.world.say("li", SECRET) == words.NOTED
    assert await scene.picture(content=photos.png()) == words.next_picture(2)
    assert everything(scene.world) == before and sorted(scene.folder.rglob("*")) == files
    code_in(await scene.world.say("li", "结束"))
    first, text, second = await scene.parts()
    assert (first.kind, text.text, second.kind) == ("jpeg", SECRET, "png")
    assert corners(seen(first)) == ["blue", "red", "white", "green"]
    assert marks_in(first.body) == marks_in(second.body) == []
    kept = scene.world.file.read_bytes()
    assert not [name for name, trace in traces.items() if trace.encode() in kept or trace in caplog.text]
    assert marks_in(caplog.text.encode()) == []
    assert everything(scene.world) == before and scene.world.bot.channel.calls == []


async def test_the_words_tell_what_is_taken_off_and_what_may_still_give_him_away(scene: Scene) -> None:
    await scene.world.say("li", "匿名反映")
    said = await scene.picture()
    assert all(word in said for word in ("拍摄时间、地点", "已去掉", "水印", "拍摄角度", "人名", "取消"))
    assert len(said.split("\n")) <= 5


async def test_a_picture_alone_is_a_report(scene: Scene) -> None:
    await scene.world.say("li", "匿名反映")
    await scene.picture()
    code_in(await scene.world.say("li", "结束"))
    assert [part.kind for part in await scene.parts("上级纪委")] == ["jpeg"]


async def test_cancelling_wipes_pictures_too(scene: Scene) -> None:
    await scene.world.say("li", "匿名反映")
    await scene.picture()
    assert await scene.world.say("li", "取消") == words.WIPED
    await scene.world.path.batch.write()
    assert scene.world.vault.numbers() == set()


async def test_who_is_named_in_words_gets_no_picture(scene: Scene) -> None:
    await scene.world.say("li", "匿名反映")
    await scene.picture()
    await scene.world.say("li", "钱七也收了")
    await scene.world.say("li", "结束")
    with pytest.raises(envelope.Unsealable):
        await scene.parts("qian")
    assert [part.kind for part in await scene.parts("sun")] == ["jpeg", "text"]


async def test_a_repeat_is_answered_from_memory_and_is_no_second_picture(scene: Scene) -> None:
    await scene.world.say("li", "匿名反映")
    inbound, _ = scene.there.picture("li", photos.jpeg())
    assert await scene.world.hear(inbound) == await scene.world.hear(inbound) == words.PICTURE
    twins, _ = scene.there.picture("li", photos.jpeg())
    talking = scene.world.bot.dispatcher._is_talking
    answers = await asyncio.gather(*(scene.world.path.hear(twins, talking) for _ in range(3)))  # at two processes
    assert answers == [words.next_picture(2)] * 3
    await scene.world.say("li", "结束")
    assert len(await scene.parts()) == 2


async def test_a_picture_may_be_added_under_the_receipt(scene: Scene) -> None:
    code = await scene.world.report("li", SECRET)
    await scene.world.path.batch.write()
    await scene.world.say("li", f"查回执 {code}")
    said = await scene.picture()
    assert said == words.picture_added("12:00") and "水印" in said
    assert await scene.world.say("li", "结束") == words.LEFT
    assert [part.kind for part in await scene.parts()] == ["text", "jpeg"]


async def test_a_picture_before_the_choice_is_asked_about(scene: Scene) -> None:
    await scene.world.say("li", "保密反映 二分公司 发票是买的")
    before = everything(scene.world)
    assert await scene.picture() == words.CHOOSE
    assert everything(scene.world) == before


async def test_a_picture_outside_a_report_is_an_ordinary_one(scene: Scene) -> None:
    assert await scene.picture("wang") == "我能做：填表（media）"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (photos.jpeg()[:400], words.PICTURE_UNREADABLE),
        (photos.jpeg() + bytes(pixels.MOST_BYTES), words.PICTURE_TOO_LARGE),
    ],
    ids=["cut off", "too large"],
)
async def test_a_picture_that_is_not_taken_leaves_the_report_as_it_was(scene: Scene, content: bytes, said: str) -> None:
    await scene.world.say("li", "匿名反映")
    await scene.world.say("li", SECRET)
    media = scene.there.platform.media.add("image", "a.jpg", photos.jpeg())
    object.__setattr__(media, "data", content)  # as the real platform might hand it out
    assert await scene.world.hear(scene.there.lost_picture("li", media.id)[0]) == said
    code_in(await scene.world.say("li", "结束"))
    assert [part.text for part in await scene.parts()] == [SECRET]


async def test_a_picture_that_the_platform_lost_is_told_and_not_logged(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.world.say("li", "匿名反映")
    assert await scene.world.hear(scene.there.lost_picture("li", "3canarylost")[0]) == words.PICTURE_LOST
    scene.there.platform.faults.change({"reset_before": 1000, "only": "media/get"})
    assert await scene.picture() == words.PICTURE_LOST
    assert [record for record in caplog.records if record.name.startswith(("bot", "jiandu", "PIL"))] == []
    scene.there.platform.faults.clear()
    assert await scene.picture() == words.PICTURE


async def test_a_platform_that_is_slow_keeps_nobody_waiting(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "WITHIN", 0.2)
    await scene.world.say("li", "匿名反映")
    scene.there.platform.faults.change({"slow_ms": 5000, "only": "media/get"})
    assert await scene.picture() == words.PICTURE_LOST


async def test_there_is_an_end_to_pictures(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_PICTURES", 2)
    await scene.world.say("li", "匿名反映")
    assert [await scene.picture() for _ in range(3)] == [words.PICTURE, words.next_picture(2), words.PICTURES_ENOUGH]
    monkeypatch.setattr(paths, "MOST_WAITING", 100)
    await scene.world.say("wang", "匿名反映")
    assert await scene.picture("wang") == words.PICTURES_FULL
    assert await scene.world.say("wang", SECRET) == words.NOTED


async def test_a_receipt_does_not_wait_behind_a_picture(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing, finish = threading.Event(), threading.Event()
    redraw = pixels.redraw

    def slowly(content: bytes) -> Part:
        drawing.set()
        assert finish.wait(30)
        return redraw(content)

    monkeypatch.setattr(pixels, "redraw", slowly)
    await scene.world.say("li", "匿名反映")
    waiting = asyncio.create_task(scene.picture())
    assert await asyncio.to_thread(drawing.wait, 30)
    code_in(await scene.world.say("wang", f"匿名反映 {SECRET}") and await scene.world.say("wang", "结束"))
    assert not waiting.done()
    finish.set()
    assert await waiting == words.PICTURE


async def test_in_chat_words_stand_in_a_pictures_place(scene: Scene) -> None:
    await scene.world.say("li", "匿名反映")
    await scene.world.say("li", SECRET)
    await scene.picture()
    await scene.world.say("li", "结束")
    await scene.world.path.batch.write()
    box = Box(scene.world.vault, scene.world.path.batch, {"qian": [scene.world.keys["qian"]]})
    assert box.read(scene.world.office.filed[0], "qian") == [SECRET, PICTURE]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.FILE, Kind.VIDEO])
async def test_other_kinds_are_refused_as_before(scene: Scene, kind: Kind) -> None:
    await scene.world.say("li", "匿名反映")
    assert await scene.world.send("li", kind) == (words.VOICE if kind is Kind.VOICE else words.OTHER_KIND)


async def test_after_a_restart_a_picture_may_belong_to_a_report_and_leaves_nothing(scene: Scene) -> None:
    scene.world.path.begin_anew()
    before = everything(scene.world)
    assert await scene.picture() == words.RESTARTED
    assert everything(scene.world) == before
    scene.world.seconds.at += 2 * 3600
    assert await scene.picture() != words.RESTARTED
