"""The exported ledger comes back: unchanged it says nothing, changed it is shown first, and rights hold (7.6)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from handlers.ledger_columns import LEDGER
from storage import events
from tests.flows.books import made
from tests.flows.findings import AUDIT, FINANCE, LIAISON, OFFICE, actions, change, finding, forget, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

ONE, TWO = "WT-2026-0001", "WT-2026-0002"
AT = {column.heading: place for place, column in enumerate(LEDGER, 1)}
FILE = "问题台账20261123-1000.xlsx"


@once
async def _kept(world: Rehearsal) -> None:
    """What is hard to keep through a file: formulas, quotation marks, length, line ends, money, days, nothing."""
    await seed(
        world, ONE, title="=cmd|' /C calc'!A0", desc="'=先写了引号\n第二行\r\n第三行 " + "长" * 5000, basis="-1",
        requirement="@SUM(A1)", amount_fen=12_860_050, occurred_at=date(2026, 1, 31), root_cause="+86",
    )  # fmt: skip
    await seed(
        world, TWO, amount_text="大概四五十万", found_at=None, title="'带引号", desc="_x0041_ <b>&amp;\t末尾 ",
        state="rectifying", source="HX-SJ",
    )  # fmt: skip
    await seed(world, "WT-2026-0003", state="closed", amount_fen=100, desc="2026-11-20", title="0123")
    await seed(world, "WT-2026-0004", visibility="restricted")


async def _back(
    world: Rehearsal, person: str, work: Callable[[Worksheet], None] | None = None, name: str = FILE
) -> str:
    """Export, change it as Excel would, send it back: the preview."""
    await world.say(person, "导出台账")
    content = await made(world, person)
    if work is not None:
        book = openpyxl.load_workbook(io.BytesIO(content))
        work(book.worksheets[0])
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    forget(world)
    assert await world.file(person, name, content) == "收到台账，正在核对差异，马上发给您。"
    return world.told(person)[0]


async def test_an_untouched_ledger_has_no_difference(world: Rehearsal) -> None:
    await _kept(world)
    for person, rows in ((OFFICE, 3), (FINANCE, 3), (AUDIT, 1)):
        assert await _back(world, person) == f"台账核对完毕：共{rows}行，与现有台账没有差异，不用改。"
        await world.say(person, "取消")
    assert "没有差异" in await _back(world, OFFICE, lambda page: None)  # saved by another program


def _change(page: Worksheet) -> None:
    page.cell(2, AT["问题类别"]).value = "采购招标·围标串标"
    page.cell(2, AT["严重程度"]).value = "重大"
    page.cell(2, AT["涉及金额（元）"]).value = 99.5
    page.cell(2, AT["整改时限"]).value = date(2027, 1, 1)
    page.cell(3, AT["发现时间"]).value = "去年底"
    page.cell(4, AT["严重程度"]).value = "重要"
    page.cell(5, 1).value = "WT-2026-0004"
    page.cell(5, 2).value = 1
    page.cell(6, 1).value = "WT-2026-9999"
    page.cell(7, AT["问题标题"]).value = "没有编号"


async def test_differences_are_shown_line_by_line_and_applied_after_confirmation(world: Rehearsal) -> None:
    await _kept(world)
    preview = await _back(world, OFFICE, _change)
    assert preview.startswith("台账核对完毕：共6行，改动3处（1条问题），不能改的2处，有误4处：")
    assert f"{ONE} 类别：财务资金·资金管理 → 采购招标·围标串标" in preview
    assert f"{ONE} 金额：128600.5元 → 99.5元" in preview
    assert preview.endswith("回复“确认”提交，“取消”放弃")
    rest = await world.say(OFFICE, "全部")
    assert f"不能通过台账修改：{ONE} 整改时限：空 → 2027-01-01" in rest
    assert "不能通过台账修改：WT-2026-0003 严重程度：一般 → 重要" in rest
    assert f"有误：第3行 {TWO} 发现时间“去年底”：看不懂，请写成 2026-11-20" in rest
    assert "有误：第5行 WT-2026-0004：未查询到该编号，或您无权查看" in rest
    assert "有误：第6行 WT-2026-9999：未查询到该编号，或您无权查看" in rest
    assert "有误：第7行：没有问题编号" in rest
    assert finding(world, ONE).severity == "general"
    assert await world.say(OFFICE, "确认") == "已按台账更正1条，逐条留痕。"
    row = finding(world, ONE)
    assert (row.category, row.severity, row.amount_fen, row.due) == ("CG02", "major", 9950, None)
    assert actions(world, ONE) == ["classify"]
    with world.session() as session:
        assert events.history(session, ONE)[-1].reason == "通过台账导入"
    assert any("登记内容更正（李敏，台账导入）" in words for words in world.told(FINANCE))


async def test_a_second_confirmation_changes_nothing_more(world: Rehearsal) -> None:
    await _kept(world)
    await _back(world, OFFICE, _change)
    await world.say(OFFICE, "确认")
    await world.say(OFFICE, "确认")
    assert actions(world, ONE) == ["classify"]


async def test_what_was_changed_meanwhile_is_left_and_told(world: Rehearsal) -> None:
    await _kept(world)
    await _back(world, OFFICE, _change)
    await change(world, ONE, severity="important")
    assert f"{ONE}刚刚有人改过" in await world.say(OFFICE, "确认")
    assert finding(world, ONE).category == "CW01"


async def test_who_may_not_change_the_entry_in_the_chat_may_not_by_the_ledger(world: Rehearsal) -> None:
    await _kept(world)

    def severe(page: Worksheet) -> None:
        page.cell(2, AT["严重程度"]).value = "重大"

    preview = await _back(world, LIAISON, severe)
    assert "不能改的1处" in preview
    assert "没有可以改的" in preview
    await world.say(LIAISON, "确认")
    assert actions(world, ONE) == []


async def test_it_is_known_by_its_columns_in_the_batch_intake_too(world: Rehearsal) -> None:
    await _kept(world)
    await world.say(AUDIT, "导出台账")
    content = await made(world, AUDIT)
    await world.say(AUDIT, "导入台账")
    forget(world)
    await world.file(AUDIT, "改过名.xlsx", content)
    assert world.told(AUDIT) == ["台账核对完毕：共1行，与现有台账没有差异，不用改。"]


async def test_columns_that_are_left_out_are_not_emptied_and_strange_ones_are_told(world: Rehearsal) -> None:
    await _kept(world)

    def cut(page: Worksheet) -> None:
        page.delete_cols(AT["问题描述"])
        page.cell(1, 60).value = "我的备注"

    preview = await _back(world, OFFICE, cut)
    assert "有误1处" in preview
    assert "列“我的备注”不认识" in preview


async def test_what_a_cell_cannot_do_is_offered_as_the_sentence_that_does_it(world: Rehearsal) -> None:
    await seed(world, ONE, state="rectifying", due=date(2026, 12, 1))

    def later(page: Worksheet) -> None:
        page.cell(2, AT["整改时限"]).value = date(2026, 12, 20)
        page.cell(2, AT["责任人"]).value = "王建国"

    def earlier(page: Worksheet) -> None:
        page.cell(2, AT["整改时限"]).value = date(2026, 11, 25)
        page.cell(2, AT["责任人"]).value = "查无此人"
        page.cell(2, AT["状态"]).value = "已销号"

    preview = await _back(world, LIAISON, later)
    offer = f"{ONE} 申请延期至2026-12-20，原因：…"
    assert f"整改时限：2026-12-01 → 2026-12-20（不能直接改，请发“{offer}”）" in preview
    assert "责任人：周涛 → 王建国（由来源部门或监督办公室改派）" in preview
    await world.say(LIAISON, "取消")
    assert "12月20日" in await world.say(LIAISON, offer.replace("…", "供应商资料没到齐"))
    await world.say(LIAISON, "取消")
    preview = await _back(world, OFFICE, later)
    assert "（不能直接改，由责任单位申请延期）" in preview
    offer = f"{ONE} 责任人改为王建国"
    assert f"（请发“{offer}”）" in preview
    await world.say(OFFICE, "取消")
    assert "王建国" in (asked := await world.say(OFFICE, offer)) and "确认" in asked
    await world.say(OFFICE, "取消")
    preview = await _back(world, OFFICE, earlier)
    assert "（时限只能申请延期，不能提前或清空）" in preview
    assert f"（没有叫“查无此人”的人，改派请发“{ONE} 改派给…”）" in preview
    assert "状态：整改中 → 已销号（状态随办理变化）" in preview
    assert (finding(world, ONE).due, actions(world, ONE)) == (date(2026, 12, 1), [])
