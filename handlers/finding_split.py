"""Several findings in one message: numbered items and the rows of a pasted table, taken apart without guessing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from handlers import finding_draft
from handlers.rules import categories
from handlers.rules.amounts import fen_of
from handlers.rules.moments import as_date

_AT = r"(?:[1-9]\d?|[一二三四五六七八九十])"
_MARK = re.compile(rf"(?:^|(?<=[\s：:；;。，,]))(?:[（(]?{_AT}[)）]|{_AT}[.、．](?!\d)|[①-⑩])\s*")
_MONEY = re.compile(
    r"(?P<hedge>约|大概|大约|近|将近|差不多|超|超过|逾)?\s*(?P<figure>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>亿元?|万元?|元|块钱?)(?P<after>左右|上下|多|余)?"
)
_SCALE = {"亿": 10**10, "万": 10**6, "元": 100, "块": 100}
_LABELS = {
    "unit": ("责任单位", "单位", "被检查单位", "涉及单位", "企业"),
    "desc": ("问题描述", "问题", "描述", "事", "事项", "具体问题", "问题内容", "内容", "情况", "问题表现"),
    "amount": ("涉及金额", "金额", "钱", "金额(万元)", "金额（万元）", "涉及金额（万元）"),
    "found_at": ("发现时间", "发现日期", "时间", "日期"),
    "category": ("问题类别", "类别", "类型"),
    "person": ("责任人", "人", "经办人"),
    "basis": ("依据", "违反依据", "制度依据"),
    "skip": ("序号", "编号", "备注", "no", "no."),
}  # fmt: skip
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels}
_JOINT = re.compile(r"[，,；;。、\s]*(?:还有|另外|以及|同时|再就是|和|与|及)?[，,：:\s]*$")
_EDGE = " \t\r\n，。；;,、：:的"
_LEAST = 5  # characters that say something of a unit rather than only name it
_TRAILING_UNIT = re.compile(r"[。；;]\s*(?:责任)?单位[:：是]?.*$", re.DOTALL)


def parts(text: str) -> list[str]:
    """The numbered items of a message, or nothing when there are fewer than two."""
    marks = list(_MARK.finditer(text))
    if len(marks) < 2:
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = [text[mark.end() : end].strip(" \t\r\n，。；;,、") for mark, end in zip(marks, ends, strict=True)]
    found[-1] = _TRAILING_UNIT.sub("", found[-1]).strip(" ，。；;")
    return [part for part in found if part] if len([part for part in found if part]) >= 2 else []


def home(words: str, units: Sequence[finding_draft.Name]) -> str:
    """The one unit that a part begins with, by its longest name; "" when none does or several do."""
    called = [(len(name), unit.name) for unit in units for name in (unit.name, *unit.aliases) if words.startswith(name)]
    best = {name for size, name in called if size == max(size for size, _ in called)}
    return best.pop() if len(best) == 1 else ""


def by_unit(text: str, named: Sequence[str], units: Sequence[finding_draft.Name]) -> dict[str, str]:
    """What a sentence says of each of the named units, or nothing when it says the same of several."""
    starts = {}
    for unit in units:
        if unit.name in named:
            at = [text.find(word) for word in (unit.name, *unit.aliases) if word in text]
            if at:
                starts[unit.name] = min(at)
    order = sorted(starts, key=lambda name: starts[name])
    if len(order) < len(named) or len(set(starts.values())) < len(order):
        return {}
    ends = [starts[name] for name in order[1:]] + [len(text)]
    said = {name: _JOINT.sub("", text[starts[name] : end]).strip(_EDGE) for name, end in zip(order, ends, strict=True)}
    bare = [words[len(name) :] if words.startswith(name) else words for name, words in said.items()]
    return said if all(len(words.strip(_EDGE)) >= _LEAST for words in bare) else {}


def rows(text: str, units: Sequence[finding_draft.Name], today: date) -> list[dict[str, Any]]:
    """The findings of a pasted table with a line of headings; nothing when it is no table."""
    lines = [line.split("\t") for line in text.splitlines() if "\t" in line]
    head = next((at for at, line in enumerate(lines) if sum(_field(cell) != "" for cell in line) >= 2), None)
    if head is None:
        return []
    fields = [_field(cell) for cell in lines[head]]
    ten_thousand = ["万元" in cell for cell in lines[head]]
    read = [_row(fields, ten_thousand, line, units, today) for line in lines[head + 1 :]]
    return [item for item in read if item.get("desc")]


def _field(cell: str) -> str:
    return _FIELD_OF.get(re.sub(r"\s", "", cell).lower(), "")


def _row(
    fields: list[str], ten_thousand: list[bool], line: list[str], units: Sequence[finding_draft.Name], today: date
) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for field, large, cell in zip(fields, ten_thousand, (cell.strip() for cell in line), strict=False):
        if not cell:
            continue
        if field in ("desc", "person", "basis"):
            item[field] = cell
        elif field == "unit":
            _put_unit(item, cell, units)
        elif field == "amount":
            amount(item, f"{cell}万元" if large and re.fullmatch(r"[\d.,]+", cell) else cell)
        elif field == "category":
            item["category"] = categories.find_code(cell) or ""
        elif field == "found_at":
            day = as_date(re.sub(r"[/.年月]", "-", cell).rstrip("日"))
            if day is not None and day <= today:
                finding_draft.apply(item, finding_draft.Correction("found_at", day.isoformat()), units)
    return item


def _put_unit(item: dict[str, Any], cell: str, units: Sequence[finding_draft.Name]) -> None:
    named = finding_draft.units_named(units, cell)
    if len(named) == 1:
        finding_draft.set_unit(item, named[0], units)
    elif named:
        item["unit_options"] = named


def amounts(text: str) -> list[int]:
    """The exact amounts written in figures with 万, 亿 or 元, in fen."""
    exact = [_fen(found) for found in _MONEY.finditer(text) if not found["hedge"] and not found["after"]]
    return [fen for fen in exact if fen is not None]


def amount(item: dict[str, Any], text: str) -> None:
    """The one amount of a part: exact ones in fen, uncertain ones in their words, several left to the text."""
    found = list(_MONEY.finditer(text))
    fen = None
    if len(found) == 1 and not found[0]["hedge"] and not found[0]["after"]:
        fen = _fen(found[0])
    elif not found and re.fullmatch(r"\d[\d,]*(?:\.\d{1,2})?", text.strip()):
        fen = fen_of(Decimal(text.strip().replace(",", "")))
    if fen is not None:
        item["amount_fen"] = fen
    elif len(found) == 1:
        item["amount_text"] = found[0][0].strip()[:60]


def _fen(found: re.Match[str]) -> int | None:
    return fen_of(Decimal(found["figure"].replace(",", "")) * _SCALE[found["scale"][0]] / 100)
