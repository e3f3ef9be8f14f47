"""The terms of a lead that its handlers report or set (S11, S50): flash report, verification, inquiry; each by name."""

from __future__ import annotations

from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_access, lead_circle, lead_steps, lead_terms, texts
from handlers.lead_terms import FLASH, INQUIRY, INQUIRY_REPORT, NAMES, PRELIM, PRELIM_DISC, REALTIME, VERIFY
from handlers.rules import wording
from handlers.rules.calendar import statutory_deadline
from handlers.rules.lead_permissions import LeadAction
from storage.matters import Lead

MOST_EXTENSION = 30  # working days, once, with the consent of the leader in charge (淄国资发〔2022〕23号)
_LEADER = "初核报告延长须经分管负责人批准，请写明：“{} 初核延长30个工作日，已经分管负责人批准”。"


def start(turn: Turn) -> Reply:
    number, slots = lead_steps.said(turn), turn.meaning.slots
    if not number:
        raise UserError.hidden()
    kept = {name: slots[name] for name in ("term", "deed", "date", "days", "approved") if name in slots}
    turn.draft.update(number=number, **kept)
    return _next(turn)


def _next(turn: Turn) -> Reply:
    lead = _get(turn)
    turn.draft["state"] = lead.state
    return lead_steps.confirm(lead, "线索时限", [f"请确认 {lead.number}：{_what(turn, lead)}"], "term_confirm")


def _get(turn: Turn) -> Lead:
    """The lead, for those who have it in hand: its managers, its handler, the body that signed for it."""
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.VIEW_STATUS)
    if turn.actor.userid in lead_circle.in_charge(turn, lead) + lead_circle.managers(turn, lead):
        return lead
    if lead_circle.own_slip(turn, lead, ("signed", "done")) is None:
        raise UserError("线索时限由承办人登记。", keep=False)
    return lead


def _part(turn: Turn, lead: Lead) -> str:
    """The clock that is meant: 初核 is another one for the accountability body than for the discipline body."""
    term = str(turn.draft["term"])
    slip = lead_circle.own_slip(turn, lead, ("signed",))
    acct = slip is not None and slip.destination == "acct"
    return PRELIM_DISC if term == PRELIM and not acct else term


def _what(turn: Turn, lead: Lead) -> str:
    """What is about to happen, in words; raises what does not fit."""
    draft, today = turn.draft, texts.today_of(turn)
    term, deed, part = str(draft["term"]), str(draft["deed"]), _part(turn, lead)
    if term == "not_reportable":
        _running(turn, lead, FLASH, REALTIME)
        return "未达报告标准，快报、实时报告不再计时"
    if deed == "done":
        _running(turn, lead, part)
        more = f"；{NAMES[INQUIRY_REPORT]}1个月内写出" if part == INQUIRY else ""
        return f"{NAMES[part]}已完成，停止计时{more}"
    if deed == "start":
        return f"启动核查，一般6个月内完成（{wording.day(_due(turn, lead, part), today)}）"
    due = _due(turn, lead, part)
    return f"{NAMES[part]}期限 {wording.day(due, today)}"


def _running(turn: Turn, lead: Lead, *parts: str) -> None:
    if not any(lead_terms.part_of(row) in parts for row in lead_terms.running(turn, lead.number)):
        names = "、".join(NAMES[part] for part in parts)
        raise UserError(f"{lead.number} 现在没有在计时的{names}。", keep=False)


def _due(turn: Turn, lead: Lead, part: str) -> date:
    draft, today = turn.draft, texts.today_of(turn)
    if draft["deed"] == "set":
        day = date.fromisoformat(str(draft["date"])) if draft.get("date") else None
        if part == PRELIM:
            raise UserError("追责初核期限按规定计，只能申请延长。", keep=False)
        if day is None or day < today:
            raise UserError(f"请写明期限，如“{lead.number} 初核期限 {today.year + 1}-03-31”。", keep=False)
        return day
    if draft["deed"] == "start":
        term = lead_terms.TERMS[VERIFY]
        return turn.calendar.roll_forward(lead_terms.months_on(today, term.months))
    row = next((one for one in lead_terms.running(turn, lead.number) if lead_terms.part_of(one) == part), None)
    if part != PRELIM or row is None:
        raise UserError(f"{lead.number} 的{NAMES[part]}不能延长；只有追责初核报告可以延长一次。", keep=False)
    if row.facts.get("extended"):
        raise UserError(f"{lead.number} 的初核报告已经延长过一次，不能再延长。", keep=False)
    days = int(draft.get("days") or MOST_EXTENSION)
    if not 0 < days <= MOST_EXTENSION:
        raise UserError(f"初核报告最多延长{MOST_EXTENSION}个工作日。", keep=False)
    if not draft.get("approved"):
        raise UserError(_LEADER.format(lead.number), keep=False)
    return statutory_deadline(row.due, days, turn.calendar)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有登记。")
    if turn.meaning.intent != "confirm":
        return Ask(f"不改就{texts.CONFIRM}。", "term_confirm")
    lead = _get(turn)
    lead_steps.settled_again(turn, lead)
    words, part, deed = _what(turn, lead), _part(turn, lead), str(turn.draft["deed"])
    if turn.draft["term"] == "not_reportable":
        lead_terms.stop(turn, lead.number, FLASH, REALTIME, met=False)
    elif deed == "done":
        lead_terms.stop(turn, lead.number, part)
        if part == INQUIRY:
            lead_terms.start(turn, lead, INQUIRY_REPORT)
    else:
        body = "acct" if part in lead_terms.ACCT else ""
        due = _due(turn, lead, part)
        lead_terms.start(turn, lead, part, due=due, body=body, extended=deed == "extend")
    turn.record(lead.number, f"lead_term_{deed}", after={"term": str(turn.draft["term"])})
    turn.recent["numbers"] = [lead.number]
    return Done(f"{lead.number} 已登记：{words}。")


FLOW = Flow(
    name="lead_clocks",
    title="线索时限登记",
    intents=("lead_term",),
    start=start,
    steps={"term_confirm": take_confirm},
    secret=True,
)
