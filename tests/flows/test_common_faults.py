"""疑似共性问题: suggested with evidence, decided by a person, remembered; and the batches of old words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from bot.errors import FOREIGN_UNIT
from bot.messages import Paragraph
from handlers import words_kept
from storage import common_faults, fulltext
from storage.gatherings import CommonFault
from storage.matters import FindingWords
from storage.models import Event
from tests.flows.findings import DIRECTOR, FINANCE, LIAISON, OFFICE, seed
from tests.flows.harness import Rehearsal
from tests.flows.papers import papers
from tests.flows.snapshots import once


@once
async def _three(world: Rehearsal, first: int = 1, category: str = "CW01", **values: Any) -> None:
    for serial, unit in enumerate(("JS", "WL", "NY"), first):
        more = {"unit": unit, "category": category, "amount_fen": 1_000_000, "basis": "备用金管理办法"}
        await seed(world, f"WT-2026-{serial:04d}", **(more | values))


def _row(world: Rehearsal, category: str = "CW01") -> CommonFault | None:
    with world.session() as session:
        return common_faults.find(session, category)


async def test_three_units_make_one_and_the_office_is_told_with_evidence(world: Rehearsal) -> None:
    await _three(world)
    await world.turn_to("2026-11-24 08:45")
    for person in (OFFICE, DIRECTOR):
        told = next(text for text in world.told(person) if "疑似共性问题" in text)
        assert "财务资金·资金管理｜3家3条｜3万元｜依据：备用金管理办法（3）" in told
        assert "恒信建设" not in told
    row = _row(world)
    assert row is not None and (row.state, row.units, row.findings) == ("suggested", 3, 3)
    await world.turn_to("2026-11-25 08:45")
    assert not any("疑似共性问题" in text for text in world.told(OFFICE))


async def test_five_in_one_unit_and_neither_two_nor_restricted_ones(world: Rehearsal) -> None:
    for serial in range(1, 6):
        await seed(world, f"WT-2026-{serial:04d}", category="CG02")
    for serial in (6, 7):
        await seed(world, f"WT-2026-{serial:04d}", category="CG03", unit="WL" if serial == 6 else "JS")
    await _three(world, 11, "CG04", visibility="restricted")
    await _three(world, 21, "CG01", state="rejected")
    await _three(world, 31, "CW")  # the first level alone is no fault
    await world.turn_to("2026-11-24 08:45")
    with world.session() as session:
        assert list(session.scalars(select(CommonFault.category))) == ["CG02"]


async def test_decided_by_the_office_with_a_reason_and_remembered(world: Rehearsal) -> None:
    await _three(world)
    await world.turn_to("2026-11-24 08:45")
    assert "不采纳要写理由" in await world.say(OFFICE, "不采纳共性问题 资金管理")
    asked = await world.say(OFFICE, "不采纳共性问题 资金管理，理由：已专项整治")
    assert "财务资金·资金管理｜3家3条" in asked and "理由：已专项整治" in asked
    row = _row(world)
    assert row is not None and row.state == "suggested"
    assert "待定 → 不采纳" in await world.say(OFFICE, "确认")
    row = _row(world)
    assert row is not None and (row.state, row.reason, row.decided_by) == ("declined", "已专项整治", OFFICE)
    assert "已是“不采纳”" in await world.say(OFFICE, "采纳共性问题 资金管理")
    world.told(OFFICE)
    await seed(world, "WT-2026-0010", category="CW01")  # one more in the same unit is no news
    await world.turn_to("2026-11-25 08:45")
    assert not any("疑似共性问题" in text for text in world.told(OFFICE))
    await seed(world, "WT-2026-0011", category="CW01", unit="JS2")  # a fourth unit is
    await world.turn_to("2026-11-26 08:45")
    assert any("4家5条" in text for text in world.told(OFFICE))
    await world.say(OFFICE, "共性问题")
    await world.say(OFFICE, "采纳共性问题1，原因：授权不清；建议：修订授权手册")
    assert "已采纳为共性问题" in await world.say(OFFICE, "确认")
    with world.session() as session:
        query = select(Event.action).where(Event.matter == "common:CW01").order_by(Event.id)
        assert list(session.scalars(query)) == ["common_suggest", "common_decline", "common_suggest", "common_adopt"]


async def test_adopted_with_causes_and_advice_that_the_quarter_report_tells(world: Rehearsal) -> None:
    await _three(world)
    await world.turn_to("2026-11-24 08:45")
    asked = await world.say(OFFICE, "采纳共性问题 资金管理")
    assert "财务资金·资金管理｜3家3条｜3万元" in asked and "请写明原因和建议" in asked
    assert "请写明建议" in await world.say(OFFICE, "备用金授权不清")
    asked = await world.say(OFFICE, "建议：修订授权手册")
    assert "原因：备用金授权不清\n建议：修订授权手册\n状态：待定 → 已采纳" in asked
    row = _row(world)
    assert row is not None and row.state == "suggested"  # nothing before it is confirmed
    assert "建议：修订备用金办法" in await world.say(OFFICE, "建议：修订备用金办法")
    assert "待定 → 已采纳为共性问题" in await world.say(OFFICE, "确认")
    row = _row(world)
    assert row is not None and (row.causes, row.advice) == ("备用金授权不清", "修订备用金办法")
    await world.say(OFFICE, "生成四季度监督情况汇总报告")
    await world.settle()
    text = "\n".join(part.text for part in papers(world, OFFICE)[-1].parts if isinstance(part, Paragraph))
    assert "共性问题。原因：备用金授权不清。建议：修订备用金办法。" in text and "疑似共性问题。原因" not in text


async def test_others_neither_decide_nor_see_more_than_their_own(world: Rehearsal) -> None:
    await _three(world)
    await world.turn_to("2026-11-24 08:45")
    assert await world.say(LIAISON, "采纳共性问题 资金管理") == FOREIGN_UNIT
    await world.say(FINANCE, "采纳共性问题 资金管理")
    row = _row(world)
    assert row is not None and row.state == "suggested"
    assert "财务资金·资金管理｜3家3条" in await world.say(OFFICE, "共性问题")
    assert "没有达到共性标准" in await world.say(LIAISON, "共性问题")
    listed = await world.say(FINANCE, "共性问题")  # it found all three itself
    assert "3家3条" in listed and "待定" not in listed and "采纳" not in listed


async def test_old_findings_get_their_words_in_batches(world: Rehearsal, monkeypatch: Any) -> None:
    monkeypatch.setattr(words_kept, "BATCH", 2)
    for serial in range(1, 6):
        await seed(world, f"WT-2026-{serial:04d}", desc="食堂围标")
    await world.turns.run(lambda session: session.execute(delete(FindingWords)))
    assert "没有查到" in await world.say(OFFICE, "搜一下围标")
    await world.turn_to("2026-11-24 08:00")
    with world.session() as session:
        assert not fulltext.lacking(session)
    assert "共5条" in await world.say(OFFICE, "搜一下围标")
