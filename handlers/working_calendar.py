"""The working calendar in chat: the office enters days off and days at work, and anybody may ask about them."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import calendar_answers, calendar_watch, choosing, day_changes, days_said, texts
from handlers.calendar_answers import EXAMPLE
from handlers.day_changes import Plan
from storage import people
from storage.calendar_days import OFFICIAL, OWN
from storage.people import Actor

MOST_LINES = 16  # a year's whole notice, and a little more
BACK, AHEAD = 1, 4  # years that may be spoken of in chat
BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))


def start(turn: Turn) -> Reply:
    query = turn.meaning.slots.get("query")
    if query == "day":
        return calendar_answers.day(turn)
    if query == "year":
        return calendar_answers.year(turn)
    calendar_answers.must_be_office(turn)
    if turn.meaning.slots.get("import"):
        return calendar_answers.how(turn)
    days_said.absorb(turn)
    return _next(turn)


def _next(turn: Turn) -> Reply:
    entries, today = days_said.entries(turn), texts.today_of(turn)
    if not entries:
        return Ask(f"哪一天上班或休息？请写明日期，如“{EXAMPLE}”。", "days")
    for entry in entries:
        if not today.year - BACK <= entry.day.year <= today.year + AHEAD:
            raise UserError(f"只能维护{today.year - BACK}年至{today.year + AHEAD}年的日历，请核对年份。", keep=False)
    plan = _plan(turn)
    if not plan.changes and not _serves(turn, plan):
        return Done("\n".join([*_lines(turn, plan), "与现在的日历一致，没有变化。"]))
    return _confirmation(turn, plan)


def _serves(turn: Turn, plan: Plan) -> bool:
    """Whether what only confirms the calendar is worth writing down: of a year whose notice is not whole yet."""
    years = {entry.day.year for entry in plan.entries} if plan.source == OFFICIAL else set()
    return not all(day_changes.is_maintained(turn, year) for year in years)


def _plan(turn: Turn) -> Plan:
    return day_changes.compare(turn, days_said.entries(turn), OWN if turn.draft.get("own") else OFFICIAL)


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
            lacking = day_changes.missing(turn, year, days_said.entries(turn))
            notes.append(f"{year}年还差{'、'.join(lacking)}，录全前每天提示")
    return "；".join(notes)


def take_days(turn: Turn) -> Reply:
    calendar_answers.must_be_office(turn)
    days_said.absorb(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    calendar_answers.must_be_office(turn)
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    before = dict(turn.draft)
    days_said.absorb(turn)
    if turn.draft == before:
        return Ask(f"要改哪一天？直接说，如“{EXAMPLE}”；不改就{texts.CONFIRM}", "confirm")
    return _next(turn)


def _commit(turn: Turn) -> Reply:
    version = day_changes.begin(turn)
    plan = _plan(turn)
    if [said.before for said in plan.said] != turn.draft["before"]:
        raise Overtaken("工作日历刚刚有变动，这次没有提交，请再说一遍。", keep=False)
    effect = day_changes.effect(turn, plan)
    notes = [note for note in (effect, _done_years(turn, plan)) if note]
    day_changes.apply(turn, plan, version)
    lines = _lines(turn, plan)
    told = [person for person in _office(turn) if person != turn.actor.userid]
    for person in told:
        turn.tell(person, "\n".join([f"工作日历已调整（{turn.actor.name}）：", *lines]), matter=day_changes.MATTER)
    hearers = choosing.told(turn, told)
    return Done("\n".join(["已更新工作日历：", *lines, *notes, *([f"{hearers}。"] if hearers else [])]))


def take_whole(turn: Turn) -> Reply:
    """The office says that a year's notice is in the calendar as a whole, whatever it does not speak of."""
    calendar_answers.must_be_office(turn)
    year = int(turn.draft["year"])
    if turn.meaning.intent == "confirm":
        version = day_changes.begin(turn)
        day_changes.apply(turn, Plan(OFFICIAL, (), (), (), (year,)), version)
        return Done(f"{year}年放假安排：未维护 → 已维护，不再每天提示。")
    if turn.meaning.slots.get("days"):
        return take_days(turn)
    return Ask(f"{year}年的放假安排都录全了吗？录全了就{texts.CONFIRM}", "whole")


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
    steps={"days": take_days, "confirm": take_confirm, "whole": take_whole},
    on_due={day_changes.REPLAN: calendar_watch.replan, calendar_watch.FLAG: calendar_watch.on_due},
    daily=calendar_watch.daily,
    help=_help,
)
