"""The list shown last, narrowed (其中物流的呢, 只看重大的) or in another order, with the rights as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.flow import Done, Turn
from handlers import query_find
from storage.searches import Wanted

_ORDERS = {"amount_desc": "amount", "overdue_days_desc": "overdue"}


def start(turn: Turn) -> Done | None:
    """The narrowed list; None when there is none to narrow and nothing was said that would make a list of its own."""
    spec = turn.recent.get("found")
    other = turn.recent.get("list")
    if not isinstance(spec, Mapping) or (isinstance(other, Mapping) and other.get("kind") != "findings"):
        return None if turn.meaning.slots["narrow"] == "order" else query_find.of_units(turn)
    scope = query_find.scope_or_refuse(turn)
    before = query_find.still_allowed(turn, query_find.unpacked(spec["wanted"]))
    if turn.meaning.slots["narrow"] == "order":
        wanted = replace(before, sort=_ORDERS[str(turn.meaning.slots["sort"])])
        return query_find.list_of(turn, scope, wanted, str(spec["subject"]), overdue=bool(spec["overdue"]))
    said, subject = query_find.described(turn)
    subject = subject.lstrip("，")
    replaces = turn.meaning.slots["narrow"] == "other"
    both = _both(before, said, replaces=replaces)
    if both is None:
        return Done(f"刚才的清单里没有{subject}。")
    whole = f"{spec['subject']}，其中{subject}"
    return query_find.list_of(turn, scope, both, whole, overdue=both.overdue_on is not None)


def _both(before: Wanted, said: Wanted, *, replaces: bool) -> Wanted | None:
    """What fulfils both; None when nothing can. replaces: another unit, person or kind takes the place of the first."""
    values: dict[str, Any] = {}
    for name in ("units", "people", "states"):
        old, new = getattr(before, name), getattr(said, name)
        common = tuple(one for one in old if one in new) if old and new else old or new
        if old and new and not common and not replaces:
            return None
        values[name] = common or new
    for name in ("source", "submitted_by", "quarter", "severity", "category"):
        old, new = str(getattr(before, name)), str(getattr(said, name))
        finer = max(old, new, key=len)
        if old and new and not finer.startswith(min(old, new, key=len)) and not replaces:
            return None
        values[name] = new if replaces and new else finer
    for name in ("registered_from", "due_from"):
        values[name] = _later(getattr(before, name), getattr(said, name), max)
    for name in ("registered_to", "due_to", "due_before"):
        values[name] = _later(getattr(before, name), getattr(said, name), min)
    values["overdue_on"] = said.overdue_on or before.overdue_on
    values["amount_from"] = max(before.amount_from, said.amount_from)
    values["words"] = tuple(dict.fromkeys((*before.words, *said.words)))
    values["sort"] = said.sort or before.sort
    return Wanted(**values)


def _later(old: date | None, new: date | None, choose: Any) -> date | None:
    return choose(old, new) if old and new else old or new
