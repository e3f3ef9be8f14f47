"""What a meeting decided becomes items with a day and an owner: read, completed, confirmed, told (domain.md S30)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers import access, gathering_people, item_duties, texts
from handlers.rules import moments, wording
from storage import items
from storage.gatherings import Item

_FINDING = re.compile(r"WT-\d{4}-\d{4,}")
_DAYS = ("due", "date", "new_due", "date_to", "to")
_MOST = 20


def take(turn: Turn, said: Sequence[Mapping[str, Any]]) -> None:
    """The items as they were said, their units as codes, instead of those of before."""
    turn.draft["items"] = [_read(turn, item) for item in said[:_MOST]]


def _read(turn: Turn, item: Mapping[str, Any]) -> dict[str, Any]:
    owner = gathering_people.codes_of(turn, _listed(item.get("org")))
    text, due = str(item.get("text") or "").strip(" ，。；;")[:500], str(item.get("due") or "")
    return {
        "text": text, "org": owner[0] if owner else "",
        "helpers": gathering_people.codes_of(turn, _listed(item.get("helpers"))),
        "due": texts.ahead(turn, due) if due else "",
        "refs": _refs(turn, text, alone=False),
    }  # fmt: skip


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)] if value else []


def _refs(turn: Turn, text: str, *, alone: bool) -> list[str]:
    """The findings that an item is about, as far as the speaker may know of them."""
    slots = turn.meaning.slots
    said = [slots.get("number"), *(slots.get("numbers") or ())] if alone else []
    numbers = [*_FINDING.findall(text), *(str(one) for one in said if str(one).startswith("WT-"))]
    return [number for number in dict.fromkeys(numbers) if access.find_visible(turn, number) is not None]


def take_message(turn: Turn) -> bool:
    """The items of this message into the draft; False when it names none."""
    said = turn.meaning.slots.get("items")
    if not isinstance(said, list | tuple) or not said:
        return False
    take(turn, [dict(item) for item in said])
    only = turn.draft["items"]
    if len(only) == 1:
        only[0]["refs"] = list(dict.fromkeys([*only[0]["refs"], *_refs(turn, "", alone=True)]))
    return True


def lacking(turn: Turn) -> str:
    """The question for what the first incomplete item lacks, at most two things; "" when all are complete."""
    found: list[dict[str, Any]] = turn.draft.get("items") or []
    for at, item in enumerate(found):
        past = bool(item["due"]) and date.fromisoformat(item["due"]) < texts.today_of(turn)
        item["due"] = "" if past else item["due"]
        asked = [words for key, words in (("org", "由哪个部门牵头"), ("due", "哪天前完成")) if not item[key]]
        if asked:
            turn.draft["at"] = at
            head = f"第{at + 1}项“{item['text'][:24]}”" if len(found) > 1 else f"“{item['text'][:24]}”"
            return f"{head}{'，'.join(asked)}？如“审计部，3月31日前”。"
    turn.draft.pop("at", None)
    return ""


def complete(turn: Turn) -> None:
    """Take the answer to that question, or other items altogether."""
    if take_message(turn):
        return
    slots, at = turn.meaning.slots, turn.draft.get("at", 0)
    item = turn.draft["items"][at]
    units = _listed(slots.get("orgs") or slots.get("org") or slots.get("unit") or slots.get("source_org"))
    codes = gathering_people.codes_of(turn, units)
    if codes and not item["org"]:
        item["org"], item["helpers"] = codes[0], list(dict.fromkeys([*item["helpers"], *codes[1:]]))
    day = moments.said(slots, *_DAYS)
    if day:
        item["due"] = texts.ahead(turn, day)


def lines(turn: Turn) -> list[str]:
    """`1 恒信资本专项核查｜审计部牵头｜3月31日 周三前`, a line each; rest days are pointed out."""
    return [f"{at} {_line(turn, item)}" for at, item in enumerate(turn.draft.get("items") or [], 1)]


def _line(turn: Turn, item: Mapping[str, Any]) -> str:
    due, today = date.fromisoformat(item["due"]), texts.today_of(turn)
    helping = f"，{gathering_people.names(turn, item['helpers'])}配合" if item["helpers"] else ""
    refs = f"｜{'、'.join(item['refs'])}" if item["refs"] else ""
    rest = (
        ""
        if turn.calendar.is_workday(due)
        else f"（休息日，前一个工作日是{wording.day(turn.calendar.roll_back(due), today)}）"
    )
    owner = gathering_people.name(turn, item["org"])
    return f"{item['text']}｜{owner}牵头{helping}｜{wording.day(due, today)}前{rest}{refs}"


def enter(turn: Turn, meeting: str) -> list[Item]:
    """Make them items of the meeting (or of none), begin their ladders, tell those who have to act."""
    made = []
    for said in turn.draft.get("items") or []:
        row = items.add(
            turn.session, turn.entry("decide"), number=item_duties.new_number(turn, "decision"), kind="decision",
            state="open", text=said["text"], owner=said["org"], helpers=said["helpers"],
            due=date.fromisoformat(said["due"]), meeting=meeting, refs=said["refs"], made_by=turn.actor.userid,
            made_at=turn.now,
        )  # fmt: skip
        item_duties.begin(turn, row)
        made.append(row)
    return made


def announce(turn: Turn, made: Sequence[Item], meeting: str) -> list[str]:
    """Each owner and helper hears of his own; who was told."""
    lead = f"{meeting} 议定，" if meeting else ""
    return list(dict.fromkeys(person for row in made for person in item_duties.announce(turn, row, lead)))


def unstaffed(turn: Turn, made: Sequence[Item]) -> str:
    """Which of the owners and helpers nobody can be told of."""
    return gathering_people.unstaffed(turn, dict.fromkeys(code for row in made for code in (row.owner, *row.helpers)))


def line(turn: Turn, item: Item) -> str:
    return item_duties.line(turn, item)
