"""Which item is meant: by its number, the one shown last, the only one, or asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.flow import Ask, Reply, Turn
from handlers import choosing, gathering_rights, item_duties, texts
from storage.gatherings import Item

_NUMBER = re.compile(r"(DB|JH)[-－—_ ]?(20\d\d)[-－—_ ]?(\d{1,5})", re.IGNORECASE)


def number_in(turn: Turn) -> str:
    """The item's number of this message, or ""."""
    said = str(turn.meaning.slots.get("number") or "")
    if said.startswith(("DB-", "JH-")):
        return said
    found = _NUMBER.search(turn.text)
    return f"{found[1].upper()}-{found[2]}-{int(found[3]):04d}" if found else ""


def meant(turn: Turn, candidates: Sequence[Item], step: str, question: str) -> Item | Ask | None:
    """The item, the question which one, or None when there is none that could be meant."""
    number = number_in(turn)
    if number:
        return gathering_rights.get_item(turn, number)
    shown = set(choosing.shown(turn))
    pointed = [item for item in candidates if item.number in shown]
    if len(candidates) == 1 or len(pointed) == 1:
        return (pointed if len(pointed) == 1 else candidates)[0]
    if not candidates:
        return None
    few = candidates[: choosing.SHOWN]
    turn.draft["choices"] = [item.number for item in few]
    lines = texts.options([item_duties.line(turn, item) for item in few])
    more = f"\n另有{len(candidates) - len(few)}项，可直接回复编号。" if len(candidates) > len(few) else ""
    return Ask(f"{question}\n{lines}{more}\n回复序号或编号即可。", step)


def answered(turn: Turn, step: str, go_on: Callable[[Turn, Item], Reply]) -> Reply:
    """Go on with the item that the answer names."""
    choices: list[str] = turn.draft.get("choices") or []
    at = texts.chosen(turn, choices)
    number = number_in(turn) or (choices[at] if at is not None else "")
    if not number:
        return Ask("请回复序号或编号；不办了回复“取消”。", step)
    return go_on(turn, gathering_rights.get_item(turn, number))
