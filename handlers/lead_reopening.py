"""A closed lead is taken up again because of a new clue (3.5.1); its clocks begin anew."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_access, lead_circle, lead_contents, lead_steps, lead_terms, texts
from handlers.lead_terms import DISPOSAL
from handlers.rules.lead_permissions import LeadAction
from handlers.rules.lead_states import L, may_move
from storage.matters import Lead


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        raise UserError.hidden()
    turn.draft["number"] = number
    if turn.meaning.slots.get("reason"):
        turn.draft["clue"] = str(turn.meaning.slots["reason"])
    return _next(turn)


def _get(turn: Turn) -> Lead:
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.REOPEN)
    if not may_move(L.REOPEN, lead.state):
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，结案的才能重启。", keep=False)
    return lead


def _next(turn: Turn) -> Reply:
    lead = _get(turn)
    if not turn.draft.get("clue"):
        return Ask(f"{lead.number} 有什么新线索？（一句话即可，只有承办人员看得到）", "reopen_clue")
    turn.draft["state"] = lead.state
    lines = [f"请确认重启 {lead.number}", f"新线索：{turn.draft['clue']}", "状态：已结案 → 已重启，重新受理、分办"]
    return lead_steps.confirm(lead, "重启线索", lines, "reopen_confirm")


def take_clue(turn: Turn) -> Reply:
    words = lead_steps.words_said(turn)
    if words:
        turn.draft["clue"] = words
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有重启。")
    if turn.meaning.intent != "confirm":
        return take_clue(turn)
    lead = _get(turn)
    lead_steps.settled_again(turn, lead)
    note = lead_contents.note(turn, lead, lead_contents.CLUE, str(turn.draft["clue"]))
    lead_steps.moved(
        turn, lead, L.REOPEN, "lead_reopen", note, cycle=lead.cycle + 1, closed_at=None, disposal="", result_class="",
        tolerance="", backflow="", destinations=[], approved_handler="",
    )  # fmt: skip
    lead_terms.start(turn, lead, DISPOSAL)
    told = lead_circle.tell(
        turn, lead, lead_circle.managers(turn, lead) + lead_circle.directors(turn, lead),
        f"线索 {lead.number} 有新线索，已重启，待受理。",
    )  # fmt: skip
    turn.recent["numbers"] = [lead.number]
    who = f"已通知{texts.names(turn, told)}。" if told else ""
    return Done(f"{lead.number}：已结案 → 已重启。{who}")


FLOW = Flow(
    name="lead_reopening",
    title="重启线索",
    intents=("lead_reopen",),
    start=start,
    steps={"reopen_clue": take_clue, "reopen_confirm": take_confirm},
    secret=True,
)
