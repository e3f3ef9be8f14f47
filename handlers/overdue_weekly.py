"""The week's list of what is overdue or under key supervision, as a file to the office (domain.md 7.1, S45)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from bot.flow import Turn
from handlers import export_ledger, query_scope, texts
from handlers.rules.calendar import at, day_of
from storage import people, searches
from storage.models import Due

KIND, AT = "overdue_weekly", time(9, 10)  # off the full and half hours (domain.md 6.7)


def daily(turn: Turn) -> None:
    """Plan this week's, on the chosen weekday or the first working day after it; a week may have none."""
    today = day_of(turn.now)
    if turn.policy.overdue_weekday and today == _day(turn, today) and at(today, AT) > turn.now:
        turn.plan(KIND, week_of(today), "weekly", at(today, AT))


def _day(turn: Turn, today: date) -> date | None:
    monday = today - timedelta(days=today.weekday())
    week = [monday + timedelta(days=later) for later in range(turn.policy.overdue_weekday - 1, 7)]
    return next((day for day in week if turn.calendar.is_workday(day)), None)


def week_of(day: date) -> str:
    """`2026W48`, which is also what makes the push unique."""
    year, week, _ = day.isocalendar()
    return f"{year}W{week:02d}"


def on_due(turn: Turn, row: Due) -> None:
    """Each gets it with his own rights, once; a list of a week that is over is worth nothing any more."""
    if row.matter != week_of(day_of(turn.now)):
        return
    for person in dict.fromkeys([*texts.office_staff(turn), *texts.directors(turn)]):
        _tell(turn, person, row.matter)


def _tell(turn: Turn, person: str, week: str) -> None:
    today = day_of(turn.now)
    mine = replace(turn, actor=people.actor(turn.session, person, today))
    scope, late = query_scope.export_scope(mine), searches.Wanted(overdue_on=today)
    if not scope:
        return
    many, key = (searches.count(turn.session, wanted, scope) for wanted in (late, export_ledger.KEY_SUPERVISED))
    if not many and not key:
        return
    words = f"本周逾期与督办清单：逾期{many}条，重点督办在办{key}条，文件随后发到。要细看，发编号或“逾期清单”。"
    if turn.tell(person, words, push_key=f"{KIND}|{week}|{person}"):
        file = export_ledger.owed_file(mine, "weekly", late, "本周逾期与重点督办问题")
        turn.tell(person, file, push_key=f"{KIND}|{week}|{person}|file", apart=many + key > turn.policy.large_lines)
        turn.record("export", "overdue_sent", after={"report": "weekly", "to": person, "count": many, "key": key})
