"""Writes Excel files: what people typed stays text, whatever it looks like (domain.md 7.6)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bot.messages import CONTROL, Cell, Form, Sheet, Workbook, safe

# Never a formula, a link or a number by its looks: a cell says what it is by its Python type.
_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_FOOTER = 250  # characters; Excel's own limit lies a little above
_LONGEST_LINE = 2000  # of which the width is reckoned
_WIDTH = 14
_A3 = 8
_PAGE = 320  # characters across a printed page that can still be read
_LINE = 15.0  # points; programs other than Excel do not find out themselves how high a row of wrapped text is
_MOST_LINES = 12
_LINE_COLOUR = "#BFBFBF"
_MIDDLE = (Form.DATE, Form.COUNT)
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


def write(path: Path, sheets: Iterable[Sheet]) -> str:
    """The same on the disk, a row at a time: memory holds one, however many there are. Its parts lie beside it.

    Gives the SHA-256 of what the sheets say, without those that tell of the file itself: when it was made.
    """
    said = hashlib.sha256()
    with xlsxwriter.Workbook(str(path), {**_TYPED, "constant_memory": True, "tmpdir": str(path.parent)}) as written:
        _write(written, (sheet if sheet.about else replace(sheet, rows=_heard(sheet, said)) for sheet in sheets))
    return said.hexdigest()


def _heard(sheet: Sheet, said: hashlib._Hash) -> Iterator[tuple[Cell, ...]]:
    said.update(repr((sheet.title, sheet.headings)).encode())
    for row in sheet.rows:
        said.update(repr(row).encode())
        yield row


def _write(written: xlsxwriter.Workbook, sheets: Iterable[Sheet]) -> None:
    heading = written.add_format(
        {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"}
    )
    formats = _Formats(written)
    for sheet in sheets:
        page = written.add_worksheet(sheet.title[:31])
        page.freeze_panes(1, 1)
        widths = [*sheet.widths, *[_WIDTH] * (len(sheet.headings) - len(sheet.widths))]
        if sheet.footer:
            _print(page, sheet.footer, sum(widths))
        for column, width in enumerate(widths):
            page.set_column(column, column, width, formats.blank(_form(sheet, column)))
        page.set_row(0, _height(sheet.headings, widths))
        page.write_row(0, 0, [safe(name) for name in sheet.headings], heading)
        for at, row in enumerate(sheet.rows, start=1):
            page.set_row(at, _height(row, widths))
            _fill(page, sheet, at, row, formats)


class _Formats(dict[tuple[str, str], Any]):
    """(form, colour) -> the file's own format, each made once."""

    def __init__(self, written: xlsxwriter.Workbook) -> None:
        super().__init__()
        self._written = written
        self._blank: dict[str, Any] = {}

    def blank(self, form: str) -> Any:
        """Of the cells below the last row: what is typed there is taken as what its column holds."""
        if form not in self._blank:
            self._blank[form] = self._written.add_format({"num_format": _NUMBERS[Form(form)]} if form else {})
        return self._blank[form]

    def __missing__(self, key: tuple[str, str]) -> Any:
        form, colour = key
        looks = {"text_wrap": True, "valign": "top", "num_format": _NUMBERS[Form(form)]}
        looks |= {"border": 1, "border_color": _LINE_COLOUR, "align": "center" if form in _MIDDLE else ""}
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


def _height(row: tuple[Cell, ...], widths: list[int]) -> float:
    """In points, so that the longest wrapped text can be read; full-width letters take the room of two."""
    lines = 1
    for cell, width in zip(row, widths, strict=False):
        if isinstance(cell, str) and (len(cell) * 2 > width or "\n" in cell):
            lines = max(lines, sum(-(-_across(line) // max(1, width)) or 1 for line in cell.splitlines()))
    return _LINE * min(lines, _MOST_LINES)


def _across(line: str) -> int:
    return sum(2 if letter > "\u2e7f" else 1 for letter in line[:_LONGEST_LINE])


def _print(page: Worksheet, footer: str, across: int) -> None:
    """On paper headings and numbers come again on every page, and the footer says whose copy it is.

    across: characters of all columns; so many pages lie side by side that the letters stay large enough.
    """
    words = CONTROL.sub("", footer).replace("&", "&&")[:_LONGEST_FOOTER]
    page.set_footer(f"&L{words}&R第&P页，共&N页")
    page.set_landscape()
    page.set_paper(_A3)
    page.fit_to_pages(-(-across // _PAGE), 0)
    page.repeat_rows(0)
    page.repeat_columns(0)
