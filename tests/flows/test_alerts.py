"""Alerts of business systems in chat: one line of news, the queue, and judging each once (domain.md S58)."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import alert_intake
from storage import conversations, events
from storage.matters import Finding, Lead
from storage.models import Alert
from tests.flows.findings import AUDIT, DIRECTOR, FINANCE, LIAISON, OFFICE
from tests.flows.harness import Rehearsal

HEAD, WORKER = "hx_caiwufz", "hx_zhigong"
NEWS = "有3条预警待研判，发“预警”查看"
NONE = "现在没有等您研判的预警。"
TITLES = ("大额资金异常流出", "合同未审先签", "发票连号")


async def arrived(world: Rehearsal, *titles: str, source: str = "erp", owner: str = "HX-CW", **more: Any) -> None:
    for title in titles:
        facts = {"id": title, "title": title, "text": f"系统监测到{title}三次", "unit": "恒信物流", "level": "",
                 "at": None, "amount_yuan": Decimal("42000")} | more  # fmt: skip

        def receive(session: Session, facts: dict[str, Any] = facts) -> None:
            alert_intake.receive(world.world.turn(session), source, owner, facts, world.clock(), 60)

        await world.turns.run(receive)
    await world.settle()


def states(world: Rehearsal) -> dict[str, tuple[str, str]]:
    with world.session() as session:
        return {row.title: (row.state, row.finding) for row in session.scalars(select(Alert))}


def findings(world: Rehearsal) -> list[tuple[str, str | None, str | None]]:
    with world.session() as session:
        return [(row.number, row.unit, row.source) for row in session.scalars(select(Finding).order_by(Finding.id))]


async def test_the_sources_people_and_the_office_hear_one_line_and_nobody_else(world: Rehearsal) -> None:
    await arrived(world, *TITLES)
    await arrived(world, *TITLES)  # what comes again is the same
    await world.turn_to("2026-11-23 11:01")
    for person in (FINANCE, HEAD, OFFICE):
        assert world.told(person).count(NEWS) == 1, person
    for person in (LIAISON, AUDIT, WORKER):
        assert not [words for words in world.told(person) if "预警" in words]
    await world.turn_to("2026-11-23 15:00")
    assert NEWS not in world.told(OFFICE)


async def test_what_comes_in_the_night_is_told_in_the_morning_once(world: Rehearsal) -> None:
    for at in ("21:10", "23:40"):
        await world.turn_to(f"2026-11-23 {at}")
        world.told(OFFICE)
        await arrived(world, at)
    await world.turn_to("2026-11-24 10:30")
    assert [words for words in world.told(OFFICE) if "预警" in words] == ["有2条预警待研判，发“预警”查看"]


async def test_the_queue_one_of_it_and_its_finding(world: Rehearsal) -> None:
    await arrived(world, *TITLES)
    listed = await world.say(FINANCE, "预警")
    assert listed.startswith("待研判预警3条：\n1. 恒信物流｜大额资金异常流出｜4.2万元")
    assert "系统监测到合同未审先签三次" in await world.say(FINANCE, "预警2")
    asked = await world.say(FINANCE, "预警2 登记为问题")
    assert asked.startswith("请确认：\n  恒信物流") or "恒信物流｜" in asked
    assert "合同未审先签" in asked and "4.2万元" in asked and "来源：财务部" in asked
    assert findings(world) == [] and states(world)["合同未审先签"] == ("pending", "")
    answer = await world.say(FINANCE, "确认")
    assert "已登记 WT-2026-0001" in answer and "待研判 → 已登记为问题" in answer
    assert findings(world) == [("WT-2026-0001", "WL", "HX-CW")]
    assert states(world)["合同未审先签"] == ("registered", "WT-2026-0001")
    with world.session() as session:
        assert [one.action for one in events.history(session, "alert:2")] == ["alert", "alert_registered"]
    assert "待研判预警2条" in await world.say(OFFICE, "预警")


async def test_one_is_closed_with_a_reason_and_its_event(world: Rehearsal) -> None:
    await arrived(world, *TITLES)
    assert "请写明理由" in await world.say(FINANCE, "预警1 不予登记")
    asked = await world.say(FINANCE, "系统误报，已核对流水")
    assert "理由：系统误报，已核对流水" in asked and asked.endswith("回复“确认”提交，“取消”放弃")
    assert states(world)[TITLES[0]] == ("pending", "")
    assert "待研判 → 不予登记" in await world.say(FINANCE, "确认")
    assert states(world)[TITLES[0]] == ("refused", "") and findings(world) == []
    with world.session() as session:
        last = events.history(session, "alert:1")[-1]
    assert (last.action, last.actor, last.reason) == ("alert_refused", FINANCE, "系统误报，已核对流水")
    asked = await world.say(FINANCE, "预警1 不予登记，理由：重复告警")  # the next one moved up
    assert "合同未审先签" in asked and "理由：重复告警" in asked


async def test_the_numbers_of_the_list_that_was_seen_stay_what_they_were(world: Rehearsal) -> None:
    await arrived(world, *TITLES)
    await world.say(OFFICE, "预警")
    await world.say(FINANCE, "预警1 不予登记，理由：误报")
    await world.say(FINANCE, "确认")
    assert "发票连号" in await world.say(OFFICE, "预警3 登记为问题")
    await world.say(OFFICE, "取消")
    heard = await world.say(OFFICE, "预警1 登记为问题")
    assert "已经不予登记" in heard and "刘洋" in heard and findings(world) == []


@pytest.mark.parametrize("second", ["预警1 登记为问题", "预警1 不予登记，理由：误报"])
async def test_of_two_at_once_one_wins(world: Rehearsal, second: str) -> None:
    await arrived(world, TITLES[0])
    await world.say(FINANCE, "预警1 登记为问题")
    await world.say(OFFICE, second)
    answers = await asyncio.gather(world.say(FINANCE, "确认"), world.say(OFFICE, "确认"))
    assert sum("待研判 →" in answer for answer in answers) == 1, answers
    assert sum("没有重复办理" in answer for answer in answers) == 1, answers
    state, number = states(world)[TITLES[0]]
    assert [one[0] for one in findings(world)] == ([number] if state == "registered" else [])
    with world.session() as session:
        assert len(events.history(session, "alert:1")) == 2


@pytest.mark.parametrize("person", [LIAISON, AUDIT, WORKER, "hx_admin", "stranger"])
async def test_others_hear_of_it_as_of_none(world: Rehearsal, person: str) -> None:
    for words in ("预警", "预警1", "预警1 登记为问题", "预警1 不予登记，理由：误报"):
        assert await world.say(person, words) == NONE
    await arrived(world, TITLES[0])
    for words in ("预警", "预警1", "预警1 登记为问题", "预警1 不予登记，理由：误报"):
        assert await world.say(person, words) == NONE
    assert states(world)[TITLES[0]] == ("pending", "")


async def test_of_a_source_without_a_unit_the_office_alone_judges(world: Rehearsal) -> None:
    await arrived(world, TITLES[0], owner="", unit="某外部供应商")
    assert await world.say(FINANCE, "预警") == NONE
    assert "某外部供应商｜大额资金异常流出" in await world.say(DIRECTOR, "预警")
    assert "责任单位是哪家" in await world.say(OFFICE, "预警1 登记为问题")
    await world.say(OFFICE, "恒信能源")
    assert "已登记" in await world.say(OFFICE, "确认")


async def test_called_off_nothing_is_judged(world: Rehearsal) -> None:
    await arrived(world, TITLES[0])
    await world.say(FINANCE, "预警1 登记为问题")
    await world.say(FINANCE, "取消")
    await world.say(FINANCE, "预警1 不予登记，理由：误报")
    await world.say(FINANCE, "取消")
    assert states(world)[TITLES[0]] == ("pending", "") and findings(world) == []
    assert "没有第7条" in await world.say(FINANCE, "预警7")


async def test_what_turns_out_to_be_a_lead_leaves_no_number_of_it_beside_the_alert(world: Rehearsal) -> None:
    await arrived(world, TITLES[0])
    await world.say(FINANCE, "预警1 登记为问题")
    assert "请确认线索" in await world.say(FINANCE, "按线索报告")
    with world.session() as session:  # the open question is a lead's now, under this flow's own name
        talk = conversations.peek(session, FINANCE)
        assert talk is not None and talk.frames and "异常流出" not in repr(talk)
    await world.say(FINANCE, "确认")
    assert states(world)["已转办理"] == ("registered", "") and findings(world) == []
    with world.session() as session:
        assert len(session.scalars(select(Lead)).all()) == 1
