"""Who may know a named reporter besides the lead manager (2.4): the director with his consent, the handler approved."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import events
from storage.matters import Lead, Person, Post
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    AUDIT,
    CONFIRM,
    DIRECTOR,
    MANAGER,
    NUMBER,
    OFFICE,
    WORKER,
    actions,
    done,
    handed,
    lead,
    quiet,
    reported,
)

HANDLER, OTHER = "hx_tan", "hx_wen"
NAMED = "实名反映：恒信能源仓库主管周强倒卖废铁，有过磅单"
REFUSED = "反映人身份只有纪检线索管理员可以查看，查看须说明理由并留痕。"


async def handlers(world: Rehearsal) -> None:
    def work(session: Session) -> None:
        for userid, name in ((HANDLER, "谭笑"), (OTHER, "文远")):
            session.add(Person(userid=userid, name=name))
            session.flush()
            session.add(Post(userid=userid, unit="HX-JW", role="disc_handler", title="纪检专员"))

    await world.turns.run(work)
    world.world.roles = {**world.world.roles, **{one: frozenset({"disc_handler"}) for one in (HANDLER, OTHER)}}


async def test_by_default_the_director_does_not_know_and_the_confirmation_says_so(world: Rehearsal) -> None:
    asked = await world.say(WORKER, NAMED)
    assert "监督办主任知悉您的身份：不同意（同意可回“同意主任知悉”）" in asked and asked.endswith(CONFIRM)
    found = NUMBER.search(await world.say(WORKER, "确认"))
    assert found is not None and lead(world, found[0]).consented is False
    assert await world.say(DIRECTOR, f"看{found[0]}反映人身份，理由：告知受理情况") == REFUSED


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_reporter_may_agree_in_the_report_or_at_the_confirmation(world: Rehearsal, at_once: bool) -> None:
    asked = await world.say(WORKER, f"{NAMED}。同意主任知悉我的身份" if at_once else NAMED)
    if not at_once:
        asked = await world.say(WORKER, "同意主任知悉")
    assert "监督办主任知悉您的身份：同意（不同意可回“不同意主任知悉”）" in asked and asked.endswith(CONFIRM)
    assert "主任知悉我" not in asked  # it is no part of the matter
    found = NUMBER.search(await world.say(WORKER, "确认"))
    assert found is not None and lead(world, found[0]).consented is True
    assert "说明理由" in await world.say(DIRECTOR, f"{found[0]}的反映人是谁")
    assert f"{found[0]} 反映人：吴刚" in await world.say(DIRECTOR, "1")
    assert actions(world, found[0])[-1] == "lead_reporter_viewed"
    assert "吴刚" not in await world.say(OFFICE, f"看{found[0]}反映人身份，理由：告知受理情况")


async def test_the_consent_can_be_taken_back_before_it_is_confirmed(world: Rehearsal) -> None:
    await world.say(WORKER, f"{NAMED}。同意主任知悉我的身份")
    asked = await world.say(WORKER, "不同意主任知悉")
    assert "监督办主任知悉您的身份：不同意" in asked
    await world.say(WORKER, "确认")
    with world.session() as session:
        assert [row.consented for row in session.scalars(select(Lead))] == [False]


async def test_a_director_who_is_named_does_not_learn_it_all_the_same(world: Rehearsal) -> None:
    number = await reported(world, "实名反映：恒信能源采购的事，何敏收了购物卡。同意主任知悉我的身份", by=WORKER)
    assert lead(world, number).consented is True
    assert "吴刚" not in await world.say(DIRECTOR, f"看{number}反映人身份，理由：告知受理情况")


async def test_the_manager_approves_for_the_handler_until_it_has_another_one(world: Rehearsal) -> None:
    await handlers(world)
    number = await handed(world, said=NAMED, by=WORKER)
    await done(world, MANAGER, f"签收{number}")
    assert "还没有承办人" in await world.say(MANAGER, f"{number} 同意承办人查看反映人")
    await done(world, MANAGER, f"{number}拟初步核实，承办人谭笑")
    assert await world.say(HANDLER, f"看{number}反映人身份，理由：核实") == REFUSED
    quiet(world)
    asked = await world.say(MANAGER, f"{number} 同意承办人查看反映人")
    assert asked.startswith(f"请确认：同意承办人谭笑查看 {number} 的反映人身份\n") and asked.endswith(CONFIRM)
    assert await world.say(MANAGER, "确认") == f"{number} 已同意承办人谭笑查看反映人身份。已告知谭笑。"
    words = [one for one in world.told(HANDLER) if number in one]
    assert words[-1].startswith(f"线索 {number}：已批准您查看反映人身份") and "吴刚" not in words[-1]
    assert f"{number} 反映人：吴刚" in await world.say(HANDLER, f"看{number}反映人身份，理由：核实")
    with world.session() as session:
        told = [one for one in events.history(session, number) if one.action == "lead_approve"]
    assert told[0].actor == MANAGER and told[0].after["approved_handler"] == HANDLER  # type: ignore[index]
    await done(world, MANAGER, f"{number}拟初步核实，承办人文远")
    assert lead(world, number).approved_handler == ""
    assert await world.say(OTHER, f"看{number}反映人身份，理由：核实") == REFUSED
    await done(world, MANAGER, f"{number}拟初步核实，承办人谭笑")
    assert await world.say(HANDLER, f"看{number}反映人身份，理由：核实") == REFUSED  # approved anew, or not at all


async def test_what_was_approved_can_be_taken_back(world: Rehearsal) -> None:
    await handlers(world)
    number = await handed(world, said=NAMED, by=WORKER)
    await done(world, MANAGER, f"签收{number}")
    await done(world, MANAGER, f"{number}拟初步核实，承办人谭笑")
    await done(world, MANAGER, f"{number} 同意承办人查看反映人")
    assert "已收回" in await done(world, MANAGER, f"{number} 收回承办人查看反映人的批准")
    assert await world.say(HANDLER, f"看{number}反映人身份，理由：核实") == REFUSED
    assert actions(world, number)[-2:] == ["lead_approve", "lead_approval_ended"]


async def test_only_the_manager_approves_and_only_of_a_named_one(world: Rehearsal) -> None:
    await handlers(world)
    number = await handed(world)
    await done(world, MANAGER, f"签收{number}")
    await done(world, MANAGER, f"{number}拟初步核实，承办人谭笑")
    assert "不是实名反映" in await world.say(MANAGER, f"{number} 同意承办人查看反映人")
    for person in (DIRECTOR, HANDLER, OFFICE):
        assert "由纪检线索管理员批准" in await world.say(person, f"{number} 同意承办人查看反映人"), person
    for person in (AUDIT, WORKER):
        assert "未查询到该编号" in await world.say(person, f"{number} 同意承办人查看反映人"), person
