"""A look that is taken once every working day, before the morning's list goes out (domain.md 6.7)."""

from __future__ import annotations

from datetime import datetime, time

from bot.flow import Turn
from handlers.rules.calendar import SHANGHAI, day_of

AT = time(8, 40)


def plan(turn: Turn, kind: str) -> None:
    """Plan this working day's look of this kind of due row, unless its hour is past."""
    today = day_of(turn.now)
    moment = datetime.combine(today, AT, SHANGHAI)
    if turn.calendar.is_workday(today) and moment > turn.now:
        turn.plan(kind, kind, f"{AT:%H:%M}", moment)
