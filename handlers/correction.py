"""更正 outside any conversation: what is registered is not edited, but handed on, extended, or taken back."""

from __future__ import annotations

from bot.flow import Ask, Done, Flow, Reply, Step, Turn
from handlers import altering, assign, choosing, extension, quarter

_PARTS = (assign.FLOW, quarter.FLOW)
_HANDED_ON = ("person", "resp_person", "unit")


def start(turn: Turn) -> Reply:
    """A new date is an extension (T10), a new person or unit is T6; everything else is the quarter's to answer."""
    later = extension.instead_of_new_due(turn)
    if later is not None:
        return later
    if turn.meaning.slots.get("field") in _HANDED_ON and choosing.numbers(turn):
        return _relayed(assign.FLOW, assign.start)(turn)
    altering.check(turn)
    return _relayed(quarter.FLOW, quarter.start)(turn)


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
    steps={f"{flow.name}.{name}": _relayed(flow, step) for flow in _PARTS for name, step in flow.steps.items()},
)
