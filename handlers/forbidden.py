"""What is said to prying questions: fixed sentences that repeat nothing of the question (domain.md 2.5)."""

from __future__ import annotations

import re

from bot.errors import FOREIGN_UNIT, LEADS_CLOSED, UserError
from bot.flow import Turn
from handlers.rules import lead_permissions
from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight
from handlers.rules.lead_states import LEAD_ENDED
from storage import leads

# Everything that asks about leads, reporters or their existence hears the same, whoever he says he is.
ABOUT_LEADS = frozenset(
    {
        "leads_about_self", "leads_by_unit", "leads", "reporter_identity", "identity_guess", "impersonation",
        "export_leads", "prompt_injection",
    }
)  # fmt: skip
_HOW_MANY = re.compile(r"(?:当前|目前|现在)?(?:在办)?(?:的?线索)(?:一共|总共|共)?有?(?:多少|几)[件条个]?[?？。]?")
SMALL = 5  # contract.md, Small counts: below it a number of leads is not told


def refusal(turn: Turn) -> UserError:
    """The refusal for this probe; it counts towards the limit."""
    slots = turn.meaning.slots
    probe = str(slots.get("probe") or "")
    if (probe == "export_leads" or _HOW_MANY.fullmatch(turn.text)) and _totals(turn):
        return UserError(total(turn))
    if probe in ABOUT_LEADS:
        return UserError(LEADS_CLOSED, counts=True)
    if slots.get("number") or slots.get("numbers") or probe:
        return UserError.hidden()
    if slots.get("unit") or slots.get("units"):
        return UserError(FOREIGN_UNIT, counts=True)
    return UserError(LEADS_CLOSED, counts=True)


def _totals(turn: Turn) -> bool:
    """The leading group knows how many there are, and nothing of any one of them (S2, 2.4)."""
    seen = lead_permissions.sight(LeadAction.VIEW_STATUS, turn.actor.posts, LeadRelation())
    return seen is Sight.TOTALS


def total(turn: Turn) -> str:
    """S2: how many there are in hand; a small count is not told."""
    many = leads.count_in_hand(turn.session, [*LEAD_ENDED])
    number = f"{many}件" if many >= SMALL else f"少于{SMALL}件，不显示具体数"
    return f"线索个案请由纪检监察机构专报。当前在办线索合计：{number}。"
