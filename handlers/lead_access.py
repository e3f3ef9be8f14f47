"""How a person stands to a lead, worked out in this one place, and what he may therefore see and do (domain.md 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import UserError
from bot.flow import Turn
from handlers import lead_contents, recusals, texts
from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight, may_lead, sight
from handlers.rules.lead_states import LeadState
from storage import lead_moves, lookup, people
from storage.matters import Lead
from storage.people import Actor

_BEFORE_ACCEPTANCE = (LeadState.REPORTED, LeadState.REGISTERED)
_WHOSE: Mapping[LeadAction, str] = {
    LeadAction.ACCEPT: "线索受理由纪检线索管理员或监督办主任办理。",
    LeadAction.TRIAGE: "线索分办由监督办主任决定。",
    LeadAction.TRANSFER: "线索移送由监督办主任或纪检线索管理员办理。",
    LeadAction.SIGN: "签收和退回由收到移送的部门办理。",
    LeadAction.DISPOSE: "处置意见由纪检线索管理员登记。",
    LeadAction.FEED_BACK: "反馈由承办人登记。",
    LeadAction.CLOSE: "结案由纪检线索管理员或监督办主任办理。",
    LeadAction.REOPEN: "重启线索由纪检线索管理员或监督办主任办理。",
    LeadAction.VIEW_CONTENT: "线索内容只有受理和承办人员可以查看。",
    LeadAction.REGISTER: "线索登记由监督办或纪检线索管理员办理。",
    LeadAction.APPROVE_REPORTER: "承办人查看反映人身份，由纪检线索管理员批准。",
    LeadAction.VIEW_REPORTER: "反映人身份只有纪检线索管理员可以查看，查看须说明理由并留痕。",
}


def find(turn: Turn, number: str) -> tuple[Lead, Sight] | None:
    """The lead and how much of its status the speaker sees; None: it is absent, or not for him.

    Both take the same way, statement by statement (2.5).
    """
    lead, real = lookup.by_number(turn.session, Lead, number)
    if lead is None:
        return None
    stands = relation(turn, lead, turn.actor)
    seen = sight(LeadAction.VIEW_STATUS, turn.actor.posts, stands)
    if stands.recused and stands.submitter:
        seen = Sight.THREE_STATES  # he wrote it; what becomes of it is not his to follow any closer
    return (lead, seen) if real and seen in (Sight.FULL, Sight.THREE_STATES) else None


def get(turn: Turn, number: str, action: LeadAction, *, draft: bool = False) -> Lead:
    """The lead, for the speaker to do something with it. Absent and hidden raise the same words.

    draft: also for one who only prepares it for another (拟办、制单).
    """
    found = find(turn, number)
    if found is None or found[1] is not Sight.FULL:
        raise UserError.hidden()
    if action is LeadAction.VIEW_STATUS:
        return found[0]
    allowed = verdict(turn, found[0], action)
    if not (allowed is Sight.FULL or (draft and allowed is Sight.DRAFT)):
        raise UserError(_WHOSE[action], keep=False)
    return found[0]


def find_for_log(turn: Turn, number: str) -> tuple[Lead, Sight] | None:
    """The lead and how much of its log the speaker sees (2.4 看操作日志); None: it is absent, or not for him."""
    lead, real = lookup.by_number(turn.session, Lead, number)
    if lead is None:
        return None
    seen = verdict(turn, lead, LeadAction.VIEW_LOG)
    return (lead, seen) if real and seen is not Sight.NONE else None


def verdict(turn: Turn, lead: Lead, action: LeadAction, **facts: bool) -> Sight:
    """What the matrix gives the speaker."""
    return sight(action, turn.actor.posts, replace(relation(turn, lead, turn.actor), **facts))


def verdict_any(turn: Turn, lead: Lead, *actions: LeadAction) -> bool:
    """Whether the speaker may do one of these himself."""
    return any(verdict(turn, lead, action) is Sight.FULL for action in actions)


def person_may(turn: Turn, userid: str, action: LeadAction, lead: Lead) -> bool:
    """Whether somebody else may: be told of it, be its handler, have it before him."""
    actor = people.actor(turn.session, userid, texts.today_of(turn))
    return may_lead(action, actor.posts, relation(turn, lead, actor))


def relation(turn: Turn, lead: Lead, actor: Actor) -> LeadRelation:
    slips = lead_moves.slips_now(turn.session, lead)
    there = {where for where, slip in slips.items() if slip.state != "refused"}
    bodies = bodies_of(actor)
    return LeadRelation(
        submitter=lead_contents.is_reporter(turn, lead, actor.userid),
        registering=lead.state in _BEFORE_ACCEPTANCE,
        office_reads=turn.policy.office_reads_leads,
        handled=lead.handler == actor.userid,
        transferred=bool(there & bodies - {"disc"}),
        disc_matter=not lead.destinations or "disc" in lead.destinations,
        consented=lead.consented,
        approved=bool(lead.handler) and lead.approved_handler == actor.userid,
        recused=recusals.barred(turn, lead, actor.userid),
        in_place=actor.userid in (lead.in_place or ()),
    )


def bodies_of(actor: Actor) -> set[str]:
    """The destinations that he speaks for, by his own posts; of a functional department its head alone (S43)."""
    found = {"acct" for post in actor.own if post.role == "acct_staff"}
    found |= {"disc" for post in actor.own if post.role == "disc_manager"}
    return found | {f"func:{post.unit}" for post in actor.own if post.role == "member_head"}


def body_name(turn: Turn, where: str) -> str:
    """`纪检监察机构`, `追责部门`, `财务部`."""
    named = {"disc": "纪检监察机构", "acct": "追责部门", "external": "司法或上级机关"}
    return named.get(where) or recusals.unit_name(turn, where.removeprefix("func:"))
