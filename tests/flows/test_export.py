"""The ledger as a file: what stands in it, for whom, and what is kept of the export (domain.md 7.6, S13, S44)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from bot.config import Policy
from bot.errors import FOREIGN_UNIT
from bot.messages import Workbook, pack
from handlers.ledger_columns import COLOURS, LEDGER
from storage import events
from storage.models import Event, Outbox
from tests.flows.books import lines, owed, read
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
    seed,
)
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

WORKER = "hx_zhigong"


@once
async def _four(world: Rehearsal) -> None:
    """One overdue, one due soon, one closed, one lasting; the second is the audit's about another unit."""
    common = {"resp_person": LIAISON, "assigned_at": datetime.fromisoformat("2026-11-01T10:00:00+08:00")}
    await seed(world, "WT-2026-0001", state="rectifying", due=date(2026, 11, 20), **common)
    await seed(
        world, "WT-2026-0002", state="assigned", due=date(2026, 11, 27), unit="WL", source="HX-SJ", category="CG02",
        amount_fen=12_860_050, quarter="2026Q3", resp_person="hx_wuliul",
    )  # fmt: skip
    await seed(world, "WT-2026-0003", state="closed", title="=cmd|' /C calc'!A0", desc="-1+2")
    await seed(world, "WT-2026-0004", state="ongoing", due=date(2027, 11, 20), amount_text="大概四五十万", **common)


async def test_the_ledger_holds_real_dates_and_numbers_and_the_colours_of_the_state(world: Rehearsal) -> None:
    await _four(world)
    answer = await world.say(OFFICE, "导出台账")
    assert answer == "问题台账共4条，马上发给您。内部资料，请勿外传；导出已留痕。"
    book = await read(world, OFFICE)
    assert book.sheetnames == ["问题台账", "口径说明"]
    page = book.worksheets[0]
    assert page.freeze_panes == "B2"
    assert [cell.value for cell in page[1]] == [column.heading for column in LEDGER]
    assert "内部资料" in page.oddFooter.left.text
    assert "李敏" in page.oddFooter.left.text
    assert "2026-11-23 10:00" in page.oddFooter.left.text
    first, second, third, fourth = lines(book)
    assert first["问题编号"] == "WT-2026-0001"
    assert second["整改时限"] == date(2026, 11, 27)
    assert (second["涉及金额（元）"], second["涉及金额（万元）"]) == (128_600.5, 12.86005)
    assert (third["问题标题"], third["问题描述"]) == ("'=cmd|' /C calc'!A0", "'-1+2")
    assert (fourth["金额说明（未计入合计）"], fourth["涉及金额（元）"]) == ("大概四五十万", None)
    at = {column.heading: place for place, column in enumerate(LEDGER, 1)}
    assert page.cell(2, 1).number_format == "@"
    assert page.cell(3, at["整改时限"]).number_format == "yyyy-mm-dd"
    shades = [page.cell(row, at["状态"]).fill.fgColor.rgb for row in range(2, 6)]
    assert shades == [f"FF{colour}" for colour in COLOURS.values()]
    said = dict(book.worksheets[1].iter_rows(values_only=True))
    assert said["条数"] == "问题4条，共4行"
    assert said["销号率"] == "25.0%"


async def test_each_round_is_a_row_and_money_stands_once(world: Rehearsal) -> None:
    await applied(world)
    await change(world, amount_fen=4_200_000)
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    await world.say(FINANCE, "确认")
    await world.say(OFFICE, f"重启 {NUMBER}，原因：又发现同样的事，依据：财务部复查单")
    await world.say(OFFICE, "确认")
    await world.say(OFFICE, "导出台账")
    first, second = lines(await read(world, OFFICE))
    assert (first["轮次"], first["状态"], first["涉及金额（元）"]) == (1, "已销号", None)
    assert (second["轮次"], second["涉及金额（元）"], second["重启原因"]) == (2, 42_000, "又发现同样的事")
    assert first["销号日期"] == date(2026, 11, 23)


async def test_the_changes_come_on_request_without_contents(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已收回三万 60%")
    await world.say(LIAISON, "确认")
    await world.say(OFFICE, "导出台账，带流水")
    book = await read(world, OFFICE)
    assert book.sheetnames[2] == "变更流水"
    told = [(line["经办人"], line["事项"]) for line in lines(book, 2)]
    assert ("李敏", "交办") in told
    assert "已收回三万" not in str(lines(book, 2))


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("导出三季度问题台账", ["WT-2026-0002"]),
        ("导出恒信物流台账", ["WT-2026-0002"]),
        ("导出审计部台账", ["WT-2026-0002"]),
        ("导出采购类问题台账", ["WT-2026-0002"]),
        ("导出逾期台账", ["WT-2026-0001"]),
        ("导出逾期清单", ["WT-2026-0001"]),
        ("导出恒信建设整改情况单", ["WT-2026-0001", "WT-2026-0003", "WT-2026-0004"]),
    ],
)
async def test_what_narrows_it(world: Rehearsal, said: str, numbers: list[str]) -> None:
    await _four(world)
    await world.say(OFFICE, said)
    assert [line["问题编号"] for line in lines(await read(world, OFFICE))] == numbers


@pytest.mark.parametrize(
    ("person", "said", "numbers"),
    [
        (AUDIT, "直接报董事会版台账", ["WT-2026-0002"]),
        (FINANCE, "导出台账", ["WT-2026-0001", "WT-2026-0003", "WT-2026-0004"]),
        (LIAISON, "导出台账", ["WT-2026-0001", "WT-2026-0003", "WT-2026-0004"]),
        (HEAD, "导出整改情况单", ["WT-2026-0001", "WT-2026-0003", "WT-2026-0004"]),
        (OTHER, "导出台账", ["WT-2026-0002"]),
        (DIRECTOR, "导出审计部台账", ["WT-2026-0002"]),
    ],
)
async def test_everybody_takes_away_what_is_his(world: Rehearsal, person: str, said: str, numbers: list[str]) -> None:
    await _four(world)
    answer = await world.say(person, said)
    assert "导出已留痕" in answer, answer
    assert [line["问题编号"] for line in lines(await read(world, person))] == numbers


async def test_what_is_foreign_is_refused_and_nothing_is_owed(world: Rehearsal) -> None:
    await _four(world)
    assert await world.say(LIAISON, "导出恒信物流台账") == FOREIGN_UNIT
    assert await world.say(LIAISON, "导出恒信物流整改情况单") == FOREIGN_UNIT
    assert await world.say(AUDIT, "导出恒信建设整改情况单") == FOREIGN_UNIT
    assert "台账由监督办公室、各监督部门和责任单位导出" in await world.say(WORKER, "导出台账")
    assert "没有可以导出" in await world.say(FINANCE, "导出审计部台账")
    assert not any(owed(world, person) for person in (LIAISON, AUDIT, WORKER, FINANCE))


async def test_restricted_findings_are_not_taken_away_by_who_may_not_read_them(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0001", visibility="restricted")
    await seed(world, "WT-2026-0002")
    for person, numbers in ((OFFICE, ["WT-2026-0002"]), (LIAISON, ["WT-2026-0002"])):
        await world.say(person, "导出台账")
        assert [line["问题编号"] for line in lines(await read(world, person))] == numbers


async def test_the_export_leaves_its_entry_and_no_contents_in_the_outbox(world: Rehearsal) -> None:
    await _four(world)
    await world.say(OFFICE, "导出三季度问题台账")
    with world.session() as session:
        (event,) = events.newest(session, 1, actor=OFFICE)
        assert (event.matter, event.action) == ("export", "exported")
        assert event.after == {
            "report": "ledger", "filter": {"quarter": "2026Q3"}, "count": 1, "trail": False,
        }  # fmt: skip
        (row,) = session.scalars(select(Outbox).where(Outbox.kind == "workbook"))
        assert "备用金" not in str(row.body)
        assert session.scalars(select(Event).where(Event.action == "exported")).one().actor == OFFICE


async def test_a_large_one_is_announced_first_and_made_apart(world: Rehearsal) -> None:
    await _four(world)
    world.world.policy = Policy(large_lines=4)
    assert "马上发给您" in await world.say(OFFICE, "导出台账")
    world.world.policy = Policy(large_lines=3)
    assert (await world.say(OFFICE, "导出台账")).startswith("正在生成问题台账，共4条，约1分钟内发给您")
    with world.session() as session:
        assert list(session.scalars(select(Outbox.apart).where(Outbox.kind == "workbook"))) == [False, True]
    assert len(lines(await read(world, OFFICE))) == 4


async def test_rights_count_as_they_are_when_the_file_goes_out(world: Rehearsal) -> None:
    await _four(world)
    await world.say(OFFICE, "导出台账")
    book = owed(world, OFFICE)[-1]
    assert [line["问题编号"] for line in lines(await read(world, OTHER, book))] == ["WT-2026-0002"]


def test_a_book_with_a_source_is_one_that_the_former_version_can_send() -> None:
    _, body = pack(Workbook("台账.xlsx", (), ("ledger", {"kind": "ledger"})))
    assert set(body) == {"name", "sheets", "source"}
    assert set(pack(Workbook("台账.xlsx", ()))[1]) == {"name", "sheets"}
