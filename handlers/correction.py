"""更正 outside any conversation: an entry is changed by those who may, handed on, extended, or taken back."""

from __future__ import annotations

from bot.flow import Ask, Done, Flow, Reply, Step, Turn
from handlers import access, altering, assign, choosing, classification, extension, naming, quarter

_PARTS = (assign.FLOW, quarter.FLOW)
_HANDED_ON = ("person", "resp_person", "unit")


def start(turn: Turn) -> Reply:
    """A new date is an extension (T10), a new person or unit is T6; what is registered is classified anew (2.3)."""
    later = extension.instead_of_new_due(turn)
    if later is not None:
        return later
    if turn.meaning.slots.get("field") in _HANDED_ON and choosing.numbers(turn) and not _unassigned_unit(turn):
        return _relayed(assign.FLOW, assign.start)(turn)
    number = _meant(turn)
    if number:
        naming.one_by_one(turn)
        return classification.start(turn, number)
    altering.check(turn)
    return _relayed(quarter.FLOW, quarter.start)(turn)


def _unassigned_unit(turn: Turn) -> bool:
    """Before assignment the unit is a field of the entry like any other."""
    if turn.meaning.slots.get("field") != "unit":
        return False
    return access.get_visible(turn, choosing.numbers(turn)[0]).state in classification.BEFORE


def _meant(turn: Turn) -> str:
    """The number that was said, or the only one that 这条 can be; none where it is the quarter's declaration."""
    if turn.meaning.slots.get("target") == "declare_no_issue":
        return ""
    said = naming.said(turn)
    if said:
        return said[0]
    shown = choosing.recent(turn)
    return shown[0] if len(shown) == 1 and turn.meaning.slots.get("field") else ""


def _relayed(flow: Flow, step: Step) -> Step:
    return lambda turn: _renamed(flow, step(turn))


def _renamed(flow: Flow, reply: Reply) -> Reply:
    if isinstance(reply, Done):
        return reply
    return Ask(reply.text, f"{flow.name}.{reply.step}", reply.card)


FLOW = Flow(
    name="correction",
    title="更正",
    intents=("correct",),
    start=start,
    steps={
        **{f"{flow.name}.{name}": _relayed(flow, step) for flow in _PARTS for name, step in flow.steps.items()},
        **classification.STEPS,
    },
)
