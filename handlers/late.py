"""What comes late: after a downtime only the latest rung of an obligation still speaks to each (domain.md 6.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.flow import Turn
from handlers.reminding import ON_TIME
from handlers.rules import ladders
from handlers.rules.ladders import Rung
from storage import obligations as records
from storage.duties import Obligation

SOON = timedelta(hours=2)  # a late one that close before the next one would only say the same twice


def still_meant(turn: Turn, obligation: Obligation, rung: Rung, planned_at: datetime) -> tuple[str, ...]:
    """Whom of its audience it still concerns: after a downtime only the latest rung of each speaks (domain.md 6.7).

    One that comes anyway within the next hours of sending counts as such: two so close are one (domain.md 6.2).
    """
    if turn.now - planned_at <= ON_TIME:
        return rung.audience
    soon = turn.calendar.may_send(turn.now) + SOON
    names = records.rungs_between(turn.session, obligation.id, planned_at, soon)
    later = [one for line in obligation.rungs if (one := ladders.parse_rung(line)).name in names]
    if not _after_deadline(rung) and any(_after_deadline(one) for one in later):
        return ()
    spoken_to = {name for one in later for name in one.audience}
    return tuple(name for name in rung.audience if name not in spoken_to)


def _after_deadline(rung: Rung) -> bool:
    return rung.offset is not None and rung.offset > 0
