"""The explicit list of everything the bot can do; the one place to add a flow."""

from __future__ import annotations

from bot.flow import Flow
from handlers import finding_submit, lead_submit, orientation, urgent

# In the order in which help names them.
WORK: tuple[Flow, ...] = (
    finding_submit.FLOW,
    lead_submit.FLOW,
    urgent.FLOW,
)
FLOWS: tuple[Flow, ...] = (*WORK, orientation.flow(WORK))
