"""Once a week everybody hears which tags have an answer waiting: nobody is asked, so nobody is touched (2.6-6)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.flow import Done, Flow, Reply, Turn
from handlers import texts
from handlers.rules.calendar import SHANGHAI
from storage import people
from storage.models import Due

KIND = "tag_bulletin"
AT = time(9, 10)
SHOWN = 40


def daily(turn: Turn) -> None:
    """On the week's first working day."""
    today = texts.today_of(turn)
    before = [today - timedelta(days=day) for day in range(1, today.weekday() + 1)]
    at = datetime.combine(today, AT, SHANGHAI)
    if at > turn.now and turn.calendar.is_workday(today) and not any(turn.calendar.is_workday(day) for day in before):
        turn.plan(KIND, KIND, "weekly", at)


def on_due(turn: Turn, row: Due) -> None:
    """To everybody who can be reached, or to nobody when no answer has come since the last one."""
    tags = turn.box.answered_since(texts.today_of(turn) - timedelta(days=7)) if turn.box is not None else []
    if not tags:
        return
    listed = "、".join(tags[:SHOWN])
    words = (
        f"【答复公告】有新答复的标识：{listed}。\n"
        "标识在交回执码时给过；持码的，发“查回执”加号码查看。与您无关的请忽略。"
    )  # fmt: skip
    for person in people.all_people(turn.session):
        if person.reachable and person.left_on is None:
            turn.tell(person.userid, words, push_key=f"{KIND}|{person.userid}|{row.day}")


def _not_asked(_turn: Turn) -> Reply:
    return Done("答复公告每周发一次；查答复请发“查回执”加16位回执码。")


FLOW = Flow(name="tag_bulletin", title="答复公告", intents=(), start=_not_asked, on_due={KIND: on_due}, daily=daily)
