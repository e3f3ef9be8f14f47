"""A talk is planned or moved: who, when, by whom; those who are called hear of it after the director's word (S46)."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.flow import Ask, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    judging,
    talk_choice,
    talk_persons,
    talk_reading,
    talk_rights,
    talk_words,
    texts,
)  # fmt: skip
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import talks, units
from storage.gatherings import Talk

_WHO = "约谈哪个单位的谁、什么时间？如“约谈恒信建设王建国，11月27日上午10点，我主持”。"
_URGENT = ["是紧急约谈，就按这个时间", "改时间"]
_SAME = ["改这一次", "另外安排一次"]


def start(turn: Turn) -> Reply:
    talk_rights.must_act(turn)
    number = talk_reading.number(turn)
    if number:
        talk = talk_choice.get_known(turn, number)
        talk_choice.must_be(turn, talk, *talks.OPEN)
        take_over(turn, talk)
    absorb(turn)
    return following(turn)


def take_over(turn: Turn, talk: Talk) -> None:
    """What the talk's row says already; the message may change it."""
    draft = turn.draft
    draft.update(do="plan", number=talk.number, unit=talk.unit, state=talk.state)
    if talk.persons:
        draft.setdefault("persons", list(talk.persons))
    if talk.at is not None:
        moment = talk.at.astimezone(SHANGHAI)
        draft.setdefault("day", moment.date().isoformat())
        draft.setdefault("clock", f"{moment:%H:%M}")
    for name in ("host", "kind", "place"):
        if getattr(talk, name):
            draft.setdefault(name, getattr(talk, name))


def absorb(turn: Turn) -> None:
    draft = turn.draft
    if draft.get("asked") == "same":
        draft["same"] = texts.chosen(turn, _SAME)
        return
    if draft.get("asked") == "urgent" and (at := texts.chosen(turn, _URGENT)) is not None:
        draft["urgent"] = at == 0
        draft["day"] = draft["day"] if at == 0 else ""
        return
    talk_persons.absorb_host(turn)
    talk_persons.absorb(turn)
    _absorb_time(turn)
    unit = talk_choice.unit_said(turn)
    if unit and not draft.get("number"):
        draft["unit"] = unit
    _absorb_options(turn)
    draft.update({key: value for key, value in (("kind", talk_reading.kind(turn)), ("place", _place(turn))) if value})


def _absorb_time(turn: Turn) -> None:
    day, clock = talk_reading.day(turn), talk_reading.clock(turn)
    if day is not None:
        turn.draft["day"] = day.isoformat()
    if clock is not None:
        turn.draft["clock"] = f"{clock:%H:%M}"
    if day is not None or clock is not None:
        turn.draft.pop("urgent", None)


def _absorb_options(turn: Turn) -> None:
    """A name that several units share is asked, never guessed."""
    draft, options = turn.draft, turn.draft.get("unit_options")
    at = texts.chosen(turn, options) if options else None
    unit = units.find_by_name(turn.session, options[at]) if options and at is not None else None
    if unit is not None:
        draft["unit"] = unit.code
        draft.pop("unit_options")
    elif turn.meaning.unit_options and not draft.get("unit"):
        draft["unit_options"] = list(turn.meaning.unit_options)


def _place(turn: Turn) -> str:
    return str(turn.meaning.slots.get("place") or "")[:80]


def following(turn: Turn) -> Reply:
    """The next question, or the confirmation."""
    talk_rights.must_act(turn)
    draft = turn.draft
    draft["asked"] = ""
    if options := draft.get("unit_options"):
        return Ask(f"是哪个单位？\n{texts.options(options)}", "details")
    if not draft.get("unit"):
        return Ask(_WHO, "details")
    standing = _standing(turn)
    if standing is not None:
        return standing
    asked = talk_persons.question(turn, draft["unit"])
    if asked:
        return Ask(asked, "details")
    return timed(turn) or _confirmation(turn)


def _standing(turn: Turn) -> Ask | None:
    """Join the suggestion that waits for this unit; of a talk that is planned already, ask."""
    draft = turn.draft
    if draft.get("number") or draft.get("alone"):
        return None
    talk = next(iter(reversed(talk_choice.known(turn, talks.OPEN, draft["unit"]))), None)
    if talk is None:
        draft["alone"] = True
    elif talk.state != "planned" or draft.get("same") == 0:
        take_over(turn, talk)
    elif draft.get("same") == 1:
        draft["alone"] = True
    else:
        draft["asked"] = "same"
        return Ask(f"已安排 {talk_words.line(turn, talk)}。\n{texts.options(_SAME)}", "details")
    return None


def timed(turn: Turn) -> Ask | None:
    """What is to be asked about the moment: none, past, or too soon for those who are called."""
    draft = turn.draft
    if not draft.get("day") or not draft.get("clock"):
        what = "哪天、几点" if not draft.get("day") else "几点"
        return Ask(f"约谈定在{what}？如“11月27日上午10点”。", "details")
    moment = moment_of(turn)
    if moment <= turn.now:
        draft.pop("day")
        return Ask(f"{wording.moment(moment, texts.today_of(turn))}已经过了，请重新说日期。", "details")
    if draft.get("urgent") or _early_enough(turn, day_of(moment)):
        return None
    draft["asked"] = "urgent"
    need, first = turn.policy.talk_notice_workdays, _first_day(turn)
    return Ask(
        f"⚠ {wording.moment(moment, texts.today_of(turn))}距通知不足{need}个工作日。\n"
        f"{texts.options(_URGENT)}，最早{wording.day(first, texts.today_of(turn))}，请直接回复日期",
        "details",
    )


def moment_of(turn: Turn) -> datetime:
    return talk_reading.at(date.fromisoformat(turn.draft["day"]), time.fromisoformat(turn.draft["clock"]))


def _early_enough(turn: Turn, day: date) -> bool:
    return day >= _first_day(turn)


def _first_day(turn: Turn) -> date:
    """The earliest day for a notice that goes out now, or when the quiet hours are over."""
    told = day_of(turn.calendar.may_send(turn.now))
    return turn.calendar.add_workdays(told, turn.policy.talk_notice_workdays)


def _confirmation(turn: Turn) -> Ask:
    draft = turn.draft
    decides = talk_rights.must_act(turn)
    today, moment = texts.today_of(turn), moment_of(turn)
    host = talk_persons.host(turn)
    rest = "（休息日）" if not turn.calendar.is_workday(day_of(moment)) else ""
    where = f"，{draft['place']}" if draft.get("place") else ""
    head = f"请确认约谈{'（紧急）' if draft.get('urgent') else ''}{draft.get('number', '')}："
    who = talk_words.persons(turn, draft["persons"])
    lines = [
        head,
        f"{units.get_unit(turn.session, draft['unit']).name}｜{kind_of(turn)}约谈｜{who}",
        f"{wording.moment(moment, today)}{rest}{where}；主持：{texts.names(turn, [host])}",
        "确认后通知被约谈人。" if decides else "由主任决定，决定前不通知被约谈人。",
        "要改直接说；" + texts.CONFIRM,
    ]
    facts = (("对象", who), ("时间", wording.moment(moment, today)))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="约谈", facts=facts, buttons=judging.BUTTONS))


def kind_of(turn: Turn) -> str:
    return str(turn.draft.get("kind") or talk_words.KINDS[0])
