"""The office puts what is running on today's rules of reminding: `按新规则重排提醒` (the policy is a snapshot)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import judging, obligations, texts
from storage.people import Actor

ALLOWED = ("office_staff", "office_director")


def start(turn: Turn) -> Reply:
    _must_be_allowed(turn)
    changed, total = obligations.under_other_rules(turn)
    if not changed:
        return Done(f"在办的{total}项都已按现行规则提醒，不用重排。")
    words = f"请确认按现行规则重排提醒：在办{total}项，{changed}项仍按开始时的规则。\n时限不变，已发出的不会重发。"
    facts = (("在办", f"{total}项"), ("重排", f"{changed}项"))
    card = Card(CardKind.BUTTONS, title="按新规则重排提醒", facts=facts, buttons=judging.BUTTONS)
    return Ask(f"{words}\n{texts.CONFIRM}", "confirm", card)


def _must_be_allowed(turn: Turn) -> None:
    if not turn.actor.has(*ALLOWED):
        raise UserError(f"提醒规则由监督办公室调整。需要的话请联系{texts.office_contact(turn)}。", keep=False)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有重排。")
    if turn.meaning.intent != "confirm":
        return Ask("没有重排。" + texts.CONFIRM + "。", "confirm")
    _must_be_allowed(turn)
    changed, _ = obligations.under_other_rules(turn)
    moved = obligations.replan_all(turn, new_lines=True)
    turn.record("policy", "ladders_applied", after={"obligations": changed, "moved": moved})
    return Done(f"已按现行规则重排{changed}项，其中{moved}项的提醒日期有变化。时限没有改动。")


def _help(actor: Actor) -> str | None:
    return "提醒规则调整后：按新规则重排提醒" if actor.has(*ALLOWED) else None


FLOW = Flow(
    name="new_rules",
    title="重排提醒",
    intents=("apply_policy",),
    start=start,
    steps={"confirm": take_confirm},
    help=_help,
)
