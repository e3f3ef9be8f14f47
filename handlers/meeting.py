"""Meetings of the leading group and of members: everything that is said of one begins here (domain.md S28-S31)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.flow import Flow, Reply, Turn
from handlers import (
    collecting,
    gathering_people,
    gathering_rights,
    meeting_calling,
    meeting_changes,
    meeting_leave,
    meeting_minutes,
    meeting_queries,
    meeting_windows,
    paper_lists,
    papers,
)
from storage.people import Actor

_DEEDS: Mapping[str, Callable[[Turn], Reply]] = {
    "create": meeting_calling.start,
    "change": meeting_changes.start,
    "cancel": meeting_changes.start_off,
    "collect": collecting.start,
    "materials": paper_lists.materials,
    "paper": papers.start,
    "leave": meeting_leave.start,
    "agenda": meeting_queries.agenda,
    "conclude": meeting_minutes.start_end,
    "decide": meeting_minutes.start,
    "query": meeting_queries.start,
}

_ORDERED = re.compile(
    r"^(?:请|帮我|我要)?(?:安排|召开|组织|登记)(?:一下|一个|一次)?[^?？吗]{2,16}会(?:议|商)?\s*$|^临时会议?\s*$"
)
_ASKED_FOR = (
    ("paper", re.compile(r"^[^谁?？]{0,24}材料\s*[:：]\s*\S|^\s*(?:HY-\d{4}-\d+\s*)?(?:我们?)?要?交(?:会议)?材料\s*$")),
    ("create", _ORDERED),
    ("conclude", re.compile(r"(?:没有|无)处置意见|结论\s*[:：]\s*\S")),
)


def start(turn: Turn) -> Reply:
    return _DEEDS.get(_action(turn), meeting_queries.start)(turn)


def _action(turn: Turn) -> str:
    """A bare date after a reminder of the window registers the meeting (S29)."""
    slots = turn.meaning.slots
    said = str(slots.get("action") or "")
    if said in ("", "query"):  # what a reminder asks to be answered is heard, however else it was understood
        said = next((action for action, words in _ASKED_FOR if words.search(turn.text)), said)
    if not said and (slots.get("time") or slots.get("date")) and turn.actor.has(*gathering_rights.TOP):
        return "create"
    return said


def _help(actor: Actor) -> str | None:
    if actor.has(*gathering_rights.OFFICE):
        return "会议：定一下：领导小组年初会议1月15日下午2点半，三楼会议室；处置意见：…，审计部牵头，3月底前"
    if actor.has(*gathering_people.MEMBERS):
        return "会议：“近期会议”“会议材料：…”“请假，由副主任参会”"
    return "会议：“近期会议”" if actor.has("leading_group") else None


FLOW = Flow(
    name="meeting",
    title="会议安排",
    intents=("meeting",),
    start=start,
    steps={
        **meeting_calling.STEPS,
        **meeting_changes.STEPS,
        **meeting_leave.STEPS,
        **meeting_minutes.STEPS,
        **meeting_queries.STEPS,
        **collecting.STEPS,
        **papers.STEPS,
        **paper_lists.STEPS,
    },
    on_fetched={papers.KIND: papers.on_fetched},
    daily=meeting_windows.keep,
    help=_help,
)
