"""The working calendar in chat: the office enters days off and days at work, and anybody may ask about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import calendar_answers, calendar_watch, choosing, day_changes, texts
from handlers.day_changes import Plan
from storage import people
from storage.calendar_days import LONGEST_NAME, OFFICIAL, OWN, Entry
from storage.people import Actor

MOST_DAYS = 92  # what is more is a file, not a message
MOST_LINES = 16  # a year's whole notice, and a little more
BACK, AHEAD = 1, 4  # years that may be spoken of in chat
BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
EXAMPLE = "2027年2月13日上班"


def start(turn: Turn) -> Reply:
    query = turn.meaning.slots.get("query")
    if query == "day":
        return calendar_answers.day(turn)
    if query == "year":
        return calendar_answers.year(turn)
    calendar_answers.must_be_office(turn)
    _absorb(turn)
    return _next(turn)


def _absorb(turn: Turn) -> None:
    """Days that are said anew take the place of what was said of them; the others stay."""
    slots, draft = turn.meaning.slots, turn.draft
    if isinstance(slots.get("own"), bool):
        draft["own"] = slots["own"]
    days = {day: rest for day, *rest in draft.get("days", ())}
    for entry in _said(slots.get("days") or ()):
        days[entry.day.isoformat()] = [entry.workday, entry.name]
    draft["days"] = [[day, *rest] for day, rest in sorted(days.items())]
    if len(days) > MOST_DAYS:
        raise UserError(f"一次最多说{MOST_DAYS}天；全年的安排请整理成日历文件，由系统管理员导入。")


def _said(ranges: Iterable[dict[str, Any]]) -> list[Entry]:
    entries: dict[date, Entry] = {}
    for one in ranges:
        first, last = date.fromisoformat(one["from"]), date.fromisoformat(one["to"])
        if (last - first).days >= MOST_DAYS:
            raise UserError(f"一次最多说{MOST_DAYS}天；全年的安排请整理成日历文件，由系统管理员导入。")
        for n in range((last - first).days + 1):
            entry = Entry(first + timedelta(days=n), bool(one["workday"]), str(one.get("name") or "")[:LONGEST_NAME])
            before = entries.setdefault(entry.day, entry)
            if before.workday is not entry.workday:
                raise UserError(f"{entry.day.month}月{entry.day.day}日是上班还是休息？请再说一遍。")
    return list(entries.values())


def _entries(turn: Turn) -> list[Entry]:
    return [Entry(date.fromisoformat(day), workday, name) for day, workday, name in turn.draft["days"]]


def _next(turn: Turn) -> Reply:
    entries, today = _entries(turn), texts.today_of(turn)
    if not entries:
        return Ask(f"哪一天上班或休息？请写明日期，如“{EXAMPLE}”。", "days")
    for entry in entries:
        if not today.year - BACK <= entry.day.year <= today.year + AHEAD:
            raise UserError(f"只能维护{today.year - BACK}年至{today.year + AHEAD}年的日历，请核对年份。", keep=False)
    plan = _plan(turn)
    if plan.empty:
        return Done("\n".join([*_lines(turn, plan), "与现在的日历一致，没有变化。"]))
    return _confirmation(turn, plan)


def _plan(turn: Turn) -> Plan:
    return day_changes.compare(turn, _entries(turn), OWN if turn.draft.get("own") else OFFICIAL)


def _lines(turn: Turn, plan: Plan) -> list[str]:
    lines = day_changes.lines(turn, plan.said)
    if len(lines) > MOST_LINES:
        raise UserError(f"一次最多说{MOST_LINES}段日期，请分几次发，或由系统管理员导入日历文件。", keep=False)
    return lines


def _confirmation(turn: Turn, plan: Plan) -> Ask:
    lines = _lines(turn, plan)
    turn.draft["before"] = [said.before for said in plan.said]
    title = "本单位自定的工作日" if plan.source == OWN else "国家放假安排"
    notes = [day_changes.effect(turn, plan), _past(turn, plan), _of_years(turn, plan)]
    text = "\n".join([f"请确认：{title}", *lines, *(note for note in notes if note), texts.CONFIRM])
    facts = (("变更", lines[0][:26]), ("天数", f"{len(plan.said)}天"))
    return Ask(text, "confirm", Card(CardKind.BUTTONS, title="工作日历", facts=facts, buttons=BUTTONS))


def _past(turn: Turn, plan: Plan) -> str:
    gone = any(said.day < texts.today_of(turn) for said in plan.changes)
    return "其中有已过去的日子：已发的提醒不变" if gone else ""


def _of_years(turn: Turn, plan: Plan) -> str:
    """What a year still lacks, so that nobody takes one day for the whole notice."""
    if plan.source == OWN:
        return ""
    notes = []
    for year in sorted({said.day.year for said in plan.said}):
        if year in plan.years:
            notes.append(f"{year}年各节日齐全，提交后视为已维护")
        elif not day_changes.is_maintained(turn, year):
            lacking = day_changes.missing(turn, year, _entries(turn))
            notes.append(f"{year}年还差{'、'.join(lacking)}，录全前每天提示")
    return "；".join(notes)


def take_days(turn: Turn) -> Reply:
    calendar_answers.must_be_office(turn)
    _absorb(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    calendar_answers.must_be_office(turn)
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    before = dict(turn.draft)
    _absorb(turn)
    if turn.draft == before:
        return Ask(f"要改哪一天？直接说，如“{EXAMPLE}”；不改就{texts.CONFIRM}", "confirm")
    return _next(turn)


def _commit(turn: Turn) -> Reply:
    plan = _plan(turn)
    if [said.before for said in plan.said] != turn.draft["before"]:
        raise Overtaken("工作日历刚刚有变动，这次没有提交，请再说一遍。", keep=False)
    effect = day_changes.effect(turn, plan)
    notes = [note for note in (effect, _done_years(turn, plan)) if note]
    day_changes.apply(turn, plan)
    lines = _lines(turn, plan)
    told = [person for person in _office(turn) if person != turn.actor.userid]
    for person in told:
        turn.tell(person, "\n".join([f"工作日历已调整（{turn.actor.name}）：", *lines]), matter=day_changes.MATTER)
    hearers = choosing.told(turn, told)
    return Done("\n".join(["已更新工作日历：", *lines, *notes, *([f"{hearers}。"] if hearers else [])]))


def _done_years(turn: Turn, plan: Plan) -> str:
    kept = "、".join(f"{year}年" for year in plan.years)
    return f"{kept}放假安排已维护，不再每天提示" if kept else _of_years(turn, plan)


def _office(turn: Turn) -> list[str]:
    return people.userids_with(turn.session, calendar_answers.OFFICE, texts.today_of(turn))


def _help(actor: Actor) -> str | None:
    return f"工作日历：{EXAMPLE}；2027年日历维护了吗" if actor.has(*calendar_answers.OFFICE) else None


FLOW = Flow(
    name="calendar_days",
    title="工作日历",
    intents=("calendar_days",),
    start=start,
    steps={"days": take_days, "confirm": take_confirm, "whole": calendar_answers.take_whole},
    on_due={day_changes.REPLAN: calendar_watch.replan, calendar_watch.FLAG: calendar_watch.on_due},
    daily=calendar_watch.daily,
    help=_help,
)
