"""A finding while it is being told: what a message adds to it, what it corrects, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from handlers import subjects
from handlers.rules import amounts, categories, quarters, tags, wording
from handlers.rules.moments import as_date

Item = dict[str, Any]

DESC_LIMIT = 500  # domain.md 3.2; the raw text is kept whole beside it
LEAD_NATURES = ("discipline", "duty_illegal", "crime", "illegal_invest")
_PREFIX = re.compile(
    r"^\s*(?:wenti|(?:请|帮我|帮忙|麻烦)?(?:报送|提交|上报|登记|录入|补报|报|登|提|录)(?:一?[个条下])?(?:问题|情况)?(?:登记|上报)?|"
    r"问题(?:上报|登记|报送|提交)?|发现(?:了)?(?:一?[个条])?问题(?:如下)?)(?:\s*[:：,，]\s*|\s+)",
    re.IGNORECASE,
)
_INTENTION = re.compile(r"[我要想来帮请麻烦登报提交送个条一有发现问题的了下上记录入吧啊呢你好在吗新]*")
_EDGE = " \t\r\n，。；;,、：:"
_CORRECTION = re.compile(
    r"^\s*(?:不对|错了|不是)?[，, ]*(?:第(?P<at>[\d一二三四五六七八九十])条(?:的)?)?"
    r"(?P<field>问题类别|类别|问题描述|描述|标题|内容|发现时间|发现日期|责任人|违反的?(?:制度)?依据|制度依据|依据|整改建议|整改要求|建议)"
    r"(?:应该)?(?:改成|改为|改一?下[:：]?|更正为|换成|应为|应该是|是|[:：])\s*(?P<value>.+)$",
    re.DOTALL,
)
_GRADE = re.compile(
    r"(?:第[\d一二三四五六七八九十]条)?(?:严重程度|程度|级别)?(?:应该|应)?(?:是|改成|改为|定为|按|算)?(?P<grade>一般|重要|重大)(?:问题)?(?:登记|处理)?"
)
_FIELDS = {
    "问题类别": "category", "类别": "category", "问题描述": "desc", "描述": "desc", "标题": "title",
    "内容": "desc", "发现时间": "found_at", "发现日期": "found_at", "责任人": "person", "违反依据": "basis",
    "违反的依据": "basis", "违反制度依据": "basis", "违反的制度依据": "basis", "制度依据": "basis", "依据": "basis",
    "整改建议": "requirement", "整改要求": "requirement", "建议": "requirement",
}  # fmt: skip
_QUARTER = re.compile(r"\d{4}Q[1-4]")
_NUMERALS = "一二三四五六七八九十"


class Name(Protocol):
    """What is needed of a unit's name; `bot.understanding.meaning.UnitName` is one."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


class Said(Protocol):
    """What is needed of a message's meaning."""

    @property
    def intent(self) -> str: ...
    @property
    def slots(self) -> Mapping[str, Any]: ...
    @property
    def explicit(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Correction:
    """One field and its new value. index: which of several findings, from 0, or None when it was not said."""

    field: str
    value: Any
    index: int | None = None


def from_meaning(meaning: Said, text: str, today: date, units: Sequence[Name]) -> Item:
    """What the first message tells; a missing description or unit stays missing."""
    slots = meaning.slots
    item: Item = {"desc": _first_desc(slots, text)}
    merge(item, slots, today, units)
    whole = f"{text} {item.get('desc') or ''}"
    item["level"] = subjects.level(whole)
    item.setdefault("method", tags.method(whole))
    item["tags"] = tags.focus(whole)
    if slots.get("lead_hint") or slots.get("nature") in LEAD_NATURES:
        item["lead_hint"] = True
    related = str(slots.get("related") or "")
    related = related if related.startswith("WT-") else ""  # the report that it stands in (BG-) is no earlier finding
    if slots.get("repeat_hint") or related:
        item["repeat"], item["repeat_of"] = True, related
    return item


def merge(item: Item, slots: Mapping[str, Any], today: date, units: Sequence[Name]) -> None:
    """Add what the slots tell; a named value replaces the one before it."""
    if isinstance(slots.get("unit"), str) and slots["unit"] != "SELF":
        set_unit(item, slots["unit"], units)
    for field in ("amount_yuan", "amount_text"):
        if slots.get(field):
            set_amount(item, field, slots[field])
    for field in ("category", "severity", "nature", "basis", "person", "rect_type", "method", "due"):
        if slots.get(field):
            item[field] = slots[field]
    if slots.get("category2"):
        item["category"] = slots["category2"]  # the finer of the two, such as CW01
    _set_found(item, slots.get("found_at") or slots.get("date"), slots.get("found_quarter"), today)


def _set_found(item: Item, found: Any, quarter: Any, today: date) -> None:
    """A day that has not come yet cannot be when something was found: it is more likely a due date."""
    day = as_date(found)
    if day is not None and day <= today:
        item["found_at"], item["quarter"] = day.isoformat(), quarters.quarter_of(day)
    elif isinstance(quarter, str) and quarter < quarters.quarter_of(today):
        item["found_at"], item["quarter"] = None, quarter
    else:
        item.setdefault("found_at", today.isoformat())
        item.setdefault("quarter", quarters.quarter_of(today))


def set_unit(item: Item, name: str, units: Sequence[Name]) -> bool:
    """Put the responsible unit by its canonical name; False when no unit is called so."""
    found = next((unit for unit in units if unit.name == name), None)
    if found is None:
        return False
    item["unit"], item["unit_name"] = found.code, found.name
    item.pop("unit_options", None)
    return True


def set_amount(item: Item, field: str, value: Any) -> None:
    """An exact amount or an uncertain one; each takes the place of the other (contract.md, Amounts)."""
    item.pop("amount_text", None)
    item.pop("amount_fen", None)
    fen = amounts.fen_of(value) if field == "amount_yuan" else None
    if fen is not None:
        item["amount_fen"] = fen
    elif value:
        item["amount_text"] = (f"{value}元" if field == "amount_yuan" else str(value))[:60]


def units_named(units: Sequence[Name], word: str) -> list[str]:
    """Canonical names of the units called just so; the canonical name itself wins over aliases."""
    word = word.strip(_EDGE)
    exact = [unit.name for unit in units if unit.name == word]
    return exact or [unit.name for unit in units if word in unit.aliases]


def missing(item: Item) -> list[str]:
    """What cannot be done without: the responsible unit and the description."""
    return [field for field in ("unit", "desc") if not item.get(field)]


def body(text: str) -> str:
    """The words without the command before them, or "" when they only say that something will be reported."""
    rest = _PREFIX.sub("", text, count=1).strip(_EDGE)
    return "" if _INTENTION.fullmatch(rest) else rest


def answer_desc(text: str, slots: Mapping[str, Any], units: Sequence[Name]) -> str:
    """The description in an answer; an answer that only names a unit holds none."""
    if slots.get("desc") and body(str(slots["desc"])):
        return str(slots["desc"])
    rest = body(text)
    bare = re.sub(r"^(?:责任)?单位(?:是|为|[:：])?", "", rest).strip(_EDGE)
    return "" if units_named(units, bare) else rest


def _first_desc(slots: Mapping[str, Any], text: str) -> str:
    desc = str(slots.get("desc") or "").strip(_EDGE)
    return "" if _INTENTION.fullmatch(desc) and not body(text) else body(desc) or body(text)


def correction(meaning: Said, text: str, today: date) -> Correction | None:
    """The one field that the message corrects, or None when it corrects nothing."""
    slots, index = meaning.slots, _index(text)
    free = _CORRECTION.match(text)
    if free is not None:
        field, value = _FIELDS.get(free["field"], ""), free["value"].strip(_EDGE)
        if field == "found_at":
            day = as_date(slots.get("found_at") or slots.get("date") or slots.get("value") or value)
            return Correction("found_at", day.isoformat(), index) if day else None
        if field == "category" and categories.find_code(value) is None:
            field = ""  # in other words: what was understood of them may still name one
        if field:
            return Correction(field, value, index)
    graded = _GRADE.fullmatch(text.strip(_EDGE))
    if graded is not None:
        return Correction("severity", graded["grade"], index)
    if meaning.intent == "correct" and slots.get("field") and slots.get("value") is not None:
        return Correction(_known(str(slots["field"])), slots["value"], index)
    if meaning.intent == "correct":
        return _sole(slots, index)
    return None


def _known(field: str) -> str:
    return {"date": "found_at", "amount": "amount_yuan", "responsible_unit": "unit"}.get(field, field)


def _sole(slots: Mapping[str, Any], index: int | None) -> Correction | None:
    """不对不对 是二公司: the field is told by the kind of the value."""
    for slot, field in (
        ("unit", "unit"), ("amount_yuan", "amount_yuan"), ("amount_text", "amount_text"), ("found_at", "found_at"),
        ("date", "found_at"), ("category", "category"), ("severity", "severity"), ("person", "person"),
    ):  # fmt: skip
        if slots.get(slot):
            return Correction(field, slots[slot], index)
    return None


def _index(text: str) -> int | None:
    found = re.search(r"第([\d一二三四五六七八九十])条", text)
    if found is None:
        return None
    return (int(found[1]) if found[1].isdigit() else _NUMERALS.index(found[1]) + 1) - 1


def apply(item: Item, change: Correction, units: Sequence[Name]) -> bool:
    """Carry a correction out; False when the value is none that the field can hold."""
    field, value = change.field, change.value
    if field == "unit":
        return set_unit(item, str(value), units)
    if field in ("amount_yuan", "amount_text"):
        set_amount(item, field, value)
        return True
    if field == "found_at":
        day = as_date(value)
        if day is not None:
            item["found_at"], item["quarter"] = day.isoformat(), quarters.quarter_of(day)
        return day is not None
    if field == "found_quarter":
        item["found_at"], item["quarter"] = None, str(value)
        return _QUARTER.fullmatch(str(value)) is not None
    if field in ("category", "severity"):
        value = categories.find_code(str(value)) if field == "category" else _severity(str(value))
        if not value:
            return False
    if field not in ("desc", "title", "category", "severity", "person", "basis", "requirement", "due", "nature"):
        return False
    item[field] = value
    if field == "desc":
        item["level"] = subjects.level(str(value))
    return True


def _severity(said: str) -> str:
    """`major` for itself or 重大."""
    return next((code for code, name in wording.SEVERITIES.items() if said in (code, name)), "")


def bare_value(meaning: Said, text: str) -> Correction | None:
    """A short message at the confirmation that is just another value, such as `上周五` or `12.86万`."""
    if len(text.strip()) > 20 or meaning.explicit:
        return None
    return _sole(meaning.slots, _index(text))
