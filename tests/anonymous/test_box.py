"""What the flows read of a sealed report, and how they answer it."""

from __future__ import annotations

from pathlib import Path

from bot.anonymous.box import Box
from tests.anonymous.world import DAY, anonymous
from tests.stores import Store

SECRET = "食堂承包商每月给后勤科长送两条烟"


async def test_only_with_a_reading_key_is_anything_opened(sqlite: Store, tmp_path: Path) -> None:
    world = anonymous(sqlite, tmp_path)
    await world.report("li", SECRET, "两年了")
    await world.path.batch.write()
    (number,) = world.office.filed
    keys = world.keys
    assert Box(world.vault, world.path.batch).read(number, "qian") is None
    box = Box(world.vault, world.path.batch, {"qian": [keys["qian"]]})
    assert box.read(number, "qian") == [SECRET, "两年了"]
    assert box.read(number, "sun") is None
    assert box.read("XS-2026-0000", "qian") is None
    world.path.close()


async def test_an_answer_waits_in_the_mailbox_after_the_next_batch(sqlite: Store, tmp_path: Path) -> None:
    world = anonymous(sqlite, tmp_path)
    code = await world.report("li", SECRET)
    await world.path.batch.write()
    box = Box(world.vault, world.path.batch)
    assert box.answer(world.office.filed[0], "请补充是哪一家承包商", DAY)
    assert not box.answer("XS-2026-0000", "没有这件", DAY)
    assert "目前没有给您的留言" in await world.say("li", f"查回执 {code}")
    await world.path.batch.write()
    assert "请补充是哪一家承包商" in await world.say("li", f"查回执 {code}")
    world.path.close()
