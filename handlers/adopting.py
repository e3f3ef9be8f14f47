"""What an earlier version of the program planned without an obligation is taken over, nothing lost, nothing twice."""

from __future__ import annotations

from bot.flow import Turn
from handlers import kinds, obligations
from handlers.rules import ladders
from handlers.rules.calendar import day_of
from handlers.rules.ladders import Rung
from storage import dues
from storage.duties import Obligation
from storage.models import Due

# How the ladders were called when their due rows stood alone.
FORMER = {"finding": "rectification", "ongoing": "review", "special_report": "report"}


def adopt(turn: Turn, row: Due) -> list[tuple[Obligation, Rung]]:
    """Begin what the row belonged to; the rungs of it that are due at this very moment come back, to be fired now."""
    ladder = FORMER.get(row.kind, row.kind)
    begin = kinds.of(ladder).adopt
    if begin is None:
        return []
    begin(turn, row.matter)
    return [
        (obligation, rung.rung)
        for obligation in obligations.open_of(turn, row.matter)
        if obligation.ladder == ladder
        for rung in obligations.days(turn, obligation)
        if day_of(rung.at) == day_of(row.planned_at) and rung.at <= turn.now and _same(rung.rung, row, obligation)
    ]


def _same(rung: Rung, row: Due, obligation: Obligation) -> bool:
    """By its name; ladders of one rung had other names for it."""
    return rung.name == row.rung or len(obligation.rungs) == 1


def adopt_all(turn: Turn) -> None:
    """The same for rows whose day is still to come; they are ended, since their obligation has rows of its own."""
    former = [kind for kind in ladders.LADDERS if kind != "dense"] + list(FORMER)
    for row in dues.without_obligation(turn.session, former):
        begin = kinds.of(FORMER.get(row.kind, row.kind)).adopt
        row.state = "cancelled"
        turn.session.flush()
        if begin is not None:
            begin(turn, row.matter)
