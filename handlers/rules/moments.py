"""A day and an hour of a meeting as people say them: 下午2点半, a day of which only month and day were named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

_CLOCK = re.compile(
    r"(?P<part>上午|下午|晚上|早上|中午|傍晚|今晚|明早)?\s*"
    r"(?P<hour>\d{1,2}|[一二三四五六七八九十两]{1,3})\s*(?:[点时](?!间)|[:：](?=\d\d))\s*"
    r"(?:(?P<minute>\d{1,2})分?|(?P<half>半)|(?P<quarter>[一三])刻)?"
)
_LATE = ("下午", "晚上", "傍晚", "今晚")
_DIGITS = "零一二三四五六七八九"
_YEAR = re.compile(r"\d{4}\s*[年\-/.]|明年|今年|后年")
_ROOM = re.compile(
    r"(?:改(?:到|在|成|为)|换(?:到|成)|[在到])?(?P<place>[一-龥\dA-Za-z]{0,10}?(?:会议室|报告厅|会堂|礼堂|多功能厅|会议中心))"
)
_FLOOR = re.compile(r"(?P<place>[一二三四五六七八九十\d]+楼)")
_NAMED_PLACE = re.compile(r"(?:地点|会场|地方)(?:改?[到在成为是]|换[到成])?[:：]?\s*(?P<place>[^，,。；;\s]{2,30})")


def parse_clock(text: str) -> time | None:
    """The first hour of the words; None when they name none."""
    for found in _CLOCK.finditer(text):
        hour = _numeral(found["hour"])
        if hour is None or hour > 23:
            continue
        if found["part"] in _LATE and hour < 12:
            hour += 12
        minute = 30 if found["half"] else {"一": 15, "三": 45}.get(found["quarter"] or "", int(found["minute"] or 0))
        if minute < 60:
            return time(hour, minute)
    return None


def as_date(value: Any) -> date | None:
    """The day of an ISO day or moment; None for whatever is none."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def said(slots: Mapping[str, Any], *names: str) -> str:
    """The first of these slots that holds a day (ISO, with or without an hour); "" where none does.

    `to` and `until` hold whom something goes to as well.
    """
    return next((str(slots[name]) for name in names if as_date(slots.get(name))), "")


def ahead(day: date, today: date, text: str) -> date:
    """A day to come: 1月15日 said in November is next year's, unless the year was named."""
    if day >= today or _YEAR.search(text):
        return day
    later = date(day.year + 1, day.month, min(day.day, 28) if (day.month, day.day) == (2, 29) else day.day)
    return later if later >= today else day


def parse_place(text: str) -> str:
    """`三楼会议室`, or ""."""
    found = _NAMED_PLACE.search(text) or _ROOM.search(text) or _FLOOR.search(text)
    return found["place"] if found else ""


def rest_day_note(day: date, is_workday: Callable[[date], bool], back: date, on: date) -> tuple[date, ...]:
    """The nearest working days around a rest day, the nearer one first; none when `day` is a working day."""
    if is_workday(day):
        return ()
    return (back, on) if (day - back) <= (on - day) else (on, back)


def _numeral(words: str) -> int | None:
    if words.isdecimal():
        return int(words)
    plain = words.replace("两", "二")
    if "十" not in plain:
        return _DIGITS.index(plain) if len(plain) == 1 else None
    tens, _, ones = plain.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)
