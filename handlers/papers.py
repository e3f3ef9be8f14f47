"""A member unit hands in its material: for a meeting, or what the office collects; text, a picture or a file (S30)."""

from __future__ import annotations

import re
from typing import Any

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind, Kind
from handlers import (
    evidence_words,
    gathering_people,
    gathering_rights,
    item_duties,
    meeting_choice,
    meeting_duties,
    meeting_words,
    texts,
)
from storage import fetches, items, meetings
from storage.gatherings import Meeting
from storage.models import Fetch

WHICH, CONTENT, CONFIRM = "paper_which", "paper_content", "paper_confirm"
KIND = "paper"  # of fetch
_LOST = ("refused", "dead", "cancelled")
_SECRET = "文件名带有国家秘密标志"  # noqa: S105  bot/fetcher.py says so
_PREFIX = re.compile(
    r"^\s*(?:(?:HY|DB)-\d{4}-\d+)?\s*(?:我们?)?(?:部门?)?(?:要?交|提交|报送|上交|补交)?(?:一下)?"
    r"(?:会议|上会|汇报|年初会议|年中会议)?(?:材料|监督(?:工作)?情况报告|报告)\s*[:：，,]\s*"
    r"|^\s*(?:要?交|提交|报送|上交|补交)(?:一下)?(?:会议|上会)?(?:材料|报告)\s*$"
)
_SAYS = re.compile(r"\w")


def start(turn: Turn) -> Reply:
    _take(turn)
    found = _candidates(turn)
    number = meeting_choice.number_in(turn) or _item_number(turn)
    if number:
        return _open(turn, number)
    if not found:
        if not turn.actor.has(*gathering_people.MEMBERS):
            raise gathering_rights.shut(turn)
        return Done("现在没有等贵部门交的材料。")
    if len(found) == 1:
        return _open(turn, found[0][0])
    turn.draft["choices"] = [number for number, _ in found]
    return Ask(f"交哪一项的材料？\n{texts.options([label for _, label in found])}\n回复序号或编号即可。", WHICH)


def _item_number(turn: Turn) -> str:
    said = str(turn.meaning.slots.get("number") or "")
    return said if said.startswith("DB-") else ""


def _take(turn: Turn) -> None:
    """The text, or the file, of this message."""
    inbound, draft = turn.inbound, turn.draft
    if inbound is not None and inbound.media is not None and inbound.kind in (Kind.IMAGE, Kind.FILE):
        draft["file"] = turn.fetch(KIND, inbound.media)
        draft["name"] = (inbound.media.name or "图片")[:120]
        return
    words = _PREFIX.sub("", turn.text).strip()
    if _SAYS.search(words) and turn.meaning.intent not in ("confirm", "select"):
        draft["text"] = words[:4000]


def _candidates(turn: Turn) -> list[tuple[str, str]]:
    """Number and label of what the speaker's units still owe, soonest due first."""
    found: list[tuple[Any, str, str]] = []
    for meeting in meetings.planned(turn.session):
        if meeting.papers_due is not None and _owing(turn, meeting):
            found.append((meeting.papers_due, meeting.number, meeting_words.line(turn, meeting)))
    for item in items.open_items(turn.session, ("collect",)):
        if gathering_rights.may_hand_in(turn, item.owner):
            found.append((item.due, item.number, f"{item.number} {item_duties.title(item)}"))
    return [(number, label) for _, number, label in sorted(found, key=lambda one: (one[0], one[1]))]


def _owing(turn: Turn, meeting: Meeting) -> list[str]:
    """The speaker's units that owe material for it; those that have handed in come last."""
    asked = [u.code for u in gathering_people.paper_units(turn, meeting) if gathering_rights.may_hand_in(turn, u.code)]
    have = {paper.unit for paper in meetings.papers(turn.session, meeting)}
    return sorted(asked, key=lambda code: code in have)


def take_which(turn: Turn) -> Reply:
    choices: list[str] = turn.draft.get("choices") or []
    at = texts.chosen(turn, choices)
    number = meeting_choice.number_in(turn) or _item_number(turn) or (choices[at] if at is not None else "")
    return _open(turn, number) if number else Ask("请回复序号或编号；不交了回复“取消”。", WHICH)


def _open(turn: Turn, number: str) -> Reply:
    draft = turn.draft
    draft["number"] = number
    unit = _unit(turn, number)
    draft["unit"] = unit
    if not draft.get("text") and not draft.get("file"):
        return Ask(f"{_title(turn, number)}：请直接写内容，或发图片、文件。", CONTENT)
    return _confirmation(turn)


def _unit(turn: Turn, number: str) -> str:
    """For which of his units; raises when nothing is awaited of them."""
    if number.startswith("DB-"):
        item = gathering_rights.get_item(turn, number)
        if item.kind != "collect" or not gathering_rights.may_hand_in(turn, item.owner):
            raise gathering_rights.refuse(turn, f"{number} 的材料由承办单位报送。")
        if item.state != "open":
            raise Overtaken(f"{number} 已经收过了，不用再交。", keep=False)
        return item.owner
    meeting = gathering_rights.get_meeting(turn, number)
    if meeting.state != "planned" or meeting.papers_due is None:
        raise Overtaken(f"{number} 现在不收材料。", keep=False)
    owing = _owing(turn, meeting)
    if not owing:
        raise gathering_rights.refuse(turn, f"{number} 的材料由成员单位报送。")
    return owing[0]


def _title(turn: Turn, number: str) -> str:
    if number.startswith("DB-"):
        item = items.find(turn.session, number)
        return f"{number} {item_duties.title(item)}" if item else number
    return f"{number} {meeting_words.name(meetings.get(turn.session, number).kind)}材料"


def take_content(turn: Turn) -> Reply:
    _take(turn)
    return _open(turn, turn.draft["number"])


def _confirmation(turn: Turn, lead: str = "") -> Ask:
    draft = turn.draft
    lines = [f"{lead}请确认报送 {_title(turn, draft['number'])}（{gathering_people.name(turn, draft['unit'])}）："]
    if draft.get("text"):
        words = draft["text"]
        lines.append(f"内容：{words if len(words) <= 200 else words[:199] + '…'}")
    if draft.get("file"):
        lines.append(f"附件：{draft['name']}")
    facts = (("事项", _title(turn, draft["number"])), ("单位", gathering_people.name(turn, draft["unit"])))
    card = Card(CardKind.BUTTONS, "报送材料", facts=facts, buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), CONFIRM, card)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        before = dict(turn.draft)
        _take(turn)
        return _confirmation(turn, "" if turn.draft != before else "还没有报送。\n")
    unit, number, draft = _unit(turn, turn.draft["number"]), turn.draft["number"], turn.draft
    fetch = _fetch(turn, number, unit)
    if draft.get("file") and fetch is None and not draft.get("text"):
        draft.pop("file")
        return Ask(f"刚才的文件没有收下。{_title(turn, number)}：请直接写内容，或重新发文件。", CONTENT)
    return _for_item(turn, number, unit, fetch) if number.startswith("DB-") else _for_meeting(turn, number, unit, fetch)


def _fetch(turn: Turn, number: str, unit: str) -> Fetch | None:
    """The file's row, held, and from now on known to belong to this; None when it was not taken."""
    if not turn.draft.get("file"):
        return None
    row = fetches.lock(turn.session, [turn.draft["file"]])[0]
    if row.state in _LOST:
        return None
    fetches.change_facts(turn.session, row, {"number": number, "unit": unit})
    return row


def _for_meeting(turn: Turn, number: str, unit: str, fetch: Fetch | None) -> Done:
    meeting = meetings.get(turn.session, number)
    again = meetings.find_paper(turn.session, meeting, unit) is not None
    meetings.hand_in(
        turn.session, turn.entry("hand_in"), meeting, unit, by=turn.actor.userid, at=turn.now,
        text=turn.draft.get("text") or "", name=turn.draft["name"] if fetch else "",
        sha256=fetch.sha256 if fetch else None,
    )  # fmt: skip
    meeting_duties.handed_in(turn, meeting, unit)
    turn.recent["numbers"] = [number]
    asked, have = rate(turn, meeting)
    name = gathering_people.name(turn, unit)
    text = f"{number}：{name}已{'重新' if again else ''}报送材料，已收{have}/{asked}。"
    told = gathering_people.tell(turn, texts.office_staff(turn), text, number)
    return Done(f"{name}材料已{'更新' if again else '报送'}（{number}）。{gathering_people.told_words(turn, told)}")


def rate(turn: Turn, meeting: Meeting) -> tuple[int, int]:
    """How many owe it material, and how many have handed it in."""
    asked = {unit.code for unit in gathering_people.paper_units(turn, meeting)}
    return len(asked), len(asked & {paper.unit for paper in meetings.papers(turn.session, meeting)})


def _for_item(turn: Turn, number: str, unit: str, fetch: Fetch | None) -> Done:
    item = items.find(turn.session, number)
    assert item is not None
    attached = f"（附件：{turn.draft['name']}）" if fetch else ""
    values: dict[str, Any] = {"state": "done", "done_by": turn.actor.userid, "done_at": turn.now}
    values["note"] = f"{turn.draft.get('text') or ''}{attached}"
    if not items.change(turn.session, turn.entry("hand_in"), item, **values):
        raise Overtaken(f"{number} 刚刚被改动过，请重新说一遍。", keep=False)
    item_duties.end(turn, item)
    together = items.collected_with(turn.session, item)
    have = sum(one.state == "done" for one in together)
    name = gathering_people.name(turn, unit)
    text = f"{item_duties.title(item)}：{name}已报送，已收{have}/{len(together)}。"
    told = gathering_people.tell(turn, [*texts.office_staff(turn), item.made_by], text, number)
    return Done(f"{name}已报送（{number} {item_duties.title(item)}）。{gathering_people.told_words(turn, told)}")


def on_fetched(turn: Turn, fetch: Fetch) -> None:
    """The file is on our disk, or it will never be: of a loss its sender hears."""
    number, unit = str(fetch.facts.get("number") or ""), str(fetch.facts.get("unit") or "")
    if fetch.state != "stored":
        turn.tell(
            fetch.person,
            evidence_words.not_taken(fetch, fetch.error == _SECRET, [number] if number else []),
            urgent=True,
        )
    meeting = meetings.find(turn.session, number) if number.startswith("HY-") else None
    paper = meetings.find_paper(turn.session, meeting, unit) if meeting else None
    stored = fetch.state == "stored"
    if meeting is not None and paper is not None and paper.name:
        values = {"sha256": fetch.sha256} if stored else {"name": "", "sha256": None}
        meetings.hand_in(
            turn.session, turn.entry("paper_stored" if stored else "paper_refused"), meeting, unit, **values
        )
    elif number:
        turn.record(number, "paper_stored" if stored else "paper_refused", after={"sha256": fetch.sha256})


STEPS = {WHICH: take_which, CONTENT: take_content, CONFIRM: take_confirm}
