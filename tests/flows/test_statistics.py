"""Figures in chat: every indicator by its name with its 口径, groups, quarters compared, trends with their pictures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot import charts
from bot.errors import FOREIGN_UNIT, LEADS_CLOSED
from bot.messages import Chart, ChartKind
from storage import leads, obligations
from storage.matters import QuarterTask
from storage.proceedings import Acceptance, Cycle, Extension
from tests.flows.harness import Rehearsal
from tests.flows.test_queries import given

DIRECTOR, OFFICE, FINANCE, UNIT = "hx_zhuren", "hx_ban", "hx_caiwu", "hx_jianshel"
PAST, AHEAD = date(2026, 11, 2), date(2026, 12, 10)


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 2, tzinfo=UTC)


def pictures(world: Rehearsal, person: str = DIRECTOR) -> list[Chart]:
    """The charts that went to the person, each drawn to see that it can be."""
    found = [one.message for one in world.channel.sent if one.person == person and isinstance(one.message, Chart)]
    assert all(charts.png(one).startswith(b"\x89PNG") for one in found)
    return found


def closed(days: int, due: date = PAST, **more: Any) -> dict[str, Any]:
    """Closed `days` after its assignment."""
    begun = at(10, 1)
    done = begun + timedelta(days=days)
    return {"state": "closed", "due": due, "assigned_at": begun, "applied_at": done, "closed_at": done} | more


async def test_each_indicator_answers_to_its_name(world: Rehearsal) -> None:
    rows = [closed(10), closed(20), closed(45), closed(13, is_repeat=True, accountability_count=2)]
    rows += [{"state": "pending_acceptance", "due": PAST, "recovered_fen": 1_200_000}]
    rows += [{"due": PAST, "amount_fen": 12_860_000}, {"due": AHEAD, "amount_text": "大概四五十万"}]
    rows += [{"state": "ongoing", "rect_type": "ongoing", "due": PAST}]
    await given(world, *rows)

    def beside(session: Session) -> None:
        session.add(Acceptance(finding_id=1, cycle=1, at=at(10, 5), by=OFFICE, result="returned"))
        session.add(Acceptance(finding_id=1, cycle=1, at=at(10, 11), by=OFFICE, result="accepted"))
        session.add(
            Extension(finding_id=2, cycle=1, at=at(10, 5), by=UNIT, new_due=PAST, reason="等", state="approved")
        )

    await world.turns.run(beside)
    wanted = {
        "到期销号率是多少": "到期销号率50.0%（3/6）；另有1条待验收，未计入分子。",
        "整改完成率": "整改完成率62.5%（5/8）。",
        "逾期率": "逾期率16.7%（1/6）；另有持续整改1条，不计入。",
        "在办逾期占比": "在办逾期占比33.3%（1/3）。",
        "平均整改天数": "平均整改22.0天，中位数16.5天（已销号4条）。",
        "重启率": "重启率0.0%（0/4）。",
        "延期率": "延期率12.5%（1/8）。",
        "退回率": "退回率50.0%（1/2）。",
        "重复发生率": "重复发生率12.5%（1/8）。",
        "进展未报率": "进展未报率100.0%（1/1）。",
        "涉及金额": "涉及金额12.86万元；另有1条金额不确定，未计入。",
        "挽回金额": "挽回金额1.2万元。",
        "问责人次": "问责2人次。",
        "在办多少": "现在在办3条。",
    }
    for question, answer in wanted.items():
        lines = (await world.say(DIRECTOR, question)).splitlines()
        assert lines[0] == answer, question
        assert lines[1].startswith("口径：") and len(lines) == 2, question


async def test_without_anything_every_share_is_a_dash(world: Rehearsal) -> None:
    for question in ("到期销号率", "逾期率", "重启率", "延期率", "退回率", "重复发生率", "在办逾期占比"):
        assert "—（0/0）" in await world.say(DIRECTOR, question), question
    assert "平均整改天数—" in await world.say(DIRECTOR, "平均整改天数")


async def test_a_reopened_finding_is_two_rounds(world: Rehearsal) -> None:
    await given(world, {"cycle": 2, "due": AHEAD, "assigned_at": at(11, 10)}, closed(10))

    def rounds(session: Session) -> None:
        over = {
            "closed_at": at(10, 20),
            "applied_at": at(10, 15),
            "due": date(2026, 10, 10),
            "unit": "JS",
            "unit_name": "恒信建设",
        }
        session.add(Cycle(finding_id=1, seq=1, started_at=at(9, 1), **over))
        session.add(Cycle(finding_id=1, seq=2, started_at=at(11, 10)))

    await world.turns.run(rounds)
    answer = await world.say(DIRECTOR, "统计")
    assert "共登记3条：已销号2，待验收0，在办1。其中重启1轮。" in answer
    assert "销号率66.7%（2/3）；含重启1轮。" in await world.say(DIRECTOR, "销号率")
    assert "重启率50.0%（1/2）。" in await world.say(DIRECTOR, "重启率")
    assert "到期销号率50.0%（1/2）。" in await world.say(DIRECTOR, "到期销号率")


async def test_the_ranking_merges_units_with_few(world: Rehearsal) -> None:
    few = [{"unit": "WL", "resp_person": "hx_wuliul"}, {"unit": "HX-CG", "state": "closed"}]
    await given(world, closed(3), closed(3), {}, *few)
    lines = (await world.say(DIRECTOR, "各单位销号率排名图")).splitlines()
    assert lines[0] == "销号率，共3家："
    assert lines[1] == "1 恒信建设｜销号率66.7%（2/3）"
    assert lines[2] == "其他（2家）｜销号率50.0%（1/2）"
    assert lines[3].startswith("口径：已销号÷应整改") and "不足3条的单位并入“其他”" in lines[3]
    await world.settle()
    (chart,) = pictures(world)
    assert (chart.kind, chart.labels, chart.percent) == (ChartKind.BARS, ("恒信建设", "其他（2家）"), True)
    assert chart.series[0].shown == ("66.7%（2/3）", "50.0%（1/2）") and chart.note == lines[3]


async def test_by_source_category_state_and_quarter(world: Rehearsal) -> None:
    finance = {"source": "HX-CW", "source_name": "财务部"}
    await given(world, closed(3), {"category": "CG02", "quarter": "2026Q3"}, {"category": "CG01"} | finance, finance)
    by_source = await world.say(DIRECTOR, "按来源统计")
    assert "审计部｜2条｜50.0%｜已销号1条" in by_source and "财务部｜2条｜50.0%｜已销号0条" in by_source
    by_category = await world.say(DIRECTOR, "按类别统计")
    assert "财务资金｜2条｜50.0%｜已销号1条" in by_category and "采购招标｜2条｜50.0%" in by_category
    assert "整改中｜3条｜75.0%" in await world.say(DIRECTOR, "按状态统计")
    by_quarter = (await world.say(DIRECTOR, "按季度统计")).splitlines()
    assert by_quarter[0] == "问题，4个季度："
    assert by_quarter[3:5] == ["2026年三季度：登记1条，已销号0条", "2026年四季度：登记3条，已销号1条"]
    assert pictures(world) == []
    await world.say(DIRECTOR, "类别分布图")
    await world.settle()
    (chart,) = pictures(world)
    assert (chart.kind, chart.series[0].shown) == (ChartKind.BARS, ("2条 50.0%", "2条 50.0%"))


async def test_s59_four_quarters_of_purchasing_in_words_and_as_a_line(world: Rehearsal) -> None:
    old = {"category": "CG02", "submitted_at": at(3, 2)}
    await given(world, old | {"quarter": "2026Q1"}, old | {"quarter": "2026Q3"}, closed(9, category="CG01"), {})
    lines = (await world.say(OFFICE, "采购类问题四个季度趋势")).splitlines()
    assert lines[0] == "采购招标类问题，4个季度："
    assert lines[1:5] == [
        "2026年一季度：登记1条，已销号0条", "2026年二季度：登记0条，已销号0条",
        "2026年三季度：登记1条，已销号0条", "2026年四季度：登记1条，已销号1条",
    ]  # fmt: skip
    assert lines[5].startswith("口径：")
    await world.settle()
    (chart,) = pictures(world, OFFICE)
    assert chart.kind is ChartKind.LINE and chart.labels == ("26年一季度", "26年二季度", "26年三季度", "26年四季度")
    assert [one.values for one in chart.series] == [(1.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)]
    assert chart.note == lines[5]


async def test_two_quarters_are_compared(world: Rehearsal) -> None:
    second = [{"quarter": "2026Q2", "due": PAST}, closed(3, quarter="2026Q2")]
    await given(world, *second, {"quarter": "2026Q3", "due": PAST}, *[closed(3, quarter="2026Q3") for _ in range(3)])
    lines = (await world.say(DIRECTOR, "三季度和二季度比一下逾期率")).splitlines()
    assert lines[:3] == [
        "2026年二季度：逾期率50.0%（1/2）", "2026年三季度：逾期率25.0%（1/4）", "逾期率下降25.0个百分点。",
    ]  # fmt: skip
    assert lines[3].startswith("口径：逾期÷已到期")


async def test_status_of_the_units_as_a_stacked_picture(world: Rehearsal) -> None:
    await given(world, closed(3), {}, {"state": "pending_acceptance"}, {"state": "registered"})
    assert "共登记4条" in await world.say(DIRECTOR, "统计图")
    await world.settle()
    (chart,) = pictures(world)
    assert chart.kind is ChartKind.STACKED and chart.labels == ("恒信建设",)
    assert [(one.name, one.values) for one in chart.series] == [
        ("已销号", (1.0,)), ("在办", (1.0,)), ("待验收", (1.0,)), ("待交办", (1.0,)),
    ]  # fmt: skip


async def test_new_ones_and_those_in_hand_are_two_figures(world: Rehearsal) -> None:
    await given(world, {"quarter": "2026Q3"}, {"late": True}, closed(3))
    assert (await world.say(DIRECTOR, "本季新登记多少")).startswith("2026年四季度新登记2条，其中补报1条。\n口径：")
    assert (await world.say(DIRECTOR, "本季在办多少")).startswith("现在在办2条。\n口径：")


async def test_what_is_perhaps_common(world: Rehearsal) -> None:
    places = [{"unit": unit, "category": "CG03"} for unit in ("JS", "WL", "HX-CG")]
    await given(world, *places, {"category": "CW01"}, {"category": "CG03", "visibility": "restricted"})
    lines = (await world.say(DIRECTOR, "共性问题前五")).splitlines()
    assert lines[:2] == ["疑似共性问题1类（近四个季度）：", "1 采购招标·供应商管理｜3家4条"]
    assert "没有达到共性标准" in await world.say("hx_wuliul", "共性问题前五")


async def test_only_what_one_may_see_is_counted(world: Rehearsal) -> None:
    await given(world, {"unit": "WL", "resp_person": "hx_wuliul"}, {}, {"visibility": "restricted"})
    assert "共登记1条" in await world.say(UNIT, "统计")
    assert "共登记2条" in await world.say(OFFICE, "统计")
    assert "共登记3条" in await world.say(DIRECTOR, "统计")
    assert await world.say("hx_zhigong", "重启率") == FOREIGN_UNIT
    assert await world.say(UNIT, "恒信物流的延期率") == FOREIGN_UNIT
    assert "延期率—（0/0）" in await world.say(FINANCE, "恒信物流的延期率")  # a peer's card does not tell of it


async def _leads(world: Rehearsal, in_time: int, late: int) -> None:
    def run(session: Session) -> None:
        for serial in range(in_time + late):
            number = f"XS-2026-7K{serial:02d}"
            leads.add(session, number=number, state="disposal", reporter=FINANCE, reported_at=at(9, 1))
            obligations.add(
                session, ladder="lead", matter=number, part="disposal", source="S41", owner="hx_jiwei",
                begins_at=at(9, 1), due=date(2026, 10, 1), state="met", rungs=[],
                ended_at=at(9, 30) if serial < in_time else at(10, 9),
            )  # fmt: skip

    await world.turns.run(run)


@pytest.mark.parametrize(("in_time", "late", "answer"), [(4, 1, "线索按期处置率80.0%。"), (3, 1, "不足5件")])
async def test_leads_only_for_their_manager_and_the_director(
    world: Rehearsal, in_time: int, late: int, answer: str
) -> None:
    await _leads(world, in_time, late)
    for person in (DIRECTOR, "hx_jiwei"):
        said = await world.say(person, "线索按期处置率是多少")
        assert answer in said and not {"4件", "1件", "（4/5）"} & set(said.split("，")), said
    for person in (OFFICE, UNIT, FINANCE, "hx_zuzhang"):
        assert "处置率8" not in (said := await world.say(person, "线索按期处置率是多少")), person
        assert LEADS_CLOSED in said or "线索" in said, person


async def test_units_without_findings_for_three_quarters_are_told_apart(world: Rehearsal) -> None:
    def run(session: Session) -> None:
        for quarter, day in (("2026Q2", at(6, 29)), ("2026Q3", at(9, 29)), ("2026Q4", at(11, 20))):
            there = {"deadline": day.date(), "info_text": "检查", "info_at": day, "submitted_at": day, "none_at": day}
            session.execute(delete(QuarterTask).where(QuarterTask.quarter == quarter))
            session.add(QuarterTask(unit="HX-CW", quarter=quarter, **there))
        session.add(QuarterTask(unit="HX-SJ", **({"quarter": "2026Q4"} | there)))

    await world.turns.run(run)
    answer = (await world.say(DIRECTOR, "零报告占比")).splitlines()
    assert "零报告占比100.0%" in answer[1]
    assert answer[2] == "连续三个季度及以上零报告：财务部（仅提示）。" and answer[3].startswith("口径：")
