"""Sub-offices and the self-check of the system (S61, S6)."""

from __future__ import annotations

from datetime import date

from storage import events, people, units
from tests.flows.findings import DIRECTOR, HEAD, LIAISON, NUMBER, OFFICE, finding, forget, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

REFUSED = "未查询到该编号，或您无权查看。"
OTHER_UNIT = "WT-2026-0130"


@once
async def _open(world: Rehearsal) -> str:
    answer = await world.say(DIRECTOR, "启用恒信建设子级办公室，专人王建国")
    assert "未启用 → 已启用（专人王建国）" in answer, answer
    assert "回复“确认”提交，“取消”放弃" in answer and len(answer.splitlines()) <= 5
    return await world.say(DIRECTOR, "确认")


def _is_on(world: Rehearsal) -> bool:
    with world.session() as session:
        return units.get_unit(session, "JS").sub_office


async def test_s61_the_director_opens_a_sub_office_and_its_staff_hear_of_it(world: Rehearsal) -> None:
    done = await _open(world)
    assert "已办理" in done and "已告知王建国" in done
    assert _is_on(world)
    assert any("由您登记、交办、督办" in words for words in world.told(HEAD))
    with world.session() as session:
        assert people.actor(session, HEAD, date(2026, 11, 23)).has("sub_office")
        assert [event.action for event in events.history(session, "unit:JS")] == ["sub_office"]
        assert [event.actor for event in events.history(session, f"person:{HEAD}")] == [DIRECTOR]


async def test_s61_it_steers_its_own_level_and_the_group_sees_through(world: Rehearsal) -> None:
    await _open(world)
    await seed(world, unit="JS2", source="JS")
    await seed(world, OTHER_UNIT, unit="WL")
    forget(world)
    assert "备用金" in await world.say(HEAD, f"查 {NUMBER}")
    answer = await world.say(HEAD, f"交办 {NUMBER} 恒信建设二公司 责任人吴刚 12月18日前")
    assert "回复“确认”提交" in answer, answer
    assert "已交办" in await world.say(HEAD, "确认")
    assert finding(world).state == "assigned"
    assert await world.say(HEAD, f"查 {OTHER_UNIT}") == REFUSED
    assert await world.say(HEAD, f"查 {OTHER_UNIT}") == await world.say(HEAD, "查 WT-2026-9999")
    assert "备用金" in await world.say(OFFICE, f"查 {NUMBER}")
    assert "您只能查询本单位（及下属）的问题。" in await world.say(HEAD, "恒信物流有哪些问题")


async def test_s61_switched_off_its_rights_end_at_once(world: Rehearsal) -> None:
    await _open(world)
    await seed(world, source="JS", unit="JS2")
    forget(world)
    answer = await world.say(DIRECTOR, "停用恒信建设子级办公室")
    assert "已启用（专人王建国） → 停用" in answer
    assert "已办理" in await world.say(DIRECTOR, "确认")
    assert not _is_on(world)
    with world.session() as session:
        assert not people.actor(session, HEAD, date(2026, 11, 23)).has("sub_office")
    assert "确认”提交" not in await world.say(HEAD, f"交办 {NUMBER} 恒信建设二公司 责任人吴刚 12月18日前")
    assert finding(world).state == "registered"


async def test_s61_only_the_director_and_only_for_a_subsidiary(world: Rehearsal) -> None:
    for person in (OFFICE, LIAISON, "hx_zuzhang", "hx_admin"):
        assert "由监督办公室主任何敏启停" in await world.say(person, "启用恒信建设子级办公室，专人王建国")
    await world.say(DIRECTOR, "今天到12月4日由李敏代理我")
    await world.say(DIRECTOR, "确认")
    assert "由监督办公室主任何敏启停" in await world.say(OFFICE, "启用恒信建设子级办公室，专人王建国")
    assert "没有启用" in await world.say(DIRECTOR, "停用恒信建设子级办公室")
    assert not _is_on(world)


async def test_s61_the_person_is_asked_for(world: Rehearsal) -> None:
    assert "由谁担任专人" in await world.say(DIRECTOR, "启用恒信建设子级办公室")
    assert "专人周涛" in await world.say(DIRECTOR, "周涛")
    await world.say(DIRECTOR, "确认")
    assert _is_on(world)


async def test_s6_eight_parts_by_what_the_store_holds(world: Rehearsal) -> None:
    answer = await world.say(OFFICE, "体系自查")
    assert "8项中" in answer
    used, unused = answer.splitlines()[1:3]
    assert "领导小组（组长陆正）" in used and "办公室（主任何敏）" in used and "专人（李敏）" in used
    assert "约谈" in unused and "销号" in unused and "台账" in unused
    assert "党委组织部" in unused, "a member unit without a liaison"
    assert "子级办公室未启用" in answer
    assert len(answer.splitlines()) <= 5
    await seed(world)
    await _open(world)
    later = await world.say("hx_zuzhang", "体系自查")
    assert "台账（1条）" in later.splitlines()[1] and "子级办公室已启用1家（恒信建设）" in later


async def test_s6_is_the_office_s_and_the_group_s(world: Rehearsal) -> None:
    for person in (LIAISON, "hx_zhigong", "hx_admin"):
        assert "体系自查由监督办公室和领导小组使用" in await world.say(person, "体系自查")
