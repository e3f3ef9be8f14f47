"""为什么提醒我 and 下次什么时候提醒: only of what he was told, in plain words (domain.md 6.7)."""

from __future__ import annotations

import re

import pytest

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from tests.flows.findings import FINANCE, HEAD, LIAISON, NUMBER, OFFICE, OTHER, applied, assigned, change, forget
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

pytestmark = pytest.mark.begins("2026-12-07 10:00")

SECOND = "WT-2026-0125"


@once
async def reminded(world: Rehearsal, day: str = "2026-12-15") -> None:
    await assigned(world)
    await world.turn_to(f"{day} 10:00")
    forget(world)


@pytest.mark.begins("2026-11-23 10:00")
async def test_the_rule_the_law_the_count_and_what_comes_next(world: Rehearsal) -> None:
    await reminded(world)
    lines = (await world.say(LIAISON, "为什么提醒我")).splitlines()
    assert lines[0].startswith(f"{NUMBER} 备用金长期未清：") and "依据：" in lines[0]
    assert lines[1] == "11月23日起算，时限12月18日 周五；您是责任人，已提醒您2次。"
    assert lines[2] == "下次12月18日 周五上午提醒您，同时抄送单位负责人。"
    assert len(lines) == 3 and not re.search(r"[A-Za-z_]{3,}|T-\d", "".join(lines).replace(NUMBER, ""))


async def test_who_else_heard_and_when_it_goes_up(world: Rehearsal) -> None:
    await reminded(world, "2026-12-21")
    lines = (await world.say(HEAD, "0123为什么提醒我")).splitlines()
    assert "您是单位负责人，已提醒您2次。" in lines[1]
    assert lines[2] == "这一次同时提醒：责任人。"
    assert lines[3] == "下次12月23日 周三上午提醒您，同时报督办人。"


async def test_the_rung_after_a_promise(world: Rehearsal) -> None:
    await reminded(world)
    await world.say(LIAISON, "周四前报")
    words = await world.say(LIAISON, "下次什么时候提醒")
    assert words.startswith(f"{NUMBER} 备用金长期未清：下次12月17日 周四上午提醒您；12月18日 周五上午仍未办好")


async def test_next_is_told_before_the_first_reminder(world: Rehearsal) -> None:
    await assigned(world)
    words = await world.say(LIAISON, "下次什么时候提醒")
    assert words.startswith(f"{NUMBER} 备用金长期未清：下次12月11日 周五上午提醒您")


async def test_several_in_one_message_are_listed(world: Rehearsal) -> None:
    await assigned(world, SECOND, title="合同未会签")
    await reminded(world)
    asked = await world.say(LIAISON, "为什么提醒我")
    assert asked.startswith("最近一次提醒合并了2件，要问哪一件？") and NUMBER in asked and SECOND in asked
    assert (await world.say(LIAISON, "0125")).startswith(f"{SECOND} 合同未会签：")


async def test_the_quarters_report(world: Rehearsal) -> None:
    await world.turn_to("2026-12-16 10:00")
    words = await world.say(FINANCE, "为什么提醒我")
    assert words.startswith("财务部2026年四季度监督工作信息：") and "您是联络员，已提醒您1次。" in words
    assert "下次12月24日 周四上午提醒您；12月28日 周一上午仍未办好，抄送单位负责人。" in words


@pytest.mark.begins("2026-11-23 10:00")
async def test_who_urged_is_named(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-11-26 10:00")
    await world.say(OFFICE, "催办0123")
    await world.say(OFFICE, "确认")
    words = await world.say(LIAISON, "为什么提醒我")
    assert words.splitlines()[1] == "李敏11月26日催办过您。" and "系统还没有提醒过您" in words
    assert "下次12月11日 周五上午提醒您" in await world.say(LIAISON, "下次什么时候提醒")


@pytest.mark.begins("2026-11-23 10:00")
async def test_what_is_settled_comes_no_more(world: Rehearsal) -> None:
    await applied(world)
    await world.turn_to("2026-11-30 10:00")
    assert (
        await world.say(LIAISON, "为什么提醒我") == "最近没有提醒过您。要问哪一件，请带上编号，如“0123为什么提醒我”。"
    )


async def test_of_what_was_settled_after_a_reminder(world: Rehearsal) -> None:
    await reminded(world)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已全部清理；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法")
    assert "待验收" in await world.say(LIAISON, "确认")
    words = await world.say(LIAISON, "为什么提醒我")
    assert "已提醒您2次" in words and "后面没有给您的提醒了" in words


async def test_one_sentence_for_what_is_not_his_not_told_and_not_there(world: Rehearsal) -> None:
    await reminded(world)
    said = {
        await world.say(OTHER, "0123为什么提醒我"),
        await world.say(OFFICE, "0123为什么提醒我"),
        await world.say(LIAISON, "0999为什么提醒我"),
        await world.say(OTHER, "XS-2026-7K3M为什么提醒我"),
        await world.say(OFFICE, "0999下次什么时候提醒"),
    }
    assert said == {NOT_FOUND_OR_FORBIDDEN}


async def test_who_may_not_see_it_any_more_hears_nothing(world: Rehearsal) -> None:
    await reminded(world)
    await change(world, visibility="restricted")
    assert await world.say(LIAISON, "0123为什么提醒我") == NOT_FOUND_OR_FORBIDDEN
    assert "最近没有提醒过您" in await world.say(LIAISON, "为什么提醒我")


async def test_the_morning_list_is_explained(world: Rehearsal) -> None:
    await reminded(world, "2026-12-16")
    assert "每个工作日上午的事项摘要" in await world.say(LIAISON, "为什么提醒我")
