"""The explicit list of everything the bot can do; the one place to add a flow."""

from __future__ import annotations

from bot.flow import Flow
from handlers import (
    acceptance,
    acknowledgement,
    application,
    assign,
    co_units,
    correction,
    delegation,
    extension,
    extension_decision,
    finding_submit,
    intake,
    lead_submit,
    objection,
    objection_answer,
    orientation,
    progress,
    quarter,
    quarter_status,
    queries,
    special_report,
    spot_check,
    suggestion,
    supervision,
    urgent,
)

# In the order in which help names them.
WORK: tuple[Flow, ...] = (
    finding_submit.FLOW,
    intake.FLOW,
    special_report.FLOW,
    lead_submit.FLOW,
    urgent.FLOW,
    quarter.FLOW,
    quarter_status.FLOW,
    queries.FLOW,
    assign.FLOW,
    acknowledgement.FLOW,
    progress.FLOW,
    application.FLOW,
    acceptance.FLOW,
    extension.FLOW,
    extension_decision.FLOW,
    objection.FLOW,
    objection_answer.FLOW,
    supervision.FLOW,
    co_units.FLOW,
    spot_check.FLOW,
    suggestion.FLOW,
    correction.FLOW,
    delegation.FLOW,
)
FLOWS: tuple[Flow, ...] = (*WORK, orientation.flow(WORK))
