"""Findings asked for by words of the field, with filters, and lists that are narrowed or put in another order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.errors import FOREIGN_UNIT
from tests.flows.findings import AUDIT, DIRECTOR, FINANCE, LIAISON, OFFICE, OTHER, change, seed
from tests.flows.harness import Rehearsal

OLD = datetime(2025, 5, 6, 2, 0, tzinfo=UTC)


def _late(month: int, day: int) -> dict[str, Any]:
    return {"state": "rectifying", "due": date(2026, month, day)}


TEXTS = (
    ("WT-2025-0001", "采购三家报价雷同，涉嫌围标", {"category": "CG02", "submitted_at": OLD, "quarter": "2025Q2"}),
    ("WT-2026-0001", "备用金7个月未清", {"amount_fen": 4_200_000} | _late(10, 1)),
    (
        "WT-2026-0002",
        "备用金长期未清，无台账",
        {"unit": "WL", "amount_fen": 20_000_000, "severity": "major", "resp_person": OTHER} | _late(11, 20),
    ),
    ("WT-2026-0003", "报销附虚假发票", {"unit": "WL", "category": "CW02"}),
)


@pytest.fixture
async def told(world: Rehearsal) -> Rehearsal:
    for number, desc, more in TEXTS:
        await seed(world, number, **{"desc": desc, "title": desc, "raw_text": desc, **more})
    return world


async def test_words_are_found_with_filters_in_one_sentence(told: Rehearsal) -> None:
    assert "WT-2025-0001" in await told.say(OFFICE, "去年采购方面围标的")
    answer = await told.say(OFFICE, "有没有虚假发票的问题")
    assert answer.startswith("含“虚假、发票”的问题共1条：") and "WT-2026-0003" in answer
    answer = await told.say(OFFICE, "查一下备用金长期未清的")
    assert "WT-2026-0002" in answer and "WT-2026-0001" not in answer
    answer = await told.say(OFFICE, "恒信物流有没有备用金的问题")
    assert "WT-2026-0002" in answer and "WT-2026-0001" not in answer
    assert "没有查到" in await told.say(OFFICE, "有没有量子计算的问题")


async def test_the_nearest_are_shown_when_none_has_all_words(told: Rehearsal) -> None:
    answer = await told.say(OFFICE, "查一下备用金长期闲置的")
    assert answer.startswith("没有同时满足的问题") and "WT-2026-0002" in answer
    answer = await told.say(OFFICE, "查一下备用金挪用闲置的")  # one word of three
    assert answer.startswith("没有同时满足的问题") and "WT-2026-0001" in answer


async def test_amounts_and_days_overdue_are_bounds(told: Rehearsal) -> None:
    answer = await told.say(OFFICE, "金额10万以上的问题有哪些")
    assert "WT-2026-0002" in answer and "20万元" in answer and "WT-2026-0001" not in answer
    answer = await told.say(OFFICE, "超期30天以上且金额1万以上的问题")
    assert "WT-2026-0001" in answer and "WT-2026-0002" not in answer
    assert "WT-2026-0002" not in await told.say(LIAISON, "金额10万以上的问题有哪些")


async def test_lists_are_narrowed_and_ordered(told: Rehearsal) -> None:
    first = await told.say(OFFICE, "查一下备用金未清的")
    assert "共2条" in first
    answer = await told.say(OFFICE, "按金额排")
    assert "按金额从大到小" in answer and answer.index("0002") < answer.index("0001")
    answer = await told.say(OFFICE, "其中建设的呢")
    assert "共1条" in answer and "WT-2026-0001" in answer
    answer = await told.say(OFFICE, "物流的呢")
    assert "WT-2026-0002" in answer and "WT-2026-0001" not in answer
    answer = await told.say(OFFICE, "逾期清单")
    assert "共2条" in answer
    answer = await told.say(OFFICE, "只看重大的")
    assert "共1条" in answer and "WT-2026-0002" in answer
    assert "刚才的清单里没有" in await told.say(OFFICE, "只看一般的")
    await told.say(OFFICE, "逾期清单")
    answer = await told.say(OFFICE, "按超期天数排")
    assert answer.index("0001") < answer.index("0002")
    assert (await told.say(OFFICE, "第2条展开")).startswith("WT-2026-0002")
    assert "共1条" in await told.say(OFFICE, "其中金额10万以上的")


async def test_nothing_to_narrow(told: Rehearsal) -> None:
    assert "刚才没有列出清单" in await told.say(OFFICE, "按金额排")
    assert "WT-2026-0003" in await told.say(OFFICE, "其中物流的呢")


async def test_after_eight_the_rest_in_the_same_order(world: Rehearsal) -> None:
    for serial in range(1, 12):
        await seed(world, f"WT-2026-{serial:04d}", desc="备用金未清", amount_fen=serial * 1000_00)
    await world.say(OFFICE, "查一下备用金未清的")
    first = await world.say(OFFICE, "按金额排")
    assert "1 WT-2026-0011" in first and "8 WT-2026-0004" in first and "回复“全部”查看其余3条" in first
    rest = await world.say(OFFICE, "全部")
    assert "9 WT-2026-0003" in rest and "11 WT-2026-0001" in rest
    assert (await world.say(OFFICE, "上一页的第3条展开")).startswith("WT-2026-0009")


async def test_what_one_may_not_see_is_not_found(told: Rehearsal) -> None:
    await change(told, "WT-2026-0003", visibility="restricted")
    await change(told, "WT-2026-0001", state="converted_to_lead", lead_number="XS-2026-7K3M")
    nothing = await told.say(OFFICE, "有没有虚假发票的问题")
    assert "0003" not in nothing and "没有查到" in nothing
    assert "WT-2026-0003" in await told.say(DIRECTOR, "有没有虚假发票的问题")
    for person in (OFFICE, LIAISON, AUDIT, FINANCE, OTHER):
        assert "WT-2026-0001" not in await told.say(person, "查一下备用金未清的"), person
    # a peer's card has no text that could be looked up
    assert "WT-2025-0001" not in await told.say(AUDIT, "去年采购方面围标的")
    assert await told.say(LIAISON, "恒信物流有没有备用金的问题") == FOREIGN_UNIT


async def test_rights_are_those_of_now_when_a_list_goes_on(told: Rehearsal) -> None:
    assert "共2条" in await told.say(OFFICE, "查一下备用金未清的")
    await change(told, "WT-2026-0002", visibility="restricted")
    answer = await told.say(OFFICE, "按金额排")
    assert "共1条" in answer and "0002" not in answer


async def test_a_changed_description_is_found_by_its_new_words(told: Rehearsal) -> None:
    await change(told, "WT-2026-0003", desc="合同倒签", title="合同倒签")
    assert "没有查到" in await told.say(OFFICE, "有没有虚假发票的问题")
    assert "WT-2026-0003" in await told.say(OFFICE, "有没有合同倒签的问题")
