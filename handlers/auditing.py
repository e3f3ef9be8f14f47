"""What should have been pushed by the calendar and the ladders, worked out anew, beside what was pushed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.flow import Turn
from handlers import agenda, audience, kinds, obligations
from handlers.reminding import ON_TIME
from handlers.rules.ladders import RungAt
from storage import audits, pushes
from storage import obligations as records
from storage.duties import Obligation
from storage.obligations import Planned

FIRST_LOOK = timedelta(hours=26)
LOOKS_AHEAD = timedelta(days=3)
SETTLED = timedelta(minutes=15)  # younger than this it may be on its way
PAGE = 200


def look(turn: Turn) -> tuple[int, dict[str, int]]:
    """How many rungs were looked at, and what is missing by kind of fault. What is not planned is planned again."""
    former = audits.last(turn.session)
    until = turn.now - SETTLED
    since = former.at - SETTLED if former is not None else turn.now - FIRST_LOOK
    gaps: Counter[str] = Counter()
    checked, last = 0, 0
    while rows := records.open_after(turn.session, last, PAGE):
        checked += _look_at(turn, rows, since, until, gaps)
        last = rows[-1].id
    gaps["uncomposed"] += pushes.owed_before(turn.session, until)
    gaps["unsent"] += pushes.unsent_before(turn.session, since, until)
    return checked, {name: count for name, count in gaps.items() if count}


def _look_at(turn: Turn, rows: Sequence[Obligation], since: datetime, until: datetime, gaps: Counter[str]) -> int:
    planned = records.planned(turn.session, [row.id for row in rows])
    pushed = pushes.rungs_of(turn.session, [row.id for row in rows])
    checked = 0
    for row in rows:
        mine = planned.get(row.id, {})
        for rung in obligations.days(turn, row):
            if since < rung.at <= until:
                checked += 1
                fault = _past(turn, row, rung, mine, pushed)
                gaps[fault] += fault != ""
            elif turn.now < rung.at <= turn.now + LOOKS_AHEAD:
                checked += 1
                gaps["unplanned"] += _lacks(turn, row, rung, mine)
    gaps.pop("", None)
    return checked


def _past(turn: Turn, row: Obligation, rung: RungAt, mine: dict[str, Planned], pushed: set[tuple[int, str]]) -> str:
    """What is wrong with a rung whose moment is over, or ""."""
    known = mine.get(rung.name)
    if known is None or known.state == "cancelled":
        return "unplanned"
    if known.state == "waiting":
        return "unfired" if known.due_at <= turn.now - SETTLED else ""
    if known.state == "dead":
        return "dead"
    late = known.done_at is None or known.done_at - known.planned_at > ON_TIME
    if late or (row.id, rung.name) in pushed or not _concerns_somebody(turn, row, rung):
        return ""
    return "untold"


def _concerns_somebody(turn: Turn, row: Obligation, rung: RungAt) -> bool:
    kind = kinds.of(row.ladder)
    if not kind.stands(turn, row) or (rung.rung.cooling and agenda.cools(turn, kind, row)):
        return False
    return bool(audience.of(turn, kind, row, rung.rung.audience))


def _lacks(turn: Turn, row: Obligation, rung: RungAt, mine: dict[str, Planned]) -> bool:
    """A rung of the next days that nobody planned; mended at once."""
    known = mine.get(rung.name)
    if known is not None and known.state != "cancelled":
        return False
    obligations.replan(turn, row)
    return True
