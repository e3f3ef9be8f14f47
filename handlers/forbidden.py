"""What is said to prying questions: fixed sentences that repeat nothing of the question (domain.md 2.5)."""

from __future__ import annotations

from bot.errors import FOREIGN_UNIT, LEADS_CLOSED, UserError
from bot.flow import Turn

# Everything that asks about leads, reporters or their existence hears the same, whoever he says he is.
ABOUT_LEADS = frozenset(
    {
        "leads_about_self", "leads_by_unit", "leads", "reporter_identity", "identity_guess", "impersonation",
        "export_leads", "prompt_injection",
    }
)  # fmt: skip


def refusal(turn: Turn) -> UserError:
    """The refusal for this probe; it counts towards the limit."""
    slots = turn.meaning.slots
    probe = str(slots.get("probe") or "")
    if probe in ABOUT_LEADS:
        return UserError(LEADS_CLOSED, counts=True)
    if slots.get("number") or slots.get("numbers") or probe:
        return UserError.hidden()
    if slots.get("unit") or slots.get("units"):
        return UserError(FOREIGN_UNIT, counts=True)
    return UserError(LEADS_CLOSED, counts=True)
