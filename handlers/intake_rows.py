"""The lines of a sheet of findings become items of a draft, each with what is wrong with it; nothing is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from handlers import finding_draft, finding_split, subjects
from handlers.finding_draft import Item
from handlers.rules import categories, quarters, wording

Lines = Sequence[Sequence[str]]

# What the template calls its columns, and what else people call them.
_CALLED = {
    "unit": "责任单位 整改单位 整改责任单位 被检查单位 被审计单位 涉及单位 问题单位 单位名称 所属单位 单位 企业 公司",
    "desc": "问题描述 问题 描述 主要问题 存在问题 存在的问题 发现问题 发现的问题 具体问题 问题内容 问题事项 问题表现 "
    "问题摘要 内容 情况 事项",
    "category": "问题类别 类别 问题分类 分类 问题类型 类型",
    "severity": "严重程度 程度 等级 问题等级 级别",
    "amount": "涉及金额 金额 问题金额 涉及资金 资金 金额元 涉及金额元 金额万元 涉及金额万元",
    "found_at": "发现时间 发现日期 检查时间 检查日期 时间 日期",
    "person": "责任人 整改责任人 责任人员 经办人",
    "basis": "制度依据 违反依据 依据 定性依据 法规依据 违反制度 违反规定",
    "requirement": "整改建议 整改要求 建议 审计建议 处理建议",
    "due": "建议时限 整改时限 整改期限 完成时限 时限 期限",
}
_FIELD_OF = {label: name for name, labels in _CALLED.items() for label in labels.split()}
_DECORATION = re.compile(r"[\s*＊★（）()【】\[\]:：/、]|必填|选填|可空")
_SERIAL_DATE = re.compile(r"\d{5}")
_EXCEL_BEGINS = date(1899, 12, 30)
_TEXTS = {"person": 40, "basis": 200, "requirement": 400}
_HEAD_WITHIN = 10  # a title and a note may stand above the headings
_MOST_FAULTS = 3


@dataclass(slots=True)
class Line:
    """One line of the sheet. number: as Excel counts. faults: why it cannot be registered; notes: what was assumed."""

    number: int
    item: Item
    raw: str
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(sheets: Sequence[tuple[str, Lines]], units: Sequence[finding_draft.Name], today: date) -> list[Line] | None:
    """The lines of the first sheet that has headings of findings; None when none has."""
    for _, lines in sheets:
        head = _head(lines)
        if head is not None:
            fields = [_field(cell) for cell in lines[head]]
            found = [
                _line(at, fields, lines[head], cells, units, today)
                for at, cells in enumerate(lines[head + 1 :], start=head + 2)
                if any(cell for cell, name in zip(cells, fields, strict=False) if name)
            ]
            _note_twins(found)
            return found
    return None


def unread(sheets: Sequence[tuple[str, Lines]]) -> list[str]:
    """The names of further sheets of findings: one sheet is read at a time, and the others are told."""
    headed = [(name, lines, head) for name, lines in sheets if (head := _head(lines)) is not None]
    return [name for name, lines, head in headed[1:] if any(any(cells) for cells in lines[head + 1 :])]


def _head(lines: Lines) -> int | None:
    """The line of headings: the description and another known column at least."""
    for at, cells in enumerate(lines[:_HEAD_WITHIN]):
        named = {_field(cell) for cell in cells} - {""}
        if "desc" in named and len(named) >= 2:
            return at
    return None


def _field(heading: str) -> str:
    """问题描述*（必填） is 问题描述; 涉及金额（万元） is an amount."""
    bare = _DECORATION.sub("", heading)
    return _FIELD_OF.get(bare) or _FIELD_OF.get(re.sub(r"^序号|人民币|单位元", "", bare), "")


def _line(
    number: int, fields: list[str], headings: Sequence[str], cells: Sequence[str],
    units: Sequence[finding_draft.Name], today: date,
) -> Line:  # fmt: skip
    said = {
        name: (cell, heading) for name, heading, cell in zip(fields, headings, cells, strict=False) if name and cell
    }
    raw = "；".join(f"{heading.strip()}：{cell}" for cell, heading in said.values())
    line = Line(number, {"quarter": quarters.quarter_of(today), "found_at": today.isoformat()}, raw)
    for name, take in _TAKERS.items():
        take(line, *said.get(name, ("", "")), units, today)
    for name, most in _TEXTS.items():
        if name in said:
            line.item[name] = said[name][0][:most]
    line.item["raw"] = raw
    return line


def _take_desc(line: Line, cell: str, _heading: str, *_: Any) -> None:
    if not cell:
        line.faults.append("没有问题描述")
    line.item["desc"], line.item["level"] = cell, subjects.level(cell)


def _take_unit(line: Line, cell: str, _heading: str, units: Sequence[finding_draft.Name], _today: date) -> None:
    if cell in ("", "待定"):
        line.item["unit_open"] = True
        line.notes.append("责任单位待定")
        return
    named = finding_draft.units_named(units, cell)
    if len(named) == 1:
        finding_draft.set_unit(line.item, named[0], units)
    elif named:
        line.faults.append(f"“{cell[:20]}”有{len(named)}家：{'、'.join(named)}，请写全称")
    else:
        line.faults.append(f"没有找到责任单位“{cell[:20]}”")


def _take_category(line: Line, cell: str, _heading: str, *_: Any) -> None:
    code = categories.find_code(cell) if cell else None
    if cell and code is None:
        line.notes.append(f"类别“{cell[:12]}”不认识，按其他")
    line.item["category"] = code or "QT"


def _take_severity(line: Line, cell: str, _heading: str, *_: Any) -> None:
    known = next((code for code, name in wording.SEVERITIES.items() if cell.removesuffix("问题") in (code, name)), "")
    if cell and not known:
        line.notes.append(f"严重程度“{cell[:8]}”不认识，按一般")
    line.item["severity"] = known or "general"


def _take_amount(line: Line, cell: str, heading: str, *_: Any) -> None:
    if not cell or re.fullmatch(r"[-—/无0.]*", cell):
        return
    bare = re.fullmatch(r"-?[\d.,]+(?:[eE][+-]?\d+)?", cell) is not None
    finding_split.amount(line.item, f"{cell}万元" if bare and "万" in heading else cell)
    if "amount_fen" not in line.item:
        line.item["amount_text"] = cell[:60]
        line.notes.append(f"金额“{cell[:16]}”未计入合计")


def _take_found(line: Line, cell: str, _heading: str, _units: Any, today: date) -> None:
    if not cell:
        line.notes.append("发现时间按今天")
        return
    day = day_in(cell)
    if day is None:
        line.faults.append(f"发现时间“{cell[:16]}”看不懂，请写成 2026-11-20")
    elif day > today:
        line.faults.append(f"发现时间{day.isoformat()}晚于今天")
    else:
        line.item["found_at"], line.item["quarter"] = day.isoformat(), quarters.quarter_of(day)


def _take_due(line: Line, cell: str, _heading: str, _units: Any, today: date) -> None:
    day = day_in(cell) if cell else None
    if cell and day is None:
        line.notes.append(f"时限“{cell[:12]}”看不懂，交办时再定")
    elif day is not None and day < today:
        line.notes.append("时限已过，交办时再定")
    elif day is not None:
        line.item["due"] = day.isoformat()


_TAKERS = {
    "unit": _take_unit, "desc": _take_desc, "category": _take_category, "severity": _take_severity,
    "amount": _take_amount, "found_at": _take_found, "due": _take_due,
}  # fmt: skip


def day_in(cell: str) -> date | None:
    """2026-11-20, 2026/11/20, 2026.11.20, 2026年11月20日, 20261120, or Excel's own number of a day."""
    if re.fullmatch(r"20\d{6}", cell):
        cell = f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    parts = re.fullmatch(r"(20\d\d)\D(\d{1,2})\D(\d{1,2})日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?", cell)
    try:
        if parts is not None:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
        if _SERIAL_DATE.fullmatch(cell):
            return _EXCEL_BEGINS + timedelta(days=int(cell))
    except ValueError:
        return None
    return None


def _note_twins(lines: list[Line]) -> None:
    """The same words about the same unit twice are one finding that was copied."""
    first: dict[tuple[Any, str], int] = {}
    for line in lines:
        key = (line.item.get("unit"), str(line.item.get("desc")))
        before = first.setdefault(key, line.number)
        if before != line.number and key[1]:
            line.faults.append(f"与第{before}行相同")


def shown(line: Line) -> str:
    """`第5行：没有找到责任单位“恒信房产”；没有问题描述`."""
    return f"第{line.number}行：{'；'.join(line.faults[:_MOST_FAULTS])}"
