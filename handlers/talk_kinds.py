"""What the ladders of a talk say: the day before it, and about what the unit reports back (S46, domain.md 6.6)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import talk_rights, talk_words, texts
from handlers.reminding import Kind, Notice
from handlers.rules import wording
from storage import people, talks
from storage.duties import Obligation
from storage.gatherings import Talk


def _talk(turn: Turn, obligation: Obligation) -> Talk:
    talk = talks.find(turn.session, obligation.matter)
    assert talk is not None  # an obligation is begun with its talk, and talks are kept
    return talk


def _is(state: str, turn: Turn, obligation: Obligation) -> bool:
    return _talk(turn, obligation).state == state


def _people(turn: Turn, obligation: Obligation, audience: str) -> list[str]:
    """Those who are called and who holds it while they are in office; of the office only who may know of it."""
    talk = _talk(turn, obligation)
    if audience in ("talked", "host"):
        named = talk.persons if audience == "talked" else [talk.host]
        return [one for one in named if people.actor(turn.session, one, texts.today_of(turn)).posts]
    office = texts.directors(turn) if audience == "director" else texts.office_staff(turn)
    return [one for one in office if talk_rights.knows(turn, one, talk)]


def _day(turn: Turn, obligation: Obligation, day: date) -> str:
    """`12月4日 周五，还剩3个工作日`."""
    return f"{wording.day(obligation.due, day)}，{wording.days_left(obligation.due, day, turn.calendar)}"


def _talk_line(turn: Turn, obligation: Obligation, day: date) -> str:
    return f"{obligation.matter} 约谈，{_day(turn, obligation, day)}"


def _talk_words(turn: Turn, notice: Notice) -> str:
    talk = _talk(turn, notice.obligation)
    near = texts.NEAR.get((notice.obligation.due - notice.day).days, "")
    when = f"{near}（{talk_words.when(turn, talk)}）" if near else talk_words.when(turn, talk)
    if notice.role == "host":
        return f"{talk.number} {when}由您主持约谈：{talk_words.persons(turn, talk.persons)}。改时间请说“改到”加日期。"
    return (
        f"{talk.number} 约谈提醒：{when}，主持：{texts.names(turn, [talk.host])}，请按时参加。\n"
        f"有特殊情况请联系{texts.office_contact(turn)}。"
    )


def _report_line(turn: Turn, obligation: Obligation, day: date) -> str:
    unit = talk_words.unit_name(turn, _talk(turn, obligation))
    return f"{obligation.matter} {unit}约谈整改回告，{_day(turn, obligation, day)}"


def _report_words(turn: Turn, notice: Notice) -> str:
    talk, line = _talk(turn, notice.obligation), _report_line(turn, notice.obligation, notice.day)
    if notice.role == "talked":
        return f"{line}。\n要求：{talk.points}\n回复“{talk.number} 回告：…”填报。"
    return f"{line}，还没有回告。被约谈人：{talk_words.persons(turn, talk.persons)}。"


KINDS = (
    Kind(
        ladder="talk",
        title="约谈",
        law="约谈前一个工作日提醒被约谈人和主持人（《大监督指导意见》约谈机制）。",
        stands=lambda turn, obligation: _is("planned", turn, obligation),
        people=_people,
        line=_talk_line,
        words=_talk_words,
    ),
    Kind(
        ladder="talk_report",
        title="约谈整改回告",
        law="约谈后按要求的期限整改并回告，到期前后提醒，逾期告知监督办公室（《大监督指导意见》约谈机制）。",
        stands=lambda turn, obligation: _is("held", turn, obligation),
        people=_people,
        line=_report_line,
        words=_report_words,
    ),
)
