"""The examples of domain.md 1.5 for leads that no other transcript plays through: S42, S49, S53."""

from __future__ import annotations

import pytest

from tests.flows.findings import HEAD, LIAISON, assigned
from tests.flows.findings import NUMBER as FINDING
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    ACCT,
    AUDIT,
    CONFIRM,
    DIRECTOR,
    HIDDEN,
    MANAGER,
    NUMBER,
    OFFICE,
    done,
    handed,
    lead,
    quiet,
    reported,
)  # fmt: skip


async def test_s42_the_reporter_asks_and_hears_one_of_three_states(world: Rehearsal) -> None:
    number = await reported(world)
    assert (await world.say(AUDIT, f"查 {number}")).splitlines()[0] == f"{number}｜已收到"
    await done(world, MANAGER, f"{number}受理")
    assert (await world.say(AUDIT, f"查 {number}")).splitlines()[0] == f"{number}｜已收到"
    await world.turn_to("2026-11-25 10:00")
    await done(world, DIRECTOR, f"{number}移送纪检，违纪，损失一般，情节一般，影响一般")
    await done(world, MANAGER, f"签收{number}")
    assert (await world.say(AUDIT, f"查 {number}")).splitlines()[0] == f"{number}｜已移送（11月25日 周三），未办结"
    await done(world, MANAGER, f"{number}办结，结果失实")
    await done(world, MANAGER, f"{number}结案")
    assert (await world.say(AUDIT, f"查 {number}")).splitlines()[0] == f"{number}｜已办结"


@pytest.mark.parametrize("said", ["这条别当问题报，当线索：{}，涉嫌侵占备用金", "{}转为线索，原因：涉嫌侵占备用金"])
async def test_s49_the_unit_sees_that_it_is_dealt_with_elsewhere_and_no_more(world: Rehearsal, said: str) -> None:
    await assigned(world)
    quiet(world)
    asked = await world.say(OFFICE, said.format(FINDING))
    assert asked.endswith(CONFIRM) and "已转线索" in asked
    answer = await world.say(OFFICE, "确认")
    found = NUMBER.search(answer)
    assert found is not None and lead(world, found[0]).state == "reported"
    for person in (HEAD, LIAISON):
        assert await world.say(person, f"查 {FINDING}") == f"{FINDING}：已转办理。"
        assert await world.say(person, f"查 {found[0]}") == HIDDEN
        assert not [one for one in world.told(person) if found[0] in one or "侵占" in one]


async def test_s53_without_its_four_parts_nothing_is_closed_as_tolerated(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    await done(world, ACCT, f"签收{number}")
    await done(world, ACCT, f"{number}拟初步核实")
    assert await world.say(ACCT, f"{number} 拟适用容错") == "请补：适用情形、决策程序依据、有无谋私、批准机构。"
    assert await world.say(ACCT, "探索性试点失败") == "请补：决策程序依据、有无谋私、批准机构。"
    await world.say(ACCT, "取消")
    await done(world, ACCT, f"{number}办结，违规追责")
    lacking = "适用容错须先补：适用情形、决策程序依据、有无谋私、批准机构"
    assert lacking in await world.say(MANAGER, f"{number}结案，容错免责")
    assert lead(world, number).state != "closed" and lead(world, number).tolerance == ""
