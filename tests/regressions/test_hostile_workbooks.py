"""A workbook of 7 KB ended the whole bot: its reader asked for 400 GB and died. It is read in a process of its own."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bot import sheets
from bot.sheets import SheetError
from tests.flows.findings import FINANCE
from tests.flows.harness import Rehearsal


def workbook(*cells: tuple[int, int]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.title = "单位"
    for row, column in cells:
        page.cell(row, column, "编码")
    book.save(out)
    return out.getvalue()


BOMB = workbook((1, 1), (1_048_576, 16_384))


@pytest.mark.parametrize("content", [BOMB, workbook((1, 1), (200_000, 5_000)), BOMB[:-40], b"PK\x03\x04"], ids=range(4))
def test_a_sheet_without_end_is_refused_by_every_reader(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(SheetError, match="读不出来"):
        sheets.read_any(path, "a.xlsx")
    with pytest.raises(SheetError, match="不是可读的 Excel 文件"):
        sheets.read(path, ("单位", "人员"))


def test_texts_without_end_are_refused(tmp_path: Path) -> None:
    """Well packed, so that it is small on the way, and of few lines."""
    path, said = tmp_path / "a.xlsx", "长" * 32_000
    rows = "".join(f'<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>{said}</t></is></c></row>' for at in range(1, 330))
    with zipfile.ZipFile(io.BytesIO(workbook((1, 1)))) as good, zipfile.ZipFile(path, "w", 8) as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, tail = content.split(b"<sheetData>")[0], content.split(b"</sheetData>")[1]
                content = head + b"<sheetData>" + rows.encode() + b"</sheetData>" + tail
            bad.writestr(name, content)
    assert path.stat().st_size < 500_000
    with pytest.raises(SheetError, match="读不出来"):
        sheets.read_any(path, "a.xlsx")


async def test_who_sends_one_hears_so_and_the_bot_goes_on(world: Rehearsal) -> None:
    await world.say(FINANCE, "批量导入")
    await world.file(FINANCE, "a.xlsx", BOMB)
    assert any("读不出来" in said for said in world.told(FINANCE))
    await world.say(FINANCE, "取消")
    assert "报送问题" in await world.say(FINANCE, "帮助")
