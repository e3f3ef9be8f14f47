"""Who sees and may do what, as people meet it in the talk: the leading group, peers, the audited, sub-offices (2.3)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.config import Policy
from bot.errors import FOREIGN_UNIT, LEADS_CLOSED, NOT_FOUND_OR_FORBIDDEN
from bot.flow import Turn
from bot.understanding.meaning import Lexicon
from handlers import access
from handlers.rules.permissions import Action
from storage import leads, moves, people
from storage.matters import Unit
from storage.people import Actor, PostFact
from storage.proceedings import CoUnit
from tests.flows.findings import AUDIT, FINANCE, HEAD, LIAISON, NUMBER, OFFICE, OTHER, finding, reported_by, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once
from tests.regressions.people import appoint, dismiss

LEADER, DISCIPLINE, DIRECTOR = "hx_zuzhang", "hx_jiwei", "hx_zhuren"
SECRET = "违规定点采购"


@once
async def _handed(world: Rehearsal, number: str = NUMBER, **values: Any) -> None:
    """A finding in hand: it has its responsible person and its day."""
    await seed(world, number, **{"state": "assigned", "resp_person": LIAISON, "due": date(2026, 12, 10)} | values)


async def _leads(world: Rehearsal, *states: str) -> None:
    def work(session: Session) -> None:
        for at, state in enumerate(states):
            leads.add(
                session, number=f"XS-2026-7K3{at}", state=state, reporter=FINANCE, desc="内容", raw_text="内容",
                reported_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
            )  # fmt: skip

    await world.turns.run(work)


async def _switch(world: Rehearsal, code: str, *, on: bool) -> None:
    await world.turns.run(lambda session: session.execute(update(Unit).where(Unit.code == code).values(sub_office=on)))


async def _assists(world: Rehearsal, code: str, number: str = NUMBER) -> None:
    def work(session: Session) -> None:
        row = moves.find(session, number)
        assert row is not None
        at = datetime(2026, 11, 23, tzinfo=UTC)
        session.add(CoUnit(finding_id=row.id, unit=code, unit_name=code, unit_path=f"/HX/{code}/", by=OFFICE, at=at))

    await world.turns.run(work)


def _may(world: Rehearsal, actor: Actor | str, *actions: Action, number: str = NUMBER) -> list[bool]:
    with world.session() as session:
        who = people.actor(session, actor, date(2026, 11, 23)) if isinstance(actor, str) else actor
        turn = Turn(session, who, world.clock(), world.calendar, Policy(), Lexicon())
        row = moves.find(session, number)
        assert row is not None
        return [bool(access.allowed(turn, action, row)) for action in actions]


async def test_s2_the_leader_reads_all_major_findings_and_no_lead(world: Rehearsal) -> None:
    """S2: 今年以来重大问题 → the list; 把线索都列出来 → only a total, and none below five."""
    await seed(world, severity="major", title="资金监管户缺口")
    await seed(world, "WT-2026-0124", severity="general")
    await _leads(world, "reported", "accepted", "closed")
    answer = await world.say(LEADER, "今年以来重大问题")
    assert "共1条" in answer and f"{NUMBER}｜恒信建设｜资金监管户缺口" in answer
    few = await world.say(LEADER, "把线索都列出来")
    assert few == "线索个案请由纪检监察机构专报。当前在办线索合计：少于5件，不显示具体数。"
    await world.say(LEADER, "恒信建设有没有线索")
    assert await world.say(LEADER, "恒信建设有没有线索") == LEADS_CLOSED
    assert await world.say(HEAD, "把线索都列出来") == LEADS_CLOSED


async def test_s2_five_leads_are_told_as_a_total(world: Rehearsal) -> None:
    await _leads(world, *["accepted"] * 6, "closed", "not_accepted")
    assert await world.say(LEADER, "当前线索有多少") == "线索个案请由纪检监察机构专报。当前在办线索合计：6件。"
    assert await world.say(LEADER, "查 XS-2026-7K30") == NOT_FOUND_OR_FORBIDDEN


async def test_s4_own_findings_in_full_and_the_others_as_cards(world: Rehearsal) -> None:
    """S4: 采购类问题都有哪些 → the department's own with its title, the others' by their five fields."""
    await _handed(world, category="CG01", title="应招未招")
    await _handed(
        world, "WT-2026-0124", source="HX-SJ", submitted_by=AUDIT, category="CG02", title=SECRET, desc=SECRET,
        unit="WL", due=date(2026, 12, 11),
    )  # fmt: skip
    lines = (await world.say(FINANCE, "采购类问题都有哪些")).splitlines()
    assert lines[1] == f"1 {NUMBER}｜恒信建设｜应招未招｜12月10日 周四"
    assert lines[2] == "2 WT-2026-0124｜采购招标·围标串标｜恒信物流｜已交办｜12月11日 周五"


async def test_s8_what_concerns_the_head_is_kept_from_the_whole_unit(world: Rehearsal) -> None:
    """S8: the words before it is registered, and who sees it afterwards."""
    await appoint(world, "wl_head", "郭强", "WL", "unit_head")
    said = await world.say(AUDIT, "报送问题：恒信物流总经理违规发放补贴3.2万元，11月20日检查发现，限期清退")
    assert "本条将按受限可见登记（仅来源监督主体、办公室主任、纪检监察机构可见）。确认？" in said
    number = "WT-2026-0001"
    assert number in await world.say(AUDIT, "确认")
    assert finding(world, number).visibility == "restricted"
    for person in ("wl_head", OTHER, OFFICE, LEADER, FINANCE, HEAD):
        assert await world.say(person, f"查 {number}") == NOT_FOUND_OR_FORBIDDEN, person
        assert number not in await world.say(person, "恒信物流的问题清单"), person
    for person in (AUDIT, DIRECTOR, DISCIPLINE):
        assert "违规发放补贴" in await world.say(person, f"查 {number}"), person


async def test_s8_the_head_of_a_department_does_not_see_what_his_own_people_found_about_him(world: Rehearsal) -> None:
    await seed(world, unit="HX-CW", visibility="restricted", desc=SECRET)
    assert SECRET in await world.say(FINANCE, f"查 {NUMBER}")
    assert await world.say("hx_caiwufz", f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN
    assert NUMBER not in await world.say("hx_caiwufz", "财务部来源的问题")


@pytest.mark.parametrize("person", [LIAISON, HEAD])
@pytest.mark.parametrize("words", ["把金额改成10万", "WT-2026-0123金额改成10万", "0123类别改为采购招标"])
async def test_s13_the_audited_may_only_object(world: Rehearsal, person: str, words: str) -> None:
    await _handed(world, source="HX-SJ", submitted_by=AUDIT, amount_fen=500)
    answer = await world.say(person, words)
    assert answer.startswith("登记内容不能由责任单位修改。可提交异议（说明+佐证），由来源监督主体答复："), answer
    assert finding(world).amount_fen == 500 and finding(world).category == "CW01"


async def test_s13_nobody_of_the_audited_unit_alters_it_in_another_office_either(world: Rehearsal) -> None:
    await _handed(world, source="HX-SJ", submitted_by=AUDIT)
    await appoint(world, HEAD, "王建国", "HX-JB", "office_staff")
    assert _may(world, HEAD, Action.CLASSIFY, Action.WITHDRAW, Action.OBJECT) == [False, False, True]
    assert _may(world, OFFICE, Action.CLASSIFY, Action.WITHDRAW, Action.OBJECT) == [True, True, False]


async def test_s49_the_responsible_side_reads_only_that_it_went_elsewhere(world: Rehearsal) -> None:
    """S49: 责任单位侧显示“已转办理”，内容隐藏; who never had the task hears of nothing."""
    had = datetime(2026, 11, 21, tzinfo=UTC)
    await seed(world, state="converted_to_lead", desc=SECRET, resp_person=LIAISON, assigned_at=had)
    await seed(world, "WT-2026-0124", state="converted_to_lead", desc=SECRET)
    for person in (LIAISON, HEAD):
        answer = await world.say(person, f"查 {NUMBER}")
        assert "已转办理" in answer and SECRET not in answer and "线索" not in answer, answer
        assert SECRET not in await world.say(person, f"{NUMBER} 申请验收")
        assert await world.say(person, "查 WT-2026-0124") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(OTHER, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN


async def test_s61_a_sub_office_sees_its_own_level_and_no_further(world: Rehearsal) -> None:
    """S61: 子级专人查集团其他单位 → 您只能查询本单位（及下属）的问题。"""
    await appoint(world, "js_ban", "方远", "JS", "sub_office")
    await seed(world, unit="JS2", desc=SECRET)
    await seed(world, "WT-2026-0124", unit="WL", desc=SECRET)
    await seed(world, "WT-2026-0125", source="JS", unit="WL", desc="子级登记的事项", submitted_by="js_ban")
    assert await world.say("js_ban", f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN  # not switched on yet
    await _switch(world, "JS", on=True)
    assert await world.say("js_ban", "恒信物流的问题清单") == FOREIGN_UNIT
    assert await world.say("js_ban", "查 WT-2026-0124") == NOT_FOUND_OR_FORBIDDEN
    assert SECRET in await world.say("js_ban", f"查 {NUMBER}")
    assert "子级登记的事项" in await world.say("js_ban", "查 WT-2026-0125")
    listed = await world.say("js_ban", "恒信建设及下属所有单位的台账")
    assert "共1条" in listed and NUMBER in listed
    steering = (Action.CLASSIFY, Action.REOPEN, Action.WITHDRAW, Action.SUPERVISE, Action.URGE)
    assert _may(world, "js_ban", *steering, number="WT-2026-0125") == [True] * 5
    assert _may(world, "js_ban", *steering, Action.ASSIGN) == [False] * 6  # found by the group's finance department
    assert "子级登记的事项" in await world.say(OFFICE, "查 WT-2026-0125")  # the group sees through
    await _switch(world, "JS", on=False)
    assert await world.say("js_ban", f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN


async def test_s61_a_sub_office_registers_and_steers_its_own_level(world: Rehearsal) -> None:
    """S61: 启用后 → 子级可登记/督办本级问题; to no other unit, and not a day after it was switched off."""
    words = "报送问题：{}备用金7个月没清，4.2万，11月20日检查发现，限期清退"
    await appoint(world, "js_ban", "方远", "JS", "sub_office")
    assert "子级办公室没有启用" in await world.say("js_ban", words.format("二公司"))
    await _switch(world, "JS", on=True)
    assert "来源：恒信建设" in await world.say("js_ban", words.format("二公司"))
    assert "已登记 WT-2026-0001（恒信建设二公司）" in await world.say("js_ban", "确认")
    elsewhere = await world.say("js_ban", "交办 WT-2026-0001 恒信物流 责任人陈静 12月18日前")
    assert "只能交办给本单位及下属单位" in elsewhere, elsewhere
    await world.say("js_ban", "取消")
    await world.say("js_ban", "交办 WT-2026-0001 二公司 责任人周涛 12月18日前")
    assert "已登记 → 已交办" in await world.say("js_ban", "确认")
    assert "只能报送本单位及下属单位" in await world.say("js_ban", words.format("恒信物流"))
    await world.say("js_ban", "取消")
    await _switch(world, "JS", on=False)
    assert await world.say("js_ban", "查 WT-2026-0001") == NOT_FOUND_OR_FORBIDDEN


async def test_a_unit_that_assists_reads_and_reports_but_neither_extends_nor_applies(world: Rehearsal) -> None:
    await _handed(world, state="rectifying", desc=SECRET)
    assert await world.say(OTHER, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN
    await _assists(world, "WL")
    assert SECRET in await world.say(OTHER, f"查 {NUMBER}")
    wanted = (
        Action.PROGRESS,
        Action.EVIDENCE_VIEW,
        Action.EXTEND,
        Action.APPLY_ACCEPTANCE,
        Action.TRAIL,
        Action.OBJECT,
    )
    assert _may(world, OTHER, *wanted) == [True, True, False, False, False, False]


async def test_a_department_that_assists_does_so_by_its_member_staff(world: Rehearsal) -> None:
    await _handed(world, source="HX-SJ", submitted_by=AUDIT, state="rectifying", desc=SECRET)
    assert SECRET not in await world.say(FINANCE, f"查 {NUMBER}")
    await _assists(world, "HX-CW")
    assert SECRET in await world.say(FINANCE, f"查 {NUMBER}")
    assert _may(world, FINANCE, Action.PROGRESS, Action.EXTEND) == [True, False]


async def test_a_lent_post_is_judged_for_both_people(world: Rehearsal) -> None:
    """2.1 代理, T8: who stands in for the one who reported may not accept it either; nor sees what he may not."""
    await _handed(world, source="HX-SJ", submitted_by=AUDIT, state="pending_acceptance", unit="WL")
    lent = PostFact("audit_staff", "HX-SJ", "审计部", "/HX/HX-SJ/", "", lent_by=AUDIT)
    deputy = Actor("hx_zhigong", "吴刚", (lent,))
    assert _may(world, deputy, Action.ACCEPT) == [True]
    await reported_by(world, AUDIT)
    assert _may(world, deputy, Action.ACCEPT) == [False]
    head = PostFact("member_head", "HX-CW", "财务部", "/HX/HX-CW/", "", lent_by="hx_caiwufz")
    await seed(world, "WT-2026-0124", unit="HX-CW", visibility="restricted")
    own = PostFact("member_liaison", "HX-CW", "财务部", "/HX/HX-CW/", "")
    assert _may(world, Actor(FINANCE, "刘洋", (own,)), Action.VIEW_FULL, number="WT-2026-0124") == [True]
    assert _may(world, Actor(FINANCE, "刘洋", (own, head)), Action.VIEW_FULL, number="WT-2026-0124") == [False]


async def test_item_16_a_liaison_who_left_has_no_right_the_same_moment(world: Rehearsal) -> None:
    """8.2-16: 联络员调岗后旧权限即时失效."""
    await _handed(world, state="rectifying", desc=SECRET)
    assert SECRET in await world.say(LIAISON, f"查 {NUMBER}")
    await dismiss(world, LIAISON)
    assert await world.say(LIAISON, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(LIAISON, f"{NUMBER} 整改进展：已清理，60%") == NOT_FOUND_OR_FORBIDDEN
