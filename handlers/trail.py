"""留痕: who did what to a finding and when, in plain words, for those with the right; the look itself is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import UserError
from bot.flow import Done, Flow, Reply, Turn
from handlers import access, choosing, texts, trail_words
from handlers.rules.matrix import Action
from storage import events, links
from storage.matters import Finding
from storage.models import Event
from storage.people import Actor

LIST = "trail"  # what `全部` goes on with (bot/flow.py, recent)
VIEWED = "trail_viewed"
WHICH = "请告诉我编号，如“留痕 WT-2026-0123”。"


def start(turn: Turn) -> Reply:
    numbers = choosing.numbers(turn)
    if not numbers and turn.meaning.slots.get("number"):
        raise UserError.hidden()  # leads and urgent reports have no trail here
    numbers = numbers or choosing.recent(turn)
    return _show(turn, numbers[0], whole=False) if len(numbers) == 1 else Done(WHICH)


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """The whole of it, with the rights as they are now."""
    return _show(turn, str(spec["number"]), whole=True)


def _show(turn: Turn, number: str, *, whole: bool) -> Done:
    finding = access.get_visible(turn, number)
    if not access.allowed(turn, Action.TRAIL, finding):
        raise UserError(f"办理记录由责任单位、来源部门和{texts.OFFICE}查看；要了解请联系{texts.office_contact(turn)}。")
    history = [event for event in events.history(turn.session, number) if event.action not in trail_words.LOOKS]
    shown = history if whole else history[-choosing.SHOWN :]
    lines = [f"{number}｜{choosing.title(finding)}｜留痕{len(history)}条", *trail_words.lines(turn, shown)]
    turn.record(number, VIEWED)
    _remember(turn, finding)
    more = "" if len(shown) == len(history) else f"以上是最近{len(shown)}条，回复“全部”看全部。"
    return Done("\n".join(line for line in [*lines, more, _sealed(turn, history)] if line))


def _remember(turn: Turn, finding: Finding) -> None:
    choosing.touched(turn, finding)
    turn.recent["list"] = {"kind": LIST, "number": finding.number}


def _sealed(turn: Turn, history: list[Event]) -> str:
    waiting = len(history) - links.sealed(turn.session, [event.id for event in history])
    if not history:
        return "还没有办理记录。"
    return f"其中{waiting}条正在封存，其余均已封存。" if 0 < waiting < len(history) else _all(waiting)


def _all(waiting: int) -> str:
    return "以上记录正在封存。" if waiting else "以上记录均已封存，改动必留痕迹。"


def _help(actor: Actor) -> str | None:
    if not actor.posts or actor.roles <= {"sys_admin", "log_auditor", "employee"}:
        return None
    return "办理记录：“留痕 WT-2026-0123”"


FLOW = Flow(name="trail", title="查留痕", intents=("trail",), start=start, aside=True, help=_help)
