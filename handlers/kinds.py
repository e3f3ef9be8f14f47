"""The explicit list of what each ladder of reminders says; the one place to add one."""

from __future__ import annotations

from functools import cache

from handlers import (
    accepting_due,
    item_reminders,
    lead_terms,
    meeting_reminders,
    objection,
    ongoing,
    promises,
    quarter_duty,
    quarter_ladder,
    rectification,
    report_count,
    stages,
    talk_kinds,
    tendency,
)
from handlers.reminding import Kind

KINDS: tuple[Kind, ...] = (
    *quarter_ladder.KINDS,
    *quarter_duty.KINDS,
    *rectification.KINDS,
    *accepting_due.KINDS,
    *stages.KINDS,
    *ongoing.KINDS,
    *promises.KINDS,
    *objection.KINDS,
    *report_count.KINDS,
    *tendency.KINDS,
    *talk_kinds.KINDS,
    *lead_terms.KINDS,
    *meeting_reminders.KINDS,
    *item_reminders.KINDS,
)


@cache
def _by_ladder() -> dict[str, Kind]:
    return {kind.ladder: kind for kind in KINDS}


def of(ladder: str) -> Kind:
    """Raises KeyError for a ladder that nobody speaks for."""
    return _by_ladder()[ladder]
