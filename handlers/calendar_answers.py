"""Questions about the working calendar: whether a day is worked, and whether a year's holidays are known."""

from __future__ import annotations

from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Reply, Turn
from handlers import calendar_watch, day_changes, texts

EXAMPLE = "2027年2月13日上班"
OFFICE = ("office_staff", "office_director")


def must_be_office(turn: Turn) -> None:
    if not turn.actor.has(*OFFICE):
        raise UserError(f"工作日历由{texts.office_contact(turn)}维护，需要调整请联系办理。", keep=False)


def day(turn: Turn) -> Reply:
    """Anybody may ask: it is what all his deadlines are counted by."""
    said = turn.meaning.slots.get("date")
    if not said:
        return Done("问哪一天？请写明日期，如“2月13日上班吗”。")
    day, today = date.fromisoformat(str(said)), texts.today_of(turn)
    works, name = day_changes.standing(turn, day)
    answer = f"{texts.echoed(day, today)}：{day_changes.state(works)}{f'（{name}）' if name else ''}。"
    if day_changes.is_maintained(turn, day.year):
        return Done(answer)
    return Done(f"{answer}\n{day.year}年放假安排还没有维护，暂按法定节假日推算。")


def year(turn: Turn) -> Reply:
    """The office may then also say that the notice is in it as a whole."""
    year = int(turn.meaning.slots.get("year") or texts.today_of(turn).year)
    count = day_changes.entered(turn, year)
    if day_changes.is_maintained(turn, year):
        return Done(f"{year}年放假安排已维护{f'，其中录入{count}天' if count else ''}。")
    if not count or not turn.actor.has(*OFFICE):
        return Done(calendar_watch.words(turn, [year]))
    turn.draft["year"] = year
    lacking = "、".join(day_changes.missing(turn, year))
    words = f"{year}年已录入{count}天，没有提到{lacking}，暂按法定节假日推算，每天提示。"
    return Ask(f"{words}\n确已按公布的安排录全的，{texts.CONFIRM}", "whole")


def how(_turn: Turn) -> Reply:
    """Where a whole year is brought in: a file is read by the machine's own command, days are heard here."""
    return Done(
        "整年的安排请整理成表格（日期、是否工作日、名称三列），由系统管理员在服务器上导入。\n"
        f"也可以直接在这里说，如“{EXAMPLE}”，可以一次说几段。"
    )
