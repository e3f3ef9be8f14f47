"""What may no longer be when it is confirmed: a unit that was closed, a term that comes sooner, a lead's objection."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.matters import Unit
from storage.proceedings import Extension, Objection
from tests.flows.findings import LIAISON, NUMBER, OFFICE, assigned, finding, seed
from tests.flows.harness import Rehearsal

HEAD_OF_SOURCE = "hx_caiwufz"


async def test_t4_a_unit_that_was_closed_before_the_confirmation_gets_nothing(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")

    def close(session: Session) -> None:
        unit = session.get(Unit, "JS")
        assert unit is not None
        unit.valid_to = date(2026, 11, 22)

    await world.turns.run(close)
    assert "交给哪个单位整改" in await world.say(OFFICE, "确认")
    assert finding(world).state == "registered"


async def test_t10_an_extension_is_not_approved_to_an_earlier_day(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 申请延期至2026-12-31，原因：下雨")
    await world.say(LIAISON, "确认")
    assert "不是延期" in await world.say(OFFICE, f"同意{NUMBER}延期到12月1日")
    await world.say(OFFICE, "确认")
    assert finding(world).due == date(2026, 12, 18)
    with world.session() as session:
        assert session.scalars(select(Extension)).one().state == "pending"


async def test_s49_nobody_answers_the_objection_to_what_became_a_lead(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"提交异议 {NUMBER}：金额有误")
    await world.say(LIAISON, "确认")
    await world.say(HEAD_OF_SOURCE, f"{NUMBER}转为线索，理由：涉嫌违纪")
    await world.say(HEAD_OF_SOURCE, "确认")
    assert "已转办理" in await world.say(OFFICE, f"{NUMBER}异议不成立，理由：查过了")
    await world.say(OFFICE, "确认")
    with world.session() as session:
        assert session.scalars(select(Objection)).one().answered_at is None
