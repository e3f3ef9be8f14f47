"""为什么提醒我, 下次什么时候提醒: the rule, how often, who else, and what comes next, of what he was told (6.7)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import access, choosing, heard, tasks, why_words
from storage.people import Actor

NEXT = "next_reminder"
NONE = "最近没有提醒过您。要问哪一件，请带上编号，如“0123为什么提醒我”。"


def start(turn: Turn) -> Reply:
    turn.draft["next"] = turn.meaning.intent == NEXT
    slots = turn.meaning.slots
    named = choosing.numbers(turn) or ([str(slots["number"])] if slots.get("number") else [])
    if named:
        return _of(turn, named[0])
    reminder = heard.last(turn)
    if reminder.listed and not turn.draft["next"]:
        return Done(why_words.MORNING_LIST)
    matters = [matter for matter in reminder.matters if _may_know(turn, matter)]
    if not matters and turn.draft["next"]:
        matters = [finding.number for finding in tasks.open_tasks(turn)]
    shown = [matter for matter in matters if matter in choosing.shown(turn)]
    if len(matters) == 1 or len(shown) == 1:
        return _of(turn, (shown if len(shown) == 1 else matters)[0])
    return _which(turn, matters) if matters else Done(NONE)


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _of(turn, number) if number else Ask("请回复序号或编号；不看了回复“取消”。", "which")


def _which(turn: Turn, matters: Sequence[str]) -> Ask:
    """The last message told several at once."""
    turn.draft["choices"] = list(matters)
    lines = [f"{at} {why_words.label(turn, matter)}" for at, matter in enumerate(matters[: choosing.SHOWN], 1)]
    more = f"另有{len(matters) - choosing.SHOWN}件，可直接回复编号。" if len(matters) > choosing.SHOWN else ""
    head = "您要问哪一件？" if turn.draft["next"] else f"最近一次提醒合并了{len(matters)}件，要问哪一件？"
    return Ask("\n".join(filter(None, [head, *lines, more, "回复序号或编号即可。"])), "which")


def _of(turn: Turn, matter: str) -> Done:
    """What he may not see, and what he was never told of, reads as what does not exist."""
    if not _may_know(turn, matter):
        raise UserError.hidden()
    if matter.startswith("WT-"):
        choosing.keep_list(turn)
        turn.recent["numbers"] = [matter]
    words = why_words.following(turn, matter) if turn.draft["next"] else why_words.reasons(turn, matter)
    if not words:
        raise UserError.hidden()
    return Done(words)


def _may_know(turn: Turn, matter: str) -> bool:
    if not matter.startswith("WT-"):
        return heard.was_told(turn, matter) and why_words.concerns(turn, matter)
    found = access.find_visible(turn, matter)
    return found is not None and found[1] == "full"


def _help(actor: Actor) -> str | None:
    return "收到提醒后可问：“为什么提醒我”“下次什么时候提醒”" if actor.posts else None


FLOW = Flow(
    name="why",
    title="问提醒",
    intents=("why_reminded", NEXT),
    start=start,
    steps={"which": take_which},
    aside=True,
    fleeting=True,
    help=_help,
)
