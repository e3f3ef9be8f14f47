"""A changed rule of reminding leaves running clocks alone until the office puts them on it (domain.md 6, issue 4)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.config import Policy
from storage import events
from storage.duties import Obligation, Push
from tests.flows.findings import DIRECTOR, FINANCE, HEAD, LIAISON, NUMBER, OFFICE, assigned, finding, waiting
from tests.flows.harness import Rehearsal

OTHER = "WT-2026-0125"
NOW_RUNNING = {
    "T-7": "2026-12-11", "T-3": "2026-12-15", "T-0": "2026-12-18", "+1": "2026-12-21", "+3": "2026-12-23",
    "+5": "2026-12-25", "+6": "2026-12-28", "+10": "2027-01-04", "+20": "2027-01-18",
}  # fmt: skip
NEW = {"T-5": "2026-12-11", "T-0": "2026-12-18", "+2": "2026-12-22"}
LINES = (
    "T-5 -5w 09:10 resp+liaison single",
    "T-0  0w 09:10 resp+liaison+~head single",
    "+2   2w 09:10 resp+head single",
)


def changed(world: Rehearsal) -> None:
    """The office writes its own ladder into `[policy.ladders]`."""
    world.world.policy = Policy(ladders={"rectification": LINES})


def ledger(world: Rehearsal) -> list[tuple[str, str, Any]]:
    with world.session() as session:
        return [(event.actor, event.action, event.after) for event in events.history(session, "policy")]


def running(world: Rehearsal) -> int:
    with world.session() as session:
        query = select(func.count()).select_from(Obligation).where(Obligation.state == "open")
        return session.execute(query).scalar_one()


def told(world: Rehearsal) -> list[tuple[str, str]]:
    with world.session() as session:
        mine = select(Push).where(Push.matter == NUMBER, Push.person == LIAISON, Push.state == "told")
        return [(push.rung, push.day) for push in session.scalars(mine.order_by(Push.id))]


async def test_running_clocks_stay_on_the_rules_that_they_began_with(world: Rehearsal) -> None:
    await assigned(world)
    assert waiting(world) == NOW_RUNNING
    changed(world)
    await world.turn_to("2026-11-30 10:00")
    assert waiting(world) == NOW_RUNNING
    await assigned(world, OTHER)
    assert waiting(world, OTHER) == NEW  # what begins today begins with today's rules
    assert waiting(world) == NOW_RUNNING


@pytest.mark.parametrize("person", [OFFICE, DIRECTOR])
async def test_the_office_puts_them_on_the_new_rules(world: Rehearsal, person: str) -> None:
    await assigned(world)
    changed(world)
    total = running(world)
    asked = await world.say(person, "按新规则重排提醒")
    assert asked.splitlines() == [
        f"请确认按现行规则重排提醒：在办{total}项，1项仍按开始时的规则。",
        "时限不变，已发出的不会重发。",
        "回复“确认”提交，“取消”放弃",
    ]
    assert waiting(world) == NOW_RUNNING and ledger(world) == []
    done = await world.say(person, "确认")
    assert done == "已按现行规则重排1项，其中1项的提醒日期有变化。时限没有改动。"
    assert waiting(world) == NEW and finding(world).due.isoformat() == "2026-12-18"  # type: ignore[union-attr]
    assert ledger(world) == [(person, "ladders_applied", {"obligations": 1, "moved": 1})]
    again = await world.say(person, "按新规则重排提醒")
    assert again == f"在办的{total}项都已按现行规则提醒，不用重排。"
    assert len(ledger(world)) == 1


async def test_what_was_told_is_not_told_again(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-11 10:00")
    assert told(world) == [("T-7", "2026-12-11")]
    changed(world)
    await world.say(OFFICE, "按新规则重排提醒")
    await world.say(OFFICE, "确认")
    await world.turn_to("2026-12-24 10:00")
    assert told(world) == [("T-7", "2026-12-11"), ("T-0", "2026-12-18"), ("+2", "2026-12-22")]


async def test_no_is_no(world: Rehearsal) -> None:
    await assigned(world)
    changed(world)
    await world.say(OFFICE, "按新规则重排提醒")
    assert await world.say(OFFICE, "否") == "好的，没有重排。"
    assert waiting(world) == NOW_RUNNING and ledger(world) == []


@pytest.mark.parametrize("person", [LIAISON, HEAD, FINANCE, "hx_zuzhang", "hx_admin", "hx_zhigong"])
async def test_others_are_refused(world: Rehearsal, person: str) -> None:
    await assigned(world)
    changed(world)
    answer = await world.say(person, "按新规则重排提醒")
    assert answer.startswith("提醒规则由监督办公室调整。需要的话请联系"), answer
    await world.say(person, "确认")
    assert waiting(world) == NOW_RUNNING and ledger(world) == []
