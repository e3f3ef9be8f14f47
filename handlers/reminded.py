"""What the speaker was reminded of last, by the ladders or by a person, and any matter that he was ever told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.flow import Turn
from handlers import kinds, obligations, owed
from handlers.owed import PROMISE, Matter
from handlers.rules.calendar import day_of
from storage import pushes, urges

LATELY = timedelta(days=7)  # an answer without a number is about what was said within this time


@dataclass(frozen=True, slots=True)
class Reminder:
    """The newest message that reminded him. matters: what it was about; at: when it was said."""

    matters: tuple[str, ...] = ()
    at: datetime | None = None


def last(turn: Turn) -> Reminder:
    """Of the two: what a ladder told, and what a person urged."""
    me, since = turn.actor.userid, turn.now - LATELY
    told, urged = pushes.latest(turn.session, me, since), urges.latest(turn.session, me, since)
    pushed_at = told[0].told_at if told else None
    if urged and (pushed_at is None or urged[0].at >= pushed_at):
        return Reminder(tuple(dict.fromkeys(row.matter for row in urged)), urged[0].at)
    return Reminder(tuple(dict.fromkeys(push.matter for push in told)), pushed_at)


def was_told(turn: Turn, matter: str) -> bool:
    """Whether he was ever reminded of it."""
    me = turn.actor.userid
    return bool(pushes.about(turn.session, me, matter) or urges.of_person(turn.session, me, matter))


def find(turn: Turn, matter: str) -> Matter | None:
    """The matter as it stands for him; None for what he may not see, and for what he was never told of."""
    found = owed.find(turn, matter)
    if found is not None or matter.startswith("WT-") or not was_told(turn, matter):
        return found
    return _by_kind(turn, matter)


def _by_kind(turn: Turn, matter: str) -> Matter | None:
    """In the words of the ladder through which he heard of it."""
    mine = {push.obligation for push in pushes.about(turn.session, turn.actor.userid, matter)}
    heard = [row for row in obligations.open_of(turn, matter) if row.ladder != PROMISE and row.id in mine]
    standing = [row for row in heard if kinds.of(row.ladder).stands(turn, row)]
    if standing:
        row, today = standing[0], day_of(turn.now)
        kind = kinds.of(row.ladder)
        line = kind.line(turn, row, today)
        return Matter(
            matter, kind.title, "办好", row.due, missing=f"{line}。系统里还没有登记办好，请按提醒里的说法办理。"
        )
    title = next((kinds.of(row.ladder).title for row in heard), "这件事")
    return Matter(matter, title, ended=f"{title}已办好，不再提醒您。")
