"""The ledger of leads as a file: to whom, how much of it, and never words or reporters (domain.md 2.4, 7.1)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import LEADS_CLOSED
from handlers.rules.small_counts import masked
from storage import events
from tests.flows.books import lines, owed, read
from tests.flows.harness import Rehearsal
from tests.flows.leads import ACCT, AUDIT, DIRECTOR, HEAD, LEADER, MANAGER, OFFICE, WORKER, handed, reported

INVESTED = "报告问题线索：恒信资本违规出借资金"
ELEMENTS = "违规经营投资，损失一般，情节一般，影响一般"
HIDDEN_WORDS = ("废铁", "仓库主管", "恒信能源", "审计", "陈")


async def test_the_manager_has_the_ledger_without_words_or_reporters(world: Rehearsal) -> None:
    first, second = await reported(world), await handed(world, "追责部门", INVESTED, elements=ELEMENTS)
    answer = await world.say(MANAGER, "导出线索台账")
    assert answer == "线索台账共2件，不含内容和反映人，马上发给您。请勿外传；导出已留痕。"
    book = await read(world, MANAGER)
    page = book.worksheets[0]
    assert page.freeze_panes == "B2"
    assert "内部资料" in page.oddFooter.left.text
    one, two = lines(book)
    assert (one["线索编号"], one["台账序号"], one["状态"], one["报告日期"]) == (first, 1, "已报告", date(2026, 11, 23))
    assert (two["线索编号"], two["去向"], two["受理日期"]) == (second, "追责部门", date(2026, 11, 23))
    assert isinstance(one["最近时限"], date)
    assert "登记" in str(one["在办时限"])
    everything = str([line for sheet in range(2) for line in lines(book, sheet)])
    assert not any(word in everything for word in HIDDEN_WORDS)
    with world.session() as session:
        (event,) = events.newest(session, 1, actor=MANAGER)
    assert (event.matter, event.action) == ("leads", "leads_exported")
    assert event.after == {"kind": "ledger", "quarter": "", "count": 2}


async def test_the_accountability_body_has_what_went_to_it(world: Rehearsal) -> None:
    await reported(world)
    sent = await handed(world, "追责部门", INVESTED, elements=ELEMENTS)
    assert "共1件" in await world.say(ACCT, "导出线索台账")
    (line,) = lines(await read(world, ACCT))
    assert (line["线索编号"], line["台账序号"]) == (sent, None)
    assert await world.say(ACCT, "导出线索处置情况统计") == LEADS_CLOSED


@pytest.mark.parametrize("person", [DIRECTOR, LEADER])
async def test_the_director_has_counts_and_no_small_ones(world: Rehearsal, person: str) -> None:
    for at in range(6):
        await reported(world, f"报告问题线索：恒信能源仓库主管倒卖废铁{at}车，有过磅单")
    await handed(world)
    answer = await world.say(person, "导出线索台账")
    assert "只列合计" in answer
    assert "7件" not in answer
    book = await read(world, person)
    assert book.sheetnames == ["按状态", "按处置方式", "按结果", "按去向", "口径说明"]
    counts = {line["状态"]: line["件数"] for line in lines(book)}
    assert (counts["已报告"], counts["已移送"], counts["已结案"], counts["合计（件）"]) == (6, "*", "*", 7)
    assert "XS-2026" not in str([line for sheet in range(5) for line in lines(book, sheet)])


@pytest.mark.parametrize("person", [OFFICE, AUDIT, HEAD, WORKER])
@pytest.mark.parametrize("said", ["导出线索台账", "导出三季度线索处置情况统计"])
async def test_everybody_else_hears_the_one_sentence(world: Rehearsal, person: str, said: str) -> None:
    await reported(world)
    assert await world.say(person, said) == LEADS_CLOSED
    assert owed(world, person) == []


async def test_the_managers_counts_are_of_the_quarter(world: Rehearsal) -> None:
    await reported(world)
    await world.say(MANAGER, "导出四季度线索处置情况统计")
    with world.session() as session:
        (event,) = events.newest(session, 1, actor=MANAGER)
    assert event.after == {"kind": "stats", "quarter": "2026Q4", "count": 1}
    assert {line["件数"] for line in lines(await read(world, MANAGER))} == {"*"}


def test_a_hidden_count_cannot_be_reckoned_from_the_sum() -> None:
    assert masked({"a": 9, "b": 2, "c": 6}, 5) == {"a": "9", "b": "*", "c": "*"}
    assert masked({"a": 9, "b": 2, "c": 0}, 5) == {"a": "9", "b": "*", "c": "*"}
    assert masked({"a": 9, "b": 5}, 5) == {"a": "9", "b": "5"}
    assert masked({"a": 3}, 5) == {"a": "*"}
