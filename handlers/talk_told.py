"""Who hears what of a talk: those who are called, who holds it, and those of the office who may know of it (S46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.flow import Done, Turn
from handlers import choosing, obligations, talk_rights, talk_words, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage.gatherings import Talk


@dataclass(frozen=True, slots=True)
class Before:
    """How a talk stood before it was changed."""

    planned: bool
    persons: tuple[str, ...]
    when: datetime | None

    @classmethod
    def of(cls, talk: Talk) -> Before:
        return cls(talk.state == "planned", tuple(talk.persons), talk.at)


def planned(turn: Turn, talk: Talk, before: Before | None, *, urgent: bool) -> str:
    """Those who are called get their notice, its reminders begin; what is said of it to the speaker."""
    assert talk.at is not None
    obligations.begin(turn, "talk", talk.number, day_of(talk.at), owner=talk.unit, source="S46")
    known = before.persons if before is not None and before.planned else ()
    for person in talk.persons:
        turn.tell(person, _notice(turn, talk, moved=person in known, urgent=urgent), matter=talk.number, urgent=urgent)
    called_off(turn, talk, [person for person in known if person not in talk.persons])
    news = f"{talk_words.line(turn, talk)}；{talk.kind}约谈{texts.names(turn, talk.persons)}。"
    others = [person for person in (*talk_rights.hearers(turn, talk), talk.host) if person not in talk.persons]
    told = _tell(turn, talk, others, news)
    return _proof(turn, [*talk.persons, *told])


def _notice(turn: Turn, talk: Talk, *, moved: bool, urgent: bool) -> str:
    head = "约谈时间有变" if moved else f"约谈通知{'（紧急）' if urgent else ''}"
    host = texts.names(turn, [talk.host])
    return (
        f"{head}（{talk.number}）：\n"
        f"请您{talk_words.when(turn, talk)}参加{talk.kind}约谈，主持：{host}。\n"
        f"有特殊情况请联系{texts.office_contact(turn)}。"
    )


def called_off(turn: Turn, talk: Talk, persons: Sequence[str]) -> None:
    """They need not come."""
    for person in persons:
        turn.tell(person, f"约谈（{talk.number}）已取消，您不用参加。", matter=talk.number)


def news(turn: Turn, talk: Talk, text: str) -> str:
    """Tell those of the office who may know of it; `已告知李敏。`"""
    return _proof(turn, _tell(turn, talk, talk_rights.hearers(turn, talk), text))


def prepared(turn: Turn, talk: Talk) -> Done:
    """The staff's plan is put before the director."""
    who = f"{talk_words.unit_name(turn, talk)}｜{talk.kind}约谈｜{talk_words.persons(turn, talk.persons)}"
    text = (
        f"{turn.actor.name}拟办约谈 {talk.number}：\n{who}\n"
        f"{talk_words.when(turn, talk)}；主持：{texts.names(turn, [talk.host])}\n"
        f"回复“{talk.number} 采纳”确认安排，或“{talk.number} 不约谈，理由…”。"
    )
    return _put_before(turn, talk, text)


def proposed_move(turn: Turn, talk: Talk, at: datetime) -> Done:
    when = wording.moment(at, texts.today_of(turn))
    turn.record(talk.number, "talk_prepare", after={"at": at.isoformat()})
    text = f"{turn.actor.name}建议 {talk.number} 改到{when}（原定{talk_words.when(turn, talk)}）。"
    return _put_before(turn, talk, f"{text}\n同意请回复“{talk.number}改到”加时间。")


def opinion(turn: Turn, talk: Talk, what: str, reason: str, how: str) -> Done:
    """What the staff would do; the director decides."""
    turn.record(talk.number, "talk_prepare", after={"opinion": what}, reason=reason)
    why = f"，理由：{reason}" if reason else ""
    return _put_before(turn, talk, f"{turn.actor.name}拟办意见（{talk_words.line(turn, talk)}）：{what}{why}。\n{how}")


def _put_before(turn: Turn, talk: Talk, text: str) -> Done:
    told = _tell(turn, talk, talk_rights.directors(turn, talk), text)
    if not told:
        return Done(f"{talk.number} 已记下，但监督办公室主任现在空缺，请补上后再报。")
    return Done(f"{talk.number}：已拟办，由{texts.names(turn, told)}决定。{_proof(turn, told)}")


def _tell(turn: Turn, talk: Talk, persons: Sequence[str], text: str) -> list[str]:
    told = [person for person in dict.fromkeys(persons) if person and person != turn.actor.userid]
    for person in told:
        turn.tell(person, text, matter=talk.number)
    return told


def _proof(turn: Turn, persons: Sequence[str]) -> str:
    heard = choosing.told(turn, list(dict.fromkeys(persons)))
    return f"{heard}。" if heard else ""
