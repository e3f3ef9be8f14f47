"""What an assignment needs (unit, person, date, kind): read from words, completed by default, said back in full."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.flow import Turn
from handlers import choosing, ongoing, parties, stages, task_card
from handlers.rules import wording
from handlers.rules.calendar import Workdays, day_of
from storage import people, units
from storage.matters import Finding, Unit

_REQUIREMENT = re.compile(r"\s*(?:整改)?要求(?:是|为|改成|改为|[:：])?\s*(\S.*)", re.DOTALL)
_BESIDE = re.compile(r"[，,；;。\n]\s*(?:整改)?要求(?:是|为|[:：])?\s*(?!\d{1,2}[月号日.])([^\s\d][^\n]{3,})$")
_WISH = re.compile(r"建议(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日 周.前完成")
_TYPE_WORDS = {"立行立改": "immediate", "分阶段": "phased", "持续整改": "ongoing"}


def absorb(turn: Turn) -> bool:
    """Take into the draft whatever this message says; False when it says nothing that belongs to an assignment."""
    slots, draft = _with_correction(turn.meaning.slots), turn.draft
    before = dict(draft)
    _take_unit(turn, slots)
    asked = _REQUIREMENT.match(turn.text)
    if asked:  # 要求三天内先报方案: its days are no due date
        draft["requirement"] = asked[1].strip()
        return draft != before
    name = slots.get("person") or slots.get("resp_person") or _bare_name(turn)
    if name:
        draft["person_name"] = name
        draft.pop("person", None)
    _take_due(turn, slots)
    kind = slots.get("rect_type") or next((v for word, v in _TYPE_WORDS.items() if word in turn.text), None)
    if kind in wording.RECT_TYPES:
        draft["rect_type"] = kind
    beside = _BESIDE.search(turn.text)
    if slots.get("requirement") or beside:
        draft["requirement"] = str(slots.get("requirement") or (beside and beside[1])).strip(" 。")
    if slots.get("co_orgs"):
        draft["co_orgs"] = list(slots["co_orgs"])
    _take_stages(turn)
    return draft != before


def _take_stages(turn: Turn) -> None:
    """分两个节点：12月20日完成清理，1月31日完成入账: then it is phased, and not due before the last of them."""
    said = stages.read(turn.text, day_of(turn.now)) if stages.NAMED.search(turn.text) else []
    if not said:
        return
    turn.draft["stages"] = [[name, day.isoformat()] for name, day in said]
    turn.draft["rect_type"] = "phased"
    turn.draft["due"] = max(turn.draft.get("due") or "", said[-1][1].isoformat())


def partners(turn: Turn) -> list[Unit]:
    """The units that were named as assisting."""
    named = [units.find_by_name(turn.session, str(name)) for name in turn.draft.get("co_orgs", ())]
    return [unit for unit in named if unit is not None]


def _with_correction(slots: Mapping[str, Any]) -> dict[str, Any]:
    """`责任单位改成恒信能源` arrives as field and value."""
    merged = dict(slots)
    if slots.get("field") and "value" in slots:
        merged[str(slots["field"])] = slots["value"]
    return merged


def _take_unit(turn: Turn, slots: Mapping[str, Any]) -> None:
    draft, name = turn.draft, slots.get("unit") or slots.get("lead_org")
    if turn.meaning.unit_options and not name:
        draft["unit_options"] = list(turn.meaning.unit_options)
        return
    if name:
        set_unit(turn, turn.actor.unit_name if name == "SELF" else str(name))


def set_unit(turn: Turn, name: str) -> None:
    """Take a unit by its canonical name; an unknown one changes nothing."""
    unit, draft = units.find_by_name(turn.session, name), turn.draft
    if unit is None:
        return
    draft.pop("unit_options", None)
    if draft.get("unit") != unit.code:
        draft["unit"] = unit.code
        draft.pop("person", None)  # he belongs to the former unit


def _bare_name(turn: Turn) -> str | None:
    """An answer that is nothing but somebody's name."""
    words = turn.text.strip(" ，。")
    return words if any(person.name == words for person in turn.lexicon.people) else None


def _take_due(turn: Turn, slots: Mapping[str, Any]) -> None:
    said = slots.get("due") or slots.get("new_due") or slots.get("date")
    days = slots.get("days")
    if said:
        turn.draft["due"] = str(said)
    elif isinstance(days, int) and days > 0:
        turn.draft["due"] = (day_of(turn.now) + timedelta(days=days)).isoformat()
    elif not turn.draft.get("due") and (unread := _UNREAD.search(turn.text)):
        turn.draft["unread"] = unread[0]


# A day that was said and is none that there is, or none that can be reckoned: it is never passed over (3.6 P5).
_UNREAD = re.compile(
    r"(?:(?:20\d\d年)?\d{1,2}月\d{1,3}[日号]?|春节|元旦|国庆|中秋|端午|清明|五一|大年[初三]\S)(?:节|假期)?(?:之|以)?前"
)


def unit_of(turn: Turn, finding: Finding) -> Unit | None:
    """The unit it goes to: as said, else the one that stands in the finding."""
    code = turn.draft.get("unit") or finding.unit
    return units.get_unit(turn.session, code) if code else None


def in_being(unit: Unit, today: date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= today) and (unit.valid_to is None or unit.valid_to >= today)


def candidates(turn: Turn, unit: Unit) -> list[str]:
    """Who of this name serves the unit today; without a name, its liaison or its head, or those of the unit above."""
    today, name = day_of(turn.now), turn.draft.get("person_name")
    if name:
        found = [person.userid for person in people.named(turn.session, name)]
        here = [u for u in found if parties.in_unit(people.actor(turn.session, u, today), unit.path)]
        return here or [u for u in found if parties.serves(turn.session, people.actor(turn.session, u, today), unit)]
    for roles in (parties.LIAISONS, parties.HEADS):
        holders = parties.nearest(turn.session, roles, unit.code, today)
        if holders:
            return holders[:1]
    return []


def title_of(turn: Turn, userid: str) -> str:
    """`周涛（恒信建设综合部）`, to tell two of one name apart."""
    actor = people.actor(turn.session, userid, day_of(turn.now))
    post = actor.posts[0] if actor.posts else None
    return f"{actor.name}（{post.unit_name}{post.title}）" if post else actor.name


def kind_and_due(turn: Turn, finding: Finding) -> tuple[str, date]:
    """Kind and date of rectification; what was not said follows from the other, or from severity (domain.md 3.2)."""
    today, policy = day_of(turn.now), turn.policy
    said = date.fromisoformat(turn.draft["due"]) if turn.draft.get("due") else _wished(finding, today)
    kind = turn.draft.get("rect_type") or finding.rect_type
    if not kind and said is not None:
        kind = "immediate" if (said - today).days <= policy.immediate_days else "phased"
    kind = kind or ("immediate" if finding.severity == "general" else "phased")
    return kind, said or _default_due(kind, today, turn.calendar, policy)


def by_default(turn: Turn, finding: Finding) -> str:
    """Where a date comes from that the speaker did not say."""
    if turn.draft.get("due"):
        return ""
    if turn.draft.get("unread"):
        return f"，没看懂“{turn.draft['unread']}”，暂按默认，可直接改"
    return "，按来源部门建议" if _wished(finding, day_of(turn.now)) else "，没说时限，按默认"


def _wished(finding: Finding, today: date) -> date | None:
    """`建议12月31日 周四前完成`, as the submission keeps it, while it has not passed."""
    found = _WISH.search(finding.requirement or "")
    if found is None:
        return None
    wished = date(int(found["year"] or finding.submitted_at.year), int(found["month"]), int(found["day"]))
    return wished if wished >= today else None


def _default_due(kind: str, today: date, calendar: Workdays, policy: Any) -> date:
    if kind == "ongoing":  # progress is due quarter by quarter
        return ongoing.first_node(today, calendar, policy.immediate_days)
    days = policy.immediate_days if kind == "immediate" else policy.phased_days
    return calendar.roll_back(today + timedelta(days=days))


def due_line(due: date, today: date, calendar: Workdays) -> str:
    """The date with its weekday; a rest day is pointed out and may stand all the same (T4)."""
    words = wording.day(due, today)
    if calendar.is_workday(due):
        return words
    before, after = calendar.roll_back(due), calendar.roll_forward(due)
    near = [wording.day(day, today) for day in (before, after) if day >= today]
    return f"{words}，是休息日，最近的工作日是{'、'.join(near)}，可直接改；不改就按{wording.short_day(due, today)}"


def requirement(turn: Turn, finding: Finding) -> str:
    wished = _WISH.sub("", finding.requirement or "").strip("；")  # the date itself decides now
    text = turn.draft.get("requirement") or wished or task_card.DEFAULT_REQUIREMENT
    partners = turn.draft.get("co_orgs")
    return f"{text}（配合：{'、'.join(partners)}）" if partners else str(text)


def subject(findings: list[Finding]) -> str:
    """`WT-2026-0123（采购程序不规范）`, or the numbers of several."""
    if len(findings) == 1:
        return f"{findings[0].number}（{choosing.title(findings[0])}）"
    return "、".join(finding.number for finding in findings)
