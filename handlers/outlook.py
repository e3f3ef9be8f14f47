"""The reminders ahead, before they happen: what stands in the store, and what the quarters to come will bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.flow import Turn
from handlers import kinds, obligations, quarter_state
from handlers.quarter_ladder import KIND, LISTS
from handlers.reminding import NAMES
from handlers.rules import ladders, quarters, wording
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.ladders import RungAt
from storage import obligations as records
from storage import people, units
from storage.duties import Obligation

HIDDEN = (
    "lead",
    "lead_step",
    "promise",
)  # leads are nobody's who only runs the machine; a promise is between two people
ABOUT = {"leading_group": "领导小组"}  # matters that are no numbers
PAGE = 500
LONGEST = 400  # days of one look ahead
_FORMS = {"single": "单条", "digest": "今日事项"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One rung ahead. at: aware, without anybody's own minutes. about: numbers, or `10家成员单位`; never a content."""

    at: datetime
    ladder: str
    title: str
    about: str
    rung: str
    to: str
    form: str

    @property
    def words(self) -> str:
        """`季度报送 2026年四季度 10家成员单位（T-15）`, the title in a calendar."""
        return f"{self.title} {self.about}（{self.rung}）"


def ahead(turn: Turn, first: date, last: date, unit: str = "") -> list[Entry]:
    """Every rung from `first` to `last`, in order; of one unit and what is below it, when its code is given."""
    path = units.get_unit(turn.session, unit).path if unit else ""
    rows = [*_standing(turn, path), *_quarters(turn, first, last, path)]
    found = [entry for row in rows for entry in _entries(turn, row, first, last)]
    return sorted(found, key=lambda entry: (entry.at, entry.title, entry.about))


@dataclass(frozen=True, slots=True)
class _Row:
    ladder: str
    about: str
    rungs: tuple[RungAt, ...]
    names: dict[str, str]


def _entries(turn: Turn, row: _Row, first: date, last: date) -> Iterator[Entry]:
    for rung in row.rungs:
        if first <= day_of(rung.at) <= last and rung.at > turn.now:
            to = "、".join(
                row.names.get(name, NAMES[name]) + ("（抄送）" if name in rung.rung.copied else "")
                for name in rung.rung.audience
            )
            title = kinds.of(row.ladder).title
            yield Entry(rung.at, row.ladder, title, row.about, rung.name, to, _FORMS[rung.rung.form])


def _standing(turn: Turn, path: str) -> Iterator[_Row]:
    """What is owed already, but for the quarters, which are worked out anew below."""
    last, inside = 0, set(units.subtree(turn.session, path)) if path else set()
    while rows := records.open_after(turn.session, last, PAGE):
        for row in rows:
            if row.ladder not in (*HIDDEN, KIND, LISTS) and (not path or row.owner in inside):
                yield _Row(row.ladder, ABOUT.get(row.matter, row.matter), tuple(_rungs(turn, row)), {})
        last = rows[-1].id


def _rungs(turn: Turn, row: Obligation) -> Iterator[RungAt]:
    """With the next time of a rung that comes again."""
    for rung in obligations.days(turn, row):
        yield rung
        at = ladders.again(rung.rung, rung.at, turn.calendar)
        while at is not None and at <= turn.now:
            at = ladders.again(rung.rung, at, turn.calendar)
        if at is not None and rung.at <= turn.now:
            yield RungAt(rung.rung, at)


def _quarters(turn: Turn, first: date, last: date, path: str) -> Iterator[_Row]:
    """The ladders of every quarter that touches the days, for the members that have not submitted it."""
    quarter = quarters.quarter_of(first - timedelta(days=31))  # its rungs after the deadline reach into the next one
    while quarters.quarter_start(quarter) <= last:
        owing = [state for state in quarter_state.everybody(turn, quarter) if state.submitted_at is None]
        due, name = quarters.deadline(quarter, turn.calendar), quarters.short_name(quarter)
        if path:
            for state in owing:
                if units.get_unit(turn.session, state.unit).path.startswith(path):
                    yield _Row(KIND, f"{name} {state.name}", _ladder(turn, KIND, due), _named(turn, state.unit))
        elif owing:
            yield _Row(KIND, f"{name} {len(owing)}家成员单位", _ladder(turn, KIND, due), {})
            yield _Row(LISTS, name, _ladder(turn, LISTS, due), {})
        quarter = quarters.next_quarter(quarter)


def _ladder(turn: Turn, ladder: str, due: date) -> tuple[RungAt, ...]:
    return tuple(ladders.rungs(obligations.lines_of(turn, ladder), due, turn.calendar))


def _named(turn: Turn, unit: str) -> dict[str, str]:
    """`联络员刘洋`, or that there is none."""
    day = day_of(turn.now)
    holders = {"liaison": quarter_state.liaisons(turn, unit, day), "head": quarter_state.heads(turn, unit, day)}
    return {
        name: NAMES[name] + ("、".join(people.name_of(turn.session, one) for one in found) or "（未设）")
        for name, found in holders.items()
    }


@dataclass(frozen=True, slots=True)
class Report:
    """What `run.py plan` prints, or the one line that names the fault."""

    entries: tuple[Entry, ...] = ()
    lines: tuple[str, ...] = ()
    fault: str = ""


def report(turn: Turn, first_day: str, last_day: str, unit: str = "") -> Report:
    """The table from one day to another, both as `2026-12-01`; unit: a code or a name."""
    first, last = _day(first_day), _day(last_day)
    if first is None or last is None:
        return Report(fault=f"--{'from' if first is None else 'to'}: 日期要写成 2026-12-01 这样")
    if last < first:
        return Report(fault="--to: 不能早于 --from")
    if (last - first).days > LONGEST:
        return Report(fault=f"--to: 一次最多看{LONGEST}天")
    code = _code(turn, unit)
    if code is None:
        return Report(fault="--unit: 没有这个单位，或名称不止一个，请用编码")
    entries = ahead(turn, first, last, code)
    today = day_of(turn.now)
    lines = [_line(one, today) for one in entries] or ["这段时间没有要发的提醒。"]
    return Report(tuple(entries), tuple([f"共{len(entries)}条（个人另有0至5分钟错开）", *lines] if entries else lines))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _code(turn: Turn, said: str) -> str | None:
    if not said:
        return ""
    found = [unit for unit in units.all_units(turn.session) if unit.code == said]
    named = units.find_by_name(turn.session, said)
    return found[0].code if found else named.code if named is not None else None


def _line(one: Entry, today: date) -> str:
    """`12月16日 周三 09:10  季度报送  2026年四季度 10家成员单位  T-15  联络员  单条`."""
    when = f"{wording.day(day_of(one.at), today)} {one.at.astimezone(SHANGHAI):%H:%M}"
    return "\t".join((when, one.title, one.about, one.rung, one.to, one.form))
