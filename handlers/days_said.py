"""Days off and days at work as somebody said them, kept until they are confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bot.errors import UserError
from bot.flow import Turn
from storage.calendar_days import LONGEST_NAME, Entry

MOST_DAYS = 92  # what is more is a file, not a message
TOO_MANY = f"一次最多说{MOST_DAYS}天；全年的安排请整理成日历文件，由系统管理员导入。"


def absorb(turn: Turn) -> None:
    """Days that are said anew take the place of what was said of them; the others stay."""
    slots, draft = turn.meaning.slots, turn.draft
    if isinstance(slots.get("own"), bool):
        draft["own"] = slots["own"]
    days = {day: rest for day, *rest in draft.get("days", ())}
    for entry in _read(slots.get("days") or ()):
        days[entry.day.isoformat()] = [entry.workday, entry.name]
    if len(days) > MOST_DAYS:
        raise UserError(TOO_MANY)
    draft["days"] = [[day, *rest] for day, rest in sorted(days.items())]


def entries(turn: Turn) -> list[Entry]:
    """All that was said so far, in order."""
    return [Entry(date.fromisoformat(day), workday, name) for day, workday, name in turn.draft["days"]]


def _read(ranges: Iterable[dict[str, Any]]) -> list[Entry]:
    found: dict[date, Entry] = {}
    for said in ranges:
        for day in _days(date.fromisoformat(said["from"]), date.fromisoformat(said["to"])):
            entry = Entry(day, bool(said["workday"]), str(said.get("name") or "")[:LONGEST_NAME])
            if found.setdefault(day, entry).workday is not entry.workday:
                raise UserError(f"{day.month}月{day.day}日是上班还是休息？请再说一遍。")
    return list(found.values())


def _days(first: date, last: date) -> list[date]:
    if (last - first).days >= MOST_DAYS:
        raise UserError(TOO_MANY)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
