"""看操作日志 (2.4): who sees the ledger of what, never the reporter of a lead, and every look with its own entry."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from storage import events
from storage.matters import Person, Post
from tests.flows.findings import NUMBER as FINDING
from tests.flows.findings import seed
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    ACCT,
    AUDIT,
    DIRECTOR,
    FINANCE_HEAD,
    HIDDEN,
    LEADER,
    MANAGER,
    OFFICE,
    WORKER,
    done,
    handed,
    reported,
)  # fmt: skip

AUDITOR = "hx_rizhi"
CLOSED = "线索情况不对外提供查询。"
FOOT = "只记谁、何时、做了什么，不含内容；本次查看已留痕。"
NAMED = "实名反映：恒信能源仓库主管周强倒卖废铁，有过磅单"


async def appoint_auditor(world: Rehearsal) -> None:
    def work(session: Session) -> None:
        session.add(Person(userid=AUDITOR, name="严明"))
        session.flush()
        session.add(Post(userid=AUDITOR, unit="HX", role="log_auditor", title="日志审查员"))

    await world.turns.run(work)
    world.world.roles = {**world.world.roles, AUDITOR: frozenset({"log_auditor"})}


def looks(world: Rehearsal, matter: str) -> list[str]:
    with world.session() as session:
        return [one.actor for one in events.history(session, matter) if one.action == "ledger_viewed"]


async def test_the_auditor_reads_who_did_what_when_and_not_who_reported(world: Rehearsal) -> None:
    await appoint_auditor(world)
    number = await handed(world, said=NAMED, by=WORKER)
    await world.say(MANAGER, f"看{number}反映人身份，理由：告知受理情况")
    seen = await world.say(AUDITOR, f"{number} 操作日志")
    assert seen.splitlines() == [
        f"{number}｜操作日志9条",
        "11月23日 10:00 系统 回避判定",
        "11月23日 10:00 张伟 登记",
        "11月23日 10:00 张伟 受理",
        "11月23日 10:00 系统 回避判定",
        "11月23日 10:00 何敏 分办",
        "11月23日 10:00 系统 分办规则判定",
        "11月23日 10:00 何敏 移送",
        "11月23日 10:00 张伟 查看反映人身份",
        "以上是最近8条，回复“全部”看其余。",
        FOOT,
    ]
    whole = await world.say(AUDITOR, "全部")
    assert "11月23日 10:00 反映人 报告线索" in whole
    assert not [word for word in ("吴刚", WORKER, "周强", "废铁", "违纪") if word in seen + whole]
    assert looks(world, number) == [AUDITOR, AUDITOR]
    assert "严明 查看操作日志" in await world.say(MANAGER, f"{number}的操作记录")


async def test_the_reporter_stays_hidden_when_he_looks_himself_or_holds_an_office(world: Rehearsal) -> None:
    await appoint_auditor(world)
    number = await reported(world, by=AUDIT)
    assert "倒卖废铁" in await world.say(AUDIT, f"看{number}的内容")
    seen = await world.say(AUDITOR, f"{number} 操作日志")
    assert "反映人 查看线索" in seen and "秦岚" not in seen
    own = await reported(world, by=MANAGER)
    await done(world, MANAGER, f"{own}受理")
    seen = await world.say(AUDITOR, f"{own} 操作日志")
    assert "反映人 报告线索" in seen and "张伟 受理" in seen and "反映人 受理" not in seen


async def test_the_auditor_reads_of_any_matter_without_its_content(world: Rehearsal) -> None:
    await appoint_auditor(world)
    await seed(world, state="submitted")
    await done(world, OFFICE, f"交办 {FINDING} 恒信建设 责任人周涛 12月20日前")
    seen = await world.say(AUDITOR, f"{FINDING} 操作日志")
    assert "李敏 交办" in seen and "恒信建设" not in seen and "周涛" not in seen
    assert await world.say(AUDITOR, "WT-2026-0999 操作日志") == HIDDEN
    number = await reported(world)
    newest = await world.say(AUDITOR, "操作日志")
    assert (
        newest.startswith("操作日志（最近）")
        and f"{number} 反映人 报告线索" in newest
        and f"{FINDING} 李敏 交办" in newest
    )
    assert looks(world, "ledger") == [AUDITOR]


async def test_the_lead_manager_reads_of_leads_and_the_director_his_own_deeds(world: Rehearsal) -> None:
    number = await handed(world)
    seen = await world.say(MANAGER, "线索操作日志")
    assert seen.startswith("线索操作日志（最近）") and f"{number} 何敏 移送" in seen
    mine = await world.say(DIRECTOR, f"{number} 操作日志")
    assert mine.startswith(f"{number}｜您的操作日志") and "何敏 移送" in mine and "张伟" not in mine
    mine = await world.say(DIRECTOR, "我的操作记录")
    assert mine.startswith("您的操作日志（最近）") and f"{number} 何敏 移送" in mine and "张伟" not in mine
    assert looks(world, number) == [DIRECTOR]


@pytest.mark.parametrize("person", ["hx_admin", OFFICE, LEADER, ACCT, AUDIT, WORKER, FINANCE_HEAD, "nobody"])
async def test_everybody_else_hears_the_words_for_what_does_not_exist(world: Rehearsal, person: str) -> None:
    number = await reported(world)
    assert await world.say(person, f"{number} 操作日志") == HIDDEN
    assert await world.say(person, "XS-2026-9ZZZ 操作日志") == HIDDEN
    assert await world.say(person, "我的操作记录") == HIDDEN
    assert await world.say(person, "线索操作日志") == CLOSED
    assert looks(world, number) == looks(world, "ledger") == []


async def test_who_is_struck_off_sees_nothing_of_it(world: Rehearsal) -> None:
    await appoint_auditor(world)
    other = await reported(world)
    number = await reported(world, "报告问题线索：恒信能源采购的事，何敏收了供应商购物卡")
    for person in (MANAGER, DIRECTOR):
        assert await world.say(person, f"{number} 操作日志") == HIDDEN, person
    seen = await world.say(MANAGER, "线索操作日志")
    assert other in seen and number not in seen
    assert (await world.say(LEADER, f"{number} 操作日志")).startswith(f"{number}｜操作日志")
    named = await reported(world, "报告问题线索：恒信能源机房的事，严明收了供应商购物卡")
    assert await world.say(AUDITOR, f"{named} 操作日志") == HIDDEN
    assert named not in await world.say(AUDITOR, "操作日志")


async def test_said_of_a_finding_that_was_shown_it_is_its_trail(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"查 {FINDING}")
    assert "留痕" in (await world.say(OFFICE, "操作日志")).splitlines()[0]
