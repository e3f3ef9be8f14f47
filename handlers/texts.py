"""Wording that more than one flow says, and the few facts it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bot.flow import Ask, Done, Reply, Turn
from handlers.rules import moments, wording
from handlers.rules.calendar import day_of
from storage import people

CONFIRM = "回复“确认”提交，“取消”放弃"  # contract.md, Confirmation: every confirmation ends with it
CONFIRM_OR_FIX = "哪里不对直接说，如“金额改成12.86万”；" + CONFIRM
OFFICE = "监督办公室"
SUPERIOR = "反映上级党组织管理干部的，请勿在此填写内容，可径向上级纪检监察机关（12388）反映。"  # domain.md S41
NOT_KEPT = "刚才的内容没有保存。"
NEAR = {0: "今天", -1: "昨天", 1: "明天"}
_NUMERALS = "一二三四五六七八九"


def today_of(turn: Turn) -> date:
    return day_of(turn.now)


def ahead(turn: Turn, day: str) -> str:
    """The ISO day to come that somebody said (ISO, with or without an hour)."""
    return moments.ahead(date.fromisoformat(day[:10]), today_of(turn), turn.text).isoformat()


def echoed(day: date, today: date) -> str:
    """`今天（11月23日 周一）` or `11月20日 周五`: every resolved date is said back with its weekday (voice.md)."""
    near = NEAR.get((day - today).days)
    words = wording.day(day, today)
    return f"{near}（{words}）" if near else words


def office_staff(turn: Turn) -> list[str]:
    """The office's staff, or its director when nobody is there (domain.md S25)."""
    today = today_of(turn)
    return people.userids_with(turn.session, ("office_staff",), today) or directors(turn)


def directors(turn: Turn) -> list[str]:
    return people.userids_with(turn.session, ("office_director",), today_of(turn))


def names(turn: Turn, userids: Iterable[str]) -> str:
    return "、".join(people.name_of(turn.session, userid) for userid in userids)


def office_contact(turn: Turn) -> str:
    """`监督办公室（李敏）`."""
    staff = office_staff(turn)
    return f"{OFFICE}（{names(turn, staff[:2])}）" if staff else OFFICE


def group_leader(turn: Turn) -> str:
    """`监督工作领导小组组长陆正`."""
    leaders = people.leaders(turn.session, today_of(turn))
    return "监督工作领导小组组长" + (names(turn, leaders[:1]) if leaders else "")


def options(labels: list[str]) -> str:
    """`1 …` a line each, to be answered by a digit or by the words."""
    return "\n".join(f"{at} {label}" for at, label in enumerate(labels, start=1))


def chosen(turn: Turn, labels: list[str]) -> int | None:
    """Which of the options the answer means, from 0; None when it means none of them."""
    index = turn.meaning.slots.get("index")
    text = turn.text.strip(" 。.，,、！!")
    if isinstance(index, int) and not isinstance(index, bool):
        return _within(index - 1 if index > 0 else len(labels) + index, labels)
    found = re.fullmatch(r"(?:第|选|选择|要)?\s*([1-9一二三四五六七八九])\s*(?:个|项|条|号|种)?", text)
    if found:
        return _within(int(found[1]) - 1 if found[1].isdigit() else _NUMERALS.index(found[1]), labels)
    hits = [at for at, label in enumerate(labels) if text and (text == label or (len(text) > 1 and text in label))]
    return hits[0] if len(hits) == 1 else None


def _within(at: int, labels: list[str]) -> int | None:
    return at if 0 <= at < len(labels) else None


def unconfirmed(turn: Turn, verb: str, step: str, rest: str = "") -> Reply | None:
    """The answer at `step` to anything but 确认, which gives None: go on. rest: what stands all the same."""
    if turn.meaning.intent == "deny":
        return Done(f"好的，没有{verb}{rest}。")
    return None if turn.meaning.intent == "confirm" else Ask(f"还没有{verb}。{CONFIRM}。", step)
