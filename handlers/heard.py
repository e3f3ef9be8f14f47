"""What the speaker was reminded of last, by the ladders or by a person, and whether he ever was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.flow import Turn
from handlers import choosing
from storage import pushes, told, urges
from storage.matters import Finding

LATELY = timedelta(days=7)  # an answer without a number is about what was said within this time


@dataclass(frozen=True, slots=True)
class Reminder:
    """The newest message that reminded him. matters: what it was about; at: when it was said.

    listed: the morning's list, which is about no single matter, came after it.
    """

    matters: tuple[str, ...] = ()
    at: datetime | None = None
    listed: bool = False


def last(turn: Turn) -> Reminder:
    """Of the two: what a ladder told, and what a person urged."""
    me, since = turn.actor.userid, turn.now - LATELY
    pushed, urged = told.latest(turn.session, me, since), urges.latest(turn.session, me, since)
    at = pushed[0].told_at if pushed else None
    matters = [push.matter for push in pushed]
    if urged and (at is None or urged[0].at >= at):
        at, matters = urged[0].at, [row.matter for row in urged]
    listed = told.list_after(turn.session, me, at or since)
    return Reminder(tuple(dict.fromkeys(matters)), at, listed)


def was_told(turn: Turn, matter: str) -> bool:
    """Whether he was ever reminded of it."""
    me = turn.actor.userid
    return bool(pushes.about(turn.session, me, matter) or urges.of_person(turn.session, me, matter))


def single(turn: Turn, candidates: Sequence[Finding]) -> Finding | None:
    """The one of them that the last reminder was about, when he was shown none of them since: 延期 answers it."""
    shown = set(choosing.recent(turn))
    if any(finding.number in shown for finding in candidates):
        return None
    meant = [finding for finding in candidates if finding.number in last(turn).matters]
    return meant[0] if len(meant) == 1 else None
