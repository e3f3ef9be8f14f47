"""Excel files read back: what stands in them is what was meant, and the former version's rows still open (7.6)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from bot import workbooks
from bot.messages import Cell, Form, Shade, Sheet, Workbook, bare, pack, safe, unpack

DANGEROUS = ("=cmd|' /C calc'!A0", "+86 10", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")')
SHADE = Shade(1, {"逾期": "FFC7CE"}, (0, 1))
SHEET = Sheet(
    "台账", ("编号", "时限状态", "时限", "金额", "万元", "描述"),
    (
        ("0123", "逾期", date(2026, 11, 20), 128_600.5, 12.86005, "=1+1"),
        ("1E5", None, None, None, None, "http://example.com"),
    ),
    (16,), (Form.TEXT, Form.PLAIN, Form.DATE, Form.MONEY, Form.TENTHS), SHADE, "内部资料 & 李敏",
)  # fmt: skip


def _in_memory(book: Workbook, _: Path) -> bytes:
    return workbooks.content(book)


def _on_disk(book: Workbook, path: Path) -> bytes:
    workbooks.write(path / "a.xlsx", (one for one in book.sheets))
    assert [one.name for one in path.iterdir()] == ["a.xlsx"]  # its parts are gone
    return (path / "a.xlsx").read_bytes()


def _through_the_outbox(book: Workbook, _: Path) -> bytes:
    kind, body = pack(book)
    back = unpack(kind, json.loads(json.dumps(body)))
    assert isinstance(back, Workbook)
    assert back == book
    return workbooks.content(back)


Way = Callable[[Workbook, Path], bytes]


@pytest.mark.parametrize("way", [_in_memory, _on_disk, _through_the_outbox])
def test_types_formats_colours_panes_and_footer(way: Way, tmp_path: Path) -> None:
    content = way(Workbook("台账.xlsx", (SHEET,)), tmp_path)
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    first, second = list(page.iter_rows(min_row=2))
    assert [cell.data_type for cell in first] == ["s", "s", "d", "n", "n", "s"]
    assert [cell.number_format for cell in first[:5]] == ["@", "General", "yyyy-mm-dd", "#,##0.00", "#,##0.00####"]
    assert [cell.fill.fgColor.rgb for cell in first[:3]] == ["FFFFC7CE", "FFFFC7CE", "00000000"]
    assert (first[0].value, first[3].value, first[4].value, first[5].value) == ("0123", 128_600.5, 12.86005, "'=1+1")
    assert (second[0].value, second[0].fill.fgColor.rgb, second[5].hyperlink) == ("1E5", "00000000", None)
    assert page.freeze_panes == "B2"
    assert page.oddFooter.left.text == "内部资料 && 李敏"
    assert (page.print_title_rows, page.page_setup.orientation) == ("$1:$1", "landscape")


@pytest.mark.parametrize("way", [_in_memory, _on_disk])
@pytest.mark.parametrize("said", DANGEROUS)
def test_no_cell_is_a_formula_and_its_words_come_back(way: Way, said: str, tmp_path: Path) -> None:
    content = way(Workbook("x.xlsx", (Sheet("一", ("a",), ((said,),)),)), tmp_path)
    (cell,) = next(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2))
    assert cell.data_type == "s"
    assert bare(str(cell.value)) == said
    path = tmp_path / "again.xlsx"
    path.write_bytes(content)
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1] == [f"'{said}"]


@pytest.mark.parametrize("said", ["'quoted", "plain", "", "''=x"])
def test_what_needs_no_mark_has_none(said: str) -> None:
    assert safe(said) == said
    assert bare(said) == said


def test_the_former_version_reads_what_it_knows() -> None:
    """It takes title, headings, rows and widths, and writes days as the words that stand there."""
    _, body = pack(Workbook("台账.xlsx", (SHEET,)))
    rows: list[list[Cell]] = body["sheets"][0]["rows"]
    assert rows[0][2] == "2026-11-20"
    assert set(body["sheets"][0]) == {"title", "headings", "rows", "widths", "forms", "shade", "footer"}
    plain = pack(Workbook("x.xlsx", (Sheet("一", ("a",), (("b",),)),)))[1]
    assert set(plain["sheets"][0]) == {"title", "headings", "rows", "widths"}


def test_a_row_of_the_former_version_still_opens() -> None:
    body = {"name": "x.xlsx", "sheets": [{"title": "一", "headings": ["a"], "rows": [["b"]], "widths": []}]}
    assert unpack("workbook", body) == Workbook("x.xlsx", (Sheet("一", ("a",), (("b",),)),))


def test_rows_are_taken_one_by_one_sheet_after_sheet(tmp_path: Path) -> None:
    """A book that is made as it goes out may not be read ahead."""
    taken: list[str] = []

    def rows(name: str) -> Iterator[tuple[int]]:
        for at in range(3):
            taken.append(f"{name}{at}")
            yield (at,)

    sheets = (Sheet(name, ("n",), rows(name)) for name in ("a", "b"))
    workbooks.write(tmp_path / "x.xlsx", sheets)
    assert taken == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_wrapped_text_has_its_room_and_a_wide_sheet_its_pages(tmp_path: Path) -> None:
    """LibreOffice and WPS do not reckon the height of a row, and one page across makes fifty columns unreadable."""
    sheet = Sheet(
        "台账",
        ("编号", *("说明",) * 20),
        [("一", "长" * 60, "短"), ("二", "a\nb\nc")],
        (16, *(40,) * 20),
        footer="内部",
    )
    workbooks.write(tmp_path / "wide.xlsx", [sheet])
    page = openpyxl.load_workbook(tmp_path / "wide.xlsx").worksheets[0]
    assert [page.row_dimensions[at].height for at in (1, 2, 3)] == [None, 45, 45]  # one line: the default
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (3, 0)
    assert (page.print_title_rows, page.print_title_cols) == ("$1:$1", "$A:$A")


def _digest(tmp_path: Path, *sheets: Sheet) -> str:
    return workbooks.write(tmp_path / "a.xlsx", iter(sheets))


def test_its_digest_is_of_what_it_says_and_of_nothing_else(tmp_path: Path) -> None:
    """It decides whether a second try is the same file, or what somebody without the right would still get."""
    about = Sheet("口径说明", ("项目", "说明"), (("生成时间", "2026-11-23 10:02"),), about=True)
    later = replace(about, rows=(("生成时间", "2026-11-23 10:03"),))
    same = _digest(tmp_path, SHEET, about)
    assert _digest(tmp_path, replace(SHEET, footer="内部资料 2026-11-23 10:03"), later) == same
    first, second = SHEET.rows
    others = [
        replace(SHEET, rows=(second, first)), replace(SHEET, rows=(first,)), replace(SHEET, title="台账2"),
        replace(SHEET, headings=(*SHEET.headings[:-1], "说明")), replace(SHEET, rows=(first, (*second[:-1], None))),
        replace(SHEET, rows=(first, (*second[:-2], "1.0", second[-1]))),
    ]  # fmt: skip
    found = {_digest(tmp_path, other, about) for other in others}
    assert len(found) == len(others) and same not in found
