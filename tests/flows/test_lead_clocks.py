"""The clocks of a lead (domain.md 6.5, S54): who is reminded, of nothing but number, term and days; and their end."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from sqlalchemy import select

from storage import events, obligations
from storage.duties import Obligation
from storage.matters import Lead, Post
from storage.models import Due, Event, Outbox
from storage.units import get_unit
from tests.flows.findings import DIRECTOR, FINANCE, HEAD, LIAISON, OFFICE, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

MANAGER, LEADER, ADMIN = "hx_jiwei", "hx_zuzhang", "hx_admin"
EVERYBODY = (MANAGER, LEADER, DIRECTOR, OFFICE, FINANCE, HEAD, LIAISON, "hx_shenji", "hx_zhuize", "hx_wuliul", ADMIN)
HIDDEN = "未查询到该编号，或您无权查看。"
NAMED = "实名举报：恒信建设项目经理赵磊收受分包商礼金，有聊天截图"
CONTENT = ("赵磊", "礼金", "恒信建设", "分包", "聊天")


@once
async def reported(world: Rehearsal, said: str = NAMED, by: str = FINANCE) -> str:
    await world.say(by, said)
    found = re.search(r"XS-2026-[0-9A-HJKMNP-TV-Z]{4}", await world.say(by, "确认"))
    assert found is not None
    quiet(world)
    return found[0]


def quiet(world: Rehearsal) -> None:
    for person in EVERYBODY:
        world.told(person)


def clocks(world: Rehearsal, number: str, ladder: str = "lead") -> dict[str, date]:
    with world.session() as session:
        return {row.part: row.due for row in obligations.open_of(session, number) if row.ladder == ladder}


async def heard(world: Rehearsal, day: str, number: str) -> dict[str, list[str]]:
    """Who hears of the lead on the morning of that day, and what."""
    await world.turn_to(f"{day} 08:30")
    quiet(world)
    await world.turn_to(f"{day} 10:00")
    told = {person: [words for words in world.told(person) if number in words] for person in EVERYBODY}
    return {person: words for person, words in told.items() if words}


async def confirmed(world: Rehearsal, said: str, person: str = MANAGER) -> str:
    asked = await world.say(person, said)
    assert asked.endswith("回复“确认”提交，“取消”放弃"), asked
    return await world.say(person, "确认")


async def test_4_8_the_terms_run_from_the_day_of_receipt(world: Rehearsal) -> None:
    number = await reported(world)
    assert clocks(world, number) == {"ack": date(2026, 12, 14), "disposal": date(2026, 12, 23)}
    other = await reported(world, "报告问题线索：恒信能源仓库主管倒卖废铁")
    assert clocks(world, other) == {"disposal": date(2026, 12, 23)}


async def test_the_end_of_a_term_moves_on_from_a_rest_day(world: Rehearsal) -> None:
    await world.turn_to("2026-11-26 10:00")
    number = await reported(world, "报告问题线索：恒信能源仓库主管倒卖废铁")
    assert clocks(world, number) == {"disposal": date(2026, 12, 28)}  # the 26th is a Saturday


async def test_a_finding_turned_lead_has_its_clock_too(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, "WT-2026-0123转为线索")
    await world.say(OFFICE, "涉嫌侵占备用金")
    found = re.search(r"XS-2026-\w{4}", await world.say(OFFICE, "确认"))
    assert found and clocks(world, found[0]) == {"disposal": date(2026, 12, 23)}


async def test_6_5_reminded_are_the_lead_managers_alone_and_of_the_term_alone(world: Rehearsal) -> None:
    number = await reported(world)
    days = {
        "2026-12-09": f"{number}：受理告知时限12月14日 周一，还剩3个工作日。",
        "2026-12-14": f"{number}：受理告知时限12月14日 周一，今天到期。",
        "2026-12-15": f"{number}：受理告知时限12月14日 周一，已逾期1个工作日。",
        "2026-12-16": f"{number}：处置意见时限12月23日 周三，还剩5个工作日。",
        "2026-12-18": f"{number}：处置意见时限12月23日 周三，还剩3个工作日。",
        "2026-12-24": f"{number}：处置意见时限12月23日 周三，已逾期1个工作日。",
    }
    for day, words in days.items():
        assert await heard(world, day, number) == {MANAGER: [words]}, day


async def test_s54_thirty_days_late_goes_to_the_director_and_the_leader(world: Rehearsal) -> None:
    number = await reported(world, "报告问题线索：恒信能源仓库主管倒卖废铁")
    words = f"{number}（承办：纪委办公室）处置意见超期30天。"
    assert await heard(world, "2027-01-22", number) == {DIRECTOR: [words], LEADER: [words]}


async def test_nothing_of_its_words_stands_in_a_push_an_event_or_an_obligation(world: Rehearsal) -> None:
    number = await reported(world)
    await world.turn_to("2027-01-23 10:00")
    await confirmed(world, f"{number}受理，拟初步核实，承办人张伟")
    with world.session() as session:
        sent = [row.body for row in session.scalars(select(Outbox).where(Outbox.person != FINANCE))]
        ledger = [[row.before, row.after, row.reason] for row in session.scalars(select(Event))]
        owed = [[row.facts, row.owner, row.source] for row in session.scalars(select(Obligation))]
        planned = [row.facts for row in session.scalars(select(Due).where(Due.kind == "lead"))]
    kept = json.dumps([sent, ledger, owed, planned], ensure_ascii=False)
    assert not [word for word in CONTENT if word in kept]


async def test_nobody_of_the_unit_concerned_hears_of_it(world: Rehearsal) -> None:
    """A second lead manager who sits in 恒信建设, below it, or is written about."""

    def appoint(session: object) -> None:
        for person, unit in ((HEAD, "JS"), ("hx_zhigong", "JS2"), (OFFICE, "HX-JW")):
            session.add(Post(userid=person, unit=unit, role="disc_manager", title=""))  # type: ignore[attr-defined]

    await world.turns.run(appoint)
    number = await reported(world, "实名举报：恒信建设项目经理赵磊和李敏收受分包商礼金")
    assert set(await heard(world, "2026-12-09", number)) == {MANAGER}
    assert await world.say(HEAD, f"{number}受理") == HIDDEN
    assert await world.say(OFFICE, f"{number}受理") == HIDDEN


async def test_a_stand_in_is_told_nothing(world: Rehearsal) -> None:
    await confirmed(world, "今天到12月31日由刘洋代理我")
    number = await reported(world, "报告问题线索：恒信能源仓库主管倒卖废铁", by="hx_shenji")
    assert set(await heard(world, "2026-12-18", number)) == {MANAGER}
    assert await world.say(FINANCE, f"{number}受理") == HIDDEN


async def test_s11_a_decision_stops_the_clocks_that_it_answers(world: Rehearsal) -> None:
    number = await reported(world)
    asked = await world.say(MANAGER, f"{number}受理，拟初步核实，承办人张伟")
    assert f"请确认 {number} 处置意见：受理；初步核实；承办人 张伟" in asked
    assert "停止时钟：受理告知（12月14日 周一）、处置意见（12月23日 周三）" in asked
    answer = await world.say(MANAGER, "确认")
    assert answer.startswith("已登记处置意见：受理；初步核实；承办人 张伟；")
    assert "“1个月内提出处置意见”时钟已停止" in answer and "按批准方案" in answer
    assert clocks(world, number) == {}
    assert clocks(world, number, "lead_step") == {"triage": date(2026, 11, 30)}
    assert MANAGER not in await heard(world, "2026-12-18", number)
    with world.session() as session:
        assert session.scalars(select(Lead.state)).one() == "accepted"
        history = events.history(session, number)[-3:]
        told = [(event.action, event.before or {}, event.after or {}) for event in history]
    assert [(action, before["state"], after["state"]) for action, before, after in told] == [
        ("lead_register", "reported", "registered"),
        ("lead_accept", "registered", "accepted"),
        ("lead_dispose", "accepted", "accepted"),
    ]
    after = told[-1][2]
    assert (after["disposal"], after["handler"], after["review_on"]) == ("prelim_verify", MANAGER, None)


async def test_one_clock_alone(world: Rehearsal) -> None:
    number = await reported(world)
    assert "“15个工作日内告知受理情况”时钟已停止" in await confirmed(world, f"{number}受理")
    assert clocks(world, number) == {"disposal": date(2026, 12, 23)}
    await confirmed(world, f"{number}予以了结，反映失实")
    assert clocks(world, number) == {}


async def test_6_5_what_is_shelved_is_looked_at_again_after_six_months(world: Rehearsal) -> None:
    number = await reported(world)
    answer = await confirmed(world, f"{number}暂存待查")
    assert "5月24日 周一提醒复看" in answer  # 23 May 2027 is a Sunday
    assert clocks(world, number) == {"ack": date(2026, 12, 14), "review": date(2027, 5, 24)}
    with world.session() as session:
        assert session.scalars(select(Lead.state)).one() == "shelved"
    assert "暂存待查复看时限5月24日 周一，今天到期" in (await heard(world, "2027-05-24", number))[MANAGER][0]
    await confirmed(world, f"{number}拟谈话函询")
    assert "review" not in clocks(world, number)


async def test_another_day_of_review_may_be_said(world: Rehearsal) -> None:
    number = await reported(world)
    await confirmed(world, f"{number}暂存待查，2027年3月1日再看")
    assert clocks(world, number)["review"] == date(2027, 3, 1)


async def test_what_is_missing_is_asked_and_what_comes_later_is_said(world: Rehearsal) -> None:
    number = await reported(world)
    assert "还没有移送" in await world.say(MANAGER, f"这条不属于我们受理范围，退回办公室 {number}")
    assert "没有登记" in await world.say(MANAGER, f"{number}受理，拟初步核实，承办人刘洋")
    assert set(clocks(world, number)) == {"ack", "disposal"}


@pytest.mark.parametrize("person", [FINANCE, HEAD, LIAISON, LEADER, ADMIN, "hx_zhuize", "nobody"])
async def test_2_5_absent_and_forbidden_are_told_alike(world: Rehearsal, person: str) -> None:
    number = await reported(world, "报告问题线索：恒信能源仓库主管倒卖废铁", by="hx_shenji")
    absent = "XS-2026-0000" if number != "XS-2026-0000" else "XS-2026-0001"
    answers = {await world.say(person, f"{one}受理，拟初步核实，承办人张伟") for one in (number, absent)}
    assert answers == {HIDDEN}
    assert set(clocks(world, number)) == {"disposal"}


async def test_the_owner_is_the_discipline_body(world: Rehearsal) -> None:
    number = await reported(world)
    with world.session() as session:
        owners = {get_unit(session, row.owner).name for row in obligations.open_of(session, number)}
    assert owners == {"纪委办公室", "监督工作领导小组办公室"}  # the latter registers it


async def test_two_decide_and_only_the_first_counts(world: Rehearsal) -> None:
    number = await reported(world)
    await world.say(MANAGER, f"{number}受理，拟初步核实，承办人张伟")
    await confirmed(world, f"{number}受理", DIRECTOR)
    assert "刚刚有人办理过" in await world.say(MANAGER, "确认")
    assert clocks(world, number) == {"disposal": date(2026, 12, 23)}
