"""What an earlier version of the program planned without an obligation is taken over, nothing lost, nothing twice."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import kinds, obligations
from handlers.rules import ladders
from handlers.rules.calendar import day_of
from handlers.rules.ladders import Rung
from storage import dues
from storage.duties import Obligation
from storage.models import Due

# How the ladders were called when their due rows stood alone; the lists of those who owe a quarter stood beside it.
FORMER = {"finding": "rectification", "ongoing": "review", "special_report": "report"}
_BESIDE = {"quarter": "quarter_office"}
_FROM_DAY = ("report",)  # counted from the day of the row, not from anything that the record tells


def adopt(turn: Turn, row: Due) -> list[tuple[Obligation, Rung]]:
    """Begin what the row belonged to; the rungs of it that are due at this very moment come back, to be fired now."""
    return _missed(turn, row) if _begin(turn, row) else []


def adopt_all(turn: Turn) -> None:
    """The same for all rows: each is ended, unless it became its obligation's own.

    One whose moment is past stays, and has its turn now: an obligation plans nothing of what lies behind it.
    """
    former = [kind for kind in ladders.LADDERS if kind != "dense"] + list(FORMER)
    for row in dues.without_obligation(turn.session, former):
        begun = _begin(turn, row)
        turn.session.refresh(row)
        if row.obligation is None and not (begun and _missed(turn, row)):
            row.state = "cancelled"
    turn.session.flush()


def _begin(turn: Turn, row: Due) -> bool:
    """Whether there is something to begin it with."""
    ladder = FORMER.get(row.kind, row.kind)
    begin = kinds.of(ladder).adopt
    if begin is None:
        return False
    known = {obligation.id for obligation in obligations.open_of(turn, row.matter)}
    begin(turn, row.matter)
    for obligation in obligations.open_of(turn, row.matter):
        if obligation.ladder in _FROM_DAY and obligation.id not in known:
            obligation.due = date.fromisoformat(row.day)
            obligations.replan(turn, obligation)
    return True


def _missed(turn: Turn, row: Due) -> list[tuple[Obligation, Rung]]:
    """The rungs of that day, of what the row belonged to, that are not still to come."""
    ladder = FORMER.get(row.kind, row.kind)
    return [
        (obligation, rung.rung)
        for obligation in obligations.open_of(turn, row.matter)
        if obligation.ladder in (ladder, _BESIDE.get(ladder))
        for rung in obligations.days(turn, obligation, past=True)
        if day_of(rung.at) == day_of(row.planned_at) and rung.at <= turn.now and _same(rung.rung, row, obligation)
    ]


def _same(rung: Rung, row: Due, obligation: Obligation) -> bool:
    """By its name; ladders of one rung had other names for it."""
    return rung.name == row.rung or len(obligation.rungs) == 1
