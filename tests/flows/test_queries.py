"""Questions: by number, unit, person, source and time; who sees what; lists of eight; figures."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.config import Policy
from bot.errors import FOREIGN_UNIT, NOT_FOUND_OR_FORBIDDEN, UserError
from bot.flow import Turn
from bot.understanding.meaning import Lexicon, Meaning
from handlers import access, queries, query_scope
from storage import events, findings, leads, people, searches, units, urgents
from storage.matters import FINDING_STATES, Finding, Post
from storage.models import Refusal
from storage.searches import Wanted
from tests.flows.findings import needs
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

WITHOUT_UNIT = ("submitted", "need_more", "rejected", "registered", "withdrawn")  # the store wants one of the others
TODAY = date(2026, 11, 23)
NAMES = {"JS": "恒信建设", "JS2": "恒信建设二公司", "WL": "恒信物流", "HX-CG": "采购部"}
PATHS = {"JS": "/HX/JS/", "JS2": "/HX/JS/JS2/", "WL": "/HX/WL/", "HX-CG": "/HX/HX-CG/"}


def add(session: Session, serial: int, **given: Any) -> str:
    unit = given.get("unit", "JS")
    number = f"WT-2026-{serial:04d}"
    values: dict[str, Any] = {
        "state": "rectifying", "source": "HX-SJ", "source_name": "审计部", "quarter": "2026Q4",
        "title": f"事项{serial}",
        "desc": f"第{serial}项的经过", "raw_text": "原文", "unit": unit, "unit_name": NAMES.get(unit, ""),
        "unit_path": PATHS.get(unit, ""), "due": date(2026, 12, 10), "submitted_by": "hx_shenji", "category": "CW01",
        "submitted_at": datetime(2026, 11, 2, 2, 0, tzinfo=UTC), "resp_person": "hx_jianshel",
    }  # fmt: skip
    entry = events.Entry(datetime(2026, 11, 20, 2, 0, tzinfo=UTC), "hx_caiwu", "arranged")
    row = values | given
    findings.add(session, entry, number=number, **(row | needs(row)))
    return number


@once
async def given(world: Rehearsal, *rows: dict[str, Any]) -> None:
    def run(session: Session) -> None:
        for serial, row in enumerate(rows, 1):
            add(session, serial, **row)

    await world.turns.run(run)


async def test_full_card_for_those_who_may_read_it(world: Rehearsal) -> None:
    await given(world, {"amount_fen": 12_860_000, "severity": "important"})
    for person in ("hx_ban", "hx_zhuren", "hx_zuzhang", "hx_shenji", "hx_jianshe", "hx_jianshel", "hx_jiwei"):
        card = await world.say(person, "查 WT-2026-0001")
        lines = card.splitlines()
        assert lines[0] == "WT-2026-0001｜整改中" and len(lines) <= 5, person
        assert lines[1] == "恒信建设｜财务资金·资金管理｜重要"
        assert "第1项的经过（涉及12.86万元）" in card and "责任人周涛，时限12月10日 周四，还剩13个工作日" in card


async def test_peers_see_only_the_harmless_fields(world: Rehearsal) -> None:
    await given(world, {})
    card = await world.say("hx_caiwu", "查 WT-2026-0001")
    assert card == "WT-2026-0001｜整改中\n财务资金·资金管理｜恒信建设\n时限12月10日 周四"


async def test_forbidden_and_absent_are_the_same_words(world: Rehearsal) -> None:
    await given(world, {})
    for person in ("hx_wuliul", "hx_zhigong", "hx_admin"):
        assert await world.say(person, "查 WT-2026-0001") == NOT_FOUND_OR_FORBIDDEN
        assert await world.say(person, "查 WT-2026-0999") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say("hx_ban", "查 WT-2026-0999") == NOT_FOUND_OR_FORBIDDEN


async def test_restricted_is_narrow(world: Rehearsal) -> None:
    await given(world, {"visibility": "restricted"})
    for person in ("hx_jianshe", "hx_jianshel", "hx_ban", "hx_caiwu", "hx_zuzhang"):
        assert await world.say(person, "查 WT-2026-0001") == NOT_FOUND_OR_FORBIDDEN, person
        assert "WT-2026-0001" not in await world.say(person, "恒信建设的问题清单")
    for person in ("hx_zhuren", "hx_jiwei", "hx_shenji"):
        assert "第1项的经过" in await world.say(person, "查 WT-2026-0001"), person


async def test_several_numbers_at_once(world: Rehearsal) -> None:
    await given(world, {}, {"unit": "WL", "resp_person": "hx_wuliul"})
    answer = await world.say("hx_jianshel", "WT-2026-0001 WT-2026-0002 一起查下")
    assert "WT-2026-0001｜整改中｜恒信建设" in answer
    assert f"WT-2026-0002：{NOT_FOUND_OR_FORBIDDEN}" in answer
    with world.session() as session:
        assert [row.person for row in session.scalars(select(Refusal))] == ["hx_jianshel"]


async def test_fields_that_were_asked_for(world: Rehearsal) -> None:
    await given(world, {"requirement": "限期清回"})
    answer = await world.say("hx_ban", "看下0001的整改措施和责任人")
    assert "整改要求：限期清回" in answer and "责任人：周涛" in answer and "经过" not in answer


async def test_lead_shows_three_states_to_its_reporter(world: Rehearsal) -> None:
    def run(session: Session) -> None:
        leads.add(
            session, number="XS-2026-7K3M", state="transferred", reporter="hx_caiwu", desc="内容", raw_text="内容",
            reported_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
        )  # fmt: skip

    await world.turns.run(run)
    assert (await world.say("hx_caiwu", "XS-2026-7K3M办到哪了")).startswith("XS-2026-7K3M｜已移送")
    for person in ("hx_jiwei", "hx_zhuren"):
        assert (await world.say(person, "查 XS-2026-7K3M")).startswith("XS-2026-7K3M｜已移送")
    for person in ("hx_shenji", "hx_jianshe", "hx_zhigong", "hx_admin", "hx_zuzhang"):
        answer = await world.say(person, "XS-2026-7K3M办到哪了")
        assert answer == NOT_FOUND_OR_FORBIDDEN, person
        assert answer == await world.say(person, "XS-2026-9ZZZ办到哪了")


async def test_urgent_report_for_its_reporter_and_the_office(world: Rehearsal) -> None:
    def run(session: Session) -> None:
        at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
        urgents.add(
            session, number="JJ-2026-0001", reporter="hx_zhigong", at=at, raw_text="塔吊出事", unit_name="恒信建设"
        )

    await world.turns.run(run)
    for person in ("hx_zhigong", "hx_ban", "hx_zhuren"):
        assert "塔吊出事" in await world.say(person, "查 JJ-2026-0001"), person
    assert await world.say("hx_caiwu", "查 JJ-2026-0001") == NOT_FOUND_OR_FORBIDDEN


async def test_list_of_a_unit_with_and_without_what_lies_below(world: Rehearsal) -> None:
    await given(world, {}, {"unit": "JS2"}, {"unit": "WL"}, {"state": "closed"})
    own = await world.say("hx_ban", "恒信建设的问题清单")
    assert own.splitlines()[0] == "恒信建设的问题共2条："
    assert own.splitlines()[1] == "1 WT-2026-0001｜恒信建设｜事项1｜12月10日 周四"
    assert own.splitlines()[2] == "2 WT-2026-0004｜恒信建设｜事项4｜已销号"
    below = await world.say("hx_zhuren", "恒信建设及下属所有单位的台账")
    assert "共3条" in below and "WT-2026-0002" in below and "WT-2026-0003" not in below
    opened = await world.say("hx_ban", "恒信建设目前还有几个没销号的")
    assert opened.splitlines()[0] == "恒信建设的未销号问题共1条："


async def test_foreign_and_unknown_units_sound_the_same(world: Rehearsal) -> None:
    await given(world, {"unit": "WL"})
    assert await world.say("hx_jianshel", "恒信物流的问题清单") == FOREIGN_UNIT
    assert await world.say("hx_zhigong", "恒信建设的问题清单") == FOREIGN_UNIT
    assert await world.say("hx_zhigong", "逾期清单") == FOREIGN_UNIT
    assert "WT-2026-0001" in await world.say("hx_wuliul", "恒信物流的问题清单")


async def test_a_unit_that_nobody_knows_is_a_foreign_one(world: Rehearsal) -> None:
    with world.session() as session:
        actor = people.actor(session, "hx_jianshel", TODAY)
        turn = Turn(session, actor, world.clock(), world.calendar, Policy(), Lexicon())
        for intent in ("query_by_unit", "query_by_time", "query_overdue", "query_stats"):
            turn.meaning = Meaning(intent, {"unit_text": "恒信矿业"})
            with pytest.raises(UserError) as refused:
                queries.FLOW.start(turn)
            assert refused.value.wording == FOREIGN_UNIT


async def test_heads_see_below_and_liaisons_serve_units_without_staff(world: Rehearsal) -> None:
    await given(world, {"unit": "JS2"})
    assert "WT-2026-0001" in await world.say("hx_jianshe", "二公司的问题清单")
    assert "WT-2026-0001" in await world.say("hx_jianshel", "二公司的问题清单")


async def test_members_get_their_own_in_full_and_peers_cards(world: Rehearsal) -> None:
    await given(world, {"source": "HX-CW", "source_name": "财务部"}, {})
    answer = await world.say("hx_caiwu", "恒信建设的问题清单")
    assert "1 WT-2026-0001｜恒信建设｜事项1｜12月10日 周四" in answer
    assert "2 WT-2026-0002｜财务资金·资金管理｜恒信建设｜整改中｜12月10日 周四" in answer
    assert "事项2" not in answer


async def test_by_source_and_by_person(world: Rehearsal) -> None:
    await given(world, {}, {"source": "HX-CW", "source_name": "财务部", "resp_person": "hx_jianshe"})
    assert "审计部来源的问题共1条" in await world.say("hx_ban", "看看审计部报上来的")
    mine = await world.say("hx_jianshe", "周涛名下几个整改任务")
    assert mine.splitlines()[0] == "周涛名下的问题共1条：" and "WT-2026-0001" in mine


async def test_by_time_and_due(world: Rehearsal) -> None:
    early = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
    await given(
        world, {"due": date(2026, 11, 27)}, {"submitted_at": early, "severity": "major"}, {"due": date(2026, 12, 20)}
    )
    week = await world.say("hx_ban", "本周到期的有哪些")
    assert week.splitlines()[0] == "11月23日至11月29日到期的问题共1条：" and "11月27日 周五" in week
    month = await world.say("hx_ban", "上个月新登记的问题")
    assert "共1条" in month and "WT-2026-0002" in month
    major = await world.say("hx_zuzhang", "今年以来重大问题")
    assert "共1条" in major and "WT-2026-0002" in major


async def test_overdue_longest_first_and_by_unit(world: Rehearsal) -> None:
    await given(
        world, {"due": date(2026, 11, 20)}, {"due": date(2026, 11, 9)}, {"due": date(2026, 11, 20), "unit": "WL"},
        {"due": date(2026, 11, 1), "state": "pending_acceptance"}, {"due": TODAY},
    )  # fmt: skip
    lines = (await world.say("hx_ban", "逾期清单")).splitlines()
    assert lines[0] == "逾期问题共3条，按逾期时间从长到短："
    assert lines[1] == "1 WT-2026-0002｜恒信建设｜事项2｜逾期10个工作日"
    assert lines[2] == "2 WT-2026-0001｜恒信建设｜事项1｜逾期1个工作日"
    grouped = await world.say("hx_zhuren", "哪些单位拖着没改")
    assert "恒信建设｜2条｜最长逾期10个工作日" in grouped and "恒信物流｜1条｜最长逾期1个工作日" in grouped
    own = await world.say("hx_wuliul", "逾期清单")
    assert "共1条" in own and "WT-2026-0003" in own
    long = await world.say("hx_ban", "超期10天以上的")
    assert "共1条" in long and "WT-2026-0002" in long
    assert await world.say("hx_gonghui", "统计") != FOREIGN_UNIT


async def test_eight_lines_then_the_rest_then_one_of_them(world: Rehearsal) -> None:
    await given(world, *[{} for _ in range(11)])
    first = (await world.say("hx_ban", "恒信建设的问题清单")).splitlines()
    assert first[0] == "恒信建设的问题共11条：" and len(first) == 10
    assert first[8].startswith("8 WT-2026-0008") and first[9] == "回复“全部”查看其余3条。"
    rest = (await world.say("hx_ban", "全部")).splitlines()
    assert rest[1].startswith("9 WT-2026-0009") and rest[-1].startswith("11 WT-2026-0011")
    assert (await world.say("hx_ban", "第2个")).startswith("WT-2026-0002｜整改中")
    assert (await world.say("hx_ban", "9")).startswith("WT-2026-0009｜整改中")
    assert "没有第12条" in await world.say("hx_ban", "第12个")


async def test_all_without_a_list_and_after_losing_the_right(world: Rehearsal) -> None:
    assert "刚才没有列出清单" in await world.say("hx_ban", "全部")
    await given(world, *[{} for _ in range(11)])
    await world.say("hx_jianshel", "恒信建设的问题清单")

    def dismiss(session: Session) -> None:
        for post in session.scalars(select(Post).where(Post.userid == "hx_jianshel")):
            post.valid_to = date(2026, 11, 22)

    await world.turns.run(dismiss)
    assert await world.say("hx_jianshel", "全部") == FOREIGN_UNIT


async def test_figures_by_the_formulas(world: Rehearsal) -> None:
    """The sample of domain.md 7.4: ten, six closed, one pending, three in hand of which two overdue."""
    past = date(2026, 11, 2)
    closed = [{"state": "closed", "due": past if at < 5 else date(2026, 12, 1)} for at in range(6)]
    late = [{"due": past}, {"due": past}]
    more = [{"state": "withdrawn"}, {"nature": "tendency"}, {"state": "submitted"}]
    rows: list[dict[str, Any]] = [*closed, {"state": "pending_acceptance", "due": past}, *late, {}, *more]
    await given(world, *rows)
    answer = await world.say("hx_zhuren", "统计")
    assert "共登记10条：已销号6，待验收1，在办3。" in answer
    assert "逾期2条（已到期8条，逾期率25.0%）" in answer
    assert "销号率60.0%，整改完成率70.0%" in answer
    ranked = await world.say("hx_zhuren", "各权属企业销号率排个名")
    assert "1 恒信建设｜销号率60.0%（6/10）" in ranked


async def test_a_rate_without_a_denominator_is_a_dash(world: Rehearsal) -> None:
    assert "逾期率—" in await world.say("hx_zhuren", "统计")
    assert "销号率—，整改完成率—" in await world.say("hx_zhuren", "统计")


async def test_a_question_in_the_middle_of_a_report(world: Rehearsal) -> None:
    await given(world, {})
    await world.say("hx_caiwu", "监督工作信息：检查2次")
    answer = await world.say("hx_caiwu", "查 WT-2026-0001")
    assert answer.startswith("WT-2026-0001｜整改中") and "继续" in answer
    assert "已收到" in await world.say("hx_caiwu", "确认")


async def test_lists_agree_with_single_views_on_random_data(world: Rehearsal) -> None:
    """The condition for lists and `access.view_level` decide alike, for everybody and every finding."""
    chance = random.Random(20261123)

    def run(session: Session) -> None:
        every, everyone = units.all_units(session), [person.userid for person in people.all_people(session)]
        for serial in range(1, 401):
            unit = chance.choice([*every, None])
            source = chance.choice(every)
            add(
                session, serial, source=source.code, source_name=source.name,
                state=chance.choice(FINDING_STATES if unit else WITHOUT_UNIT),
                unit=unit.code if unit else None, unit_name=unit.name if unit else "",
                unit_path=unit.path if unit else "", resp_person=chance.choice([*everyone, None]),
                submitted_by=chance.choice(everyone), visibility=chance.choice(("normal", "normal", "restricted")),
                due=TODAY + timedelta(days=chance.randint(-30, 30)),
            )  # fmt: skip

    await world.turns.run(run)
    with world.session() as session:
        everything = session.scalars(select(Finding)).all()
        for person in people.all_people(session):
            actor = people.actor(session, person.userid, TODAY)
            for policy in (Policy(), Policy(peer_cards=False)):
                turn = Turn(session, actor, world.clock(), world.calendar, policy, Lexicon())
                scope = query_scope.scope_of(turn)
                listed = {
                    row.number: "full" if row.full else "peer"
                    for row in searches.lines(session, Wanted(states=FINDING_STATES), scope, 1000)
                }
                levels = {one.number: access.view_level(turn, one) for one in everything}
                assert listed == {number: level for number, level in levels.items() if level}, person.userid
