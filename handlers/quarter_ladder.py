"""The quarter-end reminders: planned as rows, and at each rung only those still owing hear of it (contract.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from bot.flow import Turn
from handlers import quarter_state, texts
from handlers.quarter_state import Standing, matter_of
from handlers.rules import ladders, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.ladders import Audience, Rung, RungAt
from storage import quarters, units
from storage.models import Due

KIND = "quarter"
OFFICE = "office"  # in the place of a unit's code: the lists that the office gets
AFTER_DEADLINE = ("+1", "+3")
LATE = timedelta(minutes=30)  # beyond the jitter, and beyond a scheduler's tick under a fast rehearsal clock
SHOWN = 8

_TO_OFFICE = frozenset({Audience.OFFICE_LIST, Audience.OFFICE})


def plan(turn: Turn, quarter: str, owing: Iterable[str], *, office: bool = False) -> None:
    """The rungs still to come for the units that owe the quarter, and the lists that the office gets of them."""
    rungs = _rungs(turn, quarter)
    wanted = {matter_of(unit, quarter): rungs for unit in owing}
    if office:
        wanted[matter_of(OFFICE, quarter)] = [rung for rung in rungs if _TO_OFFICE.intersection(rung.audience)]
    rows = quarters.planned(turn.session, wanted.keys())
    for matter, ladder in wanted.items():
        _plan(turn, matter, ladder, rows[matter])


def _rungs(turn: Turn, quarter: str) -> list[RungAt]:
    return ladders.quarter_rungs(quarter, turn.calendar)


def on_due(turn: Turn, row: Due) -> None:
    """One rung of one unit, or of the office; reads the store again before it speaks."""
    quarter, _, code = row.matter.partition(":")
    rung = next((known for known in ladders.QUARTER if known.name == row.rung), None)
    if rung is None:
        return
    if code == OFFICE:
        _tell_office(turn, row, rung, quarter)
        return
    unit = next((one for one in units.member_units(turn.session, day_of(turn.now)) if one.code == code), None)
    if unit is None:
        return
    state = quarter_state.standing(turn, unit, quarter)
    if not state.complete:
        _tell_unit(turn, row, rung, state)


def _plan(turn: Turn, matter: str, rungs: Iterable[RungAt], rows: Iterable[Due]) -> None:
    moments = {rung.name: rung.at for rung in rungs}
    kept = set()
    for row in rows:
        if row.state == "waiting" and row.planned_at != moments.get(row.rung):
            quarters.drop(turn.session, row)  # the calendar was corrected meanwhile
        elif row.state != "cancelled":
            kept.add(row.rung)
    for name, moment in moments.items():
        if moment > turn.now and name not in kept:
            turn.plan(KIND, matter, name, moment)


def _tell_unit(turn: Turn, row: Due, rung: Rung, state: Standing) -> None:
    moment = _moment(turn, row)
    day = day_of(moment)
    first, second = quarter_state.liaisons(turn, state.unit, day), quarter_state.heads(turn, state.unit, day)
    copied = [person for person in second if person not in first] if Audience.HEAD in rung.audience else []
    told = first + copied if Audience.LIAISON in rung.audience else copied
    before = quarters.reminded(turn.session, row.matter)
    for person in dict.fromkeys(told):
        count = before.count(person) + 1
        if person in copied and Audience.HEAD in rung.copied:
            text = _copy(turn, state, day, first, count)
        else:
            text = _reminder(turn, state, day, _also(rung, person, first, copied), count)
        _push(turn, row, person, moment, text)


def _tell_office(turn: Turn, row: Due, rung: Rung, quarter: str) -> None:
    owing = [state for state in quarter_state.everybody(turn, quarter) if not state.complete]
    if not owing or not _TO_OFFICE.intersection(rung.audience):
        return
    moment = _moment(turn, row)
    text = _office_list(turn, quarter, owing, day_of(moment))
    for person in texts.office_staff(turn):
        _push(turn, row, person, moment, text)


def _push(turn: Turn, row: Due, person: str, moment: datetime, text: str) -> None:
    late = _is_late(turn, row)
    if late:
        text = f"（补发，原定{_short(row.planned_at)}）{text}"
    key = f"{KIND}:{row.rung}|{person}|{row.matter}|{row.day}"
    delay = timedelta() if late else ladders.jitter(person, key)
    turn.tell(person, text, push_key=key, at=moment + delay, matter=row.matter)


def _is_late(turn: Turn, row: Due) -> bool:
    return turn.now - row.planned_at > LATE


def _moment(turn: Turn, row: Due) -> datetime:
    """When it goes out: as planned, or now that it was missed, outside quiet hours; the days left count from then."""
    return turn.calendar.may_send(turn.now if _is_late(turn, row) else row.planned_at)


def _reminder(turn: Turn, state: Standing, day: date, also: str, count: int) -> str:
    deadline, left = wording.day(state.deadline, day), quarter_state.time_left(state.deadline, day, turn.calendar)
    if day > state.deadline:
        head = f"{state.label}监督工作应于{deadline}报送，{left}。"
    elif day == state.deadline:
        head = f"{state.label}监督工作待报，{left}（{deadline} 24:00前）。"
    else:
        head = f"{state.label}监督工作待报，{deadline}截止，{left}。"
    return f"{head}\n{_still(state)}\n（第{count}次提醒{also}）"


def _still(state: Standing) -> str:
    if state.info_at:
        return f"还差：发现的问题。发“报送问题：…”；没有就回复“{state.which}无问题”可直接申报。"
    if state.findings or state.none_at:
        return "还差：监督工作信息，一两句即可。请发“监督工作信息：…”。"
    return f"请发“监督工作信息：…”和“报送问题：…”；没有问题，回复“{state.which}无问题”可直接申报。"


def _copy(turn: Turn, state: Standing, day: date, first: list[str], count: int) -> str:
    deadline, left = wording.day(state.deadline, day), quarter_state.time_left(state.deadline, day, turn.calendar)
    who = f"已提醒联络员{texts.names(turn, first)}" if first else "本单位未设联络员，请您报送"
    return (
        f"【抄送】{state.label}监督工作待报，{deadline}截止，{left}。\n{who}；您也可以代为报送。\n（第{count}次提醒）"
    )


def _also(rung: Rung, person: str, first: list[str], copied: list[str]) -> str:
    """Who else hears of it, said to `person`."""
    others = ["单位负责人"] if [one for one in copied if one != person] and person in first else []
    if person in copied and first:
        others.append("联络员")
    if Audience.OFFICE in rung.audience:
        others.append("监督办")
    return f"，已抄送{'、'.join(others)}" if others else ""


def _office_list(turn: Turn, quarter: str, owing: list[Standing], day: date) -> str:
    deadline = owing[0].deadline
    left = quarter_state.time_left(deadline, day, turn.calendar)
    total = len(units.member_units(turn.session, day))
    when = left if day == deadline else f"{wording.day(deadline, day)}截止，{left}"
    head = f"{periods.short_name(quarter)}监督工作报送，{when}：应报{total}家，还有{len(owing)}家未报。"
    marks = [
        f"{state.name}{'' if quarter_state.liaisons(turn, state.unit, day) else '（未设联络员）'}" for state in owing
    ]
    rest = f"等{len(owing)}家" if len(owing) > SHOWN else ""
    return f"{head}\n{'、'.join(marks[:SHOWN])}{rest}\n回复“还有谁没报”看最新情况。"


def _short(moment: datetime) -> str:
    return wording.moment(moment, day_of(moment))


def warn_of_calendar(turn: Turn, quarter: str) -> None:
    """Once a quarter: some of its days fall into a year whose holidays are not published (domain.md 6.1)."""
    rungs = _rungs(turn, quarter)
    years: Callable[[int, int], tuple[int, ...]] | None = getattr(turn.calendar, "uncertain_years", None)
    missing = years(day_of(rungs[0].at).year, day_of(rungs[-1].at).year) if years and rungs else ()
    if not missing:
        return
    named = "、".join(f"{year}年" for year in missing)
    text = (
        f"{named}的放假安排还没有维护，{periods.short_name(quarter)}报送的有关提醒暂按周一至周五和法定节假日推算。\n"
        "公布后请系统管理员更新工作日历。"
    )
    for person in texts.office_staff(turn):
        turn.tell(person, text, push_key=f"calendar:{quarter}|{person}", matter=matter_of(OFFICE, quarter))
