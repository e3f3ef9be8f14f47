"""Talks with who answers for a unit (约谈, S46): suggested, decided, planned, held, reported back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import (
    talk_choice,
    talk_decide,
    talk_held,
    talk_plan,
    talk_query,
    talk_reading,
    talk_rights,
    talk_setting,
    talk_watch,
    texts,
)  # fmt: skip
from storage.people import Actor


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done to a talk: how it begins, takes an answer in, goes on, and is written."""

    start: Callable[[Turn], Reply]
    absorb: Callable[[Turn], None]
    following: Callable[[Turn], Reply]
    write: Callable[[Turn], Reply]


_DECIDE = Deed(talk_decide.start, talk_decide.absorb, talk_decide.following, talk_decide.enter)
DEEDS: Mapping[str, Deed] = {
    "plan": Deed(talk_plan.start, talk_plan.absorb, talk_plan.following, talk_setting.enter),
    "adopt": _DECIDE,
    "decline": _DECIDE,
    "cancel": _DECIDE,
    "held": Deed(talk_held.start, talk_held.absorb, talk_held.following, talk_held.enter),
    "report": Deed(talk_held.start_report, talk_held.absorb_report, talk_held.following_report, talk_held.enter_report),
}
_QUESTIONS: Mapping[str, Callable[[Turn], Reply]] = {"evaluate": talk_query.evaluate, "query": talk_query.listed}


def start(turn: Turn) -> Reply:
    action = talk_reading.action(turn)
    asked = _QUESTIONS.get(action)
    if asked is not None:
        turn.draft["do"] = action
        return asked(turn)
    turn.draft["do"] = action
    return DEEDS[action].start(turn)


def take_which(turn: Turn) -> Reply:
    number = talk_choice.chosen(turn)
    if not number:
        return Ask("请回复序号或编号；不办了回复“取消”。", "which")
    turn.draft["number"] = number
    return DEEDS[turn.draft["do"]].following(turn)


def take_details(turn: Turn) -> Reply:
    question = _QUESTIONS.get(turn.draft["do"])
    if question is not None:
        return question(turn)
    deed = DEEDS[turn.draft["do"]]
    deed.absorb(turn)
    return deed.following(turn)


def take_confirm(turn: Turn) -> Reply:
    deed = DEEDS[turn.draft["do"]]
    if turn.meaning.intent == "confirm":
        return deed.write(turn)
    if turn.meaning.intent == "deny":
        return Done("好的，没有提交，约谈的事没有变化。")
    before = dict(turn.draft)
    deed.absorb(turn)
    if turn.draft == before:
        return Ask(f"要改哪里直接说；不改就{texts.CONFIRM}。", "confirm")
    return deed.following(turn)


def _help(actor: Actor) -> str | None:
    if actor.has("office_director"):
        return "约谈：恒信能源要不要约谈；约谈恒信建设王建国，11月27日上午10点，我主持；约谈清单"
    return "约谈拟办：恒信能源要不要约谈；约谈清单" if actor.has(*talk_rights.OFFICE) else None


FLOW = Flow(
    name="talk",
    title="约谈",
    intents=("interview",),
    start=start,
    steps={"which": take_which, "details": take_details, "confirm": take_confirm},
    on_due={talk_watch.KIND: talk_watch.on_due},
    daily=talk_watch.daily,
    help=_help,
)
