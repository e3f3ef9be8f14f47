"""Questions about findings: by number, by unit, by time, what is overdue, figures, and going on with a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import (
    digest,
    item_lists,
    lead_list,
    ledger_view,
    quarter_status,
    query_find,
    query_narrow,
    query_numbers,
    query_stats,
    texts,
    trail,
)
from storage.people import Actor

NO_LIST = "刚才没有列出清单。您可以发“逾期清单”，或“查 编号”。"
WHICH = "请告诉我编号，如“查 0123”；或发“我们的问题清单”。"
_LAST = "last_submitted_by_me"


def start(turn: Turn) -> Reply:
    options = turn.meaning.unit_options
    if options and "unit" not in turn.meaning.slots and turn.meaning.intent != "query_by_number":
        return _ask_unit(turn, list(options))
    return _ANSWERS[turn.meaning.intent](turn)


def take_unit(turn: Turn) -> Reply:
    """Which of several units with the same name was meant; then the question itself."""
    labels: list[str] = turn.draft["units"]
    at = texts.chosen(turn, labels)
    said = turn.meaning.slots.get("unit")
    if at is None and said not in labels:
        return Ask(f"请回复序号。\n{texts.options(labels)}", "unit")
    slots = {**turn.draft["slots"], "unit": labels[at] if at is not None else said}
    turn.meaning = replace(turn.meaning, intent=turn.draft["intent"], slots=slots, unit_options=())
    turn.text = str(turn.draft["text"])
    return start(turn)


def _ask_unit(turn: Turn, options: list[str]) -> Ask:
    kept = {key: value for key, value in turn.meaning.slots.items() if isinstance(value, str | int | bool | list)}
    turn.draft.update(units=options, slots=kept, intent=turn.meaning.intent, text=turn.text)
    return Ask(f"您问的是哪一家？\n{texts.options(options)}", "unit")


def _by_number(turn: Turn) -> Done:
    slots = turn.meaning.slots
    if slots.get("ref") == _LAST:
        return query_numbers.last_submitted(turn)
    said = [slots.get("number"), *(slots.get("numbers") or ())]
    numbers = [number for number in said if isinstance(number, str)]
    if not numbers:
        numbers = _recent(turn) if len(_recent(turn)) == 1 else []
    if not numbers:
        return Done(WHICH)
    return query_numbers.show(turn, numbers, tuple(slots.get("fields") or ()))


def _by_unit(turn: Turn) -> Done:
    if turn.meaning.slots.get("ref") == _LAST:
        return query_numbers.last_submitted(turn)
    if turn.meaning.slots.get("narrow"):
        return query_narrow.start(turn) or Done(NO_LIST)
    return query_find.of_units(turn)


def _select(turn: Turn) -> Done:
    """`全部` goes on with the last list."""
    slots = turn.meaning.slots
    if slots.get("all"):
        spec = turn.recent.get("list")
        if not isinstance(spec, Mapping):
            return _everything_today(turn)
        return _LISTS[spec["kind"]](turn, dict(spec))
    return Done(NO_LIST)  # a place in a list was looked up before (handlers/referring.py)


def _everything_today(turn: Turn) -> Done:
    """`全部` behind the morning's digest: all of it, as it stands now."""
    if not digest.told_today(turn, turn.actor.userid):
        return Done(NO_LIST)
    lines = digest.whole(turn, turn.actor.userid)
    if not lines:
        return Done("今日事项都办好了。")
    return Done("\n".join([f"今日事项{len(lines)}件：", *(f"{at} {line}" for at, line in enumerate(lines, 1))]))


def _recent(turn: Turn) -> list[str]:
    return [str(number) for number in turn.recent.get("numbers") or ()]


def _help(actor: Actor) -> str | None:
    if not actor.posts or actor.roles <= {"sys_admin", "log_auditor", "employee"}:
        return None
    return "查询：“查 0123”“逾期清单”“本周到期的有哪些”“统计”"


_ANSWERS: Mapping[str, Callable[[Turn], Reply]] = {
    "query_by_number": _by_number,
    "query_by_unit": _by_unit,
    "query_by_time": query_find.by_time,
    "query_overdue": query_find.overdue,
    "query_stats": query_stats.start,
    "select": _select,
}
_LISTS: Mapping[str, Callable[[Turn, dict[str, Any]], Done]] = {
    "findings": query_find.again,
    "stats": query_stats.again,
    "unsubmitted": quarter_status.again,
    "trail": trail.again,
    item_lists.LIST: item_lists.again,
    lead_list.LIST: lead_list.again,
    ledger_view.LIST: ledger_view.again,
}

FLOW = Flow(
    name="queries",
    title="查询",
    intents=tuple(_ANSWERS),
    start=start,
    steps={"unit": take_unit},
    aside=True,
    help=_help,
)
