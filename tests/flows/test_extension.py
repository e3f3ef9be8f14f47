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
    OTHER,
    actions,
    assigned,
    finding,
    waiting,
)
from tests.flows.harness import Rehearsal

LEADER = "hx_zuzhang"
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


async def approved(world: Rehearsal, new: str, by: str) -> None:
    await world.say(LIAISON, f"{NUMBER} 申请延期至{new}，原因：诉讼未结")
    await world.say(LIAISON, "确认")
    await world.say(by, f"同意{NUMBER}延期")
    assert "时限" in await world.say(by, "确认")


async def test_t10_the_second_is_the_directors_and_the_third_the_leading_groups(world: Rehearsal) -> None:
    await assigned(world)
    await approved(world, "2026年12月25日", OFFICE)
    await world.say(LIAISON, f"{NUMBER} 申请延期至2026年12月30日，原因：诉讼未结")
    assert "何敏" in await world.say(LIAISON, "确认")
    assert "由何敏批复" in await world.say(OFFICE, f"同意{NUMBER}延期")
    await world.say(DIRECTOR, f"同意{NUMBER}延期")
    await world.say(DIRECTOR, "确认")
    await world.say(LIAISON, f"{NUMBER} 申请延期至2027年1月8日，原因：诉讼未结")
    assert "陆正" in await world.say(LIAISON, "确认")
    assert "由陆正批复" in await world.say(DIRECTOR, f"同意{NUMBER}延期")
    await world.say(LEADER, f"同意{NUMBER}延期")
    await world.say(LEADER, "确认")
    assert finding(world).due == date(2027, 1, 8)


async def test_t10_a_major_one_is_never_the_sources_or_the_offices(world: Rehearsal) -> None:
    await assigned(world, severity="major", source="HX-SJ", submitted_by=AUDIT)
    await world.say(LIAISON, APPLY)
    assert "已告知何敏" in await world.say(LIAISON, "确认")
    for person in (AUDIT, OFFICE):
        assert "由何敏批复" in await world.say(person, f"同意{NUMBER}延期")


async def test_8_2_7_approved_when_overdue_escalation_stops_and_the_overdue_days_stay(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-21 10:00")  # one working day late
    await world.settle()
    asked = await world.say(LIAISON, APPLY)
    assert "已过原期限，按逾期后申请记" in asked
    await world.say(LIAISON, "确认")
    assert finding(world).due == date(2026, 12, 18) and "+3" in waiting(world)  # it counts until it is decided
    asked = await world.say(OFFICE, f"同意{NUMBER}延期")
    assert "已逾期1个工作日，批准后停止升级，逾期天数照记" in asked
    assert "原时限逾期1个工作日照记" in await world.say(OFFICE, "确认")
    assert "2026-12-23" not in waiting(world).values()
    with world.session() as session:
        (row,) = session.scalars(select(Extension))
        assert row.after_due and row.old_due == date(2026, 12, 18) and row.decided_at is not None
    for person in (LIAISON, HEAD, FINANCE):
        world.told(person)
    await world.turn_to("2026-12-23 18:00")
    await world.settle()
    assert not [text for person in (HEAD, FINANCE) for text in world.told(person)]


async def test_t10_until_it_is_decided_reminders_and_overdue_days_go_on(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    for person in (LIAISON, HEAD):
        world.told(person)
    await world.turn_to("2026-12-21 09:16")
    await world.settle()
    assert any("已逾期1个工作日" in text for text in world.told(HEAD))


async def test_t10_turned_into_ongoing_it_has_quarterly_nodes_and_a_review(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    asked = await world.say(OFFICE, f"{NUMBER}转持续整改，每季度报一次进展")
    assert "转持续整改，下次进展期限12月31日 周四" in asked
    await world.say(OFFICE, "确认")
    row = finding(world)
    assert (row.state, row.rect_type, row.due) == ("ongoing", "ongoing", date(2026, 12, 31))
    assert row.review_on == date(2028, 11, 23)
    with world.session() as session:
        assert [one.state for one in session.scalars(select(Extension))] == ["converted_ongoing"]


async def test_t10_the_applicant_takes_it_back(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    assert "由本人撤回" in await world.say(HEAD, "撤回0123的延期申请")
    asked = await world.say(LIAISON, "撤回延期申请")
    assert "待批复 → 已撤回" in asked and "12月18日 周五" in asked
    await world.restart()
    assert "已撤回" in await world.say(LIAISON, "确认")
    assert "已由申请人撤回" in await world.click(OFFICE, "同意延期")
    assert "没有在等批复的延期申请" in await world.say(LIAISON, "撤回延期申请")
    assert "措施" in await world.say(LIAISON, f"{NUMBER} 申请验收")
    assert "第1次" in await world.say(LIAISON, APPLY)  # what was taken back does not count


async def test_t10_a_refusal_with_its_reason_reaches_the_unit(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    asked = await world.say(OFFICE, f"不同意{NUMBER}延期，理由：可先清理其余商铺")
    assert "可先清理其余商铺" in asked
    for person in (LIAISON, HEAD):
        world.told(person)
    await world.say(OFFICE, "确认")
    assert any("可先清理其余商铺" in text for text in world.told(LIAISON))


async def test_t10_two_deciders_at_once_and_cancelling(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, APPLY)
    await world.say(LIAISON, "确认")
    await world.say(OFFICE, f"同意{NUMBER}延期")
    assert "已取消" in await world.say(OFFICE, "取消") and finding(world).due == date(2026, 12, 18)
    for person in (OFFICE, DIRECTOR):
        await world.say(person, f"同意{NUMBER}延期")
    await world.say(OFFICE, "确认")
    assert "已由李敏于" in await world.say(DIRECTOR, "确认")
    assert actions(world).count("decide_extension") == 1
    assert await world.say(OTHER, f"同意{NUMBER}延期") == await world.say(OTHER, "同意WT-2026-0999延期")
