"""A second sheet of findings in the same file is not passed over in silence (batch intake)."""

from __future__ import annotations

from bot import workbooks
from bot.messages import Sheet, Workbook
from tests.flows.findings import AUDIT
from tests.flows.harness import Rehearsal

HEAD = ("责任单位", "问题描述")


def book(*sheets: Sheet) -> bytes:
    return workbooks.content(Workbook("台账.xlsx", sheets))


async def _preview(world: Rehearsal, content: bytes) -> str:
    await world.say(AUDIT, "批量导入")
    await world.file(AUDIT, "台账.xlsx", content)
    return world.told(AUDIT)[0]


async def test_the_sheets_that_were_not_read_are_named(world: Rehearsal) -> None:
    first = Sheet("十月", HEAD, (("恒信物流", "备用金7个月没清"),))
    second = Sheet("十一月", HEAD, (("恒信资本", "投后管理缺失"),))
    preview = await _preview(world, book(first, second))
    assert "“十一月”没有读" in preview and "共1条，无误1条" in preview


async def test_a_sheet_without_findings_is_not_mentioned(world: Rehearsal) -> None:
    first = Sheet("十月", HEAD, (("恒信物流", "备用金7个月没清"),))
    preview = await _preview(
        world, book(first, Sheet("填报说明", ("说明", "值"), (("甲", "乙"),)), Sheet("空表", HEAD, ()))
    )
    assert "没有读" not in preview
