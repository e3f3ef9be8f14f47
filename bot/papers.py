"""Files that the program makes itself: sheets, charts and papers as plain data; drawn or written when they go out.

Flows take them from `bot.messages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

Cell = str | int | float | date | None
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_000  # characters of a cell; Excel's own limit lies a little above


def safe(cell: Cell) -> Cell:
    """A cell as the file holds it: what a program might take for a formula begins with a single quotation mark."""
    if not isinstance(cell, str):
        return cell
    cleaned = CONTROL.sub("", cell)[:_LONGEST]
    return f"'{cleaned}" if cleaned.startswith(_DANGEROUS) else cleaned


def bare(text: str) -> str:
    """A text that comes back from such a file, without the mark that `safe` put before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_DANGEROUS) else text


class Form(StrEnum):
    """How the cells of a column are written. Dates and numbers are real ones wherever the cell holds such."""

    PLAIN = ""
    TEXT = "text"  # stays text when somebody types into it: numbers of matters
    DATE = "date"
    MONEY = "money"  # two decimals
    TENTHS = "tenths"  # of 万元: as many decimals as there are fen
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Shade:
    """Colours that follow the words of one column. colours: these words -> RRGGBB; on: the columns that take it."""

    column: int
    colours: Mapping[str, str]
    on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: headings, rows under them, and how wide each column is in characters.

    rows: read once, so a book that is made as it goes out may give them one by one. forms: one a column, or fewer.
    footer: stands at the foot of every printed page. about: it tells of the file itself, as when it was made.
    """

    title: str
    headings: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]] = field(default=(), repr=False)
    widths: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    shade: Shade | None = None
    footer: str = ""
    about: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """An Excel file to send, written only when it goes out; `name` is what the person sees, with its .xlsx.

    source: which of the flows' `books` makes the sheets as it goes out, and what that is given, JSON-ready; then
    `sheets` is what a process of the former version sends in its place.
    """

    name: str
    sheets: tuple[Sheet, ...]
    source: tuple[str, Mapping[str, Any]] | None = field(default=None, repr=False)


class ChartKind(StrEnum):
    BARS = "bars"  # one horizontal bar a label
    LINE = "line"  # the labels from left to right, a line a series
    STACKED = "stacked"  # one horizontal bar a label, of a piece a series


@dataclass(frozen=True, slots=True)
class Series:
    """Values, one a label, and how each is written; None where there is nothing to draw (a share without a whole)."""

    name: str
    values: tuple[float | None, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures, drawn only when it goes out. note: what stands below it, such as the formula.

    percent: the values are shares from 0 to 100.
    """

    name: str
    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...] = field(repr=False)
    note: str = ""
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a paper; `style` is a name of bot/documents.py (`body`, `h1`, `sign` …), else it is body."""

    text: str = field(repr=False)
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper: headings, rows under them, and each column's share of the width (empty: all alike)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A Word file to send, written only when it goes out; `name` is what the person sees, with its .docx.

    title: what the file calls itself. parts: what stands in it, from top to bottom. draft: every page says 草稿.
    """

    name: str
    title: str
    parts: tuple[Paragraph | Table, ...] = field(default=(), repr=False)
    draft: bool = False


def book_body(book: Workbook) -> dict[str, Any]:
    """JSON-ready."""
    body: dict[str, Any] = {"name": book.name, "sheets": [_sheet_body(sheet) for sheet in book.sheets]}
    if book.source is not None:
        body["source"] = [book.source[0], dict(book.source[1])]
    return body


def _sheet_body(sheet: Sheet) -> dict[str, Any]:
    """What the former version does not know stands beside what it knows, and days as words: it writes those."""
    rows = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in sheet.rows]
    body: dict[str, Any] = {"title": sheet.title, "headings": list(sheet.headings), "rows": rows}
    body["widths"] = list(sheet.widths)
    if sheet.forms:
        body["forms"] = list(sheet.forms)
    if sheet.shade is not None:
        body["shade"] = [sheet.shade.column, dict(sheet.shade.colours), list(sheet.shade.on)]
    if sheet.footer:
        body["footer"] = sheet.footer
    return body


def chart_body(chart: Chart) -> dict[str, Any]:
    """JSON-ready."""
    body: dict[str, Any] = {name: getattr(chart, name) for name in chart.__slots__}
    series = [{"name": one.name, "values": list(one.values), "shown": list(one.shown)} for one in chart.series]
    return body | {"kind": chart.kind.value, "labels": list(chart.labels), "series": series}


def book(body: Mapping[str, Any]) -> Workbook:
    """The inverse of `book_body`."""
    source = (body["source"][0], body["source"][1]) if body.get("source") else None
    return Workbook(body["name"], tuple(_sheet(one) for one in body["sheets"]), source)


def _sheet(body: Mapping[str, Any]) -> Sheet:
    forms = tuple(body.get("forms") or ())
    rows = tuple(tuple(_cell(cell, forms, at) for at, cell in enumerate(row)) for row in body["rows"])
    said = body.get("shade")
    shade = Shade(said[0], said[1], tuple(said[2])) if said else None
    widths = tuple(body["widths"])
    return Sheet(body["title"], tuple(body["headings"]), rows, widths, forms, shade, body.get("footer", ""))


def _cell(cell: Any, forms: tuple[str, ...], at: int) -> Cell:
    """A day of a column of days; what stands there otherwise stays as it is."""
    if not isinstance(cell, str) or at >= len(forms) or forms[at] != Form.DATE:
        return cell  # type: ignore[no-any-return]
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell


def chart(body: Mapping[str, Any]) -> Chart:
    """The inverse of `chart_body`."""
    series = tuple(Series(one["name"], tuple(one["values"]), tuple(one["shown"])) for one in body["series"])
    known = dict(body) | {"kind": ChartKind(body["kind"]), "labels": tuple(body["labels"]), "series": series}
    return Chart(**known)


def document_body(paper: Document) -> dict[str, Any]:
    """JSON-ready; also the form in which a paper is kept (storage/reports.py)."""
    parts: list[dict[str, Any]] = [
        {"style": part.style, "text": part.text}
        if isinstance(part, Paragraph)
        else {"headings": list(part.headings), "rows": [list(row) for row in part.rows], "widths": list(part.widths)}
        for part in paper.parts
    ]
    return {"name": paper.name, "title": paper.title, "parts": parts, "draft": paper.draft}


def document(body: Mapping[str, Any]) -> Document:
    """The inverse of `document_body`."""
    parts = tuple(
        Paragraph(part["text"], part["style"])
        if "text" in part
        else Table(tuple(part["headings"]), tuple(tuple(row) for row in part["rows"]), tuple(part["widths"]))
        for part in body["parts"]
    )
    return Document(body["name"], body["title"], parts, body["draft"])
