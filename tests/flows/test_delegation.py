"""Delegates: limited in time and in rights, told to whom it concerns, ended by themselves (S25, domain.md 2.1)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from storage import events, people
from storage.matters import Delegation
from tests.flows.findings import DIRECTOR, FINANCE, LIAISON, NUMBER, OFFICE, OTHER, assigned, forget, seed
from tests.flows.harness import Rehearsal
from tests.regressions.people import appoint, dismiss

REFUSED = "未查询到该编号，或您无权查看。"
LEADS = "hx_jiwei"


async def _delegate(world: Rehearsal, who: str, words: str) -> str:
    answer = await world.say(who, words)
    assert "回复“确认”提交" in answer, answer
    return await world.say(who, "确认")


def _rows(world: Rehearsal) -> list[Delegation]:
    with world.session() as session:
        return list(session.scalars(select(Delegation)))


async def test_s25_the_card_comes_into_force_and_everybody_is_told(world: Rehearsal) -> None:
    forget(world)
    answer = await world.say(LIAISON, "我下周休假，代理人李敏")
    assert "无 → 李敏（监督办专员）" in answer
    assert "11月30日 周一至12月6日 周日" in answer
    assert "恒信建设 单位联络员、整改责任人" in answer and "线索" in answer
    assert "回复“确认”提交，“取消”放弃" in answer
    assert len(answer.splitlines()) <= 5
    assert not any("代理" in words for words in world.told(OFFICE)), "nothing is announced before it is confirmed"
    done = await world.say(LIAISON, "确认")
    assert "李敏代理您" in done and "已告知李敏" in done
    assert any("周涛请您代理" in words for words in world.told(OFFICE))
    row = _rows(world)[0]
    assert (row.principal, row.delegate, row.valid_from, row.valid_to) == (
        LIAISON, OFFICE, date(2026, 11, 30), date(2026, 12, 6),
    )  # fmt: skip
    with world.session() as session:
        assert [e.action for e in events.history(session, f"delegation:{row.id}")] == ["delegate"]


async def test_s25_the_office_hears_of_a_delegate_who_is_not_of_it(world: Rehearsal) -> None:
    await _delegate(world, LIAISON, "明天请陈静代理我")
    assert any("周涛请您代理：11月24日 周二当天" in words for words in world.told(OTHER))
    assert any("周涛已请陈静代理" in words for words in world.told(OFFICE))


async def test_s25_the_delegate_acts_and_is_reminded_in_these_days_only(world: Rehearsal) -> None:
    await assigned(world, due="11月27日")
    await _delegate(world, LIAISON, "11月24日到11月26日由陈静代理我")
    assert await world.say(OTHER, f"查 {NUMBER}") == REFUSED
    forget(world)
    await world.turn_to("2026-11-24 18:00")
    assert any(NUMBER in words for words in world.told(LIAISON)), "the principal's copy stays"
    assert any(NUMBER in words for words in world.told(OTHER))
    assert "责任人周涛" in await world.say(OTHER, f"查 {NUMBER}")
    await world.say(OTHER, f"{NUMBER} 整改进展：制度已修订，60%")
    assert "已记录" in await world.say(OTHER, "确认")
    await world.turn_to("2026-11-27 09:00")
    assert await world.say(OTHER, f"查 {NUMBER}") == REFUSED
    assert "责任人周涛" in await world.say(LIAISON, f"查 {NUMBER}")


async def test_new_cards_go_to_both(world: Rehearsal) -> None:
    await _delegate(world, LIAISON, "今天到12月4日由陈静代理我")
    await seed(world)
    forget(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    assert any(NUMBER in words for words in world.told(LIAISON))
    assert any(NUMBER in words for words in world.told(OTHER))


async def test_a_lent_post_is_not_lent_on(world: Rehearsal) -> None:
    await assigned(world)
    await _delegate(world, LIAISON, "今天到12月4日由陈静代理我")
    answer = await world.say(OTHER, "今天到12月4日由吴刚代理我")
    assert "恒信建设" not in answer and "恒信物流" in answer
    await world.say(OTHER, "确认")
    assert await world.say("hx_zhigong", f"查 {NUMBER}") == REFUSED


async def test_leads_are_never_lent(world: Rehearsal) -> None:
    answer = await world.say(LEADS, "我下周休假，代理人陈静")
    assert "线索管理员" not in answer and "纪委办公室 成员单位联络员" in answer
    await world.say(LEADS, "确认")
    with world.session() as session:
        assert people.userids_with(session, ("disc_manager",), date(2026, 12, 1)) == [LEADS]
        assert "disc_manager" not in people.actor(session, OTHER, date(2026, 12, 1)).roles
    assert "没有可以请人代理的职责" in await world.say("hx_zhuize", "我下周休假，代理人陈静")
    assert "没有可以请人代理的职责" in await world.say("hx_zhigong", "我下周休假，代理人陈静")


async def test_the_director_s_stand_in_hears_nothing_of_a_lead(world: Rehearsal) -> None:
    await _delegate(world, DIRECTOR, "今天到12月4日由高远代理我")
    forget(world)
    await world.say(FINANCE, "报告问题线索：恒信物流陈某收受供应商礼金3万元，有转账截图")
    for _ in range(3):
        if "已登记线索" in await world.say(FINANCE, "确认"):
            break
    assert any("线索" in words for words in world.told(DIRECTOR))
    assert not any("线索" in words for words in world.told("hx_caiwufz"))


async def test_taking_it_back_ends_it_at_once(world: Rehearsal) -> None:
    await assigned(world)
    assert "没有设置代理人" in await world.say(LIAISON, "取消代理")
    await _delegate(world, LIAISON, "今天到12月4日由陈静代理我")
    assert "责任人周涛" in await world.say(OTHER, f"查 {NUMBER}")
    forget(world)
    answer = await world.say(LIAISON, "取消代理")
    assert "陈静（11月23日 周一至12月4日 周五） → 取消" in answer
    assert "即时失效" in await world.say(LIAISON, "确认")
    assert any("不再代办" in words for words in world.told(OTHER))
    assert await world.say(OTHER, f"查 {NUMBER}") == REFUSED


async def test_a_second_delegate_takes_the_first_one_s_place(world: Rehearsal) -> None:
    await _delegate(world, LIAISON, "今天到12月4日由陈静代理我")
    answer = await world.say(LIAISON, "12月1日到12月8日由李敏代理我")
    assert "陈静 → 李敏" in answer
    await world.say(LIAISON, "确认")
    assert [row.delegate for row in _rows(world) if row.ended_at is None] == [OFFICE]


async def test_what_is_missing_is_asked_and_what_cannot_be_is_refused(world: Rehearsal) -> None:
    assert "请谁代理" in await world.say(LIAISON, "设置代理人")
    assert "代理到哪一天" in await world.say(LIAISON, "陈静")
    assert "11月23日 周一至12月4日 周五" in await world.say(LIAISON, "到12月4日")
    assert "12月5日 周六" in await world.say(LIAISON, "改到12月5日")
    await world.say(LIAISON, "取消")
    assert "不能由您本人" in await world.say(LIAISON, "下周由周涛代理我")
    await world.say(LIAISON, "取消")
    assert _rows(world) == []


async def test_two_of_one_name_are_asked_about(world: Rehearsal) -> None:
    await appoint(world, "hx_limin2", "李敏", "NY", "unit_liaison", title="恒信能源综合部")
    answer = await world.say(LIAISON, "我下周休假，代理人李敏")
    assert "1 李敏（监督办专员）" in answer and "2 李敏（恒信能源综合部）" in answer
    assert "无 → 李敏（恒信能源综合部）" in await world.say(LIAISON, "2")
    await world.say(LIAISON, "确认")
    assert [row.delegate for row in _rows(world)] == ["hx_limin2"]


async def test_a_post_that_ends_is_no_longer_lent(world: Rehearsal) -> None:
    await assigned(world)
    await _delegate(world, LIAISON, "今天到12月4日由陈静代理我")
    await dismiss(world, LIAISON)
    assert await world.say(OTHER, f"查 {NUMBER}") == REFUSED


async def test_the_office_away_altogether_is_told_through_its_director(world: Rehearsal) -> None:
    await dismiss(world, OFFICE)
    forget(world)
    await _delegate(world, LIAISON, "明天请陈静代理我")
    assert any("周涛已请陈静代理" in words for words in world.told(DIRECTOR))
