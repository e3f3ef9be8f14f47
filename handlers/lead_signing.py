"""Signing for a lead that was handed over, or sending it back for more material (S42); what the signature begins."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_access, lead_circle, lead_contents, lead_steps, lead_terms, texts
from handlers.lead_terms import FLASH, FUNC, PRELIM, REALTIME, SIGN
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.lead_permissions import LeadAction
from handlers.rules.lead_states import L, LeadState
from storage import lead_moves, leads
from storage.matters import Lead, LeadSlip
from storage.moves import Altered
from storage.people import Actor

_WHY = "{}：退回补材料要写理由：还差什么？（一句话即可，只有承办人员看得到）"


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        mine = _waiting(turn)
        if len(mine) != 1:
            return Ask(lead_steps.WHICH, "sign_number") if turn.actor.has(*_SIGNERS) else _nothing()
        number = mine[0].number
    turn.draft["number"] = number
    return _confirm(turn)


_SIGNERS = ("disc_manager", "acct_staff", "member_head", "office_director", "leading_group")


def _nothing() -> Done:
    raise UserError.hidden()


def _waiting(turn: Turn) -> list[Lead]:
    """What was handed to a body of the speaker's and waits for its signature."""
    found = leads.handled_or_sent(turn.session, ("closed", "not_accepted"), "", lead_access.bodies_of(turn.actor))
    seen = [lead for lead in found if lead_access.find(turn, lead.number)]
    return [lead for lead in seen if lead_circle.own_slip(turn, lead, ("sent",))]


def _own(turn: Turn) -> tuple[Lead, LeadSlip]:
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.SIGN)
    slip = lead_circle.own_slip(turn, lead, ("sent",))
    if slip is None and lead.state in ("reported", "registered"):
        raise UserError(f"{lead.number} 还没有移送。不受理请发“{lead.number} 不予受理，理由：…”。", keep=False)
    if slip is None:
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，没有待您签收的移送单。", keep=False)
    return lead, slip


def _confirm(turn: Turn) -> Ask:
    lead, slip = _own(turn)
    turn.draft["state"] = lead.state
    body, today = lead_access.body_name(turn, slip.destination), texts.today_of(turn)
    material = lead_contents.notes(turn, lead, lead_contents.MATERIAL)
    lines = [
        f"请确认签收 {lead.number}（{wording.day(day_of(slip.sent_at), today)}移送{body}）",
        f"附件清单：{material[-1] if material else '无'}",
    ]
    return lead_steps.confirm(lead, "线索签收", lines, "sign_confirm")


def take_number(turn: Turn) -> Reply:
    asked = lead_steps.take_number(turn, "sign_number")
    if asked is not None:
        return asked
    return _confirm(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有签收。要退回请发“退回 编号，理由：…”。")
    if turn.meaning.intent != "confirm":
        return _confirm(turn)
    lead, slip = _own(turn)
    lead_steps.settled_again(turn, lead)
    where = slip.destination
    signed = {"state": "signed", "decided_by": turn.actor.userid, "decided_at": turn.now}
    row = L.SIGN if lead.state == LeadState.TRANSFERRED else L.SIGN_MORE
    lead_steps.moved(turn, lead, row, "lead_sign", Altered(slip, signed, {"state": "sent"}))
    lead_terms.stop(turn, lead.number, f"{SIGN}-{slip.id}")
    following = _begin(turn, lead, where)
    if where == "disc" and lead.disposal and lead.state == LeadState.SIGNED:
        lead_steps.moved(turn, lead, L.DISPOSE, "lead_dispose", disposal=lead.disposal)
    body = lead_access.body_name(turn, where)
    told = lead_circle.tell(turn, lead, [slip.sent_by], f"线索 {lead.number} 已由{body}签收。")
    turn.recent["numbers"] = [lead.number]
    who = lead_steps.told_words(turn, told)
    return Done(f"已签收 {lead.number}。{who}{following}")


def _begin(turn: Turn, lead: Lead, where: str) -> str:
    """The clocks of the body that has it now (S50, 3.5.1); what they are, for who signed."""
    today = texts.today_of(turn)
    if where == "acct":
        since = day_of(lead.reported_at)  # 发现、获悉或受理之日
        days = [lead_terms.start(turn, lead, part, since=since, body=where) for part in (FLASH, REALTIME, PRELIM)]
        unsure = turn.calendar.uncertain_years(days[0].year, days[-1].year)
        note = "".join(f"（{year}年日历未核，按现有安排推算）" for year in unsure)
        dates = " / ".join(f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}" for day in days)
        how = f"报了请发“{lead.number} 快报已报”；不够标准发“{lead.number} 不达报告标准”。"
        return f"\n快报5、实时报告15、初核30个工作日：{dates}{note}。\n{how}"
    if where.startswith("func:"):
        due = lead_terms.start(turn, lead, FUNC, body=where)
        return f"\n请在{wording.day(due, today)}前处理，办完发“{lead.number} 已办结，结果：…”。"
    return f"\n提出处置意见请发“{lead.number} 拟初步核实，承办人…”。" if where == "disc" and not lead.disposal else ""


def refuse(turn: Turn) -> Reply:
    """`退回 7K3M，理由：…`, begun by the decision's flow."""
    lead, slip = _own(turn)
    reason = str(turn.draft.get("reason") or "").strip()
    if len(reason) < 2:
        return Ask(_WHY.format(lead.number), "refuse_reason")
    turn.draft["state"] = lead.state
    body = lead_access.body_name(turn, slip.destination)
    lines = [f"请确认{body}退回 {lead.number}", f"理由：{reason}", f"状态：{lead_steps.label(lead)} → 退回补材料"]
    return lead_steps.confirm(lead, "线索退回", lines, "refuse_confirm")


def take_reason(turn: Turn) -> Reply:
    words = lead_steps.words_said(turn)
    if words:
        turn.draft["reason"] = words
    return refuse(turn)


def take_refusal(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有退回。")
    if turn.meaning.intent != "confirm":
        return take_reason(turn)
    lead, slip = _own(turn)
    lead_steps.settled_again(turn, lead)
    slips = lead_moves.slips_now(turn.session, lead)
    others = any(one.id != slip.id and one.state in ("sent", "signed") for one in slips.values())
    row = L.REFUSE_MORE if others or lead.state != LeadState.TRANSFERRED else L.REFUSE
    refused = {"state": "refused", "decided_by": turn.actor.userid, "decided_at": turn.now}
    note = lead_contents.note(turn, lead, lead_contents.REASON, str(turn.draft["reason"]))
    lead_steps.moved(turn, lead, row, "lead_refuse", Altered(slip, refused, {"state": "sent"}), note)
    lead_terms.stop(turn, lead.number, f"{SIGN}-{slip.id}", met=False)
    body = lead_access.body_name(turn, slip.destination)
    hear = [slip.sent_by, *lead_circle.directors(turn, lead)]
    words = f"线索 {lead.number} 被{body}退回补材料，请补充后再移送。看理由发“{lead.number} 退回理由是什么”。"
    told = lead_circle.tell(turn, lead, [one for one in hear if _may_hear(turn, one, lead)], words)
    turn.recent["numbers"] = [lead.number]
    who = lead_steps.told_words(turn, told)
    return Done(f"{lead.number} 已退回补材料。{who}")


def _may_hear(turn: Turn, person: str, lead: Lead) -> bool:
    return lead_access.person_may(turn, person, LeadAction.VIEW_STATUS, lead)


def _help(actor: Actor) -> str | None:
    signs = any(post.role in ("disc_manager", "acct_staff") for post in actor.own)
    return "线索签收：“签收线索”" if signs else None


REFUSING = {"refuse_reason": take_reason, "refuse_confirm": take_refusal}
FLOW = Flow(
    name="lead_signing",
    title="线索签收",
    intents=("transfer_receipt",),
    start=start,
    steps={"sign_number": take_number, "sign_confirm": take_confirm},
    secret=True,
    help=_help,
)
