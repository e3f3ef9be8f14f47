"""Writes Excel files: what people typed stays text, whatever it looks like (domain.md 7.6)."""

from __future__ import annotations

import io
import re

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bot.messages import Cell, Sheet, Workbook

# Never a formula, a link or a number by its looks: a cell says what it is by its Python type.
_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST = 32_000  # characters; Excel's own limit lies a little above
_WIDTH = 14


def content(book: Workbook) -> bytes:
    """The file's bytes; the same book gives the same bytes but for the moment that Excel notes inside."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as written:
        heading = written.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
        wrapped = written.add_format({"text_wrap": True, "valign": "top"})
        for sheet in book.sheets:
            page = written.add_worksheet(sheet.title[:31])
            page.freeze_panes(1, 1)
            page.write_row(0, 0, [safe(name) for name in sheet.headings], heading)
            _fill(page, sheet, wrapped)
    return buffer.getvalue()


def _fill(page: Worksheet, sheet: Sheet, wrapped: object) -> None:
    for column in range(len(sheet.headings)):
        width = sheet.widths[column] if column < len(sheet.widths) else _WIDTH
        page.set_column(column, column, width, wrapped)
    for at, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(at, column, safe(cell))


def safe(cell: Cell) -> Cell:
    """A text that another program might take for a formula begins with a single quotation mark."""
    if not isinstance(cell, str):
        return cell
    cleaned = _CONTROL.sub("", cell)[:_LONGEST]
    return f"'{cleaned}" if cleaned.startswith(_DANGEROUS) else cleaned
