"""Things to be done by a day: decisions, the year's plan, the audit plan; everything said of them begins here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.flow import Done, Flow, Reply, Turn
from handlers import (
    gathering_people,
    gathering_rights,
    inspection_proposal,
    item_changes,
    item_choice,
    item_decision,
    item_duties,
    item_lists,
    plans,
)
from storage.people import Actor

_DEEDS: Mapping[str, Callable[[Turn], Reply]] = {
    "done": item_changes.start_done,
    "cancel": item_changes.start_off,
    "move": item_changes.start_move,
    "list": item_lists.start,
    "coverage": item_lists.coverage,
}


def start(turn: Turn) -> Reply:
    slots = turn.meaning.slots
    action = str(slots.get("action") or "")
    if action == "create":
        return item_decision.start(turn) if slots.get("kind") == "decision" else plans.start(turn)
    if action in ("", "list") and item_choice.number_in(turn):
        return _show(turn)
    return _DEEDS.get(action, item_lists.start)(turn)


def _show(turn: Turn) -> Reply:
    item = gathering_rights.get_item(turn, item_choice.number_in(turn))
    turn.recent["numbers"] = [item.number]
    state = "待确认办结" if item_changes.reported(item) else item_changes.STATES[item.state]
    lines = [f"{item_duties.line(turn, item)}（{state}）"]
    lines += [f"议定于 {item.meeting}"] if item.meeting else []
    lines += [f"有关问题：{'、'.join(item.refs[:5])}"] if item.refs else []
    lines += [f"完成情况：{item.note}"] if item.note else []
    return Done("\n".join(lines))


def _help(actor: Actor) -> str | None:
    if actor.has(*gathering_rights.OFFICE):
        return "计划和待办：年度计划：二季度招采专项，采购牵头审计配合；“待办清单”"
    if actor.has(*gathering_people.MEMBERS):
        return "计划和待办：“待办清单”"
    return None


FLOW = Flow(
    name="item",
    title="计划和待办",
    intents=("item",),
    start=start,
    steps={
        **plans.STEPS,
        **item_decision.STEPS,
        **item_changes.STEPS,
        **inspection_proposal.STEPS,
    },
    help=_help,
)
