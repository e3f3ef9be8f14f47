"""Accepting a lead: registered on the way, its named reporter told, its triage begun (S41, S43)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Turn
from handlers import lead_steps, lead_terms, lead_told
from handlers.lead_terms import ACK, REGISTER, TRIAGE
from handlers.rules.lead_states import L, LeadState, may_move
from storage.matters import Lead


def register(turn: Turn, lead: Lead) -> None:
    """Registered, if it is not yet (3.5.1: within one working day)."""
    if may_move(L.REGISTER, lead.state):
        lead_steps.moved(turn, lead, L.REGISTER, "lead_register")
    lead_terms.stop(turn, lead.number, REGISTER)


def accept(turn: Turn, lead: Lead) -> None:
    """Registered on the way; a named reporter hears of it, and the director has five working days to triage it."""
    register(turn, lead)
    row = L.ACCEPT_AGAIN if lead.state == LeadState.REOPENED else L.ACCEPT
    if not may_move(row, lead.state):
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，已经受理过。", keep=False)
    lead_steps.moved(turn, lead, row, "lead_accept", accepted_at=turn.now)
    lead_terms.stop(turn, lead.number, ACK)
    lead_terms.start(turn, lead, TRIAGE)
    lead_told.accepted(turn, lead)
