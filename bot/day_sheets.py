"""Reads the working days of a year from a table: 日期, 是否工作日, 名称 (contract.md, `calendar import`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot import sheets
from bot.sheets import SheetError
from storage.calendar_days import LONGEST_NAME, Entry

DAY, WORKDAY, NAME = "日期", "是否工作日", "名称"
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)(?:\s.*)?")
_YES = frozenset({"是", "1", "true", "班", "上班", "工作", "工作日", "补班"})
_NO = frozenset({"否", "0", "false", "休", "放假", "休息", "假", "休息日", "节假日"})


@dataclass(slots=True)
class DaySheet:
    """What a file says; with any error nothing of it is used."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def read(path: Path, years: tuple[int, int]) -> DaySheet:
    """The days of a .csv (UTF-8, a BOM is allowed) or .xlsx file; days outside `years` are errors.

    Raises SheetError, one line, for what cannot be read at all.
    """
    lines = _lines(path)
    headings = [heading.strip() for heading in lines[0]] if lines else []
    sheet = DaySheet()
    if missing := [heading for heading in (DAY, WORKDAY) if heading not in headings]:
        sheet.errors.append(f"第1行：缺少列 {'、'.join(missing)}")
        return sheet
    seen: dict[date, int] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if any(cells):
            row = dict(zip(headings, [*cells, *[""] * len(headings)], strict=False))
            _take(sheet, seen, number, row, years)
    if not sheet.entries and not sheet.errors:
        sheet.errors.append("表里没有内容")
    return sheet


def _lines(path: Path) -> list[list[str]]:
    if not path.is_file() or path.suffix.lower() not in (".csv", ".xlsx"):
        raise SheetError(f"{path}: 需要一个 .csv 文件，列为 {DAY},{WORKDAY},{NAME}")
    if path.stat().st_size > sheets.MAX_BYTES:
        raise SheetError(f"{path}: 文件过大")
    try:
        tables = sheets.read_any(path, path.name)
    except SheetError as error:
        raise SheetError(f"{path}: {str(error).replace('再发', '再导入').replace('文件发', '文件导入')}") from None
    return tables[0][1] if tables else []


def _take(sheet: DaySheet, seen: dict[date, int], number: int, row: dict[str, str], years: tuple[int, int]) -> None:
    faults = []
    day, word, name = parse_day(row[DAY]), row[WORKDAY].casefold(), row.get(NAME, "")
    if day is None:
        faults.append(f"日期“{row[DAY][:20]}”不认识，应如 2027-02-13")
    elif not years[0] <= day.year <= years[1]:
        faults.append(f"{day.year}年不在可维护的范围（{years[0]}至{years[1]}年）")
    elif (before := seen.setdefault(day, number)) != number:
        faults.append(f"{day.isoformat()} 与第{before}行重复")
    if word not in _YES | _NO:
        faults.append(f"是否工作日“{row[WORKDAY][:20]}”不认识，应为是或否")
    if len(name) > LONGEST_NAME:
        faults.append(f"名称{LONGEST_NAME}字以内")
    sheet.errors += [f"第{number}行：{fault}" for fault in faults]
    if day is not None and not faults:
        sheet.entries.append(Entry(day, word in _YES, name))


def parse_day(text: str) -> date | None:
    """`2027-02-13`, `2027/2/13`, `2027年2月13日`; a time of day behind it is ignored."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
