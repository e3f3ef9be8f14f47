"""Which talk is meant: by its number, as the only one that waits for this, or asked for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Turn
from handlers import talk_reading, talk_rights, talk_words, texts
from storage import lookup, talks, units
from storage.gatherings import Talk

SHOWN = 8


def get_known(turn: Turn, number: str) -> Talk:
    """The talk that somebody of the office may know of. What is absent and what is forbidden raise the same words."""
    talk, real = lookup.by_number(turn.session, Talk, number)
    seen = talk is not None and talk_rights.knows(turn, turn.actor.userid, talk)
    if talk is None or not real or not seen:
        raise UserError.hidden()
    return talk


def known(turn: Turn, states: Sequence[str], unit: str | None = None) -> list[Talk]:
    """Those in these states of which the speaker may know."""
    found = talks.in_states(turn.session, states, unit)
    return [talk for talk in found if talk_rights.knows(turn, turn.actor.userid, talk)]


def meant(turn: Turn, states: Sequence[str], question: str, nothing: str) -> Talk | Ask:
    """The talk of the message; raises `nothing` when none waits for it."""
    number = talk_reading.number(turn)
    if number:
        return get_known(turn, number)
    unit = unit_said(turn)
    candidates = known(turn, states, unit)
    shown = [talk for talk in candidates if talk.number in (turn.recent.get("numbers") or ())]
    if len(candidates) > 1 and len(shown) == 1:
        return shown[0]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise UserError(nothing, keep=False)
    turn.draft["choices"] = [talk.number for talk in candidates]
    lines = texts.options([talk_words.line(turn, talk) for talk in candidates[:SHOWN]])
    return Ask(f"{question}\n{lines}\n回复序号或编号即可。", "which")


def chosen(turn: Turn) -> str:
    """The number that an answer to that question means, or ""."""
    said = talk_reading.number(turn)
    if said:
        return said
    choices: list[str] = turn.draft.get("choices", [])
    at = texts.chosen(turn, choices[:SHOWN])
    return choices[at] if at is not None else ""


def unit_said(turn: Turn) -> str | None:
    """The code of the unit that the message names."""
    name = str(turn.meaning.slots.get("unit") or "")
    unit = units.find_by_name(turn.session, name) if name and name != "SELF" else None
    return unit.code if unit else None


def must_be(turn: Turn, talk: Talk, *states: str) -> None:
    """Raises when it stands otherwise: somebody was faster, or it is another step's turn."""
    if talk.state not in states:
        raise Overtaken(f"{talk.number} 现在是“{talk_words.LABELS[talk.state]}”，不能这样办理。", keep=False)


def overtaken(talk: Talk) -> Overtaken:
    return Overtaken(
        f"{talk.number} 刚刚有人办理过，现在是“{talk_words.LABELS[talk.state]}”，这次没有提交。", keep=False
    )
