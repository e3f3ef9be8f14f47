"""转问题整改 (3.5.1): a lead's end may be a finding's beginning, and the finding says nothing of the lead."""

from __future__ import annotations

import json

from sqlalchemy import select

from storage import events
from storage.matters import Finding
from tests.flows.harness import Rehearsal
from tests.flows.leads import CONFIRM, MANAGER, OFFICE, WORKER, actions, done, handed, lead, quiet, reported
from tests.flows.snapshots import once

NAMED = "实名反映：恒信能源仓库主管周强倒卖废铁，有过磅单"
WORDS = "恒信能源：废旧物资出库没有双人复核"


@once
async def through(world: Rehearsal) -> str:
    number = await handed(world, said=NAMED, by=WORKER)
    await done(world, MANAGER, f"签收{number}")
    await done(world, MANAGER, f"{number}办结，转问题整改")
    await done(world, MANAGER, f"{number}反馈反映人：已核实，转整改")
    quiet(world)
    return number


def findings(world: Rehearsal) -> list[Finding]:
    with world.session() as session:
        return list(session.scalars(select(Finding)))


async def test_a_finding_is_written_anew_and_registered_with_the_end_of_the_lead(world: Rehearsal) -> None:
    number = await through(world)
    asked = await world.say(MANAGER, f"{number}结案")
    assert asked.startswith("转问题整改：是否同时登记一条整改问题？\n1 登记\n2 不登记\n")
    assert "请另写责任单位和问题描述（不写反映内容" in await world.say(MANAGER, "1")
    asked = await world.say(MANAGER, WORDS)
    assert asked.splitlines() == [
        f"请确认 {number} 结案",
        "结果：转问题整改",
        "同时登记整改问题：恒信能源｜废旧物资出库没有双人复核",
        "来源：纪委办公室；责任单位只看到这条问题，看不到线索。",
        "状态：已反馈 → 已结案",
        CONFIRM,
    ]
    assert findings(world) == []
    answer = await world.say(MANAGER, "确认")
    assert f"{number} 已结案：转问题整改。" in answer and "已登记 WT-2026-0001（恒信能源）" in answer
    (row,) = findings(world)
    assert (row.state, row.unit, row.desc) == ("registered", "NY", "废旧物资出库没有双人复核")
    assert lead(world, number).state == "closed"
    with world.session() as session:
        told = {one.action: one.after for one in events.history(session, number)}
        written = [[one.before, one.after, one.reason] for one in events.history(session, row.number)]
    assert told["lead_rectify"] is not None
    hidden = told["lead_rectify"]["finding"]
    assert world.safe.show(hidden) == "WT-2026-0001" and "WT-" not in hidden
    columns = {column.key: str(getattr(row, column.key)) for column in Finding.__table__.columns}
    kept = json.dumps([columns, written], ensure_ascii=False) + await world.say(OFFICE, "查 WT-2026-0001")
    assert not [
        word for word in (number, number[-4:], "周强", "倒卖", "过磅单", "吴刚", WORKER, "线索") if word in kept
    ]


async def test_it_is_offered_and_may_be_declined(world: Rehearsal) -> None:
    number = await through(world)
    await world.say(MANAGER, f"{number}结案")
    assert "同时登记" not in await world.say(MANAGER, "2")
    assert "WT-" not in await world.say(MANAGER, "确认")
    assert findings(world) == [] and lead(world, number).state == "closed"
    assert "lead_rectify" not in actions(world, number)


async def test_what_the_lead_says_does_not_go_into_the_finding(world: Rehearsal) -> None:
    number = await through(world)
    await world.say(MANAGER, f"{number}结案")
    await world.say(MANAGER, "登记")
    for words in ("恒信能源：仓库主管周强管理不严", "恒信能源：倒卖废铁"):
        assert "不要写反映对象" in await world.say(MANAGER, words), words
    asked = await world.say(MANAGER, "废旧物资出库没有双人复核")
    assert "恒信能源｜废旧物资出库没有双人复核" in asked and asked.endswith(CONFIRM)
    assert "恒信能源｜出库复核制度缺失" in await world.say(MANAGER, "描述改成出库复核制度缺失")
    assert "不要写反映对象" in await world.say(MANAGER, "描述改成周强没有复核")


async def test_no_other_result_offers_it(world: Rehearsal) -> None:
    number = await reported(world)
    await done(world, MANAGER, f"{number}暂存待查")
    asked = await world.say(MANAGER, f"{number}结案，结果失实")
    assert "整改" not in asked and asked.endswith(CONFIRM)
