"""A meeting while it is being told: what a message adds, what is still missing, what is assumed (domain.md S30)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.flow import Turn
from handlers import gathering_people, gathering_rights, meeting_windows, texts
from handlers.gathering_people import ORDINARY
from handlers.meeting_words import AGENDA
from handlers.rules import calendar, moments

MEMBERS_ONLY = ("joint_meeting", "consultation")
_KINDS = (
    ("year_start", r"年初"), ("mid_year", r"年中"), ("ad_hoc", r"临时会|紧急会"), ("joint_meeting", r"联席"),
    ("consultation", r"会商|会审"),
)  # fmt: skip
_CONTENT = re.compile(r"议题|结论|议定|待办|内容[:：]")
_TOPICS = re.compile(r"议题(?:加一?[条项个]|增加|改成|改为|为|是|有|包括)?\s*[:：]?\s*(?P<words>[^。\n]+)")
_ENDS_TOPICS = re.compile(r"[，,；;]?\s*(?:结论|议定|待办|参加|参会|地点|时间)")
_CONCLUSION = re.compile(r"(?:会议)?(?:结论|议定(?:事项)?)(?:是|为)?\s*[:：]?\s*(?P<words>.+)", re.DOTALL)
_MATERIAL = re.compile(r"材料|报告.{0,8}(?:前|交)|收稿")
_NO_MATERIAL = re.compile(r"(?:不用|不要|无需|不需要|免)(?:再)?(?:交|收|报|提交)?材料")
_DAYS = ("date", "due", "new_due", "date_to")


def absorb(turn: Turn) -> None:
    """Take over what this message says of the meeting."""
    slots, draft = turn.meaning.slots, turn.draft
    kind = _kind(turn)
    if kind and ("kind" not in draft or kind != "ad_hoc"):
        draft["kind"] = kind
    _take_days(turn)
    place = slots.get("place") or moments.parse_place(_CONTENT.split(turn.text)[0])
    if place:
        draft["place"] = str(place)[:80]
    _take_content(turn)
    if draft.get("kind") in MEMBERS_ONLY:
        orgs = gathering_people.codes_of(turn, _words(slots.get("orgs"))) or gathering_people.named_in(turn)
        if orgs and (not draft.get("orgs") or slots.get("orgs")):
            draft["orgs"] = orgs


def _kind(turn: Turn) -> str:
    said = str(turn.meaning.slots.get("meeting_type") or "")
    said = "joint_meeting" if said == "joint" else said
    head = _CONTENT.split(turn.text)[0]
    return said or next((kind for kind, words in _KINDS if re.search(words, head)), "")


def _take_days(turn: Turn) -> None:
    slots, draft, head = turn.meaning.slots, turn.draft, _CONTENT.split(turn.text)[0]
    material = slots.get("material_due")
    moment = str(slots.get("time") or "")
    day = next((str(slots[key]) for key in _DAYS if slots.get(key)), "")
    if _NO_MATERIAL.search(turn.text):
        draft["papers_due"] = ""
    elif material:
        draft["papers_due"] = texts.ahead(turn, str(material))
    elif day and not moment and _MATERIAL.search(head):
        draft["papers_due"], day = texts.ahead(turn, day), ""
    if "T" in moment:
        day, draft["clock"] = moment.split("T")[0], moment.split("T")[1][:5]
    elif (clock := moments.parse_clock(head)) is not None:
        draft["clock"] = clock.isoformat("minutes")
    if day:
        draft["day"] = texts.ahead(turn, day)


def _take_content(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    topics = [str(topic) for topic in _words(slots.get("topics"))] or parse_topics(turn.text)
    if topics:
        draft["topics"] = [topic[:120] for topic in topics]
    found = _CONCLUSION.search(turn.text)
    if found and draft.get("kind") in MEMBERS_ONLY:
        draft["conclusion"] = str(slots.get("desc") or found["words"]).strip(" ，。")[:1000]
    items = slots.get("items")
    if isinstance(items, list | tuple) and items:
        draft["said_items"] = [dict(item) for item in items]


def parse_topics(text: str) -> list[str]:
    """What stands behind 议题, part by part."""
    found = _TOPICS.search(text)
    if found is None:
        return []
    words = _ENDS_TOPICS.split(found["words"])[0]
    return [part.strip(" ，。") for part in re.split(r"[；;]|\s*\d[、.]\s*", words) if part.strip(" ，。")]


def _words(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)] if value else []


def suppose(turn: Turn) -> None:
    """What nobody has to say: the kind that is waited for, the usual agenda, when material is due."""
    draft = turn.draft
    if not draft.get("kind"):
        awaited = meeting_windows.awaited(turn, day_of(draft))
        if awaited and gathering_rights.may_call(turn, awaited):
            draft["kind"] = awaited
    if past(draft):
        local = turn.now.astimezone(calendar.SHANGHAI)
        draft.setdefault("day", local.date().isoformat())
        draft.setdefault("clock", local.strftime("%H:%M"))


def given(day: str) -> date | None:
    """A day that was said; "" stands for none."""
    return date.fromisoformat(day) if day else None


def past(draft: dict[str, Any]) -> bool:
    """Members registered what they had conferred about: its conclusion is there already (S28)."""
    return draft.get("kind") in MEMBERS_ONLY and bool(draft.get("conclusion"))


def agenda(draft: dict[str, Any]) -> list[str]:
    own: Iterable[str] = draft.get("topics") or ()
    usual = AGENDA if draft.get("kind") in ORDINARY else ()
    return list(dict.fromkeys([*usual, *own]))


def day_of(draft: dict[str, Any]) -> date | None:
    return date.fromisoformat(draft["day"]) if draft.get("day") else None


def moment(draft: dict[str, Any]) -> datetime:
    return calendar.at(date.fromisoformat(draft["day"]), time.fromisoformat(draft["clock"]))


def papers_due(turn: Turn) -> date | None:
    """As it was said, else five working days before; none where that would be over already or is not usual."""
    draft = turn.draft
    if "papers_due" in draft:
        return given(draft["papers_due"])
    if draft.get("kind") not in ORDINARY:
        return None
    due = turn.calendar.add_workdays(date.fromisoformat(draft["day"]), -turn.policy.papers_workdays)
    return due if due > texts.today_of(turn) else None


def fault(turn: Turn) -> str:
    """What cannot be: a moment that has passed, material after the meeting. Takes the wrong day out of the draft."""
    draft = turn.draft
    if not past(draft) and moment(draft) <= turn.now + timedelta(minutes=1):
        draft.pop("day"), draft.pop("clock")
        return "会议时间要在现在之后。"
    due = papers_due(turn)
    if due is not None and not past(draft) and due >= date.fromisoformat(draft["day"]):
        draft.pop("papers_due", None)
        return "材料要在会前收齐，已按会前的默认日期。"
    return ""
