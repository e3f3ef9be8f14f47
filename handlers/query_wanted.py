"""What a question is about: the slots of its words as one condition, the same for lists, figures, charts and files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Turn
from handlers import access, query_scope
from handlers.rules import categories, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import fulltext, people, units
from storage.matters import Unit
from storage.searches import Wanted

OPEN = ("submitted", "need_more", "registered", "assigned", "rectifying", "ongoing", "pending_acceptance")
STATES: Mapping[str, tuple[str, ...]] = {
    "open": OPEN,
    "closed": ("closed",),
    "pending": ("pending_acceptance",),
    "in_hand": ("assigned", "rectifying", "ongoing"),
    "unassigned": ("submitted", "need_more", "registered"),
}
_KIND = {
    "overdue": "逾期问题",
    "open": "未销号问题",
    "closed": "已销号问题",
    "pending": "待验收问题",
    "in_hand": "在办问题",
    "unassigned": "待交办问题",
}
_MARKS = {"repeat": "重复发生的", "key": "重点督办的", "again": "重启过的"}
_HEADLESS = ("登记", "到期", "名下", "来源", "报送")  # such a subject wants 的 before its noun
_ADJECTIVES = ("类", "的", *wording.SEVERITIES.values())
_UNASSIGNED = re.compile(r"(?:待|未|没有?|还没有?|尚未)交办")
_SUBMITTED = re.compile(r"我(?:们)?(?:刚才?|最近|之前|已)?(?:报|提交|上报|登记)")
_ORDERS = {"amount_desc": "amount", "overdue_days_desc": "overdue"}
NOT_KEPT = "问题登记时不分“{word}”，以下没有按“{word}”筛选。"

Parts = dict[str, str]  # how each condition is named, by the kind of the condition


def described(turn: Turn, *, overdue: bool = False, figures: bool = False) -> tuple[Wanted, Parts]:
    """Everything that narrows the question, and how to name it. figures: a quarter is that to which findings belong.

    Raises UserError where a unit is foreign or unknown.
    """
    slots = turn.meaning.slots
    if slots.get("unit_text") and not _text_of_findings(turn):
        raise UserError(FOREIGN_UNIT)
    wanted, parts = _whose(turn)
    wanted = (_in_quarters if figures else _in_time)(turn, wanted, parts)
    wanted = _of_kind(turn, wanted, parts)
    wanted = _of_state(turn, wanted, parts, overdue=overdue)
    wanted = _bounded(turn, wanted, parts)
    words = tuple(str(word) for word in slots.get("words") or ())
    if words:
        parts["words"] = f"含“{'、'.join(words)}”"
    if slots.get("not_kept"):
        parts["not_kept"] = str(slots["not_kept"])
    return replace(wanted, words=words, sort=_ORDERS.get(str(slots.get("sort") or ""), "")), parts


def named(parts: Mapping[str, str]) -> str:
    """What a list is of: `恒信物流2026年三季度50万元以上的重大问题`."""
    about = _adjectives(parts)
    noun = parts.get("state", "问题")
    return f"{about}{'' if not about or about.endswith(_ADJECTIVES) else '的'}{noun}"


def figured(parts: Mapping[str, str]) -> str:
    """The same before the name of a figure: `恒信物流2026年三季度`, `重大问题`."""
    if parts.keys() & {"source", "person", "severity", "marks", "state", "money", "days", "words"}:
        return named(parts)
    about = _adjectives(parts)
    return f"{about}的" if about.endswith(_HEADLESS) else about


def caution(parts: Mapping[str, str]) -> str:
    """That something was said by which nothing can be narrowed; mostly empty."""
    return NOT_KEPT.format(word=parts["not_kept"]) if parts.get("not_kept") else ""


def _adjectives(parts: Mapping[str, str]) -> str:
    head = "".join(parts.get(name, "") for name in ("who", "source", "person", "when"))
    words = f"{parts['words']}的" if parts.get("words") else ""
    tail = "".join(parts.get(name, "") for name in ("days", "money", "marks")) + words
    tail += "".join(parts.get(name, "") for name in ("kind", "severity"))
    return f"{head}{'的' if tail and head.endswith(_HEADLESS) else ''}{tail}"


def still_allowed(turn: Turn, wanted: Wanted) -> Wanted:
    """What was asked for earlier, if its units may be asked for now, too."""
    if not all(allowed_unit(turn, units.get_unit(turn.session, code)) for code in wanted.units):
        raise UserError(FOREIGN_UNIT)
    return wanted


def allowed_unit(turn: Turn, unit: Unit) -> bool:
    """Whether the person may ask for the list of this unit at all (contract.md, Refusals)."""
    return bool(access.for_unit(turn, Action.QUERY_LIST, unit.code, unit.path)) or unit.code in query_scope.served(turn)


def units_wanted(turn: Turn) -> tuple[tuple[str, ...], str]:
    """The codes of the units that were asked for, and how to name them; refuses a foreign or unknown one."""
    slots = turn.meaning.slots
    said = list(slots.get("units") or ()) or [slots.get("unit") or "SELF"]
    if said == ["SELF"]:
        return self_units(turn)
    asked = [_unit_named(turn, str(name)) for name in said]
    if not all(allowed_unit(turn, unit) for unit in asked):
        raise UserError(FOREIGN_UNIT)
    name = "、".join(unit.name for unit in asked)
    if not slots.get("include_sub") and all(unit.parent for unit in asked):
        return tuple(unit.code for unit in asked), name
    below = [code for unit in asked for code in units.subtree(turn.session, unit.path)]
    return tuple(dict.fromkeys(below)), f"{name}及下属单位"


def self_units(turn: Turn) -> tuple[tuple[str, ...], str]:
    """One's own unit; for its head also what lies below."""
    own: dict[str, None] = {}
    for post in turn.actor.posts:
        below = post.role == "unit_head" or turn.meaning.slots.get("include_sub")
        own.update(dict.fromkeys(units.subtree(turn.session, post.path) if below else [post.unit]))
    return tuple(own), turn.actor.unit_name


def packed(wanted: Wanted) -> dict[str, Any]:
    """JSON-ready, to be kept between two messages; rows that words found are looked up anew."""
    kept = asdict(replace(wanted, rows=None))
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in kept.items()
        if value or value == 0
    }


def unpacked(values: Mapping[str, Any]) -> Wanted:
    """Of what an earlier version kept, what is still known."""
    known = {field.name: str(field.type) for field in fields(Wanted)}
    read: dict[str, Any] = {}
    for key, value in values.items():
        if key in known:
            read[key] = _day(value) if "date" in known[key] else tuple(value) if isinstance(value, list) else value
    return Wanted(**read)


def mine(turn: Turn) -> bool:
    """Whether he asks for what he answers for, and not for what he submitted."""
    return turn.meaning.slots.get("scope") == "mine" and not _SUBMITTED.search(turn.text)


def _whose(turn: Turn) -> tuple[Wanted, Parts]:
    slots, wanted, parts = turn.meaning.slots, Wanted(), Parts()
    if slots.get("scope") == "mine" and not slots.get("person"):
        wanted, parts["who"] = _mine(turn, wanted)
    elif slots.get("unit") or slots.get("units"):
        codes, parts["who"] = units_wanted(turn)
        wanted = replace(wanted, units=codes)
    if slots.get("source_org"):
        source = _unit_named(turn, str(slots["source_org"]))
        wanted, parts["source"] = replace(wanted, source=source.code), f"{source.name}来源"
    if slots.get("person"):
        said = str(slots["person"])
        found = tuple(person.userid for person in people.named(turn.session, said)) or (said,)
        wanted, parts["person"] = replace(wanted, people=found), f"{said}名下"
    return wanted, parts


def _text_of_findings(turn: Turn) -> bool:
    """Whether what may be an unknown unit's name stands in findings that the person may read: 备用金的问题有哪些."""
    words = tuple(str(word) for word in turn.meaning.slots.get("words") or ())
    found = fulltext.search(turn.session, words, Wanted(), query_scope.scope_of(turn), limit=1) if words else None
    return found is not None and found.every and bool(found.rows)


def _mine(turn: Turn, wanted: Wanted) -> tuple[Wanted, str]:
    """What I submitted, or what I am responsible for."""
    if _SUBMITTED.search(turn.text):
        return replace(wanted, submitted_by=turn.actor.userid), "您报送"
    return replace(wanted, people=(turn.actor.userid,)), "您名下"


def _unit_named(turn: Turn, name: str) -> Unit:
    unit = units.find_by_name(turn.session, turn.actor.unit_name if name == "SELF" else name)
    if unit is None:
        raise UserError(FOREIGN_UNIT)
    return unit


def _in_time(turn: Turn, wanted: Wanted, parts: Parts) -> Wanted:
    """The days of a list: when it is due, or when it was registered."""
    slots = turn.meaning.slots
    first, last = _day(slots.get("date_from")), _day(slots.get("date_to"))
    due_first, due_last = _day(slots.get("due_from")), _day(slots.get("due_to"))
    if due_first or due_last:
        parts["when"] = f"{_window(turn, due_first, due_last)}到期"
        return replace(wanted, due_from=due_first, due_to=due_last, states=STATES["in_hand"])
    if first or last:
        parts["when"] = f"{_window(turn, first, last)}登记"
        return replace(wanted, registered_from=first, registered_to=last)
    return wanted


def _in_quarters(turn: Turn, wanted: Wanted, parts: Parts) -> Wanted:
    """The period of a figure: the quarter that findings belong to, a year, or the days of their registration."""
    slots = turn.meaning.slots
    if slots.get("quarter"):
        parts["when"] = periods.short_name(str(slots["quarter"]))
        return replace(wanted, quarter=str(slots["quarter"]))
    first = _day(slots.get("date_from"))
    last = _day(slots.get("date_to")) or first
    year = slots.get("year")
    if first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        year = first.year
    if isinstance(year, int):
        parts["when"] = f"{year}年"
        return replace(wanted, registered_from=date(year, 1, 1), registered_to=date(year, 12, 31))
    if first and last:
        today = day_of(turn.now)
        parts["when"] = f"{wording.short_day(first, today)}至{wording.short_day(last, today)}登记"
        return replace(wanted, registered_from=first, registered_to=last)
    return wanted


def _of_kind(turn: Turn, wanted: Wanted, parts: Parts) -> Wanted:
    slots = turn.meaning.slots
    if marks := tuple(mark for mark in slots.get("marks") or () if mark in _MARKS):
        wanted, parts["marks"] = replace(wanted, marks=marks), "".join(_MARKS[mark] for mark in marks)
    if slots.get("category"):
        wanted = replace(wanted, category=str(slots["category"]))
        parts["kind"] = f"{categories.name_of(wanted.category)}类"
    if slots.get("severity"):
        wanted = replace(wanted, severity=str(slots["severity"]))
        parts["severity"] = wording.severity_name(wanted.severity)
    return wanted


def _of_state(turn: Turn, wanted: Wanted, parts: Parts, *, overdue: bool) -> Wanted:
    slots = turn.meaning.slots
    status = "overdue" if overdue or slots.get("overdue") else str(slots.get("status") or "")
    if not status and _UNASSIGNED.search(turn.text):
        status = "unassigned"
    if status in _KIND:
        parts["state"] = _KIND[status]
    if status == "overdue":
        return replace(wanted, overdue_on=day_of(turn.now), states=())
    return replace(wanted, states=STATES[status]) if status in STATES else wanted


def _bounded(turn: Turn, wanted: Wanted, parts: Parts) -> Wanted:
    """Overdue for more or less than so many days, and certain amounts from so much to so much."""
    slots, today = turn.meaning.slots, day_of(turn.now)
    least, most = slots.get("amount_min_yuan"), slots.get("amount_max_yuan")
    words = []
    if isinstance(least, int):
        wanted = replace(wanted, amount_from=least * 100 + bool(slots.get("amount_over")))
        said = wording.money_fen(least * 100)
        words.append(f"超过{said}" if slots.get("amount_over") else f"{said}以上")
    if isinstance(most, int):
        wanted = replace(wanted, amount_to=most * 100 - bool(slots.get("amount_under")))
        said = wording.money_fen(most * 100)
        words.append(f"不到{said}" if slots.get("amount_under") else f"{said}以下")
    if words:
        parts["money"] = f"{'、'.join(words)}的"
    days, within = slots.get("min_days"), slots.get("max_days")
    if isinstance(days, int) and days > 0 and wanted.overdue_on:
        wanted = replace(wanted, due_before=today - timedelta(days=days - 1))
        parts["days"] = f"超期{days}天以上的"
    elif isinstance(within, int) and within > 0 and wanted.overdue_on:
        since = today - timedelta(days=within)
        wanted = replace(wanted, due_from=max(wanted.due_from or since, since))
        parts["days"] = f"超期{within}天以内的"
    return wanted


def _window(turn: Turn, first: date | None, last: date | None) -> str:
    today = day_of(turn.now)
    start = wording.short_day(first, today) if first else ""
    end = wording.short_day(last, today) if last else ""
    return f"{start}至{end}" if start and end and start != end else start or f"{end}前"


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else None
