"""The views that other systems may read; their columns are a promise (docs/store.md)."""

from __future__ import annotations

from sqlalchemy import Connection, text

# Restricted findings (S8) and those that became leads are not shown to other systems.
_SHOWN = "f.visibility = 'normal' AND f.state <> 'converted_to_lead'"

# What was done with a hidden finding is not told by its outcome either. The fixed refusal is told of everything: it
# reads the same for what is hidden and for what is not there (domain.md 2.5).
_HIDDEN = "未查询到该编号，或您无权查看。"
_OUTCOME = (
    "CASE WHEN r.outcome <> '$HIDDEN' AND EXISTS "
    "(SELECT 1 FROM findings f WHERE f.number = r.matter AND NOT ($SHOWN)) THEN '' ELSE r.outcome END"
)

VIEWS: dict[str, str] = {
    "v_findings": (
        "SELECT f.number, f.state, f.source AS source_code, f.source_name, f.supervision_type, f.quarter, f.found_at, "
        "f.title, f.category, f.nature, f.severity, f.amount_fen, f.unit AS unit_code, f.unit_name, f.rect_type, "
        "f.due, f.cycle, f.returned, f.key_supervised, f.submitted_at, f.assigned_at, f.applied_at, f.closed_at "
        "FROM findings f WHERE $SHOWN"
    ),
    "v_rounds": (
        "SELECT f.number, c.seq, c.started_at, c.closed_at, c.due, c.applied_at, c.unit_name, c.returned "
        "FROM cycles c JOIN findings f ON f.id = c.finding_id WHERE $SHOWN"
    ),
    "v_extensions": (
        "SELECT f.number, e.cycle, e.old_due, e.new_due, e.state, e.at AS applied_at, e.decided_at, e.after_due "
        "FROM extensions e JOIN findings f ON f.id = e.finding_id WHERE $SHOWN"
    ),
    "v_units": "SELECT code, name, parent, path, kind, quarterly, valid_from, valid_to FROM units",
    "v_quarter_tasks": "SELECT unit AS unit_code, quarter, deadline, submitted_at FROM quarter_tasks",
    "v_requests": (
        "SELECT r.id, r.system, r.reference, r.action, r.matter, r.state, $OUTCOME AS outcome, "
        "r.asked_at, r.done_at FROM requests r"
    ),
}


def make(connection: Connection) -> None:
    """Create every view."""
    for name, query in VIEWS.items():
        for part, words in (("$OUTCOME", _OUTCOME), ("$SHOWN", _SHOWN), ("$HIDDEN", _HIDDEN)):
            query = query.replace(part, words)
        connection.execute(text(f"CREATE VIEW {name} AS {query}"))
