"""The organisation changes under matters that are in hand: units move, people leave, tables hold odd lines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot import sheets
from storage import dues, organisation, people
from tests.flows.findings import AUDIT, FINANCE, HEAD, LIAISON, NUMBER, OFFICE, OTHER, assigned, finding, seed
from tests.flows.harness import SAMPLE, START, Rehearsal
from tests.regressions.people import dismiss

UNIT = {"编码": "X1", "名称": "新公司", "上级编码": "HX", "类型": "权属企业"}
PERSON = {"账号": "x1", "姓名": "钱进", "单位编码": "HX", "角色": "employee"}


async def _import(world: Rehearsal, **parents: str) -> None:
    """The sample group once more, with some units under other parents."""
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    rows = [(at, row | {"上级编码": parents.get(row["编码"], row["上级编码"])}) for at, row in tables["单位"]]

    def work(session: Session) -> None:
        plan = organisation.compare(session, rows, tables["人员"])
        assert not plan.errors, plan.errors
        organisation.apply(session, plan, START.date())

    await world.turns.run(work)


async def test_a_unit_that_moved_keeps_its_people_at_their_matters(world: Rehearsal) -> None:
    await assigned(world)
    await _import(world, JS="NY", JS2="JS")
    assert finding(world).unit_path == "/HX/NY/JS/"
    answer = await world.say(LIAISON, f"查 {NUMBER}")
    assert "责任人周涛" in answer, answer
    await world.turn_to("2026-12-11 09:30")
    assert any(NUMBER in words for words in world.told(LIAISON))


async def test_who_left_hears_of_no_reminder_and_his_head_does(world: Rehearsal) -> None:
    await assigned(world)
    await dismiss(world, LIAISON)
    await world.turn_to("2026-12-22 18:00")
    assert world.told(LIAISON) == []
    assert any(NUMBER in words for words in world.told(HEAD))


async def test_a_tendency_is_not_looked_at_again_by_somebody_who_left(world: Rehearsal) -> None:
    await seed(world, nature="tendency")

    def plan(session: Session) -> None:
        dues.plan(session, kind="tendency", matter=NUMBER, rung="90d", at=START.replace(day=24, hour=9, minute=10))

    await world.turns.run(plan)
    await dismiss(world, FINANCE)
    await world.turn_to("2026-11-24 18:00")
    assert world.told(FINANCE) == []
    assert any("请复看" in words for words in world.told("hx_caiwufz") + world.told(OFFICE))


@pytest.mark.parametrize(
    ("unit", "person", "said"),
    [
        ({"编码": "js"}, {}, "大小写"),
        ({"名称": "很" * 81}, {}, "80字"),
        ({}, {"姓名": "长" * 41}, "40字"),
        ({}, {"职务": "长" * 41}, "40字"),
        ({}, {"账号": "a|b"}, "账号"),
    ],
)
async def test_a_table_that_no_store_can_hold_is_refused_by_line(
    anywhere: Rehearsal, unit: dict[str, str], person: dict[str, str], said: str
) -> None:
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    units, persons = [*tables["单位"], (99, UNIT | unit)], [*tables["人员"], (98, PERSON | person)]

    def work(session: Session) -> list[str]:
        plan = organisation.compare(session, units, persons)
        if not plan.errors:
            organisation.apply(session, plan, date(2026, 11, 23))
        return plan.errors

    errors = await anywhere.turns.run(work)
    assert len(errors) == 1 and said in errors[0] and "第9" in errors[0], errors


async def test_a_picture_with_the_longest_name_that_the_wire_lets_in(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    await anywhere.picture(LIAISON, "M" * 512)
    assert "已记录" in await anywhere.say(LIAISON, "确认")


async def test_the_actor_costs_one_statement_with_or_without_delegates(anywhere: Rehearsal) -> None:
    await anywhere.say(LIAISON, "今天到12月4日由陈静代理我")
    await anywhere.say(LIAISON, "确认")
    for userid, lent in ((AUDIT, 0), (OTHER, 2), (HEAD, 0)):
        with anywhere.session() as session:
            seen: list[str] = []
            event.listen(anywhere.engine, "before_cursor_execute", lambda *args, seen=seen: seen.append(args[2]))
            actor = people.actor(session, userid, date(2026, 11, 23))
            assert len([words for words in seen if words.startswith("SELECT")]) == 1
            assert len([post for post in actor.posts if post.lent_by == LIAISON]) == lent
            assert _holders(session) == [LIAISON, OTHER]


def _holders(session: Session) -> list[str]:
    return people.userids_with(session, ("unit_liaison",), date(2026, 11, 23), "JS")
