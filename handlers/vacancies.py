"""The posts without which nobody steers: told once when they stand empty (S24, S25)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import texts
from handlers.rules import wording
from storage import people, posts

DAYS = 3  # S24


def new_day(turn: Turn) -> None:
    """Told once for each time that a post falls vacant."""
    today = texts.today_of(turn)
    leaders, directors = people.leaders(turn.session, today), texts.directors(turn)
    if not leaders:
        since = posts.last_day_of(turn.session, "leading_group", today, "组长", "副组长")
        text = "领导小组组长{since}空缺，已满{days}天，升级提醒暂推给您。\n请报集团补任，并请系统管理员更新人员表。"
        _tell(turn, "leader", directors, text, since, DAYS)
    if not directors:
        since = posts.last_day_of(turn.session, "office_director", today)
        text = "监督办公室主任{since}空缺，已满{days}天，需主任办理的事项暂推给您。\n请补任，并请系统管理员更新人员表。"
        _tell(turn, "director", leaders, text, since, DAYS)
    if not people.userids_with(turn.session, ("office_staff",), today):
        since = posts.last_day_of(turn.session, "office_staff", today)
        text = "监督办公室专人{since}全部离岗，办公室的提醒暂推给您。\n补任请回复“任命某某为监督办专人”。"
        _tell(turn, "staff", directors, text, since, 0)


def _tell(turn: Turn, what: str, people_told: list[str], text: str, last: date | None, days: int) -> None:
    today = texts.today_of(turn)
    vacant = (today - last).days - 1 if last else days  # the day after the last one is the first that is vacant
    if vacant < days:
        return
    since = f"自{wording.short_day(date.fromordinal(last.toordinal() + 1), today)}起" if last else "一直"
    for person in people_told:
        key = f"vacant:{what}|{person}|{last.isoformat() if last else ''}"
        turn.tell(person, text.format(since=since, days=vacant), push_key=key)
