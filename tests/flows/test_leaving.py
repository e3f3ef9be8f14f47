"""Leaving a post: rights end by the day, matters are handed on once, drafts and cards go (2.1, 6.7, 8.2.16, S24)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.messages import CardUpdate
from storage import events, moves
from storage.matters import Post
from storage.models import Conversation
from tests.flows.findings import DIRECTOR, HEAD, LIAISON, NUMBER, OFFICE, OTHER, assigned, change, finding, forget, seed
from tests.flows.harness import Rehearsal
from tests.regressions.people import appoint, dismiss

REFUSED = "未查询到该编号，或您无权查看。"
LEADER = "hx_zuzhang"


async def _remove(world: Rehearsal, words: str = "周涛离职，取消权限") -> str:
    answer = await world.say(OFFICE, words)
    assert "回复“确认”提交" in answer, answer
    return await world.say(OFFICE, "确认")


async def _ends_on(world: Rehearsal, userid: str, day: date) -> None:
    def work(session: Session) -> None:
        for post in session.scalars(select(Post).where(Post.userid == userid)):
            post.valid_to = day

    await world.turns.run(work)


async def test_an_end_by_date_is_acted_on_the_morning_after_and_told_once(world: Rehearsal) -> None:
    await assigned(world)
    await assigned(world, "WT-2026-0124")
    await _ends_on(world, LIAISON, date(2026, 11, 24))
    await world.turn_to("2026-11-24 18:00")
    assert finding(world).resp_person == LIAISON
    forget(world)
    await world.turn_to("2026-11-25 08:30")
    assert finding(world).resp_person == HEAD
    mine = [words for words in world.told(HEAD) if "转由您负责" in words]
    assert len(mine) == 1 and NUMBER in mine[0] and "WT-2026-0124" in mine[0] and "2条" in mine[0]
    assert len(mine[0].splitlines()) <= 5
    office = [words for words in world.told(OFFICE) if "已转单位负责人王建国" in words]
    assert len(office) == 1 and "责任人改成" in office[0]
    await world.turn_to("2026-11-27 08:30")
    assert not any("转由您负责" in words for words in world.told(HEAD))
    assert not any("已转单位负责人" in words for words in world.told(OFFICE))


async def test_the_ledger_says_that_the_system_handed_it_over(world: Rehearsal) -> None:
    await assigned(world)
    await _remove(world)
    with world.session() as session:
        event = next(e for e in events.history(session, NUMBER) if e.action == "handed_over")
        assert (event.actor, event.before, event.after) == ("system", {"resp_person": LIAISON}, {"resp_person": HEAD})


async def test_the_way_out_that_is_named_works(world: Rehearsal) -> None:
    await assigned(world)
    await _remove(world)
    await appoint(world, "hx_new", "王小明", "JS", "unit_liaison")
    await world.say(OFFICE, f"{NUMBER} 责任人改成王小明")
    await world.say(OFFICE, "确认")
    assert finding(world).resp_person == "hx_new"


async def test_rights_end_in_the_very_turn_and_a_draft_is_dropped(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    await _remove(world)
    answer = await world.say(LIAISON, "确认")
    assert "已记录" not in answer, answer
    with world.session() as session:
        talk = session.get(Conversation, LIAISON)
        assert talk is None or talk.frames == []
        found = moves.find(session, NUMBER)
        assert found is not None and moves.progress_of(session, found) == []
    assert await world.say(LIAISON, f"查 {NUMBER}") == REFUSED


async def test_a_draft_of_somebody_who_keeps_a_post_stays(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    await _remove(world, "周涛不再担任恒信建设联络员")
    assert "已记录" in await world.say(LIAISON, "确认"), "he is still the responsible person there"
    assert finding(world).resp_person == LIAISON


async def test_his_cards_are_greyed_and_nobody_else_s(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    forget(world)
    await _remove(world)
    updates = {(sent.person) for sent in world.channel.sent if isinstance(sent.message, CardUpdate)}
    assert LIAISON in updates and HEAD not in updates
    assert "收到" in await world.click(HEAD, "收到") or finding(world).state == "rectifying"


async def test_what_waits_for_acceptance_is_handed_on_too(world: Rehearsal) -> None:
    await assigned(world)
    await change(world, state="pending_acceptance")
    await _remove(world)
    assert finding(world).resp_person == HEAD


async def test_a_unit_without_a_head_is_the_office_s_to_settle_and_said_once(world: Rehearsal) -> None:
    await assigned(world)
    await dismiss(world, HEAD)
    await dismiss(world, LIAISON)
    forget(world)
    await world.turn_to("2026-11-26 09:00")
    assert finding(world).resp_person == LIAISON
    told = [words for words in world.told(OFFICE) if "没有单位负责人可接" in words]
    assert len(told) == 1 and NUMBER in told[0]


async def test_a_restricted_finding_is_named_to_nobody_outside_its_circle(world: Rehearsal) -> None:
    await assigned(world)
    await change(world, visibility="restricted")
    forget(world)
    await _remove(world)
    await world.turn_to("2026-11-24 09:00")
    for person in (HEAD, OFFICE, OTHER):
        assert not any(NUMBER in words for words in world.told(person)), person
    assert any(NUMBER in words for words in world.told(DIRECTOR))


async def test_s24_an_empty_chair_of_the_group_is_told_to_the_director_once(world: Rehearsal) -> None:
    await dismiss(world, LEADER, date(2026, 11, 23))
    await world.turn_to("2026-11-26 18:00")
    assert not any("空缺" in words for words in world.told(DIRECTOR))
    await world.turn_to("2026-11-30 18:00")
    told = [words for words in world.told(DIRECTOR) if "领导小组组长" in words]
    assert told == [
        "领导小组组长自11月24日起空缺，已满3天，升级提醒暂推给您。\n请报集团补任，并请系统管理员更新人员表。"
    ]


async def test_s24_an_empty_director_s_chair_is_told_to_the_leader(world: Rehearsal) -> None:
    await dismiss(world, DIRECTOR, date(2026, 11, 23))
    await world.turn_to("2026-12-01 18:00")
    told = [words for words in world.told(LEADER) if "办公室主任" in words]
    assert len(told) == 1 and "已满3天" in told[0]


async def test_s25_an_office_without_staff_is_told_to_its_director(world: Rehearsal) -> None:
    await dismiss(world, OFFICE, date(2026, 11, 23))
    await world.turn_to("2026-11-25 18:00")
    assert len([words for words in world.told(DIRECTOR) if "专人" in words and "离岗" in words]) == 1
