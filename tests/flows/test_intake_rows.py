"""Lines of a sheet: odd headings, every fault named with its line, nothing dropped in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot import sheets, workbooks
from bot.messages import Sheet, Workbook, pack, unpack
from bot.understanding.meaning import UnitName
from handlers import intake_rows, intake_template

TODAY = date(2026, 11, 23)
UNITS = (
    UnitName("WL", "恒信物流", ("物流", "物流公司")),
    UnitName("JS2", "恒信建设二公司", ("二公司",)),
    UnitName("NY2", "恒信能源二公司", ("二公司",)),
)
HEAD = ["责任单位", "问题描述", "涉及金额（万元）", "发现时间"]


def read(*lines: list[str]) -> list[intake_rows.Line]:
    found = intake_rows.read([("Sheet1", lines)], UNITS, TODAY)
    assert found is not None
    return found


def test_headings_may_be_odd_and_stand_under_a_title() -> None:
    title, head = ["2026年审计问题台账", "", ""], ["序号", "被审计单位*（必填）", "存在的问题", "违反依据"]
    (line,) = read(title, head, ["1", "物流公司", "备用金7个月没清", "财务制度第三条"])
    assert (line.number, line.faults) == (3, [])
    assert line.item["unit"] == "WL"
    assert line.item["desc"] == "备用金7个月没清"
    assert line.item["basis"] == "财务制度第三条"
    assert line.raw == "被审计单位*（必填）：物流公司；存在的问题：备用金7个月没清；违反依据：财务制度第三条"


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["恒信房产", "有问题", "", ""], "没有找到责任单位“恒信房产”"),
        (["二公司", "有问题", "", ""], "有2家：恒信建设二公司、恒信能源二公司"),
        (["物流", "", "3", ""], "没有问题描述"),
        (["物流", "有问题", "", "去年冬天"], "看不懂"),
        (["物流", "有问题", "", "2026-12-01"], "晚于今天"),
        (["物流", "有问题", "", "2026-02-30"], "看不懂"),
    ],
)
def test_a_fault_is_named_with_its_line(cells: list[str], fault: str) -> None:
    (line,) = read(HEAD, cells)
    assert fault in intake_rows.shown(line)
    assert intake_rows.shown(line).startswith("第2行：")


@pytest.mark.parametrize(
    ("cell", "fen", "text"),
    [
        ("4.2", 4_200_000, ""),
        ("1,200", 1_200_000_000, ""),
        ("大概四五十万", None, "大概四五十万"),
        ("3.6元", 360, ""),
        ("-", None, ""),
    ],
)
def test_amounts_are_exact_or_stay_text(cell: str, fen: int | None, text: str) -> None:
    (line,) = read(HEAD, ["物流", "有问题", cell, ""])
    assert line.item.get("amount_fen") == fen
    assert line.item.get("amount_text", "") == text


@pytest.mark.parametrize(
    "cell", ["2026-11-20", "2026/11/20", "2026.11.20", "2026年11月20日", "20261120", "46346", "2026-11-20 09:30"]
)
def test_days_in_the_spellings_of_sheets(cell: str) -> None:
    assert intake_rows.day_in(cell) == date(2026, 11, 20)


def test_a_line_that_stands_twice_is_a_fault() -> None:
    first, second = read(HEAD, ["物流", "备用金没清", "", ""], ["恒信物流", "备用金没清", "", ""])
    assert first.faults == []
    assert second.faults == ["与第2行相同"]


def test_no_line_is_lost() -> None:
    lines = read(HEAD, ["物流", "一", "", ""], ["", "", "", ""], ["", "", "5", ""], ["待定", "二", "", ""])
    assert [line.number for line in lines] == [2, 4, 5]
    assert lines[1].faults == ["没有问题描述"]
    assert lines[2].notes[:1] == ["责任单位待定"]


def test_a_sheet_without_headings_of_findings_is_none() -> None:
    assert intake_rows.read([("Sheet1", [["姓名", "电话"], ["周涛", "1"]])], UNITS, TODAY) is None


def test_the_template_is_understood_by_its_own_reader(tmp_path: Path) -> None:
    book = intake_template.book()
    filled = Workbook(
        book.name, (Sheet("问题", book.sheets[0].headings, (("物流", "=1+1 备用金", "资金管理", "重要", 42000),)),)
    )
    path = tmp_path / "filled"
    path.write_bytes(workbooks.content(filled))
    (line,) = intake_rows.read(sheets.read_any(path, "filled.xlsx"), UNITS, TODAY) or []
    assert line.faults == []
    assert (line.item["category"], line.item["severity"], line.item["amount_fen"]) == ("CW01", "important", 4_200_000)
    assert line.item["desc"] == "'=1+1 备用金"


def test_what_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    said = ("=cmd|' /C calc'!A0", "+86", "-1", "@SUM(A1)", "平常的话", 12.5, None)
    book = Workbook("x.xlsx", (Sheet("一", tuple("abcdefg"), (said,)),))
    assert unpack(*pack(book)) == book
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbooks.content(book))
    cells = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][2]]
    assert cells == ["'=cmd|' /C calc'!A0", "'+86", "'-1", "'@SUM(A1)", "平常的话", 12.5, None]


def test_csv_in_either_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        path = tmp_path / encoding
        path.write_bytes("责任单位,问题描述\r\n物流,备用金没清\r\n".encode(encoding))
        (line,) = intake_rows.read(sheets.read_any(path, "台账.csv"), UNITS, TODAY) or []
        assert line.item["unit"] == "WL"


def test_what_is_no_table_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(sheets.SheetError, match="读不出来"):
        sheets.read_any(path, "x.xlsx")
    path.write_text("a,b\n" * (sheets.MOST_LINES + 1))
    with pytest.raises(sheets.SheetError, match="分几个文件"):
        sheets.read_any(path, "x.csv")
