"""Applying for a later date and deciding it (T10)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from storage.proceedings import Extension
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    actions,
    assigned,
    finding,
    waiting,
)
from tests.flows.harness import Rehearsal

APPLY = f"{NUMBER} 申请延期至2026年12月31日，原因：3间商铺原租户诉讼未结"


async def test_until_it_is_decided_the_old_date_counts(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(LIAISON, APPLY)
    assert "12月18日 周五 → 12月31日 周四（第1次，13天）" in asked and "批准前仍按12月18日计" in asked
    assert "已告知李敏" in await world.say(LIAISON, "确认")
    assert finding(world).due == date(2026, 12, 18) and waiting(world)["T-0"] == "2026-12-18"
    assert "已有一份延期申请" in await world.say(LIAISON, APPLY)
    assert "延期申请还在审批" in await world.say(LIAISON, f"{NUMBER} 申请验收")


async def test_the_office_approves_a_short_first_one_and_the_ladder_moves(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    assert "12月31日 周四" in await world.click(OFFICE, "同意延期")
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 31)
    assert waiting(world)["T-0"] == "2026-12-31" and "2026-12-18" not in waiting(world).values()
    assert actions(world)[-2:] == ["apply_extension", "decide_extension"]
    assert any("12月31日 周四" in text for text in world.told(HEAD))
    assert "已由李敏" in await world.say(DIRECTOR, f"同意{NUMBER}延期")


async def test_a_long_one_is_the_directors(world: Rehearsal) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT)
    await world.say(LIAISON, f"{NUMBER} 申请延期至2027年3月31日，原因：产权登记变更")
    assert "已告知何敏" in await world.say(LIAISON, "确认")
    assert "由何敏批复" in await world.say(OFFICE, f"同意{NUMBER}延期")
    assert "由何敏批复" in await world.say(AUDIT, f"同意{NUMBER}延期")
    await world.click(DIRECTOR, "同意延期")
    await world.say(DIRECTOR, "确认")
    assert finding(world).due == date(2027, 3, 31)


async def test_a_refusal_changes_no_date(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    assert "不同意" in await world.click(OFFICE, "不同意")
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 18) and waiting(world)["T-0"] == "2026-12-18"
    with world.session() as session:
        (row,) = session.scalars(select(Extension))
        assert (row.state, row.decided_by) == ("rejected", OFFICE)


async def test_a_reminder_is_answered_with_one_word(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(LIAISON, "延期")
    assert "延到哪一天" in asked and "原因" in asked
    assert "原因" in await world.say(LIAISON, "12月31日")
    assert "诉讼未结" in await world.say(LIAISON, "诉讼未结")


async def test_an_earlier_date_is_none(world: Rehearsal) -> None:
    await assigned(world)
    assert "要晚于" in await world.say(LIAISON, f"{NUMBER} 申请延期至2026年12月10日，原因：资料没齐")


async def test_the_source_may_not_apply(world: Rehearsal) -> None:
    await assigned(world)
    assert "责任单位" in await world.say(FINANCE, APPLY)
