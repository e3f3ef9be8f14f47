"""Material for meetings and what the office collects: handed in, chased, counted, listed (domain.md S30)."""

from __future__ import annotations

import pytest

from storage import meetings
from storage.gatherings import Paper
from tests.flows.gatherings import (
    AUDIT,
    DISCIPLINE,
    FINANCE,
    HEAD,
    LEADER,
    NUMBER,
    OFFICE,
    WORKER,
    actions,
    called,
    confirmed,
    forget,
    item,
    news,
    owed,
)
from tests.flows.harness import Rehearsal

PAPER = "会议材料：四季度我部开展检查3次，发现问题5条"
COLLECT = "开会提醒各成员单位12月20日前交年度监督工作情况报告"


def papers(world: Rehearsal) -> list[Paper]:
    with world.session() as session:
        found = meetings.papers(session, meetings.get(session, NUMBER))
        session.expunge_all()
        return found


async def test_a_member_hands_in_and_the_office_sees_the_rate(world: Rehearsal) -> None:
    await called(world)
    answer = await world.say(OFFICE, "谁还没交材料")
    assert "已交 0/应交 10（0.0%）" in answer
    assert "1月8日 周五截止" in answer
    asked = await world.say(AUDIT, PAPER)
    assert "内容：四季度我部开展检查3次，发现问题5条" in asked
    assert "审计部材料已报送" in await world.say(AUDIT, "确认")
    assert news(world, OFFICE, "审计部已报送材料，已收1/10")
    answer = await world.say(OFFICE, "谁还没交材料")
    assert "已交 1/应交 10（10.0%）" in answer
    assert "审计部" not in answer.split("未交：")[1]
    assert "papers/HX-SJ" not in owed(world, NUMBER)
    assert actions(world, NUMBER) == ["call_meeting", "hand_in"]
    assert "审计部已交" in await world.say(AUDIT, "谁还没交材料")


@pytest.mark.begins("2026-12-31 10:00")
async def test_only_those_who_owe_it_are_reminded(world: Rehearsal) -> None:
    await called(world)
    await confirmed(world, AUDIT, PAPER)
    await world.turn_to("2027-01-05 09:30")
    assert not news(world, AUDIT, "未交")
    told = news(world, DISCIPLINE, f"{NUMBER} 年初领导小组会议材料，纪委办公室未交")
    assert len(told) == 1
    assert "还剩3个工作日" in told[0]
    await world.turn_to("2027-01-08 09:30")
    assert any("今天到期" in words for words in news(world, DISCIPLINE, "未交"))
    told = news(world, OFFICE, "纪委办公室未交")
    assert len(told) == 1, "one list of all that owe it"
    assert "审计部未交" not in told[0]


async def test_a_file_is_fetched_and_named(world: Rehearsal) -> None:
    await called(world)
    assert "请直接写内容，或发图片、文件" in await world.say(HEAD, "交会议材料")
    asked = await world.file(HEAD, "四季度报告.jpg")
    assert "附件：四季度报告.jpg" in asked
    await world.say(HEAD, "确认")
    kept = papers(world)[0]
    assert (kept.unit, kept.name) == ("HX-CW", "四季度报告.jpg")
    assert kept.sha256
    assert "附件 四季度报告.jpg" in await world.say(LEADER, "年初会议材料清单发我")


async def test_a_file_that_is_not_taken_is_no_paper(world: Rehearsal) -> None:
    await called(world)
    await world.say(HEAD, "交会议材料")
    await world.file(HEAD, "四季度报告.docx", b"MZ\x90\x00" + b"\x00" * 200)
    answer = await world.say(HEAD, "确认")
    assert "没有收下" in answer, answer
    assert any("没有收下" in words for words in world.told(HEAD))
    assert papers(world) == []


async def test_a_newer_paper_takes_the_place_of_the_older(world: Rehearsal) -> None:
    await called(world)
    await confirmed(world, AUDIT, PAPER)
    assert "材料已更新" in await confirmed(world, AUDIT, "会议材料：四季度我部开展检查4次")
    assert [paper.text for paper in papers(world)] == ["四季度我部开展检查4次"]
    assert news(world, OFFICE, "审计部已重新报送材料，已收1/10")
    assert actions(world, NUMBER) == ["call_meeting", "hand_in", "hand_in"]


async def test_the_list_of_material_is_for_those_who_are_invited(world: Rehearsal) -> None:
    await called(world)
    await confirmed(world, AUDIT, PAPER)
    assert "1 审计部：四季度我部开展检查3次" in await world.say(HEAD, "年初会议材料清单发我")
    assert "还没有收到" in await world.say(DISCIPLINE, "年初会议材料清单发我"), "not invited: only his own"
    assert "审计部" not in await world.say(WORKER, "年初会议材料清单发我")


async def test_s30_the_office_collects_without_a_meeting(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, COLLECT)
    assert "请确认收集：年度监督工作情况报告" in asked
    assert "12月20日 周日是休息日，最近的工作日是12月21日 周一" in asked
    asked = await world.say(OFFICE, "改到12月18日")
    assert "截止：12月18日 周五" in asked, asked
    answer = await world.say(OFFICE, "确认")
    assert "已请10家单位报送年度监督工作情况报告" in answer
    assert any("12月18日 周五前报送年度监督工作情况报告" in words for words in world.told(AUDIT))
    answer = await world.say(OFFICE, "谁还没交材料")
    assert "已交 0/应交 10（0.0%）" in answer
    answer = await confirmed(world, AUDIT, "会议材料：全年检查12次")
    assert "已报送" in answer
    assert news(world, OFFICE, "审计部已报送，已收1/10")
    forget(world)
    await world.turn_to("2026-12-15 09:30")
    assert not news(world, AUDIT, "年度监督工作情况报告")
    assert any("还剩3个工作日" in words for words in news(world, DISCIPLINE, "年度监督工作情况报告"))


async def test_each_unit_has_its_own_item(world: Rehearsal) -> None:
    await confirmed(world, OFFICE, COLLECT)
    await confirmed(world, AUDIT, "会议材料：全年检查12次")
    states = {(row.owner, row.state) for row in (item(world, f"DB-2026-{at:04d}") for at in range(1, 11))}
    assert ("HX-SJ", "done") in states
    assert len([one for one in states if one[1] == "open"]) == 9


async def test_only_the_office_collects(world: Rehearsal) -> None:
    assert "由监督办公室发起" in await world.say(HEAD, COLLECT)
    forget(world)
    assert "只对有关人员开放" in await world.say(WORKER, "谁还没交材料")
    assert "没有等贵部门交的材料" in await world.say(FINANCE, "交会议材料")
