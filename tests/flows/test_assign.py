"""Assigning and handing on (T2, T4, T6)."""

from __future__ import annotations

from datetime import date

from bot.errors import NOT_FOUND_OR_FORBIDDEN
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
    seed,
    waiting,
)  # fmt: skip
from tests.flows.harness import Rehearsal

CONFIRM = "回复“确认”提交，“取消”放弃"


async def test_the_office_assigns_and_everybody_concerned_gets_the_task(world: Rehearsal) -> None:
    await seed(world, unit=None)
    asked = await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    assert asked.endswith(CONFIRM)
    assert "恒信建设" in asked and "周涛" in asked and "12月18日 周五" in asked and "已登记 → 已交办" in asked
    assert finding(world).state == "registered"
    done = await world.say(OFFICE, "确认")
    assert NUMBER in done and "已登记 → 已交办" in done and "周涛" in done
    row = finding(world)
    assert (row.state, row.unit, row.resp_person, row.due) == ("assigned", "JS", LIAISON, date(2026, 12, 18))
    assert (row.assigned_by, row.rect_type) == (OFFICE, "immediate")
    assert actions(world) == ["assign"]
    for person in (LIAISON, HEAD):
        (card,) = [text for text in world.told(person) if NUMBER in text]
        assert "时限：12月18日 周五" in card and "[收到][填进展][申请验收][申请延期]" in card
    assert not world.told(OTHER)
    assert list(waiting(world, ladder="rectification")) == ["T-7", "T-3", "T-0", "+1", "+3", "+5", "+6", "+10", "+20"]
    assert waiting(world, ladder="confirm") == {"+2": "2026-11-25"}


async def test_a_submitted_finding_is_registered_on_the_way(world: Rehearsal) -> None:
    await seed(world, state="submitted")
    assert "已提交 → 已登记 → 已交办" in await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 周涛 12月18日前")
    await world.say(OFFICE, "确认")
    assert finding(world).state == "assigned"
    assert actions(world) == ["register", "assign"]


async def test_without_a_person_the_liaison_is_responsible(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0130", unit=None)
    asked = await world.say(OFFICE, "把0130派给物流，月底前")
    assert "恒信物流" in asked and "陈静" in asked and "11月30日 周一" in asked
    await world.say(OFFICE, "确认")
    assert finding(world, "WT-2026-0130").resp_person == OTHER


async def test_a_rest_day_is_pointed_out_and_may_stand(world: Rehearsal) -> None:
    await seed(world)
    asked = await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月20日前")
    assert "12月20日 周日" in asked and "12月18日 周五" in asked and "12月21日 周一" in asked
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 20)


async def test_a_date_is_changed_before_it_is_confirmed(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月20日前")
    again = await world.say(OFFICE, "改成12月18日")
    assert "12月18日 周五" in again and again.endswith(CONFIRM)
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 18)


async def test_a_past_date_is_asked_again(world: Rehearsal) -> None:
    await seed(world)
    asked = await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 周涛 2026年11月10日前")
    assert "已经过了" in asked
    assert "12月18日 周五" in await world.say(OFFICE, "12月18日")


async def test_somebody_of_another_unit_is_not_taken(world: Rehearsal) -> None:
    await seed(world)
    asked = await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人陈静 12月18日前")
    assert "没有叫陈静的在岗人员" in asked and "周涛" in asked
    assert "周涛" in await world.say(OFFICE, "周涛")


async def test_who_may_not_assign_hears_why_or_nothing(world: Rehearsal) -> None:
    await seed(world)
    words = f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前"
    assert "监督办公室" in await world.say(FINANCE, words)  # a liaison of the source sees it, but may not
    assert "监督办公室" in await world.say(HEAD, words)
    absent = await world.say(OTHER, "交办 WT-2026-0999 恒信建设 责任人周涛 12月18日前")
    assert await world.say(OTHER, words) == absent == NOT_FOUND_OR_FORBIDDEN
    assert finding(world).state == "registered" and not actions(world)


async def test_auditors_assign_what_they_found(world: Rehearsal) -> None:
    await seed(world, source="HX-SJ", submitted_by=AUDIT)
    await world.say(AUDIT, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    assert "已交办" in await world.say(AUDIT, "确认")


async def test_a_head_hands_on_within_his_unit_only(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(HEAD, "0123换个责任人，周涛另有任务，改成王建国")
    assert "周涛 → 王建国" in asked and "12月18日 周五" in asked
    done = await world.say(HEAD, "确认")
    assert "已改派" in done
    row = finding(world)
    assert (row.resp_person, row.state, row.due) == (HEAD, "rectifying", date(2026, 12, 18))
    assert actions(world)[-1] == "reassign"
    assert "只能在本单位内" in await world.say(HEAD, f"{NUMBER}派给物流")


async def test_reassigning_does_not_move_the_date(world: Rehearsal) -> None:
    await assigned(world)
    answer = await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人王建国 12月31日前")
    assert "不能直接改" in answer and "周涛 → 王建国" in answer
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 18)


async def test_cancelling_leaves_no_trace(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    assert "已取消" in await world.say(OFFICE, "取消")
    assert finding(world).state == "registered" and not waiting(world) and not world.told(LIAISON)


async def test_two_who_assign_at_once(world: Rehearsal) -> None:
    await seed(world)
    for person in (OFFICE, DIRECTOR):
        await world.say(person, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    assert "已交办" in await world.say(OFFICE, "确认")
    assert "刚刚有人办理过" in await world.say(DIRECTOR, "确认")
    assert actions(world) == ["assign"]


async def test_p5_a_date_that_there_is_not_is_pointed_out(world: Rehearsal) -> None:
    await seed(world)
    for words in ("2027年2月30日前", "春节前"):
        answer = await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 {words}")
        assert "没看懂“" in answer and "暂按默认" in answer, answer
        await world.say(OFFICE, "取消")
