"""Registering a lead that was reported (3.5.1 报告→登记): within one working day, by the office or the lead manager."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_accepting, lead_access, lead_steps, texts
from handlers.rules import wording
from handlers.rules.lead_permissions import LeadAction
from handlers.rules.lead_states import L, may_move
from storage.matters import Lead


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        raise UserError.hidden()
    turn.draft["number"] = number
    return _confirm(turn)


def _confirm(turn: Turn) -> Ask:
    lead = _get(turn)
    turn.draft["state"] = lead.state
    at = wording.moment(lead.reported_at, texts.today_of(turn))
    lines = [f"请确认登记线索：{lead.number}（{at}报告）", f"状态：{lead_steps.label(lead)} → 已登记"]
    return lead_steps.confirm(lead, "线索登记", lines, "register_confirm")


def _get(turn: Turn) -> Lead:
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.REGISTER)
    if not may_move(L.REGISTER, lead.state):
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，不需要再登记。", keep=False)
    return lead


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有登记。")
    if turn.meaning.intent != "confirm":
        return Ask(f"不改就{texts.CONFIRM}。", "register_confirm")
    lead = _get(turn)
    lead_steps.settled_again(turn, lead)
    lead_accepting.register(turn, lead)
    turn.recent["numbers"] = [lead.number]
    return Done(f"{lead.number}：已报告 → 已登记，待受理。")


FLOW = Flow(
    name="lead_registering",
    title="线索登记",
    intents=("lead_register",),
    start=start,
    steps={"register_confirm": take_confirm},
    secret=True,
)
