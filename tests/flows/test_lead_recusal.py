"""Recusal over the wire (S26, S41): who is named hears nothing, finds nothing, gets nothing; somebody always does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import events, leads
from storage.matters import Lead, Person, Post
from storage.models import Conversation, Refusal
from tests.flows.findings import NUMBER as FINDING
from tests.flows.findings import seed
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    ACCT,
    AUDIT,
    CONFIRM,
    DIRECTOR,
    EVERYBODY,
    FINANCE_HEAD,
    HIDDEN,
    LEADER,
    MANAGER,
    OFFICE,
    clocks,
    done,
    lead,
    quiet,
    reported,
    slips,
    told,
)
from tests.flows.snapshots import once

HANDLER, SECOND = "hx_tan", "hx_wen"
ABOVE = "反映上级党组织管理干部的，请勿在此填写内容，可径向上级纪检监察机关（12388）反映。"
LEADER_ONLY = "本条将由组长指定的回避通道受理，纪委办、监督办不可见。"


async def more_people(world: Rehearsal) -> None:
    """A second lead manager, and a handler of the discipline body."""

    def work(session: Session) -> None:
        for userid, name, role, title in (
            (SECOND, "温言", "disc_manager", "线索管理专员"), (HANDLER, "谭笑", "disc_handler", "纪检专员")
        ):  # fmt: skip
            session.add(Person(userid=userid, name=name))
            session.flush()
            session.add(Post(userid=userid, unit="HX-JW", role=role, title=title))

    await world.turns.run(work)


# Whom it names -> how he may be named; the reporter is asked where the words are doubtful.
WAYS = {
    DIRECTOR: ("何敏", "何 敏", "何主任", "老何", "监督办主任", "监督办的人", "贺民", "何总"),
    MANAGER: ("张伟", "张主任", "老张", "小张", "纪检监察室主任", "纪委办李主任", "纪委的人", "章维", "张科长"),
    SECOND: ("温言", "温专员", "小温", "线索管理专员", "文颜"),
    HANDLER: ("谭笑", "老谭", "纪检承办人", "谈晓"),
    OFFICE: ("李敏", "李专员", "小李", "监督办专员", "黎民"),
    ACCT: ("许诺", "许专员", "老许", "追责专员", "追责部门的人", "徐诺"),
}
LAST = (MANAGER, DIRECTOR, SECOND)  # who would have an ordinary one


@once
async def filed(world: Rehearsal, named: str) -> str:
    """Reported, every question about whom he means answered with yes; "" when it is not entered here."""
    answer = await world.say(AUDIT, f"报告问题线索：恒信能源采购的事，{named}收了供应商购物卡")
    for _ in range(6):
        if "是不是指" in answer:
            answer = await world.say(AUDIT, "1")
        elif "哪个单位" in answer:
            answer = await world.say(AUDIT, "不清楚")
    if ABOVE in answer:
        return ""
    assert answer.endswith(CONFIRM), answer
    found = await world.say(AUDIT, "确认")
    return found.split("已登记线索 ")[1][:12]


@once
async def fresh(world: Rehearsal) -> None:
    def work(session: Session) -> None:
        session.execute(delete(Refusal))
        session.execute(delete(Conversation))

    await world.turns.run(work)


@pytest.mark.parametrize("named", list(WAYS))
async def test_nobody_who_is_named_gets_content_number_or_hint(world: Rehearsal, named: str) -> None:
    await more_people(world)
    for way in WAYS[named]:
        await fresh(world)
        quiet(world)
        for person in (SECOND, HANDLER):
            world.told(person)
        number = await filed(world, way)
        row = lead(world, number)
        heard = {**told(world, number), **{p: w for p in (SECOND, HANDLER) if (w := world.told(p))}}
        hears = {person for person, words in heard.items() if any("待受理" in one for one in words)}
        assert named not in hears and named not in heard, way
        assert hears, way  # never nobody
        assert named in (row.recused or []), way
        for question in ("查 {}", "看{}的内容", "{}受理", "签收{}", "{}移送纪检"):
            await fresh(world)
            here = await world.say(named, question.format(number))
            await fresh(world)
            assert here == await world.say(named, question.format("XS-2026-9ZZZ")), (way, question)
        await fresh(world)
        assert number not in await world.say(named, "线索清单"), way
        if named in (DIRECTOR, MANAGER):  # S26, S41: past office and discipline body, to the leader alone
            assert (row.route, hears) == ("leader", {LEADER}), way
        else:
            assert row.route == "" and hears == set(LAST) - {named}, way


async def test_s41_the_reporter_is_told_who_does_not_see_it(world: Rehearsal) -> None:
    asked = await world.say(AUDIT, "报告问题线索：纪委办李主任打牌带彩")
    assert f"反映对象在线索受理链上，{LEADER_ONLY}" in asked and asked.endswith(CONFIRM)


@pytest.mark.parametrize("said", ["集团董事长收受礼金", "陆正收受礼金", "这事涉及集团领导，收了礼金"])
async def test_s41_officials_of_the_superior_body_are_not_entered(world: Rehearsal, said: str) -> None:
    answer = await world.say(AUDIT, f"报告问题线索：{said}")
    assert answer.startswith(ABOVE) and "没有保存" in answer
    with world.session() as session:
        assert session.scalars(select(Lead)).all() == []
        stored = session.scalars(select(Conversation).where(Conversation.person == AUDIT)).all()
        assert "礼金" not in str([talk.frames for talk in stored])


async def test_the_leader_brings_it_through_its_life(world: Rehearsal) -> None:
    """Accepted, triaged and disposed of by him who has it in the place of those it names."""
    number = await filed(world, "何敏")
    quiet(world)
    assert number in await world.say(LEADER, "线索清单")
    assert "购物卡" in await world.say(LEADER, f"看{number}的内容")
    await done(world, LEADER, f"{number}受理")
    await done(world, LEADER, f"{number}移送追责部门和纪检，违纪，损失较大，情节一般，影响一般")
    assert slips(world, number) == {"acct": "sent", "disc": "sent"}
    heard = told(world, number)
    assert set(heard) == {ACCT}  # what goes to the discipline body is his
    await done(world, LEADER, f"签收{number}")
    assert "购物卡" in await world.say(ACCT, f"看{number}的内容")
    await done(world, ACCT, f"签收{number}")
    await done(world, ACCT, f"{number}已办结，违规追责")
    await done(world, LEADER, f"{number}拟初步核实")
    await done(world, LEADER, f"{number}办结，组织处理")
    assert "已结案" in await done(world, LEADER, f"{number}结案")
    await world.turn_to("2027-02-10 10:00")
    assert not {DIRECTOR, MANAGER, OFFICE} & set(told(world, number))


async def test_its_clocks_reach_the_leader_alone(world: Rehearsal) -> None:
    number = await filed(world, "张伟")
    quiet(world)
    await world.turn_to("2027-01-25 10:00")
    assert set(told(world, number)) == {LEADER}
    assert set(clocks(world, number)) == {"disposal", "register"}


async def test_who_of_a_body_is_named_does_not_get_what_goes_there(world: Rehearsal) -> None:
    """The only one of the accountability body is named: the director has it in his place."""
    number = await filed(world, "许诺")
    await done(world, MANAGER, f"{number}受理")
    quiet(world)
    answer = await done(world, DIRECTOR, f"{number}移送追责部门，违规投资，损失较大，情节一般，影响一般")
    assert "许诺" not in answer
    assert ACCT not in told(world, number)
    await fresh(world)
    assert await world.say(ACCT, f"签收{number}") == HIDDEN
    assert "已签收" in await done(world, DIRECTOR, f"签收{number}")


async def test_a_head_of_a_department_who_is_named_does_not_get_it(world: Rehearsal) -> None:
    number = await reported(world, "报告问题线索：恒信能源采购的事，财务部部长高远收了购物卡")
    await done(world, MANAGER, f"{number}受理")
    quiet(world)
    await done(world, DIRECTOR, f"{number}转财务部处理，管理问题，损失一般，情节轻微，影响无")
    assert FINANCE_HEAD not in told(world, number)
    await fresh(world)
    assert await world.say(FINANCE_HEAD, f"查 {number}") == HIDDEN


async def test_who_is_appointed_later_and_is_named_does_not_get_it_either(world: Rehearsal) -> None:
    number = await filed(world, "温言")
    await more_people(world)
    assert await world.say(SECOND, f"查 {number}") == HIDDEN
    other = await filed(world, "何敏")
    assert await world.say(SECOND, f"查 {other}") == HIDDEN  # it goes past the whole discipline body


async def test_a_finding_turned_lead_keeps_the_same_rule(world: Rehearsal) -> None:
    await seed(world, raw_text="备用金被何敏挪用", desc="备用金被何敏挪用")
    await world.say(OFFICE, f"{FINDING}转为线索，原因：涉嫌侵占")
    await world.say(OFFICE, "确认")
    with world.session() as session:
        (row,) = session.scalars(select(Lead))
    assert row.route == "leader"
    heard = {person for person in EVERYBODY for words in world.told(person) if row.number in words}
    assert heard == {LEADER}


async def test_the_decision_is_in_the_ledger_without_contents(world: Rehearsal) -> None:
    number = await filed(world, "何敏")
    with world.session() as session:
        (decided,) = [event for event in events.history(session, number) if event.action == "lead_recusal"]
    assert decided.after["rule"] == "recusal-1" and len(decided.after["inputs"]) == 32  # type: ignore[index]
    written = json.dumps(decided.after, ensure_ascii=False)
    assert not [word for word in ("何敏", DIRECTOR, LEADER, "购物卡") if word in written]


async def test_one_from_before_there_was_recusal_is_still_looked_through(world: Rehearsal) -> None:
    def work(session: Session) -> None:
        at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
        said: dict[str, Any] = {"desc": "何敏收礼", "raw_text": "何敏收礼"}
        leads.add(session, number="XS-2026-0001", state="reported", reporter=AUDIT, reported_at=at, **said)

    await world.turns.run(work)
    assert await world.say(DIRECTOR, "查 XS-2026-0001") == HIDDEN
    assert "已报告" in await world.say(MANAGER, "查 XS-2026-0001")


async def test_who_reports_his_own_superior_sees_the_three_states_of_it_and_no_more(world: Rehearsal) -> None:
    number = await reported(world, "报告问题线索：恒信能源采购的事，何敏收了购物卡", by=MANAGER)
    assert lead(world, number).route == "leader"
    assert (await world.say(MANAGER, f"查 {number}")).startswith(f"{number}｜已收到")
    for words in ("{}受理", "签收{}", "{}移送纪检"):
        assert await world.say(MANAGER, words.format(number)) == HIDDEN, words
    assert number not in await world.say(LEADER, "查 XS-2026-9ZZZ") and number in await world.say(LEADER, "线索清单")
