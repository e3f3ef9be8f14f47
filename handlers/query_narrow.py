"""The last question asked again: narrowed (其中物流的呢), of another time, by groups, in another order, drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.flow import Done, Turn
from handlers import query_find, query_stats, query_wanted
from handlers.query_wanted import Parts
from handlers.stats_groups import Question
from storage import searches
from storage.grants import Scope
from storage.searches import Wanted

NO_PIE = "饼图在手机上看不清各项大小，改用条形图，数字和占比标在条上。"
_ORDERS = {"amount_desc": "amount", "overdue_days_desc": "overdue"}
_TIMES = ("quarter", "registered_from", "registered_to", "due_from", "due_to")


def start(turn: Turn) -> Done | None:
    """The last question in its new form; None when there is none, and nothing was said that would make one itself."""
    spec, slots = turn.recent.get("found"), turn.meaning.slots
    other = turn.recent.get("list")
    if not isinstance(spec, Mapping) or (isinstance(other, Mapping) and other.get("kind") not in ("findings", "stats")):
        return query_find.of_units(turn) if slots["narrow"] in ("among", "other") else None
    scope = query_find.scope_or_refuse(turn)
    before = Question.unpacked(spec)
    query_wanted.still_allowed(turn, before.wanted)
    listed = spec["kind"] == "findings"
    if slots["narrow"] in ("among", "other"):
        return _narrowed(turn, scope, spec, before)
    if slots["narrow"] == "order":
        wanted = replace(before.wanted, sort=_ORDERS[str(slots["sort"])])
        return query_find.list_of(turn, scope, wanted, before.parts)
    if slots["narrow"] == "count":
        return _counted(turn, scope, before) if listed else query_stats.answer(turn, scope, replace(before, group=""))
    if slots["narrow"] == "group":
        group = str(slots["group_by"])
        if listed and group in ("unit", "person"):
            return query_find.list_of(turn, scope, before.wanted, before.parts, group=group)
        return query_stats.answer(turn, scope, _grouped(before, group))
    return _drawn(turn, scope, before, str(slots.get("form") or ""))


def _narrowed(turn: Turn, scope: Scope, spec: Mapping[str, Any], before: Question) -> Done:
    listed = spec["kind"] == "findings"
    said, parts = query_wanted.described(turn, figures=not listed)
    replaces = turn.meaning.slots["narrow"] == "other"
    old, kept = before.wanted, dict(before.parts)
    if replaces and any(getattr(said, name) for name in _TIMES):
        old = replace(old, quarter="", registered_from=None, registered_to=None, due_from=None, due_to=None)
    both = _both(old, said, replaces=replaces)
    if both is None:
        where = "刚才的清单里" if listed else "刚才统计的问题里"
        return Done(f"{where}没有{query_wanted.named(parts)}。")
    kept = {name: words for name, words in kept.items() if name != "not_kept"} | _finer(kept, parts, both, old)
    if listed:
        return query_find.list_of(turn, scope, both, kept, group=query_find.group_kept(spec.get("group")))
    compare = () if replaces and "when" in parts else before.compare
    return query_stats.answer(turn, scope, replace(before, wanted=both, parts=kept, compare=compare))


def _finer(kept: Parts, said: Parts, both: Wanted, old: Wanted) -> Parts:
    """What was said now names its conditions, but where the earlier condition was the narrower one."""
    stays = {
        "kind": both.category == old.category and bool(old.category),
        "who": both.units == old.units and bool(old.units),
    }
    return {name: words for name, words in said.items() if not (stays.get(name) and name in kept)}


def _counted(turn: Turn, scope: Scope, before: Question) -> Done:
    """How many the list holds, without listing them again."""
    if before.wanted.words:
        return query_find.list_of(turn, scope, before.wanted, before.parts)
    many = searches.count(turn.session, before.wanted, scope)
    return Done(f"{query_wanted.named(before.parts)}共{many}条。")


def _grouped(before: Question, group: str) -> Question:
    metric = "summary" if before.metric in ("trend", "category_share") else before.metric
    return replace(before, metric=metric, group=group, compare=(), top=0)


def _drawn(turn: Turn, scope: Scope, before: Question, form: str) -> Done:
    """The same figures as a picture; what was a list is drawn by category."""
    if form == "line":
        asked = replace(before, group="quarter", compare=(), chart=True)
    else:
        group = before.group if before.group not in ("", "quarter") else "category"
        asked = replace(_grouped(before, group), chart=True)
    done = query_stats.answer(turn, scope, asked)
    return Done(f"{NO_PIE}\n{done.text}") if form == "pie" else done


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
    for name in ("registered_from", "due_from", "amount_from"):
        values[name] = _narrower(getattr(before, name), getattr(said, name), max)
    for name in ("registered_to", "due_to", "due_before", "amount_to"):
        values[name] = _narrower(getattr(before, name), getattr(said, name), min)
    values["overdue_on"] = said.overdue_on or before.overdue_on
    values["marks"] = tuple(dict.fromkeys((*before.marks, *said.marks)))
    values["words"] = tuple(dict.fromkeys((*before.words, *said.words)))
    values["sort"] = said.sort or before.sort
    return Wanted(**values)


def _narrower(old: date | int | None, new: date | int | None, choose: Any) -> Any:
    return choose(old, new) if old is not None and new is not None else new if old is None else old
