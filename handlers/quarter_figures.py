"""The figures of a quarter, frozen when its report is final: what happens later does not change them (domain.md 7.4).

`freeze` is called by whoever makes the report final; `frozen` gives the snapshot, or None while there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

from bot.flow import Turn
from handlers import figures, quarter_state
from handlers.rules import metrics, reporting
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.metrics import Ratio, Round
from handlers.rules.reporting import UnitReport
from storage import quarter_figures, rounds, searches
from storage.figures import Tally
from storage.grants import Grant, Scope
from storage.matters import Finding, QuarterFigures
from storage.searches import Wanted

_DAYS = ("registered", "started", "assigned", "due", "applied", "closed")


@dataclass(frozen=True, slots=True)
class Sighted:
    """A frozen round, and what decided then who might see it. Accounts and paths are as they were."""

    round: Round
    restricted: bool
    person: str
    submitter: str
    unit_path: str
    co_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A quarter as its final report counted it. t: the day of the formulas. streaks: names of units (零报告 ≥3 季).

    rounds: those of findings of the quarter and the one before, those not closed, and what came due or was closed in
    the quarter or the twelve months to t; restricted ones included (they are only counted, domain.md 7.1).
    """

    quarter: str
    t: date
    frozen_at: datetime
    frozen_by: str
    rounds: tuple[Sighted, ...]
    reports: tuple[UnitReport, ...]
    streaks: tuple[str, ...]

    def of_quarter(self, quarter: str = "") -> list[Round]:
        """本季新登记: the rounds of findings of this quarter (or of another, such as the one before)."""
        return [one.round for one in self.rounds if one.round.quarter == (quarter or self.quarter)]

    def open_rounds(self) -> list[Round]:
        """本季在办: whatever was in hand at t, of whichever quarter; never to be added to 本季新登记."""
        return [one.round for one in self.rounds if one.round.state in metrics.IN_HAND]

    @property
    def new(self) -> Tally:
        """The counts of 本季新登记; `late` tells those among them that came as 补报."""
        return figures.tally_of("", self.of_quarter(), self.t)

    @property
    def before(self) -> Tally:
        """How the findings of the quarter before stood at t (domain.md 7.2 上季问题本季的整改状态)."""
        return figures.tally_of("", self.of_quarter(periods.previous_quarter(self.quarter)), self.t)

    @property
    def in_hand(self) -> int:
        return metrics.in_hand(self.open_rounds(), self.t)

    @property
    def come_due(self) -> Tally:
        """due_in, due_met, due_pending: what came due within the quarter, whenever it was registered (本季到期)."""
        window = figures.quarter_window(self.quarter)
        return figures.tally_of("", [one.round for one in self.rounds], self.t, window)

    @property
    def closed(self) -> int:
        """本季销号: rounds closed in the quarter."""
        window = figures.quarter_window(self.quarter)
        return sum(one.round.state == "closed" and one.round.closed in window for one in self.rounds)

    @property
    def on_time_submit_rate(self) -> Ratio:
        return reporting.on_time_submit_rate(self.reports)

    @property
    def submit_rate(self) -> Ratio:
        return reporting.submit_rate(self.reports, self.t)

    @property
    def zero_share(self) -> Ratio:
        return reporting.zero_share(self.reports, self.t)


def freeze(turn: Turn, quarter: str) -> Snapshot:
    """The quarter's snapshot: made now, or the one that stands. ValueError for anything but `2026Q4`."""
    periods.parse_quarter(quarter)
    there = frozen(turn, quarter)
    if there is not None:
        return there
    body: dict[str, list[Any]] = {
        "rounds": [_plain(fact) for fact in _facts(turn, quarter)],
        "reports": [_report_body(one) for one in reports(turn, quarter)],
        "streaks": zero_streaks(turn, quarter),
    }
    today = day_of(turn.now)
    if quarter_figures.add(turn.session, quarter, today, turn.now, turn.actor.userid, body):
        after = {"as_of": today.isoformat(), "rounds": len(body["rounds"])}
        turn.record(quarter, "freeze_figures", after=after)
    found = frozen(turn, quarter)
    assert found is not None
    return found


def frozen(turn: Turn, quarter: str) -> Snapshot | None:
    row = quarter_figures.find(turn.session, quarter)
    return _snapshot(row) if row is not None else None


def present(turn: Turn, quarter: str) -> Snapshot:
    """What `freeze` would keep now, and keeps not: a draft counts by it, so that it says what will be frozen."""
    seen = tuple(_sight(fact) for fact in _facts(turn, quarter))
    told, streaks = tuple(reports(turn, quarter)), tuple(zero_streaks(turn, quarter))
    return Snapshot(quarter, day_of(turn.now), turn.now, turn.actor.userid, seen, told, streaks)


def reports(turn: Turn, quarter: str) -> list[UnitReport]:
    """What each member unit owed for the quarter, as it stands now."""
    found = []
    for state in quarter_state.everybody(turn, quarter):
        day = day_of(state.submitted_at) if state.submitted_at is not None else None
        found.append(UnitReport(state.unit, state.deadline, day, none=state.findings == 0))
    return found


def zero_streaks(turn: Turn, quarter: str) -> list[str]:
    """Names of the units that reported no finding in this quarter and the two before it (7.4, no judgement)."""
    history, one = [], quarter
    for _ in range(reporting.ZERO_QUARTERS):
        history.append({report.unit: report for report in reports(turn, one)})
        one = periods.previous_quarter(one)
    names = {state.unit: state.name for state in quarter_state.everybody(turn, quarter)}
    return [names[unit] for unit in reporting.zero_streaks(history, day_of(turn.now))]


def seen(snapshot: Snapshot, wanted: Wanted, scope: Scope, quarter: str, *, deep: bool = False) -> list[Round]:
    """The rounds that somebody with these rights might see then, narrowed as `storage.searches` does.

    Of `wanted`: what `holds` allows. quarter: of which findings; empty for all that were kept.
    deep: only what he might read in full.
    """
    money = wanted.amount_from is not None or wanted.amount_to is not None
    full_only = deep or money or bool(wanted.severity or wanted.source or wanted.marks)
    grants = scope.full if full_only else (*scope.full, *scope.peer)
    mine = [one for one in snapshot.rounds if quarter in ("", one.round.quarter) and _asked(one.round, wanted)]
    return [one.round for one in mine if any(may_see(grant, one) for grant in grants)]


def may_see(grant: Grant, one: Sighted) -> bool:
    """What `storage.searches` makes a condition of, for a round that is kept (no frozen one was turned into a lead)."""
    r = one.round
    if grant.restricted not in (None, one.restricted) or grant.converted is True:
        return False
    needs = [
        not grant.own or one.person == grant.person,
        not grant.submitter or one.submitter == grant.person,
        not grant.own_source or r.source == grant.unit,
        not grant.own_unit or r.unit in (grant.units or (grant.unit,)),
        not grant.subordinate or (one.unit_path.startswith(grant.path) and one.unit_path != grant.path),
        not grant.within or (r.unit != "" and _in_reach(one.unit_path, grant)),
        not grant.sources or r.source in grant.sources,
        not grant.co_units or bool(set(grant.co_units) & set(one.co_units)),
        not grant.outside or r.unit not in grant.outside,
    ]
    return all(needs)


def _in_reach(path: str, grant: Grant) -> bool:
    return path in grant.within or any(path.startswith(above) for above in grant.below)


def holds(wanted: Wanted) -> bool:
    """Whether a snapshot can answer: it knows units, sources, kinds, amounts, and what was repeated or reopened."""
    asked = (wanted.people, wanted.submitted_by, wanted.states, wanted.overdue_on, wanted.words, wanted.due_from)
    days = (wanted.due_to, wanted.due_before, wanted.registered_from, wanted.registered_to)
    return not any(asked) and not any(days) and "key" not in wanted.marks


def _asked(r: Round, wanted: Wanted) -> bool:
    fen = r.amount_fen
    if wanted.amount_from is not None and (fen is None or fen < wanted.amount_from):
        return False
    if wanted.amount_to is not None and (fen is None or fen > wanted.amount_to):
        return False
    return (
        ("repeat" not in wanted.marks or r.is_repeat)
        and ("again" not in wanted.marks or r.cycle > 1)
        and (not wanted.units or r.unit in wanted.units)
        and wanted.source in ("", r.source)
        and wanted.severity in ("", r.severity)
        and r.category.startswith(wanted.category)
    )


def _facts(turn: Turn, quarter: str) -> list[rounds.Fact]:
    first, last = periods.quarter_start(quarter), periods.quarter_end(quarter)
    since = min(metrics.year_to(day_of(turn.now)).first or first, first)
    midnight = searches.midnight(since)
    kept: ColumnElement[bool] = or_(
        Finding.quarter.in_((quarter, periods.previous_quarter(quarter))), Finding.state != "closed",
        Finding.closed_at >= midnight, Finding.due.between(first, last + timedelta(days=1)), Finding.cycle > 1,
    )  # fmt: skip
    return rounds.facts(turn.session, first, kept)


def _plain(fact: rounds.Fact) -> dict[str, Any]:
    """JSON has no days; what is empty is left out."""
    days = {name: fact[name].isoformat() for name in _DAYS if fact[name] is not None}
    return {name: value for name, value in fact.items() if name not in _DAYS and value not in (None, "", [])} | days


def _report_body(report: UnitReport) -> dict[str, Any]:
    day = report.submitted.isoformat() if report.submitted is not None else None
    return {"unit": report.unit, "deadline": report.deadline.isoformat(), "submitted": day, "none": report.none}


def _snapshot(row: QuarterFigures) -> Snapshot:
    reported = tuple(
        UnitReport(one["unit"], date.fromisoformat(one["deadline"]), _day(one["submitted"]), one["none"])
        for one in row.body["reports"]
    )
    return Snapshot(
        row.quarter, row.as_of, row.frozen_at, row.frozen_by, tuple(_sighted(row.body["rounds"])), reported,
        tuple(row.body["streaks"]),
    )  # fmt: skip


def _sighted(facts: Iterable[dict[str, Any]]) -> Iterable[Sighted]:
    for fact in facts:
        yield _sight(fact | {name: _day(fact[name]) for name in _DAYS if name in fact})


def _sight(fact: dict[str, Any]) -> Sighted:
    known = {name: value for name, value in fact.items() if name not in rounds.RIGHTS}
    return Sighted(
        Round(**known), bool(fact["restricted"]), fact.get("person", ""), fact.get("submitter", ""),
        fact.get("unit_path", ""), tuple(fact.get("co_units", ())),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
