"""Writes Excel files: what people typed stays text, whatever it looks like (domain.md 7.6)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bot.messages import CONTROL, Cell, Form, Sheet, Workbook, safe

# Never a formula, a link or a number by its looks: a cell says what it is by its Python type.
_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_FOOTER = 250  # likewise
_WIDTH = 14
_A3 = 8
_NUMBERS = {
    Form.PLAIN: "", Form.TEXT: "@", Form.DATE: "yyyy-mm-dd", Form.MONEY: "#,##0.00",
    Form.TENTHS: "#,##0.00####", Form.COUNT: "0",
}  # fmt: skip


def content(book: Workbook) -> bytes:
    """The file's bytes; the same book gives the same bytes but for the moment that Excel notes inside."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {**_TYPED, "in_memory": True}) as written:
        _write(written, book.sheets)
    return buffer.getvalue()


def write(path: Path, sheets: Iterable[Sheet]) -> None:
    """The same on the disk, a row at a time: memory holds one, however many there are. Its parts lie beside it."""
    with xlsxwriter.Workbook(str(path), {**_TYPED, "constant_memory": True, "tmpdir": str(path.parent)}) as written:
        _write(written, sheets)


def _write(written: xlsxwriter.Workbook, sheets: Iterable[Sheet]) -> None:
    heading = written.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    formats = _Formats(written)
    for sheet in sheets:
        page = written.add_worksheet(sheet.title[:31])
        page.freeze_panes(1, 1)
        if sheet.footer:
            _print(page, sheet.footer)
        for column in range(len(sheet.headings)):
            width = sheet.widths[column] if column < len(sheet.widths) else _WIDTH
            page.set_column(column, column, width, formats[_form(sheet, column), ""])
        page.write_row(0, 0, [safe(name) for name in sheet.headings], heading)
        for at, row in enumerate(sheet.rows, start=1):
            _fill(page, sheet, at, row, formats)


class _Formats(dict[tuple[str, str], Any]):
    """(form, colour) -> the file's own format, each made once."""

    def __init__(self, written: xlsxwriter.Workbook) -> None:
        super().__init__()
        self._written = written

    def __missing__(self, key: tuple[str, str]) -> Any:
        form, colour = key
        looks = {"text_wrap": True, "valign": "top", "num_format": _NUMBERS[Form(form)]}
        looks |= {"bg_color": f"#{colour}"} if colour else {}
        self[key] = self._written.add_format({name: look for name, look in looks.items() if look})
        return self[key]


def _form(sheet: Sheet, column: int) -> str:
    return sheet.forms[column] if column < len(sheet.forms) else Form.PLAIN


def _fill(page: Worksheet, sheet: Sheet, at: int, row: tuple[Cell, ...], formats: _Formats) -> None:
    shade = sheet.shade
    colour = shade.colours.get(str(row[shade.column]), "") if shade is not None else ""
    for column, cell in enumerate(row):
        looks = formats[_form(sheet, column), colour if shade is not None and column in shade.on else ""]
        if cell is None:
            page.write_blank(at, column, None, looks)
        elif isinstance(cell, date):
            page.write_datetime(at, column, cell, looks)
        elif isinstance(cell, str):
            page.write_string(at, column, str(safe(cell)), looks)
        else:
            page.write_number(at, column, cell, looks)


def _print(page: Worksheet, footer: str) -> None:
    """On paper the headings come again on every page, and the footer says whose copy it is."""
    words = CONTROL.sub("", footer).replace("&", "&&")[:_LONGEST_FOOTER]
    page.set_footer(f"&L{words}&R第&P页，共&N页")
    page.set_landscape()
    page.set_paper(_A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
