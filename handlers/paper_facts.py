"""What the papers of a quarter are made of: its rounds and their counts, and words for them (domain.md 7.2).

Nothing of leads is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.flow import Turn
from handlers import common_faults, figures, quarter_figures, quarter_state, texts
from handlers.quarter_figures import Sighted, Snapshot
from handlers.quarter_state import Standing
from handlers.rules import calendar, metrics
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.paper_figures import Line
from storage import quarter_facts, quarters, urgents
from storage.common_faults import EVERYTHING_PLAIN, Fault
from storage.matters import Urgent
from storage.quarter_facts import Words

_NOT_NEEDED = re.compile(r"\s*(?:无需|无须|不需|不用|无|没有)")
# 开展检查12次, 检查3次: what members write in their information of how often they looked.
_CHECKS = re.compile(r"(?:检查|督查|抽查|巡察|审计)[^，。；,;\d]{0,6}(\d{1,3})\s*次")


@dataclass(frozen=True, slots=True)
class Quarter:
    """All that the papers of one quarter say, as of `today`.

    counted: its rounds and those around it, as they would be frozen now. found, last: the newest round of each finding
    of the quarter, and of the one before. closed: every round that was closed in the quarter.
    """

    quarter: str
    today: date
    members: list[Standing]
    counted: Snapshot
    found: list[Line]
    last: list[Line]
    closed: list[Line]
    common: list[Fault]
    checks: tuple[int, int]  # how often was looked, told by how many units
    urgent: int
    urgent_told: list[Urgent]  # those that the director lets the report tell


def load(turn: Turn, quarter: str) -> Quarter:
    today, first, end = day_of(turn.now), periods.quarter_start(quarter), periods.quarter_end(quarter)
    before = periods.previous_quarter(quarter)
    begin, until = calendar.at(first, time.min), calendar.at(end + timedelta(days=1), time.min)
    counted = quarter_figures.present(turn, quarter)
    words = quarter_facts.words(turn.session, (quarter, before), begin, until)
    valid = [one for one in counted.rounds if metrics.population([one.round], today)]
    window = figures.quarter_window(quarter)
    newest = [one for one in valid if one.round.final]
    return Quarter(
        quarter, today, quarter_state.everybody(turn, quarter), counted,
        [_line(one, words) for one in newest if one.round.quarter == quarter],
        [_line(one, words) for one in newest if one.round.quarter == before],
        [_line(one, words) for one in valid if one.round.state == "closed" and one.round.closed in window],
        common_faults.found(turn, EVERYTHING_PLAIN, quarter), _checks(turn, quarter),
        quarter_facts.urgent_count(turn.session, begin, until), urgents.told_within(turn.session, begin, until),
    )  # fmt: skip


def _line(one: Sighted, words: Mapping[str, Words]) -> Line:
    told = words.get(one.round.number, Words("", "", ""))
    fixed = one.round.final and bool(told.fix) and not _NOT_NEEDED.match(told.fix)
    return Line(one.round, told.title, one.restricted, fixed, told.cause)


def not_on_time(quarter: Quarter) -> list[Standing]:
    """Units that reported late, or have not although the term is over (24:00 of its day)."""
    return [one for one in quarter.members if one.late or (one.submitted_at is None and one.deadline < quarter.today)]


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


def _checks(turn: Turn, quarter: str) -> tuple[int, int]:
    told = [
        sum(int(many) for many in _CHECKS.findall(task.info_text))
        for task in quarters.of_quarter(turn.session, quarter).values()
        if _CHECKS.search(task.info_text)
    ]
    return sum(told), len(told)
