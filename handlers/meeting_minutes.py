"""After a meeting: its conclusion, and what was decided there as items with owner and day (domain.md S30)."""

from __future__ import annotations

import re

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    decisions,
    gathering_people,
    gathering_rights,
    item_duties,
    meeting_choice,
    meeting_duties,
    meeting_words,
    texts,
)
from storage import items, meetings
from storage.gatherings import Meeting

WHICH, ITEMS, CONFIRM = "decide_which", "decide_items", "decide_confirm"
END_WHICH, END_WORDS, END_CONFIRM = "end_which", "end_words", "end_confirm"
HOW = "请说处置意见，如“处置意见：恒信资本专项核查，审计部牵头，3月底前”；没有就回复“无处置意见”。"
NONE_DECIDED = "无处置意见"
_NONE = re.compile(r"(?:没有|无)(?:需要)?(?:登记)?(?:的)?(?:处置意见|待办|决定|议定事项)")
_SAYS = re.compile(r"\w")
_LEAD = re.compile(r"^.{0,24}?(?:会议)?(?:结论|纪要|议定事项)\s*(?:是|为)?\s*[:：]\s*")


def start(turn: Turn) -> Reply:
    """处置意见：…"""
    if _NONE.search(turn.text):
        return start_end(turn)
    decisions.take_message(turn)
    found = meeting_choice.meant(turn, _held(turn), WHICH, "是哪一场会议的处置意见？")
    if isinstance(found, Ask):
        return found
    if found is None and not turn.actor.has(*gathering_rights.OFFICE):
        raise gathering_rights.refuse(turn, "会议处置意见由监督办公室登记。")
    return _next(turn, found)


def _held(turn: Turn) -> list[Meeting]:
    """Those behind us whose decisions are not entered yet, else the last one."""
    past = [one for one in meetings.lately(turn.session, turn.now) if gathering_rights.may_manage(turn, one)]
    kind = meeting_choice.kind_in(turn)
    past = [one for one in past if not kind or one.kind == kind]
    waiting = [one for one in past if not one.conclusion and not items.of_meeting(turn.session, one.number)]
    return waiting or past[:1]


def take_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, WHICH, _next)


def _next(turn: Turn, meeting: Meeting | None) -> Reply:
    if meeting is not None:
        _check(turn, meeting)
        turn.draft["number"] = meeting.number
    if not turn.draft.get("items"):
        return Ask(HOW, ITEMS)
    lacking = decisions.lacking(turn)
    return Ask(lacking, ITEMS) if lacking else _confirmation(turn, meeting)


def _check(turn: Turn, meeting: Meeting) -> None:
    if not gathering_rights.may_manage(turn, meeting):
        raise gathering_rights.refuse(turn, "会议处置意见由监督办公室登记。")
    if meeting.state == "cancelled":
        raise Overtaken(f"{meeting.number} 已取消，不能登记处置意见。", keep=False)


def _confirmation(turn: Turn, meeting: Meeting | None, lead: str = "") -> Ask:
    title = f"{meeting.number} {meeting_words.name(meeting.kind)}" if meeting else "不挂会议"
    lines = [f"{lead}请确认登记处置意见（{title}）：", *decisions.lines(turn)]
    card = Card(
        CardKind.BUTTONS, "登记处置意见", facts=(("会议", title), ("待办", f"{len(turn.draft['items'])}项")),
        buttons=meeting_words.BUTTONS,
    )  # fmt: skip
    return Ask("\n".join([*lines, "要改就重新说；" + texts.CONFIRM]), CONFIRM, card)


def _meeting(turn: Turn) -> Meeting | None:
    number = turn.draft.get("number")
    return meetings.get(turn.session, number) if number else None


def take_items(turn: Turn) -> Reply:
    if _NONE.search(turn.text) and turn.draft.get("number"):
        turn.draft["conclusion"] = NONE_DECIDED
        return _open_end(turn, meetings.get(turn.session, turn.draft["number"]))
    if turn.draft.get("items"):
        decisions.complete(turn)
    else:
        decisions.take_message(turn)
    return _next(turn, _meeting(turn))


def take_confirm(turn: Turn) -> Reply:
    meeting = _meeting(turn)
    if turn.meaning.intent != "confirm":
        changed = decisions.take_message(turn)
        return _next(turn, meeting) if changed else _confirmation(turn, meeting, "还没有登记。\n")
    again = _next(turn, meeting)
    return _commit(turn, meeting) if isinstance(again, Ask) and again.step == CONFIRM else again


def _commit(turn: Turn, meeting: Meeting | None) -> Done:
    number = meeting.number if meeting else ""
    if meeting is not None:
        _hold(turn, meeting)
    made = decisions.enter(turn, number)
    told = decisions.announce(turn, made, number)
    turn.recent["numbers"] = [item.number for item in made]
    lines = [f"已登记{len(made)}项待办：", *(item_duties.line(turn, item) for item in made)]
    lines += [gathering_people.told_words(turn, told), decisions.unstaffed(turn, made)]
    return Done("\n".join(line for line in lines if line))


def _hold(turn: Turn, meeting: Meeting, conclusion: str = "") -> None:
    """It took place: what was planned for it ends, its minutes are no longer awaited."""
    values = {"conclusion": conclusion} if conclusion else {}
    if meeting.state == "planned":
        values |= {"state": "held", "held_at": turn.now}  # type: ignore[dict-item]
    if values and not meetings.change(turn.session, turn.entry("hold_meeting"), meeting, **values):
        raise Overtaken(f"{meeting.number} 刚刚被改动过，请重新说一遍。", keep=False)
    meeting_duties.decided(turn, meeting)


def start_end(turn: Turn) -> Reply:
    """会议结论：…, or that there is nothing to be done."""
    if _NONE.search(turn.text):
        turn.draft["conclusion"] = NONE_DECIDED
    if not turn.draft.get("conclusion"):
        said = str(turn.meaning.slots.get("desc") or "")
        turn.draft["conclusion"] = _LEAD.sub("", said or _behind_colon(turn.text)).strip()[:1000]
    found = meeting_choice.meant(turn, _held(turn), END_WHICH, "是哪一场会议的结论？")
    if isinstance(found, Ask):
        return found
    if found is None:
        if not gathering_rights.takes_part(turn):
            raise gathering_rights.shut(turn)
        return Done("现在没有等您登记结论的会议。")
    return _open_end(turn, found)


def _behind_colon(text: str) -> str:
    return text if _LEAD.search(text) else ""


def take_end_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, END_WHICH, _open_end)


def _open_end(turn: Turn, meeting: Meeting) -> Reply:
    _check(turn, meeting)
    turn.draft["number"] = meeting.number
    made = items.of_meeting(turn.session, meeting.number)
    if made and turn.draft.get("conclusion") == NONE_DECIDED:
        raise Overtaken(f"{meeting.number} 已登记{len(made)}项待办，要取消请发“取消{made[0].number}”。", keep=False)
    if not turn.draft.get("conclusion"):
        return Ask(f"{meeting_words.line(turn, meeting)}\n会议结论是什么？一两句即可。", END_WORDS)
    lines = [f"请确认 {meeting.number} {meeting_words.name(meeting.kind)}：", f"结论：{turn.draft['conclusion']}"]
    state = meeting_words.STATES[meeting.state]
    lines.append(f"状态：{state} → 已召开" if meeting.state == "planned" else "状态：已召开")
    card = Card(CardKind.BUTTONS, "会议结论", facts=(("会议", meeting.number),), buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), END_CONFIRM, card)


def take_end_words(turn: Turn) -> Reply:
    _take_words(turn)
    return _open_end(turn, meetings.get(turn.session, turn.draft["number"]))


def _take_words(turn: Turn) -> None:
    words = _LEAD.sub("", turn.text.strip())[:1000]
    if _SAYS.search(words):
        turn.draft["conclusion"] = words


def take_end(turn: Turn) -> Reply:
    meeting = meetings.get(turn.session, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        _take_words(turn)
        return _open_end(turn, meeting)
    _check(turn, meeting)
    _hold(turn, meeting, turn.draft["conclusion"])
    turn.recent["numbers"] = [meeting.number]
    name = meeting_words.name(meeting.kind)
    text = f"{meeting.number} {name}结论：{meeting.conclusion}"
    none = meeting.conclusion == NONE_DECIDED
    told = [] if none else gathering_people.tell(turn, meeting.invited, text, meeting.number)
    more = "" if none else "\n有处置意见请接着发“处置意见：事项，牵头部门，时限”。"
    return Done(f"{meeting.number} {name}：已召开，结论已登记。{gathering_people.told_words(turn, told)}{more}")


STEPS = {
    WHICH: take_which, ITEMS: take_items, CONFIRM: take_confirm, END_WHICH: take_end_which, END_WORDS: take_end_words,
    END_CONFIRM: take_end,
}  # fmt: skip
