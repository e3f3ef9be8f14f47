"""A joint inspection is proposed: with the figures it rests on, or made of plans that would meet (S39, S40)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import (
    clashes,
    gathering_people,
    gathering_rights,
    inspection_decision,
    inspection_words,
    meeting_words,
    texts,
)
from handlers.rules import categories, moments, numbering
from storage import counters, inspections, items
from storage.gatherings import Inspection, Item

DETAILS, CONFIRM = "propose_details", "propose_confirm"
_ALONE = 2  # fewer bodies than this are none together
_REASON = re.compile(r"(?:理由|原因|因为)\s*[:：]?\s*(?P<words>.+)$", re.DOTALL)


def start(turn: Turn) -> Reply:
    if not gathering_rights.may_propose(turn):
        raise gathering_rights.refuse(turn, "联合检查由成员单位提议。")
    _take(turn)
    if turn.meaning.slots.get("action") == "merge":
        _merge(turn)
    return _next(turn)


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    said = [slots.get("unit"), *(slots.get("units") or ())]
    units = gathering_people.codes_of(turn, [str(one) for one in said if one])
    orgs = gathering_people.codes_of(turn, slots.get("orgs") or ())
    if units:
        draft["units"] = [code for code in units if code not in orgs]
    if orgs:
        draft["orgs"] = orgs
    if slots.get("category"):
        draft["category"] = str(slots["category"])[:8]
        draft["basis"] = inspection_words.basis(turn, draft["category"])
    found = _REASON.search(turn.text)
    if slots.get("reason") or found:
        draft["reason"] = str(slots.get("reason") or (found["words"] if found else ""))[:500]
    _take_days(turn)


def _take_days(turn: Turn) -> None:
    slots = turn.meaning.slots
    first, last = moments.said(slots, "from", "date_from"), moments.said(slots, "to", "date_to", "due", "date")
    for key, day in (("begins", first), ("ends", last)):
        if day:
            turn.draft[key] = texts.ahead(turn, day)


def _merge(turn: Turn) -> None:
    """Take over the plans of the bodies for the unit, as far as they are registered."""
    draft = turn.draft
    unit = (draft.get("units") or [""])[0]
    first = date.fromisoformat(draft["begins"]) if draft.get("begins") else texts.today_of(turn)
    last = date.fromisoformat(draft["ends"]) if draft.get("ends") else first
    found = clashes.visits(turn, unit, first, last, owner="") if unit else []
    orgs = draft.get("orgs") or []
    meant = [item for item in found if not orgs or item.owner in orgs]
    if not orgs:
        draft["orgs"] = list(dict.fromkeys(item.owner for item in meant))
    take_plans(turn, meant)


def take_plans(turn: Turn, plans: list[Item]) -> None:
    """These plans become one: their numbers, the time from the first beginning to the last end."""
    draft = turn.draft
    draft["plans"] = [item.number for item in plans]
    if plans:
        begins = [item.begins or item.due for item in plans] + [date.fromisoformat(d) for d in _said(draft, "begins")]
        ends = [item.due for item in plans] + [date.fromisoformat(d) for d in _said(draft, "ends")]
        draft["begins"], draft["ends"] = min(begins).isoformat(), max(ends).isoformat()


def _said(draft: dict[str, Any], key: str) -> list[str]:
    return [draft[key]] if draft.get(key) else []


def _next(turn: Turn, lead: str = "") -> Ask:
    draft = turn.draft
    _suppose(turn)
    if not draft.get("units"):
        return Ask("联合检查哪些单位？", DETAILS)
    if len(draft.get("orgs") or ()) < _ALONE:
        known = gathering_people.names(turn, draft.get("orgs") or ())
        return Ask(f"哪些部门一起检查？{f'除{known}外还有谁？' if known else ''}", DETAILS)
    return confirmation(turn, lead)


def _suppose(turn: Turn) -> None:
    """Whoever proposes it takes part; where nobody was named, it goes where the fault was found most."""
    draft = turn.draft
    own = next((post.unit for post in turn.actor.posts if post.role in gathering_people.MEMBERS), "")
    office = turn.actor.has(*gathering_rights.TOP)
    if own and not office and own not in draft.get("orgs", ()):
        draft["orgs"] = [own, *draft.get("orgs", ())]
    if not draft.get("units") and draft.get("basis"):
        draft["units"] = [one["unit"] for one in draft["basis"]["units"][:3]]


def topic(turn: Turn) -> str:
    draft, units = turn.draft, gathering_people.names(turn, turn.draft["units"])
    if draft.get("category"):
        return f"{categories.name_of(draft['category'])}类共性问题联合检查（{units}）"
    return f"{units}联合检查"


def confirmation(turn: Turn, lead: str = "") -> Ask:
    draft = turn.draft
    begins, ends = _days(draft)
    alone = gathering_rights.may_decide_inspection(turn)
    lines = [f"{lead}请确认{'组织' if alone else '提议'}联合检查：{topic(turn)}"]
    lines += [
        f"参加：{gathering_people.names(turn, draft['orgs'])}",
        f"时间：{inspection_words.period(turn, begins, ends)}",
    ]
    rests = inspection_words.basis_words(draft.get("basis") or {})
    lines += [f"依据：{rests}"] if rests else []
    lines += [f"理由：{draft['reason']}"] if draft.get("reason") else []
    lines += [f"并入计划：{'、'.join(draft['plans'])}，批准后原计划取消"] if draft.get("plans") else []
    lines.append("确认后即生效，并通知参加部门。" if alone else "报办公室主任或领导小组批准后生效。")
    facts = (("检查", topic(turn)), ("参加", gathering_people.names(turn, draft["orgs"])))
    card = Card(CardKind.BUTTONS, "联合检查", facts=facts, buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), CONFIRM, card)


def _days(draft: dict[str, Any]) -> tuple[date | None, date | None]:
    begins, ends = draft.get("begins"), draft.get("ends")
    return (date.fromisoformat(begins) if begins else None), (date.fromisoformat(ends) if ends else None)


def take_details(turn: Turn) -> Reply:
    before = list(turn.draft.get("orgs") or ()), list(turn.draft.get("units") or ())
    _take(turn)
    _place_answer(turn, *before)
    return _next(turn)


def _place_answer(turn: Turn, orgs: list[str], units: list[str]) -> None:
    """A department that answers 哪些部门 is a body, even if it was understood as a unit."""
    draft = turn.draft
    if units and draft.get("units") != units:
        draft["orgs"], draft["units"] = list(dict.fromkeys([*orgs, *draft.get("orgs", ()), *draft["units"]])), units
    elif units:
        draft["orgs"] = list(dict.fromkeys([*orgs, *draft.get("orgs", ())]))


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        before = dict(turn.draft)
        _take(turn)
        return _next(turn, "" if turn.draft != before else "还没有提交。\n")
    if not gathering_rights.may_propose(turn):
        raise gathering_rights.refuse(turn, "联合检查由成员单位提议。")
    return _commit(turn)


def _commit(turn: Turn) -> Done:
    draft, year = turn.draft, texts.today_of(turn).year
    begins, ends = _days(draft)
    number = numbering.serial_number(numbering.INSPECTION, year, counters.next_value(turn.session, f"LJ-{year}"))
    row = inspections.add(
        turn.session, turn.entry("propose_inspection"), number=number, state="proposed", topic=topic(turn),
        category=draft.get("category") or "", units=draft["units"], orgs=draft["orgs"], items=_still_open(turn),
        begins=begins, ends=ends, basis=draft.get("basis") or {}, proposed_by=turn.actor.userid, proposed_at=turn.now,
        reason=draft.get("reason") or "",
    )  # fmt: skip
    turn.recent["numbers"] = [number]
    if gathering_rights.may_decide_inspection(turn):
        return Done(f"{inspection_decision.approve(turn, row)}")
    deciders = texts.directors(turn) or gathering_people.leading(turn)
    for person in deciders:
        turn.tell(person, _card(turn, row), group=inspection_decision.group(number), matter=number)
    told = gathering_people.told_words(turn, [one for one in deciders if one != turn.actor.userid])
    return Done(f"已提议 {inspection_words.line(turn, row)}，等办公室主任批准。{told}")


def _still_open(turn: Turn) -> list[str]:
    found = [items.find(turn.session, number) for number in turn.draft.get("plans") or ()]
    return [item.number for item in found if item is not None and item.state == "open"]


def _card(turn: Turn, row: Inspection) -> Card:
    rests = inspection_words.basis_words(row.basis)
    facts = [("检查", row.topic), ("参加", gathering_people.names(turn, row.orgs)),
             ("时间", inspection_words.period(turn, row.begins, row.ends))]  # fmt: skip
    facts += [("并入计划", "、".join(row.items))] if row.items else []
    note = "；".join(part for part in (rests, row.reason) if part)
    buttons = (
        Button("同意", f"同意联合检查 {row.number}", Style.STRONG), Button("不同意", f"不同意联合检查 {row.number}"),
    )  # fmt: skip
    title = f"联合检查待批准 {row.number}"
    return Card(CardKind.BUTTONS, title=title, facts=tuple(facts), note=note, buttons=buttons)


STEPS = {DETAILS: take_details, CONFIRM: take_confirm}
