"""Findings of the store as the plain facts that a quarter's papers count (domain.md 7.2); nothing of leads is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.flow import Turn
from handlers import quarter_state, texts
from handlers.quarter_state import Standing
from handlers.rules import calendar, paper_figures
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.paper_figures import Fact
from storage import quarter_facts, quarters
from storage.matters import Finding

_NOT_NEEDED = re.compile(r"\s*(?:无需|无须|不需|不用|无|没有)")
# 开展检查12次, 检查3次: what members write in their information of how often they looked.
_CHECKS = re.compile(r"(?:检查|督查|抽查|巡察|审计)[^，。；,;\d]{0,6}(\d{1,3})\s*次")


@dataclass(frozen=True, slots=True)
class Quarter:
    """All that the papers of one quarter say, as of `today`. last: of the quarter before."""

    quarter: str
    today: date
    first: date
    end: date
    members: list[Standing]
    found: list[Fact]
    last: list[Fact]
    moved: list[Fact]  # due or closed in the quarter, every round of its own
    year: list[Fact]  # four quarters up to this one
    checks: tuple[int, int]  # how often was looked, told by how many units
    urgent: int


def load(turn: Turn, quarter: str) -> Quarter:
    today, first, end = day_of(turn.now), periods.quarter_start(quarter), periods.quarter_end(quarter)
    before = periods.previous_quarter(quarter)
    four = [quarter, before, *_two_more(before)]
    year = _facts(quarter_facts.of_quarters(turn.session, four))
    begin, until = calendar.at(first, time.min), calendar.at(end + timedelta(days=1), time.min)
    moved = _facts(quarter_facts.moved_within(turn.session, first, end, begin, until))
    rounds = quarter_facts.earlier_rounds(turn.session, first, end)
    moved += [
        replace(
            fact(finding), state="closed", due=row.due, applied=_day(row.applied_at), closed=None, amount_fen=None,
        )
        for finding, row in rounds
    ]  # fmt: skip
    return Quarter(
        quarter, today, first, end, quarter_state.everybody(turn, quarter),
        [one for one in year if one.quarter == quarter], [one for one in year if one.quarter == before], moved, year,
        _checks(turn, quarter), quarter_facts.urgent_count(turn.session, begin, until),
    )  # fmt: skip


def fact(finding: Finding) -> Fact:
    return Fact(
        finding.number, finding.quarter, finding.state, finding.category, finding.severity, finding.unit or "",
        finding.unit_name, finding.title or finding.desc[:60], finding.desc, finding.amount_fen,
        finding.amount_fen is None and bool(finding.amount_text), finding.visibility == "restricted", finding.due,
        _day(finding.applied_at), _day(finding.closed_at), finding.recovered_fen or 0,
        finding.accountability_count or 0,
        bool(finding.institution_fix) and not _NOT_NEEDED.match(finding.institution_fix), finding.root_cause,
    )  # fmt: skip


def not_on_time(quarter: Quarter) -> list[Standing]:
    """Units that reported late, or have not although the term is over (24:00 of its day)."""
    return [one for one in quarter.members if one.late or (one.submitted_at is None and one.deadline < quarter.today)]


def closed(quarter: Quarter) -> list[Fact]:
    return paper_figures.closed_within(quarter.moved, quarter.first, quarter.end)


def default_quarter(turn: Turn) -> str:
    """The quarter that is meant when none is named: the last one while its report is due, otherwise this one."""
    today = texts.today_of(turn)
    current = periods.quarter_of(today)
    before = periods.previous_quarter(current)
    return before if today <= due(turn, before) else current


def due(turn: Turn, quarter: str) -> date:
    """By when the quarter's report is with the leading group (S35)."""
    deadline = periods.deadline(quarter, turn.calendar)
    return turn.calendar.add_workdays(deadline, turn.policy.summary_workdays)


def _facts(findings: Iterable[Finding]) -> list[Fact]:
    return [fact(one) for one in findings]


def _two_more(quarter: str) -> list[str]:
    one = periods.previous_quarter(quarter)
    return [one, periods.previous_quarter(one)]


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment is not None else None


def _checks(turn: Turn, quarter: str) -> tuple[int, int]:
    told = [
        sum(int(many) for many in _CHECKS.findall(task.info_text))
        for task in quarters.of_quarter(turn.session, quarter).values()
        if _CHECKS.search(task.info_text)
    ]
    return sum(told), len(told)
