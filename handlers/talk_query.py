"""Questions about talks: what speaks for one, which there are, and how one stands (S46)."""

from __future__ import annotations

from bot.flow import Ask, Done, Reply, Turn
from handlers import talk_choice, talk_count, talk_reading, talk_rights, talk_words, texts
from storage import lookup, talks, units
from storage.gatherings import TALK_STATES, Talk
from storage.matters import Unit

_SHOWN = 8
_NOT_KEPT = "“查实虚假整改”系统没有登记项，请另行核对。"
_STANDING = (*talks.OPEN, "held")


def evaluate(turn: Turn) -> Reply:
    """One unit, or without one all that reach a threshold."""
    talk_rights.must_know(turn)
    draft, options = turn.draft, list(turn.meaning.unit_options) or turn.draft.get("unit_options")
    if options and not turn.meaning.slots.get("unit"):
        at = texts.chosen(turn, options)
        unit = units.find_by_name(turn.session, options[at]) if at is not None else None
        if unit is None:
            draft["unit_options"] = options
            return Ask(f"您问的是哪一家？\n{texts.options(options)}", "details")
        return _one(turn, unit)
    code = talk_choice.unit_said(turn)
    return _one(turn, units.get_unit(turn.session, code)) if code else _all(turn)


def _one(turn: Turn, unit: Unit) -> Done:
    """What speaks for it, and that somebody decides: never a judgement of its own (domain.md 4.6)."""
    if talk_rights.concerned(turn, turn.actor.userid, unit.code, ()):
        return Done(talk_words.FIXED)  # P7: about his own unit nobody asks here
    found = talk_count.for_person(turn, turn.actor.userid, talk_count.of_unit(turn, unit.code))
    standing = talk_choice.known(turn, _STANDING, unit.code)
    turn.recent["numbers"] = [talk.number for talk in standing]
    lines = [f"{unit.name}依据：{talk_words.grounds(found)}。"] if found else [f"{unit.name}目前各项都未达到约谈阈值。"]
    lines += [talk_words.line(turn, talk) for talk in standing[-3:]]
    lines += ["建议：可组织责任约谈。决定权在办公室主任。"] if found else []
    return Done("\n".join([*lines, _NOT_KEPT]))


def _all(turn: Turn) -> Done:
    """Every unit that reaches a threshold, as far as he may know."""
    found = talk_count.by_unit(turn)
    lines = []
    for unit in units.all_units(turn.session, texts.today_of(turn)):
        facts = found.get(unit.code)
        if facts is None or talk_rights.concerned(turn, turn.actor.userid, unit.code, ()):
            continue
        grounds = talk_count.for_person(turn, turn.actor.userid, facts)
        lines += [f"{unit.name}：{talk_words.grounds(grounds)}"] if grounds else []
    if not lines:
        return Done("目前没有单位达到约谈阈值。" + _NOT_KEPT)
    more = [f"另有{len(lines) - _SHOWN}家，可以点名问，如“恒信能源要不要约谈”。"] if len(lines) > _SHOWN else []
    return Done("\n".join([f"{len(lines)}家单位达到约谈阈值：", *lines[:_SHOWN], *more, "决定权在办公室主任。"]))


def listed(turn: Turn) -> Reply:
    """How one stands, or what is under way."""
    talk_rights.must_know(turn)
    number = talk_reading.number(turn)
    if number:
        return Done(card(turn, talk_choice.get_known(turn, number)))
    unit = talk_choice.unit_said(turn)
    found = talk_choice.known(turn, TALK_STATES if unit else _STANDING, unit)
    turn.recent["numbers"] = [talk.number for talk in reversed(found)][:_SHOWN]
    if not found:
        return Done("现在没有进行中的约谈。")
    lines = [f"{at} {talk_words.line(turn, talk)}" for at, talk in enumerate(reversed(found), 1)]
    more = [f"另有{len(lines) - _SHOWN}次，可以按单位问。"] if len(lines) > _SHOWN else []
    return Done("\n".join([f"约谈{len(found)}次：", *lines[:_SHOWN], *more]))


def card(turn: Turn, talk: Talk) -> str:
    """With its grounds as they stand today while nothing is decided."""
    found = []
    if talk.state in ("suggested", "adopted"):
        found = talk_count.for_person(turn, turn.actor.userid, talk_count.of_unit(turn, talk.unit))
    return talk_words.card(turn, talk, found)


def by_number(turn: Turn, number: str) -> str | None:
    """For 查 YT-…: the card, or None for what is absent and for what one may not know, by the same way."""
    talk, real = lookup.by_number(turn.session, Talk, number)
    way = talk_rights.may_know(turn)
    seen = talk is not None and talk_rights.knows(turn, turn.actor.userid, talk)
    return card(turn, talk) if talk is not None and real and way and seen else None
