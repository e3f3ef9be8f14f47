"""What somebody owes by a day: begun with its ladder as it is then, ended where it is settled (domain.md 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers.rules import ladders
from handlers.rules.ladders import RungAt
from storage import former, obligations
from storage.duties import Obligation
from storage.obligations import Moment

PAGE = 200


def begin(
    turn: Turn, ladder: str, matter: str, due: date, *, owner: str, source: str, part: str = "",
    lines: tuple[str, ...] | None = None, **facts: Any,
) -> Obligation:  # fmt: skip
    """Open it, or take it up again with this due date; its rungs still to come are planned, those before are not.

    An open one keeps the lines it began with, unless `lines` says otherwise (domain.md 6: the policy is a snapshot).
    """
    row = obligations.find(turn.session, ladder, matter, part)
    if row is None:
        row = obligations.add(
            turn.session, ladder=ladder, matter=matter, part=part, source=source, owner=owner, begins_at=turn.now,
            due=due, state="open", rungs=list(lines or _lines(turn, ladder)), facts=facts,
        )  # fmt: skip
        taken = former.take_over(turn.session, row)
        _plan(turn, row, fresh=not taken, past=taken)
        return row
    if lines is not None or row.state != "open":
        row.rungs = list(lines or _lines(turn, ladder))
    if row.state != "open" or row.due != due:
        row.begins_at, row.due = turn.now, due
    row.state, row.ended_at, row.owner, row.facts = "open", None, owner, facts
    turn.session.flush()
    _plan(turn, row, fresh=False, climbs_anew=lines is not None)
    return row


def end(turn: Turn, ladder: str, matter: str, *, part: str | None = None, met: bool = True) -> None:
    """Nothing of it is awaited any more; without a part, of none of its parts. Unsent reminders are taken back."""
    state = "met" if met else "dropped"
    for row in obligations.of_matter(turn.session, ladder, matter):
        if row.state == "open" and part in (None, row.part):
            obligations.end(turn.session, row, state, turn.now)


def end_all(turn: Turn, matter: str, *, met: bool = True) -> None:
    """The matter is over: whatever was owed about it ends."""
    for row in obligations.open_of(turn.session, matter):
        obligations.end(turn.session, row, "met" if met else "dropped", turn.now)


def find(turn: Turn, ladder: str, matter: str, part: str = "") -> Obligation | None:
    """The obligation while it is open."""
    row = obligations.find(turn.session, ladder, matter, part)
    return row if row is not None and row.state == "open" else None


def open_of(turn: Turn, matter: str) -> list[Obligation]:
    """What is owed about the matter, soonest due first."""
    return obligations.open_of(turn.session, matter)


def days(turn: Turn, obligation: Obligation, *, past: bool = False) -> list[RungAt]:
    """The whole ladder as the calendar stands now, also what has passed; repeats only once.

    past: also what lies before it was begun here.
    """
    return ladders.rungs(obligation.rungs, obligation.due, turn.calendar, None if past else obligation.begins_at)


def replan(turn: Turn, obligation: Obligation) -> bool:
    """Plan its rungs to come anew; whether anything was amiss."""
    return _plan(turn, obligation, fresh=False)


def replan_all(turn: Turn, *, new_lines: bool = False) -> int:
    """Plan everything anew after the calendar changed; with `new_lines` by today's policy. Returns how many moved.

    A ladder's lines change only when the office asks for it; those of key supervision stay the denser ones.
    """
    moved, last = 0, 0
    while rows := obligations.open_after(turn.session, last, PAGE):
        for row in rows:
            if new_lines:
                row.rungs = list(_lines(turn, _table_of(row)))
            moved += _plan(turn, row, fresh=False)
        last = rows[-1].id
    return moved


def under_other_rules(turn: Turn) -> tuple[int, int]:
    """How many of all that are open climb a ladder that the policy of today would not give them, and how many are."""
    changed, total, last = 0, 0, 0
    while rows := obligations.open_after(turn.session, last, PAGE):
        total += len(rows)
        changed += sum(tuple(row.rungs) != _lines(turn, _table_of(row)) for row in rows)
        last = rows[-1].id
    return changed, total


def _table_of(row: Obligation) -> str:
    return str(row.facts.get("table") or row.ladder)


def _lines(turn: Turn, ladder: str) -> tuple[str, ...]:
    return ladders.lines(ladder, turn.policy.ladders)


def lines_of(turn: Turn, table: str) -> tuple[str, ...]:
    """A table's lines by today's policy, for a matter that climbs another ladder than its name says."""
    return _lines(turn, table)


def _plan(turn: Turn, row: Obligation, *, fresh: bool, past: bool = False, climbs_anew: bool = False) -> bool:
    """The due rows of the rungs after now; whether one is on another day than before.

    past: rows of before it was begun here are its own, too. climbs_anew: by other lines than before, so that a rung
    still to come that these have behind them is not caught up on.
    """
    whole = days(turn, row, past=past)
    wanted = [Moment(rung.name, rung.at) for rung in whole if rung.at > turn.now]
    missed = {rung.name for rung in whole if rung.at <= turn.now}
    wanted += [] if fresh else _repeats(turn, whole, wanted)
    return obligations.plan(
        turn.session, row, wanted, fresh=fresh, missed=missed, before=turn.now if climbs_anew else None
    )


def _repeats(turn: Turn, whole: Iterable[RungAt], wanted: Iterable[Moment]) -> list[Moment]:
    """The next time of each rung that comes again and again, once its first time has passed."""
    waiting = {moment.rung for moment in wanted}
    found = []
    for rung in whole:
        if not rung.rung.every or rung.name in waiting:
            continue
        at = rung.at
        while at <= turn.now:
            following = ladders.again(rung.rung, at, turn.calendar)
            assert following is not None
            at = following
        found.append(Moment(rung.name, at))
    return found
