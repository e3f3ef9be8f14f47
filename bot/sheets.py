"""Reads tables that people keep: one .xlsx with named sheets, or a folder of .csv files of the same names."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from bot.errors import JianduError

Row = tuple[int, dict[str, str]]  # the line people see in their file, and the cells by heading
MAX_BYTES = 20_000_000


class SheetError(JianduError):
    """One line that names the file and what is wrong with it."""


def read(path: Path, names: tuple[str, ...]) -> dict[str, list[Row]]:
    """The tables `names` of `path`. Raises SheetError for what cannot be read at all; cells are never judged here."""
    if path.is_dir():
        return {name: _read_csv(path / f"{name}.csv") for name in names}
    if path.suffix.lower() == ".xlsx" and path.is_file():
        return _read_xlsx(path, names)
    raise SheetError(f"{path}: 需要一个 .xlsx 文件，或含有 {'、'.join(f'{name}.csv' for name in names)} 的文件夹")


def _read_csv(path: Path) -> list[Row]:
    if not path.is_file():
        raise SheetError(f"{path}: 没有这个文件")
    if path.stat().st_size > MAX_BYTES:
        raise SheetError(f"{path}: 文件过大")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _named(list(csv.reader(file)))
    except UnicodeDecodeError:
        raise SheetError(f"{path}: 不是 UTF-8 编码") from None
    except csv.Error as error:
        raise SheetError(f"{path}: {error}") from None


def _read_xlsx(path: Path, names: tuple[str, ...]) -> dict[str, list[Row]]:
    if path.stat().st_size > MAX_BYTES:
        raise SheetError(f"{path}: 文件过大")
    try:
        book = CalamineWorkbook.from_path(str(path))
    except Exception:
        raise SheetError(f"{path}: 不是可读的 Excel 文件") from None
    missing = [name for name in names if name not in book.sheet_names]
    if missing:
        raise SheetError(f"{path}: 缺少工作表 {'、'.join(missing)}")
    return {name: _named([[_cell(c) for c in row] for row in _rows(book, name)]) for name in names}


def _rows(book: CalamineWorkbook, name: str) -> list[list[object]]:
    return [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _named(lines: list[list[str]]) -> list[Row]:
    if not lines:
        return []
    headings = [heading.strip() for heading in lines[0]]
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(headings) - len(cells))]
            rows.append((number, {key: cell.strip() for key, cell in zip(headings, padded, strict=False) if key}))
    return rows
