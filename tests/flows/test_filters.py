"""Every filter holds for lists, counts, figures, comparisons, rankings and charts; what cannot be honoured is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.errors import FOREIGN_UNIT
from handlers.query_narrow import NO_PIE
from tests.flows.harness import Rehearsal
from tests.flows.test_queries import given
from tests.flows.test_statistics import DIRECTOR, OFFICE, UNIT, at, closed, pictures

FINANCE = {"source": "HX-CW", "source_name": "财务部"}
LATE = date(2026, 9, 1)
ROWS: tuple[dict[str, Any], ...] = (
    {"amount_fen": 5_000_000, "severity": "major", "due": LATE, "category": "CG02"},
    {
        "amount_fen": 20_000_000, "severity": "major", "unit": "WL", "resp_person": "hx_wuliul", "quarter": "2026Q3",
        "submitted_at": at(8, 12),
    },
    {"amount_fen": 60_000_000, "is_repeat": True, "desc": "食堂围标", "title": "食堂围标", **FINANCE},
    {"amount_fen": 10_000_000, "key_supervised": True, "due": date(2026, 11, 16), **FINANCE},
    closed(9, amount_fen=30_000_000, quarter="2025Q4", submitted_at=at(11, 12, 2025)),
)  # fmt: skip


@pytest.fixture
async def told(world: Rehearsal) -> Rehearsal:
    await given(world, *ROWS)
    return world


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("金额10万以上的问题有多少", "10万元以上的问题共4条"),
        ("超过10万的问题有多少", "超过10万元的问题共3条"),
        ("金额10万以下的问题有多少", "10万元以下的问题共2条"),
        ("不到10万的问题有几条", "不到10万元的问题共1条"),
        ("金额10万到40万之间的问题有几条", "10万元以上、40万元以下的问题共3条"),
        ("财务部发现的问题，10万以上的有几条", "财务部来源的10万元以上的问题共2条"),
        ("超期30天以上的问题有多少", "超期30天以上的逾期问题共1条"),
        ("超期10天以内的有多少", "超期10天以内的逾期问题共1条"),
        ("没销号的问题有多少", "未销号问题共4条"),
        ("重复发生的问题有多少", "重复发生的问题共1条"),
        ("重点督办的问题有几条", "重点督办的问题共1条"),
        ("一般问题有多少", "一般问题共3条"),
        ("涉及围标的问题有多少", "含“围标”的问题共1条"),
        ("围标的问题有哪些", "含“围标”的问题共1条"),
        ("去年审计部查出的问题有多少", "审计部来源2025年1月1日至2025年12月31日登记的问题共1条"),
        ("审计部发现的逾期问题", "审计部来源的逾期问题共1条"),
        ("三季度重大问题统计", "2026年三季度重大问题共登记1条"),
        ("50万以上的问题涉及金额", "50万元以上的问题涉及金额60万元。"),
        ("逾期的问题按来源统计", "逾期问题按来源，共2条"),
        ("统计一下恒信建设逾期问题的金额", "恒信建设的逾期问题涉及金额15万元。"),
        ("重点督办的问题逾期率", "重点督办的问题逾期率100.0%（1/1）"),
        ("50万以上问题的销号率", "50万元以上的问题销号率0.0%（0/1）"),
        ("今年和去年销号率对比", "2025年：销号率100.0%（1/1）\n2026年：销号率0.0%（0/4）"),
        ("今年比去年问题多了还是少了", "问题数增加3条。"),
        ("紧急问题有多少", "问题登记时不分“紧急”，以下没有按“紧急”筛选。\n问题共5条"),
    ],
)  # fmt: skip
async def test_each_filter_holds_for_counts_and_figures(told: Rehearsal, question: str, answer: str) -> None:
    assert answer in await told.say(DIRECTOR, question)


async def test_rankings_groups_and_charts_are_of_what_was_asked(told: Rehearsal) -> None:
    ranking = await told.say(DIRECTOR, "金额10万以上的问题各单位涉及金额排名图")
    assert ranking.startswith("10万元以上的问题涉及金额，共2家：\n1 恒信建设｜100万元")
    kinds = await told.say(DIRECTOR, "金额10万以上的问题按类别统计")
    assert kinds.startswith("10万元以上的问题分类，共4条：\n财务资金｜4条")
    trend = await told.say(DIRECTOR, "10万以上的重大问题趋势图")
    assert trend.startswith("10万元以上的重大问题，4个季度：") and "2026年三季度：登记1条" in trend
    month = await told.say(DIRECTOR, "今年8月份的问题趋势")
    assert "趋势按整个季度计，不限于8月1日至8月31日登记的" in month
    first, second, _ = pictures(told)
    assert first.series[0].shown[0] == "100万元" and first.title.startswith("10万元以上的问题")
    assert second.series[0].values == (0.0, 0.0, 1.0, 0.0)


async def test_the_last_question_is_asked_again_with_a_word(told: Rehearsal) -> None:
    async def hears(words: str) -> str:
        return (await told.say(DIRECTOR, words)).splitlines()[0]

    assert await hears("今年重大问题统计") == "2026年重大问题共登记2条：已销号0，待验收0，在办2。"
    assert (await hears("其中物流的呢")).startswith("恒信物流2026年重大问题共登记1条")
    assert (await hears("建设呢")).startswith("恒信建设2026年重大问题共登记1条")
    assert (await hears("上个季度呢")).startswith("恒信建设2026年三季度重大问题共登记0条")
    assert await hears("逾期清单") == "逾期问题共2条，按逾期时间从长到短："
    assert await hears("10万以上的呢") == "10万元以上的逾期问题共1条，按逾期时间从长到短："
    assert await hears("一共多少条") == "10万元以上的逾期问题共1条。"
    assert await hears("按来源看") == "10万元以上的逾期问题按来源，共1条："
    assert await hears("换成饼图") == NO_PIE
    assert (await hears("换成趋势")).startswith("10万元以上的逾期问题，4个季度")
    assert [chart.kind for chart in pictures(told)] == ["bars", "line"]


async def test_rights_and_hidden_amounts_stand_in_every_form(told: Rehearsal) -> None:
    assert "共3条" in await told.say(UNIT, "金额10万以上的问题有多少")
    assert await told.say(UNIT, "其中物流的呢") == FOREIGN_UNIT
    assert await told.say("hx_zhigong", "金额10万以上的问题有多少") == FOREIGN_UNIT
    assert await told.say(OFFICE, "宏达的问题清单") == FOREIGN_UNIT  # stands in no finding that he may read
    # a peer's card tells no amount: only what the finance department found itself is counted
    assert "共2条" in await told.say("hx_caiwu", "金额10万以上的问题有多少")
    assert "共2家" not in await told.say("hx_caiwu", "金额10万以上的问题各单位排名")


async def test_whose_hands_are_fullest(told: Rehearsal) -> None:
    most = await told.say(OFFICE, "现在谁手里活最多")
    assert most.splitlines()[:3] == ["未销号问题共4条：", "周涛｜3条", "陈静｜1条"]
    late = await told.say(OFFICE, "谁名下逾期最多")
    assert late.splitlines()[:2] == ["逾期问题共2条：", "周涛｜2条｜最长逾期55个工作日"]
    assert (await told.say(OFFICE, "恒信建设每个责任人手里还有几条没销的")).splitlines()[1] == "周涛｜3条"


async def test_a_list_is_told_by_person_when_wished(told: Rehearsal) -> None:
    await told.say(OFFICE, "没销号的问题有哪些")
    assert (await told.say(OFFICE, "按责任人分")).splitlines()[1:3] == ["周涛｜3条", "陈静｜1条"]


async def test_a_peer_hears_no_persons(told: Rehearsal) -> None:
    """hx_caiwu sees the cards of others' findings, and in full only what his own department found (S57)."""
    heard = await told.say("hx_caiwu", "现在谁手里活最多")
    assert "周涛｜2条" in heard and "您看不到责任人的｜2条" in heard and "陈静" not in heard
