"""Leave from a meeting, with who comes instead: told to the office, and to the substitute (domain.md S30)."""

from __future__ import annotations

import re

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import gathering_people, gathering_rights, meeting_choice, meeting_words, texts
from storage import meetings, people
from storage.gatherings import Meeting

WHICH, CONFIRM = "leave_which", "leave_confirm"
NOT_INVITED = "您近期没有需要参加的会议，这里只办会议请假。"
LEAVE = "工作请假请找您的直接上级或人力资源部门。"
STAND_IN = "请人代理监督工作，可以说“我下周休假，代理人李敏”。"
_OF_MEETING = re.compile(r"会|HY", re.IGNORECASE)
_INSTEAD = re.compile(
    r"(?:让|由|请|派|委托|改由)\s*(?P<who>[一-龥A-Za-z·]{2,12}?)\s*(?:同志)?(?:代(?:为|我)?)?(?:参会|参加|出席|去|来|代|列席)"
)


def start(turn: Turn) -> Reply:
    _take(turn)
    found = meeting_choice.meant(turn, _mine(turn), WHICH, "请哪一场会议的假？")
    if isinstance(found, Ask):
        return found
    if found is None:
        if _OF_MEETING.search(turn.text) and not gathering_rights.takes_part(turn):
            raise gathering_rights.shut(turn)
        return Done("\n".join([NOT_INVITED, LEAVE, *([STAND_IN] if gathering_rights.takes_part(turn) else [])]))
    return _open(turn, found)


def _mine(turn: Turn) -> list[Meeting]:
    return [one for one in meeting_choice.coming(turn) if turn.actor.userid in one.invited]


def _take(turn: Turn) -> None:
    found = _INSTEAD.search(turn.text)
    said = str(turn.meaning.slots.get("person") or "") or (found["who"] if found else "")
    if said:
        turn.draft["instead"] = said[:20]


def take_which(turn: Turn) -> Reply:
    return meeting_choice.answered(turn, WHICH, _open)


def _open(turn: Turn, meeting: Meeting) -> Reply:
    if turn.actor.userid not in meeting.invited or not gathering_rights.takes_part(turn):
        raise gathering_rights.refuse(turn, f"您不在 {meeting.number} 的参会名单里，不用请假。")
    if meeting.state != "planned" or meeting.at <= turn.now:
        raise Overtaken(f"{meeting.number} 已经结束，不用再请假。", keep=False)
    turn.draft["number"] = meeting.number
    instead = turn.draft.get("instead")
    lines = [f"请确认请假：{meeting_words.line(turn, meeting)}"]
    lines.append(f"由{instead}代为参会" if instead else "无人代为参会；有的话直接说，如“由副主任参会”")
    card = Card(CardKind.BUTTONS, "会议请假", facts=(("会议", meeting.number),), buttons=meeting_words.BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), CONFIRM, card)


def take_confirm(turn: Turn) -> Reply:
    meeting = meetings.get(turn.session, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        _take(turn)
        return _open(turn, meeting)
    again = _open(turn, meeting)
    return _commit(turn, meeting) if isinstance(again, Ask) and again.step == CONFIRM else again


def _commit(turn: Turn, meeting: Meeting) -> Done:
    instead = str(turn.draft.get("instead") or "")
    absences = meeting.absences | {turn.actor.userid: instead}
    who = _account(turn, instead)
    invited = [*meeting.invited, *([who] if who and who not in meeting.invited else [])]
    if not meetings.change(turn.session, turn.entry("leave_meeting"), meeting, absences=absences, invited=invited):
        raise Overtaken(f"{meeting.number} 刚刚被改动过，请重新说一遍。", keep=False)
    words = f"，由{instead}代为参会" if instead else "，无人代为参会"
    office = [person for person in texts.office_staff(turn) if person != who]
    told = gathering_people.tell(turn, office, f"{meeting.number}：{turn.actor.name}请假{words}。", meeting.number)
    if who:
        text = f"{turn.actor.name}请您代为参会。\n{meeting_words.invitation(turn, meeting)}"
        told += gathering_people.tell(turn, [who], text, meeting.number)
    return Done(f"已登记请假：{meeting.number}{words}。{gathering_people.told_words(turn, told)}")


def _account(turn: Turn, name: str) -> str:
    """The substitute's account, when exactly one colleague has this name."""
    found = [person.userid for person in people.named(turn.session, name)] if name else []
    return found[0] if len(found) == 1 and found[0] != turn.actor.userid else ""


STEPS = {WHICH: take_which, CONFIRM: take_confirm}
