"""The words of findings from before there was a search, or cut by an older dictionary: filled in batches, once."""

from __future__ import annotations

from bot.flow import Done, Flow, Reply, Turn
from storage import fulltext
from storage.models import Due

KIND = "words_kept"
BATCH = 200  # findings in one turn: people wait behind it


def daily(turn: Turn) -> None:
    """Begin when one lacks its words; on a full store that is one look."""
    if fulltext.lacking(turn.session):
        _plan(turn, 0)


def on_due(turn: Turn, row: Due) -> None:
    """The next batch, and a plan for the rest."""
    if fulltext.fill(turn.session, BATCH) == BATCH:
        _plan(turn, int(row.facts["batch"]) + 1)


def _plan(turn: Turn, batch: int) -> None:
    """urgent: it is no reminder, so quiet hours are just the right ones."""
    turn.plan(KIND, KIND, str(batch), turn.now, batch=batch, urgent=True)


def _start(_turn: Turn) -> Reply:
    return Done("")  # no message begins it


FLOW = Flow(name=KIND, title="检索用词", intents=(), start=_start, on_due={KIND: on_due}, daily=daily)
