"""The leads that somebody has to do with, by number, state and nearest term: no name and no matter in a list."""

from __future__ import annotations

from bot.errors import LEADS_CLOSED, UserError
from bot.flow import Done, Flow, Reply, Turn
from handlers import choosing, forbidden, lead_access, lead_steps, lead_terms, texts
from handlers.rules import wording
from handlers.rules.lead_permissions import LeadAction, Sight
from handlers.rules.lead_states import LEAD_ENDED
from storage import leads
from storage.matters import Lead
from storage.people import Actor

LIST = "leads"
_ALL_OF_THEM = ("disc_manager", "office_director", "office_staff", "leading_group")
_SOME = ("disc_handler", "acct_staff", "member_head")


def start(turn: Turn) -> Reply:
    return _show(turn, whole=False)


def again(turn: Turn, _spec: object = None) -> Done:
    """`全部`, with the rights as they are now."""
    return _show(turn, whole=True)


def may(actor: Actor) -> bool:
    return any(post.role in (*_ALL_OF_THEM, *_SOME) for post in actor.own)


def mine(turn: Turn) -> list[Lead]:
    """Those in hand whose state the speaker sees whole, in the ledger's order."""
    roles = {post.role for post in turn.actor.own}
    if roles & set(_ALL_OF_THEM):
        found = leads.in_hand(turn.session, [*LEAD_ENDED])
    else:
        bodies = lead_access.bodies_of(turn.actor)
        found = leads.handled_or_sent(turn.session, [*LEAD_ENDED], turn.actor.userid, bodies)
    return [lead for lead in found if lead_access.verdict(turn, lead, LeadAction.VIEW_STATUS) is Sight.FULL]


def _show(turn: Turn, *, whole: bool) -> Done:
    if not may(turn.actor):
        raise UserError(LEADS_CLOSED, counts=True)
    found = mine(turn)
    if not found and turn.actor.has("leading_group"):
        return Done(forbidden.total(turn))
    if not found:
        return Done("目前没有您经办的在办线索。")
    shown = found if whole else found[: choosing.SHOWN]
    turn.recent["numbers"] = [lead.number for lead in shown]
    turn.recent["list"] = {"kind": LIST}
    turn.record("leads", "lead_list_viewed", after={"count": len(shown)})
    more = f"\n以上{len(shown)}件，回复“全部”看其余。" if len(shown) < len(found) else ""
    return Done("\n".join([f"在办线索{len(found)}件：", *(_line(turn, lead) for lead in shown)]) + more)


def _line(turn: Turn, lead: Lead) -> str:
    """`XS-2026-7K3M｜处置中｜处置意见12月23日 周三，还剩5个工作日`, with the serial for who may see it."""
    today = texts.today_of(turn)
    seq = lead_access.verdict(turn, lead, LeadAction.VIEW_SEQ) is Sight.FULL
    parts = [f"{lead.ledger_seq}. {lead.number}" if seq else lead.number, lead_steps.label(lead)]
    rows = lead_terms.running(turn, lead.number)
    if rows:
        first = min(rows, key=lambda row: row.due)
        name = lead_terms.NAMES[lead_terms.part_of(first)]
        left = wording.days_left(first.due, today, turn.calendar)
        parts.append(f"{name}{wording.day(first.due, today)}，{left}")
    return "｜".join(parts)


def _help(actor: Actor) -> str | None:
    return "在办线索：“线索清单”" if may(actor) and actor.has("disc_manager") else None


FLOW = Flow(
    name="lead_list", title="线索清单", intents=("lead_list",), start=start, aside=True, secret=True, help=_help
)
