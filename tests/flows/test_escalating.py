"""报给领导: an overdue finding goes up one level, only upwards and only to those who may see it (domain.md 6.3)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage.models import Event
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    applied,
    assigned,
    change,
    forget,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

LEADER = "hx_zuzhang"
CONFIRM = "回复“确认”提交，“取消”放弃"


@once
async def overdue(world: Rehearsal, day: str = "2026-12-08") -> None:
    """Due on Friday the 4th; by now the ladder has told the head."""
    await assigned(world, due="12月4日")
    await world.turn_to(f"{day} 10:00")
    forget(world)
    world.told(LEADER)


def acts(world: Rehearsal) -> list[object]:
    with world.session() as session:
        found = session.scalars(select(Event).where(Event.action == "escalate").order_by(Event.id))
        return [event.after for event in found if event.matter == NUMBER]


async def test_it_goes_to_the_level_above_those_who_know(world: Rehearsal) -> None:
    await overdue(world)
    asked = await world.say(OFFICE, "0123报给领导")
    assert asked == (
        f"请确认升级 {NUMBER}（备用金长期未清，恒信建设）：\n"
        "应于12月4日 周五完成整改，已逾期2个工作日，已提醒4次\n"
        f"报给：督办人刘洋\n{CONFIRM}"
    )
    assert world.told(FINANCE) == []
    assert await world.say(OFFICE, "确认") == f"{NUMBER} 已报给督办人刘洋。"
    assert world.told(FINANCE) == [
        f"升级督办：{NUMBER} 备用金长期未清，应于12月4日 周五完成整改。\n"
        "依据：已逾期2个工作日，已提醒4次。责任单位恒信建设，责任人周涛。\n"
        f"监督办公室李敏上报。回复“查 {NUMBER}”看进展。"
    ]
    assert acts(world) == [{"level": "source", "told": [FINANCE]}]


async def test_once_in_two_working_days_and_then_the_next_level(world: Rehearsal) -> None:
    await overdue(world)
    await world.say(OFFICE, "0123报给领导")
    await world.say(OFFICE, "确认")
    words = await world.say(OFFICE, "0123报给领导")
    assert words == f"{NUMBER} 已于12月8日 周二 10:00报给督办人，12月10日 周四起可以再往上报。"
    await world.turn_to("2026-12-10 10:00")
    world.told(DIRECTOR)
    assert "报给：办公室主任何敏" in await world.say(OFFICE, "0123报给领导"), "her own level is passed over"
    await world.say(OFFICE, "确认")
    assert len(world.told(DIRECTOR)) == 1
    await world.turn_to("2026-12-14 10:00")
    world.told(LEADER)
    await world.say(DIRECTOR, "0123报给领导")
    assert await world.say(DIRECTOR, "确认") == f"{NUMBER} 已报给领导小组陆正。"
    assert len([words for words in world.told(LEADER) if words.startswith("升级督办")]) == 1
    await world.turn_to("2026-12-16 10:00")
    assert "已报到最高一级" in await world.say(OFFICE, "0123报给领导")
    assert [act["level"] for act in acts(world) if isinstance(act, dict)] == ["source", "director", "leading"]


async def test_who_names_the_leading_group_hears_that_it_goes_step_by_step(world: Rehearsal) -> None:
    await overdue(world)
    asked = await world.say(FINANCE, "0123报给领导小组")
    assert "报给：监督办公室李敏" in asked and "升级逐级进行，先报上面这一级。" in asked


async def test_what_urging_was_is_told(world: Rehearsal) -> None:
    await overdue(world)
    await world.say(OFFICE, "催办0123")
    await world.say(OFFICE, "确认")
    assert "已提醒4次，催办1次" in await world.say(OFFICE, "0123报给领导")


async def test_before_the_deadline_it_is_urged_instead(world: Rehearsal) -> None:
    await assigned(world)
    words = await world.say(OFFICE, "0123报给领导")
    assert words == f"{NUMBER} 时限12月18日 周五，还没有逾期。可以先催办：“催办{NUMBER}”。"


async def test_what_waits_for_acceptance_is_not_raised(world: Rehearsal) -> None:
    await applied(world)
    assert "没有可升级的逾期" in await world.say(OFFICE, "0123报给领导")


@pytest.mark.parametrize(
    ("person", "heard"),
    [
        (FINANCE, "请确认升级"), (OFFICE, "请确认升级"), (DIRECTOR, "请确认升级"), (HEAD, "升级由来源部门或监督办公室"),
        (LIAISON, "升级由来源部门或监督办公室"), (AUDIT, "不能办理"), (OTHER, NOT_FOUND_OR_FORBIDDEN),
        ("nobody", NOT_FOUND_OR_FORBIDDEN),
    ],
)  # fmt: skip
async def test_who_may(world: Rehearsal, person: str, heard: str) -> None:
    await overdue(world)
    assert heard in await world.say(person, "0123报给领导")


async def test_only_to_those_who_may_see_it(world: Rehearsal) -> None:
    """S8: of a restricted one neither the unit's head nor the leading group hears."""
    await overdue(world)
    await change(world, visibility="restricted")
    assert await world.say(OFFICE, "0123报给领导") == NOT_FOUND_OR_FORBIDDEN
    assert "报给：办公室主任何敏" in await world.say(FINANCE, "0123报给领导")


async def test_who_was_faster_moves_the_level_and_it_is_shown_again(world: Rehearsal) -> None:
    await overdue(world)
    await world.say(DIRECTOR, "0123报给领导")
    await world.say(OFFICE, "0123报给领导")
    await world.say(OFFICE, "确认")
    assert "已于12月8日 周二 10:00报给督办人" in await world.say(DIRECTOR, "确认")
    assert len(acts(world)) == 1


async def test_a_unit_with_one_overdue(world: Rehearsal) -> None:
    await overdue(world)
    assert f"请确认升级 {NUMBER}" in await world.say(OFFICE, "恒信建设逾期的报给领导")
