"""A new finding that resembles an earlier one: said in the confirmation with evidence, answered, never in the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.config import Policy
from tests.flows.findings import DIRECTOR, FINANCE, LIAISON, OFFICE, finding, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

SAID = "报送问题：恒信建设备用金7个月未清，无台账，一共4万2"
LINE = "与 WT-2026-0123（已登记）相似（同单位同类，相同点："


@once
async def _earlier(world: Rehearsal, **values: Any) -> None:
    await seed(world, desc="备用金长期未清，没有台账", title="备用金未清", category="CW01", **values)


async def test_the_confirmation_names_the_earlier_one_with_what_they_share(world: Rehearsal) -> None:
    await _earlier(world)
    answer = await world.say(FINANCE, SAID)
    line = next(line for line in answer.splitlines() if line.startswith("与 "))
    assert line.startswith(LINE) and "备用金" in line and "未清" in line and "是否并案/重复发生" in line
    assert "已登记 WT-2026-" in await world.say(FINANCE, "确认")  # it holds nobody up


async def test_repeated_sets_the_mark(world: Rehearsal) -> None:
    await _earlier(world)
    await world.say(FINANCE, SAID)
    answer = await world.say(FINANCE, "重复发生")
    assert answer.startswith("已标记重复发生，关联 WT-2026-0123。") and "相似（" not in answer
    await world.say(FINANCE, "确认")
    new = finding(world, "WT-2026-0001")
    assert new.is_repeat and new.repeat_of == "WT-2026-0123" and new.state == "registered"


async def test_merging_goes_the_office_s_way(world: Rehearsal) -> None:
    await _earlier(world)
    await world.say(FINANCE, SAID)
    assert "提交后请监督办公室并入 WT-2026-0123" in await world.say(FINANCE, "并案")
    answer = await world.say(FINANCE, "确认")
    assert "已提交 WT-2026-0001" in answer and "已请求并入 WT-2026-0123" in answer
    told = "\n".join(world.told(OFFICE))
    assert "WT-2026-0001 并到 WT-2026-0123，理由：重复反映" in told
    await world.say(OFFICE, "WT-2026-0001 并到 WT-2026-0123，理由：重复反映")
    await world.say(OFFICE, "确认")
    assert finding(world, "WT-2026-0001").state == "merged"


async def test_not_the_same_takes_the_remark_away(world: Rehearsal) -> None:
    await _earlier(world)
    await world.say(FINANCE, SAID)
    answer = await world.say(FINANCE, "不是")
    assert "与原来的问题无关" in answer and "相似（" not in answer and "请确认" in answer
    await world.say(FINANCE, "确认")
    assert not finding(world, "WT-2026-0001").is_repeat


async def test_an_ended_one_can_only_have_come_again(world: Rehearsal) -> None:
    closed = {"state": "closed", "closed_at": datetime(2026, 10, 1, tzinfo=UTC), "due": date(2026, 9, 1)}
    await _earlier(world, resp_person=LIAISON, **closed)
    answer = await world.say(FINANCE, SAID)
    assert "（已销号）相似" in answer and "是否重复发生" in answer and "并案" not in answer
    assert "已办结，不能并案" in await world.say(FINANCE, "并案")


async def test_another_unit_kind_or_text_is_not_alike(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0121", desc="备用金长期未清，没有台账", unit="WL")
    await seed(world, "WT-2026-0122", desc="备用金长期未清，没有台账", category="CG02")
    await seed(world, "WT-2026-0123", desc="大额资金支付未经集体决策")
    await seed(world, "WT-2026-0124", desc="备用金长期未清，没有台账", state="rejected")
    assert "相似（" not in await world.say(FINANCE, SAID)


async def test_what_the_submitter_may_not_read_is_never_named(world: Rehearsal) -> None:
    await _earlier(world, source="HX-SJ", visibility="restricted")
    assert "相似（" not in await world.say(FINANCE, SAID)
    await world.say(FINANCE, "取消")
    await seed(world, "WT-2026-0124", source="HX-SJ", desc="备用金长期未清，没有台账")  # of another body: a peer's card
    assert "相似（" not in await world.say(FINANCE, SAID)
    await world.say(FINANCE, "取消")
    assert "相似（" in await world.say(DIRECTOR, SAID)


async def test_zero_asks_never(world: Rehearsal) -> None:
    world.world.policy = Policy(similar_percent=0)
    await _earlier(world)
    assert "相似（" not in await world.say(FINANCE, SAID)
