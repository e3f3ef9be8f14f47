"""What follows from the calendar: years nobody has kept are told every working day, and a change plans all anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bot.flow import Turn
from handlers import day_changes, obligations, quarter_task, texts
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import calendar_days, holds
from storage.models import Due

FLAG = "calendar_flag"
_AT = time(8, 40)
_FROM_MONTH = 11  # domain.md 6.1: from November on the next year's notice is asked for
_NEAR = timedelta(days=60)


def daily(turn: Turn) -> None:
    """Plan this working day's word to the office, while there is reason for one."""
    today = day_of(turn.now)
    moment = datetime.combine(today, _AT, SHANGHAI)
    if turn.calendar.is_workday(today) and moment > turn.now and wanting(turn):
        turn.plan(FLAG, FLAG, f"{_AT:%H:%M}", moment)


def wanting(turn: Turn) -> list[int]:
    """Years on which something depends and whose holidays nobody has made known."""
    today = day_of(turn.now)
    years = {today.year, *calendar_days.reminded_years(turn.session, turn.now + _NEAR)}
    if today.month >= _FROM_MONTH:
        years.add(today.year + 1)
    return [year for year in sorted(years) if not day_changes.is_maintained(turn, year)]


def on_due(turn: Turn, row: Due) -> None:
    """Looks again: the notice may have been entered since midnight. One that was missed is said by the next day's."""
    years = wanting(turn)
    if not years or row.day != day_of(turn.now).isoformat():
        return
    today = day_of(turn.now)
    text = f"{words(turn, years)}（{wording.short_day(today, today)}）"  # no two alike, or the platform drops the later
    for person in texts.office_staff(turn):
        turn.tell(person, text, push_key=f"{FLAG}:{row.day}|{person}", matter=day_changes.MATTER)


def words(turn: Turn, years: Iterable[int]) -> str:
    """`2027年放假安排还没有维护…`, and what is missing of a year that was begun."""
    said = [_state(turn, year) for year in years]
    first = min(years)
    return (
        f"{'；'.join(said)}，有关日期暂按法定节假日推算。"
        f"公布后发“{first}年2月13日上班”这样的话，或导入日历文件。"
    )  # fmt: skip


def _state(turn: Turn, year: int) -> str:
    if not day_changes.entered(turn, year):
        return f"{year}年放假安排还没有维护"
    lacking = "、".join(day_changes.missing(turn, year))
    return f"{year}年放假安排还没有录全" + (f"（还差{lacking}）" if lacking else "")


def replan(turn: Turn, _row: Due) -> None:
    """After a change: deadlines that rest on the calendar, the rungs of all that is open, what waits for its hour."""
    quarter_task.daily(turn)
    obligations.replan_all(turn)
    for moment in holds.moments(turn.session, turn.now):
        later = turn.calendar.may_send(moment)
        if later > moment:
            holds.move(turn.session, moment, later)
