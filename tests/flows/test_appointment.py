"""Appointments in chat: before → after, by the day, nobody above himself, never by the administrator (2.1, 8.2.16)."""

from __future__ import annotations

from datetime import date

import pytest

from storage import events, people
from tests.flows.findings import DIRECTOR, FINANCE, HEAD, LIAISON, NUMBER, OFFICE, OTHER, assigned, finding, forget
from tests.flows.harness import Rehearsal
from tests.regressions.people import appoint

TODAY = date(2026, 11, 23)
ADMIN, WORKER = "hx_admin", "hx_zhigong"


def _roles(world: Rehearsal, userid: str, day: date = TODAY) -> list[tuple[str, str]]:
    with world.session() as session:
        return sorted((post.unit, post.role) for post in people.actor(session, userid, day).posts)


async def _appoint(world: Rehearsal, who: str, words: str) -> str:
    answer = await world.say(who, words)
    assert "回复“确认”提交，“取消”放弃" in answer, answer
    assert len(answer.splitlines()) <= 5, answer
    return await world.say(who, "确认")


async def test_an_appointment_shows_before_and_after_and_holds_at_once(world: Rehearsal) -> None:
    answer = await world.say(OFFICE, "任命吴刚为恒信建设二公司联络员")
    assert "恒信建设二公司 职工 → 恒信建设二公司 职工、单位联络员" in answer
    assert "11月23日 周一起" in answer
    assert _roles(world, WORKER) == [("JS2", "employee")], "nothing before it is confirmed"
    done = await world.say(OFFICE, "确认")
    assert "已办理：吴刚" in done and "已告知吴刚" in done
    assert _roles(world, WORKER) == [("JS2", "employee"), ("JS2", "unit_liaison")]
    assert any("您的任职有变动" in words for words in world.told(WORKER))
    with world.session() as session:
        event = events.history(session, f"person:{WORKER}")[0]
        assert (event.actor, event.action) == (OFFICE, "appoint")
        assert event.after is not None and event.after["begins"]["role"] == "unit_liaison"


async def test_a_later_day_is_waited_for_and_said_with_its_weekday(world: Rehearsal) -> None:
    answer = await world.say(OFFICE, "周涛调到恒信物流任联络员，12月1日起")
    assert "恒信建设 单位联络员、整改责任人 → 恒信物流 单位联络员" in answer
    assert "12月1日 周二起" in answer
    await world.say(OFFICE, "确认")
    both = [("JS", "resp_person"), ("JS", "unit_liaison")]
    assert _roles(world, LIAISON) == both
    assert _roles(world, LIAISON, date(2026, 11, 30)) == both
    assert _roles(world, LIAISON, date(2026, 12, 1)) == [("WL", "unit_liaison")]


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("周涛不再担任恒信建设联络员", date(2026, 11, 22)),
        ("周涛12月1日起不再担任恒信建设联络员", date(2026, 11, 30)),
    ],
)
async def test_a_removal_takes_one_post_from_a_day_on(world: Rehearsal, words: str, last: date) -> None:
    await _appoint(world, OFFICE, words)
    assert ("JS", "unit_liaison") in _roles(world, LIAISON, last)
    assert _roles(world, LIAISON, date.fromordinal(last.toordinal() + 1)) == [("JS", "resp_person")]


async def test_an_end_may_stand_from_the_beginning(world: Rehearsal) -> None:
    answer = await world.say(OFFICE, "吴刚任恒信建设联络员到12月31日")
    assert "至12月31日 周四" in answer
    await world.say(OFFICE, "确认")
    assert ("JS", "unit_liaison") in _roles(world, WORKER, date(2026, 12, 31))
    assert ("JS", "unit_liaison") not in _roles(world, WORKER, date(2027, 1, 1))


async def test_several_of_one_name_are_asked_about(world: Rehearsal) -> None:
    await appoint(world, "hx_zhoutao2", "周涛", "NY", "unit_liaison", title="恒信能源综合部")
    answer = await world.say(OFFICE, "任命周涛为恒信能源负责人")
    assert "1 周涛（恒信建设综合部）" in answer and "2 周涛（恒信能源综合部）" in answer
    assert "单位联络员、单位负责人" in await world.say(OFFICE, "第二个")
    await world.say(OFFICE, "确认")
    assert ("NY", "unit_head") in _roles(world, "hx_zhoutao2")
    assert ("NY", "unit_head") not in _roles(world, LIAISON)


@pytest.mark.parametrize("who", [ADMIN, LIAISON, FINANCE, "hx_zuzhang", WORKER])
async def test_only_the_office_appoints(world: Rehearsal, who: str) -> None:
    answer = await world.say(who, "任命吴刚为恒信建设联络员")
    assert "任免由监督办公室办理" in answer and "李敏" in answer
    assert _roles(world, WORKER) == [("JS2", "employee")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("任命高远为办公室主任", "只能由监督办公室主任何敏任免"),
        ("任命高远为纪委办公室线索管理员", "只能由监督办公室主任何敏任免"),
        ("免去张伟的线索管理员", "只能由监督办公室主任何敏任免"),
        ("任命高远为恒信集团领导小组成员", "不在这里办理"),
        ("任命高远为恒信集团系统管理员", "不在这里办理"),
        ("免去陆正的领导小组组长", "不在这里办理"),
    ],
)
async def test_the_staff_hand_out_nothing_above_themselves(world: Rehearsal, words: str, said: str) -> None:
    assert said in await world.say(OFFICE, words)
    await world.say(OFFICE, "确认")  # there is nothing to confirm
    assert _roles(world, "hx_caiwufz") == [("HX-CW", "member_head")]
    assert ("HX-JW", "disc_manager") in _roles(world, "hx_jiwei")


async def test_the_director_hands_out_what_opens_leads(world: Rehearsal) -> None:
    await _appoint(world, DIRECTOR, "任命高远为纪委办公室线索管理员")
    assert ("HX-JW", "disc_manager") in _roles(world, "hx_caiwufz")


async def test_nobody_appoints_himself_nor_by_a_lent_post(world: Rehearsal) -> None:
    assert "不能办理本人的任免" in await world.say(DIRECTOR, "任命何敏为纪委办公室线索管理员")
    await world.say(OFFICE, "今天到12月4日由陈静代理我")
    await world.say(OFFICE, "确认")
    assert "任免由监督办公室办理" in await world.say(OTHER, "任命吴刚为恒信建设联络员")


async def test_what_is_missing_is_asked(world: Rehearsal) -> None:
    assert "哪个单位" in await world.say(OFFICE, "任命吴刚为联络员")
    answer = await world.say(OFFICE, "恒信物流")
    if "什么职务" in answer:
        answer = await world.say(OFFICE, "联络员")
    assert "恒信物流 单位联络员" in answer
    assert "12月1日 周二起" in await world.say(OFFICE, "12月1日起")
    await world.say(OFFICE, "确认")
    assert ("WL", "unit_liaison") in _roles(world, WORKER, date(2026, 12, 1))


async def test_what_he_has_already_and_a_stranger_change_nothing(world: Rehearsal) -> None:
    assert "任职没有变化" in await world.say(OFFICE, "任命周涛为恒信建设联络员")
    assert "没有查到" in await world.say(OFFICE, "任命钱多多为恒信建设联络员")
    assert "任职没有变化" in await world.say(OFFICE, "免去周涛的审计人员")


async def test_who_was_faster_wins(world: Rehearsal) -> None:
    await world.say(OFFICE, "任命吴刚为恒信建设联络员")
    await _appoint(world, DIRECTOR, "任命吴刚为恒信物流联络员")
    assert "刚刚有变动" in await world.say(OFFICE, "确认")
    assert _roles(world, WORKER) == [("JS2", "employee"), ("WL", "unit_liaison")]


async def test_item_16_a_moved_liaison_loses_his_rights_at_once_and_the_matter_finds_its_owner(
    world: Rehearsal,
) -> None:
    await assigned(world)
    answer = await world.say(OFFICE, "周涛调到恒信物流任联络员")
    assert "名下1条在办届时转单位负责人" in answer
    forget(world)
    done = await world.say(OFFICE, "确认")
    assert "名下1条在办已转单位负责人王建国" in done
    assert await world.say(LIAISON, f"查 {NUMBER}") == "未查询到该编号，或您无权查看。"
    assert finding(world).resp_person == HEAD
    assert "责任人王建国" in await world.say(HEAD, f"查 {NUMBER}")
    assert len([words for words in world.told(HEAD) if "转由您负责" in words]) == 1
