"""A meeting is moved, or called off: everybody who was told of it is told again, its reminders move along (S30)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    gathering_people,
    gathering_rights,
    meeting_choice,
    meeting_draft,
    meeting_duties,
    meeting_words,
    obligations,
    texts,
)
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import meetings
from storage.gatherings import Meeting

WHICH, DETAILS, CONFIRM = "change_which", "change_details", "change_confirm"
OFF_WHICH, OFF_CONFIRM = "off_which", "off_confirm"
_FIELDS = ("day", "clock", "place", "papers_due", "topics")


def start(turn: Turn) -> Reply:
    meeting_draft.absorb(turn)
    found = meeting_choice.meant(turn, _mine(turn), WHICH, "要改哪一场会议？")
    return _went(turn, found, _open)


def start_off(turn: Turn) -> Reply:
    turn.draft["reason"] = str(turn.meaning.slots.get("reason") or "")[:200]
    return _went(turn, meeting_choice.meant(turn, _mine(turn), OFF_WHICH, "要取消哪一场会议？"), _open_off)


def _went(turn: Turn, found: Meeting | Ask | None, go_on: Any) -> Reply:
    if isinstance(found, Ask):
        return found
    if found is None:
        if not gathering_rights.takes_part(turn):
            raise gathering_rights.shut(turn)
        return Done("现在没有您可以更改的会议。发“近期会议”查看安排。")
    reply: Reply = go_on(turn, found)
    return reply


def _mine(turn: Turn) -> list[Meeting]:
    return [meeting for meeting in meeting_choice.coming(turn) if gathering_rights.may_manage(turn, meeting)]


def _check(turn: Turn, meeting: Meeting) -> None:
    if not gathering_rights.may_manage(turn, meeting):
        raise gathering_rights.refuse(turn, "会议的时间地点由监督办公室更改。")
    if meeting.state != "planned":
        state = meeting_words.STATES[meeting.state]
        raise Overtaken(f"{meeting.number} {state}，不能再改。", keep=False)


def take_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, WHICH, _open)


def _open(turn: Turn, meeting: Meeting) -> Reply:
    _check(turn, meeting)
    turn.draft["number"] = meeting.number
    turn.recent["numbers"] = [meeting.number]
    changed = _changed(turn, meeting)
    if not changed:
        return Ask(f"{meeting_words.line(turn, meeting)}\n改成什么时间、地点？", DETAILS)
    if "at" in changed and changed["at"] <= turn.now:
        return Ask("会议时间要在现在之后。改到哪天几点？", DETAILS)
    return _confirmation(turn, meeting, changed)


def _changed(turn: Turn, meeting: Meeting) -> dict[str, Any]:
    """What becomes different. Material keeps its distance from the meeting unless it was said."""
    draft, local = turn.draft, meeting.at.astimezone(SHANGHAI)
    wanted: dict[str, Any] = {"kind": meeting.kind} | {key: draft[key] for key in _FIELDS if key in draft}
    wanted = {"day": local.date().isoformat(), "clock": local.strftime("%H:%M")} | wanted
    found: dict[str, Any] = {}
    at = meeting_draft.moment(wanted)
    if at != meeting.at:
        found["at"] = at
    if draft.get("place") and draft["place"] != meeting.place:
        found["place"] = draft["place"]
    due = _papers_due(turn, meeting, at, wanted)
    if due != meeting.papers_due:
        found["papers_due"] = due
    return found


def _papers_due(turn: Turn, meeting: Meeting, at: datetime, wanted: dict[str, Any]) -> Any:
    if "papers_due" in wanted:
        return meeting_draft.given(wanted["papers_due"])
    if meeting.papers_due is None or at == meeting.at:
        return meeting.papers_due
    ahead = turn.calendar.workdays_between(meeting.papers_due, day_of(meeting.at))
    due = turn.calendar.add_workdays(day_of(at), -max(ahead, 1))
    return max(due, texts.today_of(turn))


def take_details(turn: Turn) -> Reply:
    meeting_draft.absorb(turn)
    return _open(turn, meetings.get(turn.session, turn.draft["number"]))


def _confirmation(turn: Turn, meeting: Meeting, changed: dict[str, Any]) -> Ask:
    lines = [f"请确认更改 {meeting.number} {meeting_words.name(meeting.kind)}：", *_differences(turn, meeting, changed)]
    note = meeting_words.rest_day(turn, day_of(changed["at"])) if "at" in changed else ""
    lines += [f"⚠ {note}"] if note else []
    lines += [f"将通知参会的{len(meeting.invited)}人。", texts.CONFIRM]
    facts = (("会议", meeting_words.name(meeting.kind)), ("更改", "；".join(_differences(turn, meeting, changed))))
    return Ask(
        "\n".join(lines), CONFIRM, Card(CardKind.BUTTONS, "更改会议", facts=facts, buttons=meeting_words.BUTTONS)
    )


def _differences(turn: Turn, meeting: Meeting, changed: dict[str, Any]) -> list[str]:
    today, found = texts.today_of(turn), []
    if "at" in changed:
        found.append(f"时间：{meeting_words.when(turn, meeting.at)} → {meeting_words.when(turn, changed['at'])}")
    if "place" in changed:
        found.append(f"地点：{meeting.place or '待定'} → {changed['place']}")
    if "papers_due" in changed:
        before = wording.day(meeting.papers_due, today) if meeting.papers_due else "不收"
        after = wording.day(changed["papers_due"], today) if changed["papers_due"] else "不收"
        found.append(f"交材料：{before} → {after}")
    return found


def take_confirm(turn: Turn) -> Reply:
    meeting = meetings.get(turn.session, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        before = dict(turn.draft)
        meeting_draft.absorb(turn)
        return _open(turn, meeting) if turn.draft != before else Ask("还没有更改。" + texts.CONFIRM, CONFIRM)
    _check(turn, meeting)
    changed = _changed(turn, meeting)
    said = _differences(turn, meeting, changed)
    if not changed or not meetings.change(turn.session, turn.entry("change_meeting"), meeting, **changed):
        raise Overtaken(f"{meeting.number} 刚刚被改动过，请重新说一遍。", keep=False)
    meeting_duties.begin(turn, meeting)
    told = _tell(turn, meeting, f"会议变更 {meeting.number} {meeting_words.name(meeting.kind)}\n" + "\n".join(said))
    heard = gathering_people.told_words(turn, told, urgent=meeting.kind == "ad_hoc")
    return Done("\n".join([f"{meeting.number} 已更改：", *said, *([heard] if heard else [])]))


def _tell(turn: Turn, meeting: Meeting, text: str) -> list[str]:
    """Those who are invited, and the heads of the units that owe material for it."""
    asked = {unit.code for unit in gathering_people.paper_units(turn, meeting)} if meeting.papers_due else set()
    owing = [person for code in sorted(asked) for person in gathering_people.heads(turn, code)]
    everybody = [*meeting.invited, *owing]
    return gathering_people.tell(turn, everybody, text, meeting.number, urgent=meeting.kind == "ad_hoc")


def take_off_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, OFF_WHICH, _open_off)


def _open_off(turn: Turn, meeting: Meeting) -> Reply:
    _check(turn, meeting)
    turn.draft["number"] = meeting.number
    lines = [f"请确认取消会议：{meeting_words.line(turn, meeting)}"]
    lines += [f"原因：{turn.draft['reason']}"] if turn.draft.get("reason") else []
    owed = len([row for row in obligations.open_of(turn, meeting.number) if row.ladder == meeting_duties.PAPERS])
    lines.append(f"将通知参会的{len(meeting.invited)}人，{f'{owed}家单位的材料不再收，' if owed else ''}提醒停止。")
    card = Card(
        CardKind.BUTTONS,
        "取消会议",
        facts=(("会议", meeting_words.line(turn, meeting)),),
        buttons=meeting_words.BUTTONS,
    )
    return Ask("\n".join([*lines, texts.CONFIRM]), OFF_CONFIRM, card)


def take_off(turn: Turn) -> Reply:
    meeting = meetings.get(turn.session, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        return Ask(f"{meeting.number} 没有取消。{texts.CONFIRM}", OFF_CONFIRM)
    _check(turn, meeting)
    reason = str(turn.draft.get("reason") or "")
    if not meetings.change(turn.session, turn.entry("cancel_meeting", reason), meeting, state="cancelled"):
        raise Overtaken(f"{meeting.number} 刚刚被改动过，请重新说一遍。", keep=False)
    why = f"\n原因：{reason}" if reason else ""
    told = _tell(turn, meeting, f"会议取消 {meeting_words.line(turn, meeting)}{why}")
    meeting_duties.called_off(turn, meeting)
    return Done(f"{meeting.number}：已安排 → 已取消。{gathering_people.told_words(turn, told)}")


STEPS = {
    WHICH: take_which, DETAILS: take_details, CONFIRM: take_confirm, OFF_WHICH: take_off_which, OFF_CONFIRM: take_off,
}  # fmt: skip
