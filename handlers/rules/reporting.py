"""The formulas of domain.md 7.4 that are not about findings: quarter reports of units, and terms of leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.rules.metrics import Ratio

ZERO_QUARTERS = 3  # from so many in a row on, units without findings are named apart (no judgement)


@dataclass(frozen=True, slots=True)
class UnitReport:
    """What one unit owed for a quarter. submitted: the day it came in, None while it has not. none: 无问题申报."""

    unit: str
    deadline: date
    submitted: date | None = None
    none: bool = False


@dataclass(frozen=True, slots=True)
class LeadTerm:
    """The term for a lead's disposal, and the day on which one was proposed."""

    due: date
    done: date | None = None


def on_time_submit_rate(reports: Sequence[UnitReport]) -> Ratio:
    """按期报送率: the deadline's day counts to its end; declarations of none count too."""
    in_time = [one for one in reports if one.submitted is not None and one.submitted <= one.deadline]
    return Ratio(len(in_time), len(reports))


def submit_rate(reports: Sequence[UnitReport], t: date) -> Ratio:
    """报送率, late ones included."""
    return Ratio(len(_in(reports, t)), len(reports))


def zero_share(reports: Sequence[UnitReport], t: date) -> Ratio:
    """零报告占比 of those that reported."""
    there = _in(reports, t)
    return Ratio(sum(one.none for one in there), len(there))


def zero_streaks(quarters: Sequence[Mapping[str, UnitReport]], t: date) -> list[str]:
    """The units whose reports of the last ZERO_QUARTERS or more were all 无问题. quarters: newest first."""
    if len(quarters) < ZERO_QUARTERS:
        return []
    return [unit for unit in quarters[0] if all(_zero(one.get(unit), t) for one in quarters[:ZERO_QUARTERS])]


def lead_rate(terms: Iterable[LeadTerm], t: date) -> Ratio:
    """线索按期处置率: of the terms that ran out before t, those met in time."""
    due = [one for one in terms if one.due < t]
    return Ratio(sum(one.done is not None and one.done <= one.due for one in due), len(due))


def _in(reports: Sequence[UnitReport], t: date) -> list[UnitReport]:
    return [one for one in reports if one.submitted is not None and one.submitted <= t]


def _zero(report: UnitReport | None, t: date) -> bool:
    return report is not None and report.none and report.submitted is not None and report.submitted <= t
