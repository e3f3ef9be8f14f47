"""Reads tables that people keep: one .xlsx with named sheets, or a folder of .csv files of the same names."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from bot.errors import JianduError

Row = tuple[int, dict[str, str]]  # the line people see in their file, and the cells by heading
Sheets = list[tuple[str, list[list[str]]]]
READER = Path(__file__).with_name("sheet_reader.py")
PATIENCE = 60.0  # seconds for a workbook
MAX_BYTES = 20_000_000
MOST_LINES, MOST_CELLS, MOST_CHARACTERS = 2000, 60, 4000  # of what members send


class SheetError(JianduError):
    """One line that names the file and what is wrong with it."""


def read(path: Path, names: tuple[str, ...]) -> dict[str, list[Row]]:
    """The tables `names` of `path`. Raises SheetError for what cannot be read at all; cells are never judged here."""
    if path.is_dir():
        return {name: _read_csv(path / f"{name}.csv") for name in names}
    if path.suffix.lower() == ".xlsx" and path.is_file():
        return _read_xlsx(path, names)
    raise SheetError(f"{path}: 需要一个 .xlsx 文件，或含有 {'、'.join(f'{name}.csv' for name in names)} 的文件夹")


def read_any(path: Path, name: str) -> Sheets:
    """Every sheet of a file that a member sent, as lines of texts; `name` is what he called it, `path` any name.

    Raises SheetError in words for him. Bounded: what lies beyond `MOST_LINES` or `MOST_CELLS` is not read.
    """
    try:
        if name.lower().endswith(".csv"):
            return [(name, _bounded(_csv_lines(path)))]
        sheets = [(title, _bounded(lines)) for title, lines in _read_book(path, MOST_LINES + 1)]
    except SheetError:
        raise
    except Exception:
        raise SheetError("这个文件读不出来，请另存为 .xlsx 再发") from None
    return [(title, lines) for title, lines in sheets if lines]


def _csv_lines(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))
        except UnicodeDecodeError:
            continue
    raise SheetError("文字编码认不出来，请另存为 .xlsx 再发")


def _bounded(lines: list[list[str]]) -> list[list[str]]:
    if len(lines) > MOST_LINES:
        raise SheetError(f"表格超过{MOST_LINES}行，请分几个文件发")
    return [[cell.strip()[:MOST_CHARACTERS] for cell in line[:MOST_CELLS]] for line in lines]


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
        sheets = dict(_read_book(path))
    except (OSError, ValueError, subprocess.SubprocessError):
        raise SheetError(f"{path}: 不是可读的 Excel 文件") from None
    missing = [name for name in names if name not in sheets]
    if missing:
        raise SheetError(f"{path}: 缺少工作表 {'、'.join(missing)}")
    return {name: _named(sheets[name]) for name in names}


def _read_book(path: Path, most: int = 0) -> Sheets:
    """Every sheet with its cells as texts, at most so many lines of each (0: all). Raises in several ways."""
    command = [sys.executable, "-I", str(READER), str(path.absolute()), str(most)]
    quiet = subprocess.DEVNULL  # what a library says when it dies may hold a cell
    done = subprocess.run(command, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet, timeout=PATIENCE, check=True)  # noqa: S603  our own program
    return [(title, lines) for title, lines in json.loads(done.stdout)]


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
