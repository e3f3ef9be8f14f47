"""Any matter that the speaker may answer for or was told of, as it stands for him."""

from __future__ import annotations

from bot.flow import Turn
from handlers import heard, kinds, owed
from handlers.owed import PROMISE, Matter
from handlers.rules.calendar import day_of
from storage import pushes
from storage.duties import Obligation

# What `owed` knows of by itself; another ladder about a finding (an objection, a tendency) asks for something else.
_OWN = ("rectification", "confirm", "milestone", "acceptance", "quarter")


def find(turn: Turn, matter: str) -> Matter | None:
    """The matter as it stands for him; None for what he may not see, and for what he was never told of."""
    found = owed.find(turn, matter)
    if found is None and matter.startswith("WT-"):
        return None
    told = [push for push in pushes.about(turn.session, turn.actor.userid, matter) if push.ladder != PROMISE]
    row = turn.session.get(Obligation, told[-1].obligation) if told and told[-1].obligation is not None else None
    if row is not None and row.state == "open" and (found is None or told[-1].ladder not in _OWN):
        return _by_kind(turn, row)
    if found is None and heard.was_told(turn, matter):
        return Matter(matter, "这件事", ended="这件事已不用再办，不再提醒您。")
    return found


def _by_kind(turn: Turn, row: Obligation) -> Matter:
    """In the words of the ladder through which he heard of it."""
    kind, number = kinds.of(row.ladder), numbered(row.matter)
    label = f"{row.matter} {kind.title}" if number else kind.title
    if not kind.stands(turn, row):
        return Matter(row.matter, label, ended=f"{label}已不用再办，不再提醒您。")
    line = kind.line(turn, row, day_of(turn.now))
    missing = f"{line}。系统里还没有登记办好，请按提醒里的说法办理。"
    return Matter(row.matter, label, "办好", row.due, missing=missing)


def numbered(matter: str) -> bool:
    """WT-, XS-, BG-…: a number that people know; other matters go by their names."""
    return matter[:2].isupper() and matter[2:3] == "-"
