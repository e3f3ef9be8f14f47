"""Changes of the working calendar: told before they are made, written with their event, and planned after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.flow import Turn
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import calendar_days
from storage.calendar_days import OFFICIAL, OWN, Entry

MATTER = "calendar"
REPLAN = "recalendar"  # the due row after a change: everything open is planned anew (handlers/working_calendar.py)
_COUNTS = (calendar_days.reminders_on, calendar_days.deadlines_on)


@dataclass(frozen=True, slots=True)
class Said:
    """One day as it is taken now, and as it is to be taken."""

    day: date
    before: bool
    after: bool
    name: str

    @property
    def changes(self) -> bool:
        return self.before is not self.after


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written.

    said: the days spoken of, in order. entries: those of them that are written. kept: days that the group set itself
    and the notice says otherwise of; they stay. years: become maintained.
    """

    source: str
    said: tuple[Said, ...]
    entries: tuple[Entry, ...]
    kept: tuple[date, ...]
    years: tuple[int, ...]

    @property
    def empty(self) -> bool:
        return not (self.entries or self.years)

    @property
    def changes(self) -> list[Said]:
        return [said for said in self.said if said.changes]


def standing(turn: Turn, day: date) -> tuple[bool, str]:
    """Whether the day is worked, and its name; by the store, for another turn may just have changed it."""
    row = calendar_days.of_days(turn.session, [day]).get(day)
    return (row.workday, row.name) if row is not None else (turn.calendar.is_workday(day), "")


def entered(turn: Turn, year: int) -> int:
    """How many of the year's official days somebody entered."""
    return sum(row.source == OFFICIAL for row in calendar_days.of_year(turn.session, year))


def is_maintained(turn: Turn, year: int) -> bool:
    return not turn.calendar.uncertain_years(year, year) or year in calendar_days.maintained(turn.session)


def compare(turn: Turn, entries: Sequence[Entry], source: str, *, whole: bool = False) -> Plan:
    """What writing the entries would change. whole: they are all that the notice says of their years (a file)."""
    stored = calendar_days.of_days(turn.session, [entry.day for entry in entries])
    own = {day for day, row in stored.items() if row.source == OWN} if whole and source == OFFICIAL else set()
    said, written, kept = [], [], []
    for entry in sorted(entries, key=lambda entry: entry.day):
        row = stored.get(entry.day)
        before = row.workday if row is not None else turn.calendar.is_workday(entry.day)
        if entry.day in own:
            kept += [entry.day] if before is not entry.workday else []
            continue
        if row is None or (row.workday, row.name, row.source) != (entry.workday, entry.name, source):
            written.append(entry)
        said.append(Said(entry.day, before, entry.workday, entry.name))
    years = _years(turn, entries, source, whole=whole)
    return Plan(source, tuple(said), tuple(written), tuple(kept), years)


def _years(turn: Turn, entries: Sequence[Entry], source: str, *, whole: bool) -> tuple[int, ...]:
    """A year is maintained once a file of it was imported, or a day off of each of its festivals was made known."""
    if source != OFFICIAL:
        return ()
    named = sorted({entry.day.year for entry in entries})
    return tuple(y for y in named if not is_maintained(turn, y) and (whole or not missing(turn, y, entries)))


def missing(turn: Turn, year: int, entries: Iterable[Entry] = ()) -> list[str]:
    """The year's festivals of which no official day off is known; `entries` are taken as written."""
    rows = calendar_days.of_year(turn.session, year)
    told = {row.day for row in rows if not row.workday and row.source == OFFICIAL}
    told |= {entry.day for entry in entries if not entry.workday}
    return turn.calendar.untold(year, told)


def begin(turn: Turn) -> int:
    """The version that a change will have. Before `compare`: from here on nobody else changes the calendar."""
    return calendar_days.bump(turn.session)


def apply(turn: Turn, plan: Plan, version: int) -> None:
    """Write it, with its event; everything open is planned anew right after this turn, by whichever process."""
    calendar_days.put(turn.session, plan.entries, plan.source)
    for year in plan.years:
        calendar_days.maintain(turn.session, year)
    before = {change.day.isoformat(): change.before for change in plan.changes}
    after = {entry.day.isoformat(): entry.workday for entry in plan.entries}
    facts = {"source": plan.source, "days": after, "maintained": list(plan.years)}
    turn.record(MATTER, "calendar_changed", before=before, after=facts)
    turn.plan(REPLAN, MATTER, str(version), turn.now, urgent=True)  # planning disturbs nobody: it waits for no morning


def lines(turn: Turn, said: Sequence[Said]) -> list[str]:
    """One line for each run of days of which the same is said."""
    return [line for line, _ in runs(turn, said)]


def runs(turn: Turn, said: Sequence[Said]) -> list[tuple[str, bool]]:
    """The same lines, each with whether anything changes in it."""
    return [(_line(turn, run), any(one.changes for one in run)) for run in _runs(said)]


def _runs(said: Sequence[Said]) -> list[list[Said]]:
    runs: list[list[Said]] = []
    for one in said:
        last = runs[-1][-1] if runs else None
        same = last is not None and (last.after, last.name) == (one.after, one.name)
        if last is not None and same and one.day - last.day == timedelta(days=1):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _line(turn: Turn, run: Sequence[Said]) -> str:
    first, last = run[0], run[-1]
    days = wording.day(first.day, day_of(turn.now))
    if len(run) > 1:
        days += f"至{wording.day(last.day, first.day)}共{len(run)}天"
    days += f"（{first.name}）" if first.name else ""
    changed, after = sum(one.changes for one in run), state(first.after)
    if changed == len(run):
        change = f"{state(first.before)} → {after}"
    elif changed:
        change = f"{after}，其中{changed}天原为{state(not first.after)}"
    else:
        change = f"{after}（没有变化）"
    return f"{days}：{change}"


def state(workday: bool) -> str:
    return "上班" if workday else "休息"


def effect(turn: Turn, plan: Plan) -> str:
    """How many reminders move, or nothing."""
    days = [said.day for said in plan.changes]
    reminders, deadlines = (count(turn.session, days) for count in _COUNTS)
    if not reminders and not deadlines:
        return ""
    found = [f"已排提醒{reminders}条"] if reminders else []
    found += [f"到期事项{deadlines}件"] if deadlines else []
    when = "当天" if len(days) == 1 else "这些天"
    return f"{when}{'、'.join(found)}：提醒会按新日历重排，到期日不变"
