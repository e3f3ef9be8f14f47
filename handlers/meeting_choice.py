"""Which meeting is meant: by its number, its kind, the one shown last, the only one, or asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.flow import Ask, Reply, Turn
from handlers import choosing, gathering_rights, meeting_words, texts
from storage import meetings
from storage.gatherings import Meeting

_NUMBER = re.compile(r"HY[-－—_ ]?(20\d\d)[-－—_ ]?(\d{1,5})", re.IGNORECASE)


def number_in(turn: Turn) -> str:
    """The meeting's number of this message, or ""."""
    said = str(turn.meaning.slots.get("number") or "")
    if said.startswith("HY-"):
        return said
    found = _NUMBER.search(turn.text)
    return f"HY-{found[1]}-{int(found[2]):04d}" if found else ""


def kind_in(turn: Turn) -> str:
    said = str(turn.meaning.slots.get("meeting_type") or "")
    return "joint_meeting" if said == "joint" else said


def coming(turn: Turn) -> list[Meeting]:
    """Planned ones that the speaker may see, not yet begun, the next one first; of the kind that was named."""
    found = [meeting for meeting in meetings.planned(turn.session, kind_in(turn)) if meeting.at > turn.now]
    return [meeting for meeting in found if gathering_rights.may_see_meeting(turn, meeting)]


def meant(turn: Turn, candidates: Sequence[Meeting], step: str, question: str) -> Meeting | Ask | None:
    """The meeting, the question which one, or None when there is none that could be meant."""
    number = number_in(turn)
    if number:
        return gathering_rights.get_meeting(turn, number)
    shown = set(choosing.shown(turn))
    pointed = [meeting for meeting in candidates if meeting.number in shown]
    if len(candidates) == 1 or len(pointed) == 1:
        return (pointed if len(pointed) == 1 else candidates)[0]
    if not candidates:
        return None
    few = candidates[: choosing.SHOWN]
    turn.draft["choices"] = [meeting.number for meeting in few]
    lines = texts.options([meeting_words.line(turn, meeting) for meeting in few])
    return Ask(f"{question}\n{lines}\n回复序号或编号即可。", step)


def answered(turn: Turn, step: str, go_on: Callable[[Turn, Meeting], Reply]) -> Reply:
    """Go on with the meeting that the answer names."""
    choices: list[str] = turn.draft.get("choices") or []
    at = texts.chosen(turn, choices)
    number = number_in(turn) or (choices[at] if at is not None else "")
    if not number:
        return Ask("请回复序号或编号；不办了回复“取消”。", step)
    return go_on(turn, gathering_rights.get_meeting(turn, number))
