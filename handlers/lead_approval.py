"""That a lead's handler may know who reported it: granted and taken back by the lead manager (2.4 经批准)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_access, lead_circle, lead_steps, texts
from handlers.rules.lead_permissions import LeadAction
from storage import people
from storage.matters import Lead


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        raise UserError.hidden()
    turn.draft.update(number=number, agree=bool(turn.meaning.slots.get("agree", True)))
    return _confirm(turn)


def _confirm(turn: Turn) -> Ask:
    lead = _get(turn)
    turn.draft.update(state=lead.state, handler=lead.handler)
    name = people.name_of(turn.session, lead.handler)
    if turn.draft["agree"]:
        lines = [
            f"请确认：同意承办人{name}查看 {lead.number} 的反映人身份",
            "查看须说明理由并留痕；更换承办人后自动失效。",
        ]
    else:
        lines = [f"请确认：收回承办人{name}查看 {lead.number} 反映人身份的批准"]
    return lead_steps.confirm(lead, "反映人身份查看", lines, "approval_confirm")


def _get(turn: Turn) -> Lead:
    """The lead, if this can be granted or taken back now; raises otherwise."""
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.APPROVE_REPORTER)
    if not turn.draft["agree"]:
        if not lead.approved_handler:
            raise UserError(f"{lead.number} 没有批准过承办人查看反映人身份。", keep=False)
        return lead
    if not lead.real_name:
        raise UserError(f"{lead.number} 不是实名反映，没有可查看的反映人身份。", keep=False)
    if not lead.handler or not lead_access.person_may(turn, lead.handler, LeadAction.VIEW_STATUS, lead):
        raise UserError(f"{lead.number} 还没有承办人，请先登记：“{lead.number} 拟初步核实，承办人…”。", keep=False)
    if lead.handler in lead_circle.managers(turn, lead):
        raise UserError(f"{lead.number} 的承办人就是线索管理员，说明理由即可查看，不需要批准。", keep=False)
    if lead.approved_handler == lead.handler:
        raise UserError(f"{lead.number} 已经批准过承办人查看。", keep=False)
    return lead


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有改动。")
    if turn.meaning.intent != "confirm":
        return Ask(f"不改就{texts.CONFIRM}。", "approval_confirm")
    lead = _get(turn)
    lead_steps.settled_again(turn, lead)
    if lead.handler != turn.draft["handler"]:
        raise lead_steps.overtaken(lead)
    turn.recent["numbers"] = [lead.number]
    name = people.name_of(turn.session, lead.handler)
    if not turn.draft["agree"]:
        lead_steps.kept(turn, lead, "lead_approval_ended", approved_handler="")
        return Done(f"{lead.number} 已收回，承办人{name}不能再查看反映人身份。")
    lead_steps.kept(turn, lead, "lead_approve", approved_handler=lead.handler)
    words = f"线索 {lead.number}：已批准您查看反映人身份，须说明理由并留痕。要看发“{lead.number} 反映人是谁”。"
    told = lead_circle.tell(turn, lead, [lead.handler], words)
    return Done(f"{lead.number} 已同意承办人{name}查看反映人身份。{lead_steps.told_words(turn, told)}")


FLOW = Flow(
    name="lead_approval",
    title="反映人身份查看",
    intents=("lead_approval",),
    start=start,
    steps={"approval_confirm": take_confirm},
    secret=True,
)
