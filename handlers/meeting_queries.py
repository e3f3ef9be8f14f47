"""When the next meetings are, what is on the agenda, and what came of it; topics proposed for it (S29, S30)."""

from __future__ import annotations

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    choosing,
    gathering_people,
    gathering_rights,
    item_duties,
    meeting_choice,
    meeting_draft,
    meeting_windows,
    meeting_words,
    paper_lists,
    texts,
)
from storage import items, meetings
from storage.gatherings import Meeting

WHICH, TOPIC_WHICH, TOPIC_WORDS, TOPIC_CONFIRM = "query_which", "topic_which", "topic_words", "topic_confirm"
_MOST_TOPICS = 12


def start(turn: Turn) -> Reply:
    """什么时候开, 近期会议, 查 HY-2026-0001; 谁还没交材料 goes to the lists of papers."""
    if turn.meaning.slots.get("what") == "papers":
        return paper_lists.owing(turn)
    number = meeting_choice.number_in(turn)
    if number:
        return _show(turn, gathering_rights.get_meeting(turn, number))
    if not gathering_rights.takes_part(turn):
        raise gathering_rights.shut(turn)
    found = meeting_choice.coming(turn)
    turn.recent["numbers"] = [meeting.number for meeting in found]
    if len(found) == 1:
        return _show(turn, found[0])
    return Done(_listed(turn, found) if found else _none(turn))


def _listed(turn: Turn, found: list[Meeting]) -> str:
    lines = [f"{at} {meeting_words.line(turn, meeting)}" for at, meeting in enumerate(found[: choosing.SHOWN], 1)]
    more = [f"另有{len(found) - choosing.SHOWN}场。"] if len(found) > choosing.SHOWN else []
    return "\n".join([f"近期会议{len(found)}场：", *lines, *more])


def _none(turn: Turn) -> str:
    kind = meeting_choice.kind_in(turn)
    waiting = [
        w for w in meeting_windows.near(turn) if (not kind or w.kind == kind) and not meeting_windows.standing(turn, w)
    ]
    if kind in gathering_people.ORDINARY and waiting:
        return meeting_windows.not_planned(waiting[0]) + "。"
    return f"近期没有安排{meeting_words.name(kind) if kind else '您可以查看的会议'}。"


def _show(turn: Turn, meeting: Meeting) -> Done:
    turn.recent["numbers"] = [meeting.number]
    lines = [f"{meeting_words.line(turn, meeting)}（{meeting_words.STATES[meeting.state]}）"]
    lines.append(f"议题：{meeting_words.agenda(meeting.agenda)}")
    if meeting.papers_due is not None and meeting.state == "planned":
        lines.append(f"材料：{texts.echoed(meeting.papers_due, texts.today_of(turn))}前交")
    if meeting.absences and gathering_rights.may_manage(turn, meeting):
        lines.append(f"请假：{_absences(turn, meeting)}")
    if meeting.conclusion:
        lines.append(f"结论：{meeting.conclusion}")
    made = [
        item for item in items.of_meeting(turn.session, meeting.number) if gathering_rights.may_see_item(turn, item)
    ]
    lines += [f"待办{len(made)}项：", *item_duties.listed(turn, made)] if made else []
    return Done("\n".join(lines))


def _absences(turn: Turn, meeting: Meeting) -> str:
    named = [
        f"{choosing.names(turn, [who])}（{f'{instead}代' if instead else '无人代'}）"
        for who, instead in meeting.absences.items()
    ]
    return "、".join(named)


def agenda(turn: Turn) -> Reply:
    """The agenda of a meeting; with topics, they are put on it by the office, or proposed by who is asked (S30)."""
    topics = [str(topic) for topic in turn.meaning.slots.get("topics") or ()] or meeting_draft.parse_topics(turn.text)
    turn.draft["topics"] = [topic[:120] for topic in topics]
    found = meeting_choice.meant(turn, meeting_choice.coming(turn), TOPIC_WHICH, "是哪一场会议的议题？")
    if isinstance(found, Ask):
        return found
    if found is None:
        if not gathering_rights.takes_part(turn):
            raise gathering_rights.shut(turn)
        return Done("近期没有您可以查看的会议。")
    return _open(turn, found)


def take_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, TOPIC_WHICH, _open)


def _open(turn: Turn, meeting: Meeting) -> Reply:
    turn.recent["numbers"] = [meeting.number]
    topics = turn.draft.get("topics") or []
    if not topics:
        return Done(f"{meeting_words.line(turn, meeting)}\n{meeting_words.agenda_lines(meeting.agenda)}")
    if meeting.state != "planned" or meeting.at <= turn.now:
        raise Overtaken(f"{meeting.number} 已经结束，不能再加议题。", keep=False)
    turn.draft["number"] = meeting.number
    after = _after(turn, meeting)
    lines = [
        f"请确认给 {meeting.number} {meeting_words.name(meeting.kind)}加议题：",
        *(f"· {topic}" for topic in topics),
    ]
    lines.append(f"议题：{len(meeting.agenda)}项 → {len(after)}项")
    card = Card(CardKind.BUTTONS, "会议议题", facts=(("会议", meeting.number),), buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), TOPIC_CONFIRM, card)


def _after(turn: Turn, meeting: Meeting) -> list[str]:
    own = gathering_rights.may_manage(turn, meeting)
    who = "" if own else f"（{turn.actor.unit_name}提）"
    return list(dict.fromkeys([*meeting.agenda, *(f"{topic}{who}" for topic in turn.draft["topics"])]))[:_MOST_TOPICS]


def take_topics(turn: Turn) -> Reply:
    meeting = meetings.get(turn.session, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        said = meeting_draft.parse_topics(turn.text)
        turn.draft["topics"] = said or turn.draft["topics"]
        return _open(turn, meeting)
    again = _open(turn, gathering_rights.get_meeting(turn, meeting.number))
    if not isinstance(again, Ask):
        return again
    before, after = len(meeting.agenda), _after(turn, meeting)
    if not meetings.change(turn.session, turn.entry("meeting_topics"), meeting, agenda=after):
        raise Overtaken(f"{meeting.number} 刚刚被改动过，请重新说一遍。", keep=False)
    words = "；".join(turn.draft["topics"])
    text = f"{meeting.number}：{turn.actor.unit_name}{turn.actor.name}提出议题“{words}”。"
    told = gathering_people.tell(turn, texts.office_staff(turn), text, meeting.number)
    return Done(f"{meeting.number} 议题：{before}项 → {len(after)}项。{gathering_people.told_words(turn, told)}")


STEPS = {TOPIC_WHICH: take_which, TOPIC_CONFIRM: take_topics}
