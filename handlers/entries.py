"""The fields of a registered entry: read from people's words, shown to them, written as columns (domain.md 3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.errors import UserError
from bot.flow import Turn
from handlers import texts
from handlers.rules import amounts, categories, quarters, tags, wording
from handlers.rules.calendar import day_of
from handlers.rules.moments import as_date
from storage import special_reports, units
from storage.matters import Finding

LABELS: Mapping[str, str] = {
    "title": "标题", "category": "类别", "severity": "严重程度", "amount": "金额", "found_at": "发现时间",
    "occurred_at": "发生时间", "nature": "性质", "unit": "责任单位", "supervision_type": "监督类型",
    "method": "监督方式", "source_ref": "来源报告",
}  # fmt: skip
OPEN_UNIT = re.compile(r"责任单位(?:先|暂)?(?:为|是|[:：])?(?:待定|不清楚|未定)")
_NAMED = re.compile(
    r"(?P<field>标题|性质|定性|监督类型|监督方式|来源报告|来源项目|专项报告|严重程度)"
    r"(?:应该|应)?(?:改成|改为|改一下[:：]?|更正为|调整为|调整成|调成|调为|定为|换成|归到|应为|应该是|是|为|[:：])"
    r"\s*(?P<value>[^，,。；;]+)"
)
_CODE = re.compile(r"类别[^，,。；;]{0,6}?([A-Za-z]{2}\d{2})(?!\d)")
_FIELDS = {
    "标题": "title", "性质": "nature", "定性": "nature", "监督类型": "supervision_type", "监督方式": "method",
    "来源报告": "source_ref", "来源项目": "source_ref", "专项报告": "source_ref", "严重程度": "severity",
}  # fmt: skip
_OF_SLOTS = {"date": "found_at", "amount_yuan": "amount", "amount_text": "amount", "responsible_unit": "unit"}
_CHOICES = {
    "severity": wording.SEVERITIES, "nature": wording.NATURES, "supervision_type": wording.SUPERVISION_TYPES,
    "method": tags.METHODS,
}  # fmt: skip

Changes = dict[str, Any]  # field -> its new value as the draft keeps it: codes, ISO days, ["fen", n] or ["text", s]


def read(turn: Turn, *, beside: bool = False) -> Changes:
    """The fields that this message gives a new value; UserError for a value that the field cannot hold.

    beside: also those whose values only stand there, as in an answer: `恒信物流，11月3日`.
    """
    slots, found = turn.meaning.slots, _of_words(turn)
    field = str(slots.get("field") or "")
    field = _OF_SLOTS.get(field, field)
    if re.search("发生(?:时间|日期)", turn.text) and not re.search("发现(?:时间|日期)", turn.text):
        field = "occurred_at" if field in ("", "found_at") else field
    if field in LABELS and field not in found:
        said = slots.get("value") or slots.get(field) or slots.get("found_at") or slots.get("date")
        if said is None and field in ("found_at", "occurred_at") and slots.get("date_from"):
            said = ""  # a month or a quarter: no day is guessed
        if said is not None:
            found[field] = amount_of(slots) if field == "amount" else _checked(turn, field, str(said))
    if beside:
        for name, value in _beside(turn, slots, field).items():
            found.setdefault(name, value)
    return {name: value for name, value in found.items() if value is not None}


def _of_words(turn: Turn) -> Changes:
    found: Changes = {}
    for said in _NAMED.finditer(turn.text):
        name = _FIELDS[said["field"]]
        found[name] = _checked(turn, name, said["value"].strip(" “”\"'《》"))
    coded = _CODE.search(turn.text)
    if coded and categories.is_category(coded[1].upper()):
        found["category"] = coded[1].upper()
    return found


def _beside(turn: Turn, slots: Mapping[str, Any], named: str) -> Changes:
    found: Changes = {}
    if slots.get("category2") or slots.get("category"):
        found["category"] = _checked(turn, "category", str(slots.get("category2") or slots["category"]))
    if OPEN_UNIT.search(turn.text):
        found["unit"] = ""
    elif isinstance(slots.get("unit"), str) and named in ("", "unit"):
        found["unit"] = _checked(turn, "unit", str(slots["unit"]))
    day = slots.get("found_at") or (slots.get("date") if named in ("", "found_at") else None)
    if day and named != "occurred_at":
        found["found_at"] = _checked(turn, "found_at", str(day))
    found["amount"] = amount_of(slots)
    return found


def amount_of(slots: Mapping[str, Any]) -> list[Any] | None:
    """An exact sum in fen, or the words of an uncertain one (contract.md, Amounts)."""
    text = slots.get("amount_text") or (slots.get("value") if slots.get("field") == "amount_text" else None)
    if text:
        return ["text", str(text)[:60]]
    said = slots.get("amount_yuan", slots.get("value") if slots.get("field") == "amount_yuan" else None)
    fen = amounts.fen_of(said)
    return ["fen", fen] if fen is not None else None


def _checked(turn: Turn, field: str, said: str) -> Any:
    """The value as it is kept. Raises UserError naming what the field can hold."""
    if field in _CHOICES:
        return _choice(field, said)
    if field in ("found_at", "occurred_at"):
        return _day(turn, field, said)
    if field == "category":
        code = categories.find_code(said)
        if code is None:
            raise UserError(f"没有“{said[:10]}”这个类别。可选：{'、'.join(categories.TOP.values())}。")
        return code
    if field == "unit":
        return _unit(turn, said)
    if field == "source_ref":
        return _report(turn, said)
    return said[:30]


def _choice(field: str, said: str) -> str:
    names = _CHOICES[field]
    for code, name in names.items():
        if said in (code, name) or (len(said) > 1 and (said in name or name.removesuffix("问题") in said)):
            return code
    raise UserError(f"{LABELS[field]}可以是：{'、'.join(names.values())}。")


def _day(turn: Turn, field: str, said: str) -> str:
    day, today = as_date(said), day_of(turn.now)
    if day is None:
        raise UserError(f"{LABELS[field]}是哪一天？请写到日，如“11月3日”。")
    if day > today:
        raise UserError(f"{LABELS[field]}不能晚于今天（{wording.day(today, today)}）。")
    return day.isoformat()


def _unit(turn: Turn, said: str) -> str:
    unit = units.find_by_name(turn.session, turn.actor.unit_name if said == "SELF" else said)
    if unit is None:
        raise UserError("没有找到这个单位，请换个叫法。")
    return unit.code


def _report(turn: Turn, said: str) -> str:
    number = said.strip().upper()
    report = special_reports.find(turn.session, number)
    if report is None:
        raise UserError("没有找到这份专项报告，请写登记过的编号，如“BG-2026-0012”。")
    return report.number


def shown(turn: Turn, field: str, value: Any) -> str:
    """A value of the draft as people read it."""
    if field == "amount":
        return _money(value)
    if not value:
        return "待定" if field == "unit" else "未填"
    if field in _CHOICES:
        return _CHOICES[field].get(value, str(value))
    if field in ("found_at", "occurred_at"):
        return wording.day(date.fromisoformat(value), day_of(turn.now))
    if field == "category":
        return categories.name_of(value)
    return units.get_unit(turn.session, value).name if field == "unit" else str(value)


def _money(value: Any) -> str:
    if not value:
        return "未填"
    kind, said = value
    return wording.money_fen(said) if kind == "fen" else f"{said}（未计入合计）"


def now(finding: Finding, field: str) -> Any:
    """What the field holds at present, as the draft would keep it."""
    if field == "amount":
        if finding.amount_fen is not None:
            return ["fen", finding.amount_fen]
        return ["text", finding.amount_text] if finding.amount_text else None
    value = getattr(finding, field)
    return value.isoformat() if isinstance(value, date) else value or ""


def different(finding: Finding, changes: Changes) -> Changes:
    """Those of `changes` that change anything."""
    return {field: value for field, value in changes.items() if now(finding, field) != value}


def lines(turn: Turn, finding: Finding, changes: Changes) -> list[str]:
    """`金额：4.2万元 → 10万元`, a line each (P12)."""
    return [
        f"{LABELS[field]}：{shown(turn, field, now(finding, field))} → {shown(turn, field, value)}"
        for field, value in changes.items()
    ]


def columns(turn: Turn, changes: Changes) -> dict[str, Any]:
    """The columns of a finding that these changes set; a day of finding brings its quarter along."""
    values: dict[str, Any] = {}
    for field, value in changes.items():
        if field == "amount":
            kind, said = value
            values |= {"amount_fen": said if kind == "fen" else None, "amount_text": said if kind == "text" else ""}
        elif field == "unit":
            values |= _unit_columns(turn, value)
        elif field in ("found_at", "occurred_at"):
            values[field] = date.fromisoformat(value)
        else:
            values[field] = value
    if "found_at" in values:
        values["quarter"] = quarters.quarter_of(values["found_at"])
    return values


def _unit_columns(turn: Turn, code: str) -> dict[str, Any]:
    if not code:
        return {"unit": None, "unit_name": "", "unit_path": ""}
    unit = units.get_unit(turn.session, code)
    return {"unit": unit.code, "unit_name": unit.name, "unit_path": unit.path}


def ambiguous(turn: Turn) -> str:
    """The question about a unit's name that several have, or "" (domain.md 2.2)."""
    options = list(turn.meaning.unit_options)
    return f"是哪个单位？请写全称：\n{texts.options(options)}" if len(options) > 1 else ""
