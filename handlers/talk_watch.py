"""The working day's look at all units: where a talk is suggested, the office hears of it once (S46, domain.md 6.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.flow import Turn
from handlers import morning_look, talk_count, talk_rights, talk_words
from handlers.rules import numbering
from handlers.rules import talks as rules
from handlers.rules.calendar import day_of
from handlers.rules.talks import Facts
from storage import counters, talks, units
from storage.gatherings import Talk
from storage.models import Due

KIND = "talk_watch"
_SHOWN = 8
_HOW = "回复“采纳”或“不采纳，理由…”。"


def daily(turn: Turn) -> None:
    """Plan this working day's look."""
    morning_look.plan(turn, KIND)


def on_due(turn: Turn, row: Due) -> None:
    """Suggest what is new, and tell each of the office what he may know of it."""
    found = talk_count.by_unit(turn)
    earlier: dict[str, list[Talk]] = defaultdict(list)
    for talk in (*talks.made_since(turn.session, talk_count.since(turn)), *talks.in_states(turn.session, talks.OPEN)):
        earlier[talk.unit].append(talk)
    fresh = []
    for unit in units.all_units(turn.session, day_of(turn.now)):
        facts = found.get(unit.code)
        if facts is not None and _is_new(turn, facts, earlier[unit.code]):
            fresh.append((_suggest(turn, unit.code, facts, earlier[unit.code]), facts))
    _tell(turn, fresh, row.day)


def _is_new(turn: Turn, facts: Facts, earlier: Sequence[Talk]) -> bool:
    """A case stands that was not told within the days of silence (domain.md 6.6: 除新情形)."""
    standing = set(rules.cases(talk_count.full(turn, facts)))
    lately = talk_count.since(turn)
    told = {str(ground["case"]) for talk in earlier for ground in talk.grounds if talk.made_at >= lately}
    called = any(talk.state in ("adopted", "planned") for talk in earlier)
    if called:  # it is under way: only another case is news
        told |= {str(ground["case"]) for talk in earlier for ground in talk.grounds}
    return bool(standing - told)


def _suggest(turn: Turn, unit: str, facts: Facts, earlier: Sequence[Talk]) -> Talk:
    """A talk that still waits takes the new grounds in; otherwise a new one is suggested."""
    kept = talk_count.kept(turn, facts)
    waiting = next((talk for talk in reversed(earlier) if talk.state in talks.OPEN), None)
    if waiting is not None:
        entry = turn.entry("talk_suggest")
        talks.change(turn.session, waiting, waiting.state, entry, grounds=kept, made_at=turn.now)
        return waiting
    return talks.add(
        turn.session, turn.entry("talk_suggest"), number=new_number(turn), state="suggested", unit=unit, grounds=kept,
        made_by="system", made_at=turn.now,
    )  # fmt: skip


def new_number(turn: Turn) -> str:
    """The next `YT-2026-0003`."""
    year = day_of(turn.now).year
    return numbering.serial_number(numbering.TALK, year, counters.next_value(turn.session, f"YT-{year}"))


def _tell(turn: Turn, fresh: Sequence[tuple[Talk, Facts]], day: str) -> None:
    """One message a person, whatever the number of units."""
    lines: dict[str, dict[str, str]] = defaultdict(dict)
    for talk, facts in fresh:
        for person in talk_rights.office(turn, talk.unit, talk.persons):
            grounds = talk_count.for_person(turn, person, facts)
            if grounds:
                lines[person][talk.number] = f"{_head(turn, talk)}{talk_words.grounds(grounds)}。"
    for person, told in lines.items():
        turn.tell(person, _message(told), push_key=f"{KIND}:{day}|{person}", matter=next(iter(told)))


def _head(turn: Turn, talk: Talk) -> str:
    again = "" if talk.state == "suggested" else f"（{talk_words.LABELS[talk.state]}，依据有新增）"
    return f"{talk_words.unit_name(turn, talk)}建议约谈（{talk.number}）{again}："


def _message(told: Mapping[str, str]) -> str:
    if len(told) == 1:
        return f"{next(iter(told.values()))}{talk_words.DECIDES}{_HOW}"
    lines = list(told.values())
    more = [f"另有{len(lines) - _SHOWN}家，发“约谈清单”查看。"] if len(lines) > _SHOWN else []
    first = next(iter(told))
    return "\n".join([*lines[:_SHOWN], *more, f"{talk_words.DECIDES}请带编号回复，如“{first} 采纳”。"])
