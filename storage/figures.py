"""Counts of rounds for the formulas of domain.md 7.4, by the store itself; rights are conditions of the query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage import searches
from storage.grants import Scope, granted
from storage.matters import Finding
from storage.proceedings import Acceptance, Cycle, Extension, Progress
from storage.searches import Wanted

COUNTED = ("registered", "assigned", "rectifying", "ongoing", "pending_acceptance", "closed")
RATED = ("assigned", "rectifying")  # 持续整改 stands beside the overdue rate
NO_WINDOW = (date(1900, 1, 1), date(2999, 12, 31))


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of rounds of one group; the sums of money and of people count each finding once (7.4).

    findings: first rounds. again: later rounds. late: 补报 among the first. come_due, overdue: without 持续整改.
    From due_in on only where it was asked deeply: due_* lie in the window; reopened, closed_year in the twelve months.
    """

    name: str = ""
    counted: int = 0
    closed: int = 0
    pending: int = 0
    in_hand: int = 0
    ongoing: int = 0
    come_due: int = 0
    overdue: int = 0
    findings: int = 0
    again: int = 0
    late: int = 0
    amount_fen: int = 0
    vague: int = 0
    recovered_fen: int = 0
    accountability: int = 0
    due_in: int = 0
    due_met: int = 0
    due_pending: int = 0
    extended: int = 0
    accepted: int = 0
    returned: int = 0
    reopened: int = 0
    closed_year: int = 0
    repeats: int = 0
    unreported: int = 0


@dataclass(frozen=True, slots=True)
class Moments:
    """The days that a deep tally looks at: t, the window of what came due, the year to t, the quarter of t."""

    today: date
    window: tuple[date, date] = NO_WINDOW
    year_from: date | None = None
    quarter_from: date | None = None


@dataclass(frozen=True, slots=True)
class _Round:
    """Where a query finds the facts of a round: the finding itself, or the row of one that is over."""

    state: Any
    unit: Any
    unit_name: Any
    cycle: Any
    due: Any
    applied: Any
    closed: Any
    final: bool


_PRESENT = _Round(
    Finding.state, Finding.unit, Finding.unit_name, Finding.cycle, Finding.due, Finding.applied_at, Finding.closed_at,
    True,
)  # fmt: skip
_FORMER = _Round(
    literal("closed"), func.coalesce(func.nullif(Cycle.unit, ""), Finding.unit),
    func.coalesce(func.nullif(Cycle.unit_name, ""), Finding.unit_name), Cycle.seq, Cycle.due, Cycle.applied_at,
    Cycle.closed_at, False,
)  # fmt: skip
_NAMES = [one.name for one in fields(Tally)][1:]


def tally(session: Session, wanted: Wanted, scope: Scope, moments: Moments, *, deep: bool = False) -> Tally:
    """The counts of everything wanted. deep: all of them, and of what may be read in full only."""
    return _gathered(_rows(session, wanted, scope, moments, "", deep), {""}).get("", Tally())


def by_group(
    session: Session, wanted: Wanted, scope: Scope, moments: Moments, by: str, *, deep: bool = False
) -> list[Tally]:
    """The same by `unit`, `source` (names), `category` (first level, code), `quarter` or `state`; most first."""
    found = _gathered(_rows(session, wanted, scope, moments, by, deep), set())
    return sorted(found.values(), key=lambda one: (-one.counted, one.name))


def days_taken(session: Session, wanted: Wanted, scope: Scope) -> list[tuple[datetime, datetime]]:
    """Assignment and accepted application of each closed final round that may be read in full (7.4 整改天数)."""
    query = select(Finding.assigned_at, Finding.applied_at).where(
        *searches.conditions(wanted), granted(scope.full), Finding.nature != "tendency",
        Finding.state == "closed", Finding.assigned_at.is_not(None), Finding.applied_at.is_not(None),
    )  # fmt: skip
    return [(assigned, applied) for assigned, applied in session.execute(query) if assigned and applied]


def added_after(session: Session, wanted: Wanted, scope: Scope, moment: datetime) -> int:
    """How many of these findings were submitted after the moment."""
    query = select(func.count()).select_from(Finding).where(*searches.conditions(wanted), *_population())
    return session.execute(query.where(searches.visible(scope, wanted), Finding.submitted_at > moment)).scalar_one()


def _gathered(rows: Iterable[tuple[str, list[int]]], start: set[str]) -> dict[str, Tally]:
    sums: dict[str, list[int]] = {name: [0] * len(_NAMES) for name in start}
    for name, values in rows:
        mine = sums.setdefault(name, [0] * len(_NAMES))
        sums[name] = [one + other for one, other in zip(mine, values, strict=True)]
    return {name: Tally(name, *values) for name, values in sums.items()}


def _rows(
    session: Session, wanted: Wanted, scope: Scope, moments: Moments, by: str, deep: bool
) -> list[tuple[str, list[int]]]:
    full = granted(scope.full)
    seen = full if deep or by == "source" else searches.visible(scope, wanted)
    dialect, rows = session.get_bind().dialect.name, []
    now_only = bool(wanted.states or wanted.overdue_on)  # a state is that of the newest round
    for one in (_PRESENT,) if now_only else (_PRESENT, _FORMER):
        sums = [*_plain(one, moments, full), *(_deep(one, moments, dialect) if deep else [])]
        key = _key(one, by)
        query = select(key, *sums) if by else select(literal(""), *sums)
        query = query.where(seen, *_population())
        if one.final:
            query = query.select_from(Finding).where(*searches.conditions(wanted))
        else:
            query = query.select_from(Cycle).join(Finding, Finding.id == Cycle.finding_id)
            general = replace(wanted, units=(), due_from=None, due_to=None)
            query = query.where(*searches.conditions(general), *_over(one, wanted))
        for name, *values in session.execute(query.group_by(key) if by else query):
            rows.append((str(name or ""), [int(v or 0) for v in values] + [0] * (len(_NAMES) - len(values))))
    return rows


def _key(one: _Round, by: str) -> ColumnElement[Any]:
    top = func.substr(Finding.category, 1, 2)
    columns: dict[str, Any] = {
        "unit": one.unit_name, "source": Finding.source_name, "category": top, "quarter": Finding.quarter,
        "state": one.state, "": literal(""),
    }  # fmt: skip
    found: ColumnElement[Any] = columns[by]
    return found


def _population() -> tuple[ColumnElement[bool], ...]:
    """A(t) of 7.4; a round that is over counts while its finding does."""
    return Finding.state.in_(COUNTED), Finding.nature != "tendency"


def _over(one: _Round, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    own = [one.unit.in_(wanted.units)] if wanted.units else []
    own += [one.due >= wanted.due_from] if wanted.due_from else []
    own += [one.due <= wanted.due_to] if wanted.due_to else []
    several = Finding.cycle > 1  # said apart, so that an index finds the few
    return several, Cycle.seq < Finding.cycle, Cycle.closed_at.is_not(None), *own


def _number(*conditions: Any) -> Any:
    return func.sum(case((and_(*conditions), 1), else_=0))


def _once(one: _Round, *conditions: Any) -> Any:
    return _number(*conditions) if one.final else literal(0)


def _state(one: _Round, *states: str) -> Any:
    """A former round is closed, whatever its finding is now."""
    if one.final:
        return Finding.state.in_(states)
    return literal(1) == literal(1 if "closed" in states else 0)


def _plain(one: _Round, moments: Moments, full: ColumnElement[bool]) -> list[Any]:
    past, first = one.due < moments.today, one.cycle == 1

    def total(column: InstrumentedAttribute[int | None]) -> Any:
        return func.sum(case((full, column), else_=0)) if one.final else literal(0)

    return [
        func.count(),
        _number(_state(one, "closed")),
        _number(_state(one, "pending_acceptance")),
        _number(_state(one, *searches.OVERDUE_STATES)),
        _number(_state(one, "ongoing")),
        _number(past, _state(one, *RATED, "pending_acceptance", "closed")),
        _number(past, _state(one, *RATED)),
        _number(first),
        _number(~first),
        _number(first, full, Finding.late.is_(True)),
        total(Finding.amount_fen),
        _once(one, full, Finding.amount_fen.is_(None), Finding.amount_text != ""),
        total(Finding.recovered_fen),
        total(Finding.accountability_count),
    ]


def _deep(one: _Round, moments: Moments, dialect: str) -> list[Any]:
    due = and_(one.due < moments.today, one.due.between(*moments.window))
    year = searches.midnight(moments.year_from or moments.today)
    end = searches.midnight(moments.today + timedelta(days=1))
    return [
        _number(due, _state(one, *RATED, "pending_acceptance", "closed")),
        _number(due, _state(one, "closed"), one.applied < _end_of_day(one.due, dialect)),
        _number(due, _state(one, "pending_acceptance")),
        _number(exists().where(*_beside(Extension, one), Extension.state == "approved")),
        func.sum(_decisions(one, "accepted")),
        func.sum(_decisions(one, "returned")),
        _number(one.cycle > 1, _begun(one, year, end)),
        _number(_state(one, "closed"), one.closed >= year, one.closed < end),
        _number(one.cycle == 1, Finding.is_repeat.is_(True)),
        _number(_state(one, "ongoing"), ~exists().where(*_beside(Progress, one), _since(moments))),
    ]


def _end_of_day(day: Any, dialect: str) -> Any:
    """The moment (UTC, as the store keeps it) at which the day is over in Shanghai: 16:00 UTC of the same day."""
    if dialect == "sqlite":
        return func.datetime(day, "+16 hours")
    if dialect == "postgresql":
        return day.op("+")(literal_column("INTERVAL '16 hours'"))
    return func.date_add(day, literal_column("INTERVAL 16 HOUR"))


def _beside(table: type[Extension | Progress | Acceptance], one: _Round) -> tuple[ColumnElement[bool], ...]:
    return table.finding_id == Finding.id, table.cycle == one.cycle


def _decisions(one: _Round, result: str) -> Any:
    query = select(func.count()).select_from(Acceptance).where(*_beside(Acceptance, one), Acceptance.result == result)
    return query.correlate(Finding, Cycle).scalar_subquery()


def _begun(one: _Round, first: datetime, end: datetime) -> Any:
    if not one.final:
        return and_(Cycle.started_at >= first, Cycle.started_at < end)
    begun = exists().where(Cycle.finding_id == Finding.id, Cycle.seq == Finding.cycle)
    return begun.where(Cycle.started_at >= first, Cycle.started_at < end)


def _since(moments: Moments) -> ColumnElement[bool]:
    return Progress.at >= searches.midnight(moments.quarter_from or moments.today)
