"""How a member unit stands with a quarter's report, and the words for it (domain.md S32, contract.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.flow import Turn, WorkingDays
from handlers.rules import quarters as periods
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import people, quarters, units
from storage.matters import QuarterTask, Unit

INFO_MISSING = "监督工作信息（检查次数/方式/成果，一两句即可）"
FINDINGS_MISSING = "{which}发现的问题（没有就回复“{which}无问题”）"
QUARTERS = "一二三四"
OPENING_WORKDAYS = 10  # so long into a quarter, people may still mean the one before
LIAISON, HEAD = "member_liaison", "member_head"

_NAMES_QUARTER = re.compile(r"[一二三四1-4１-４]\s*季|Q[1-4]|[上前]\s*[一个]*季|20\d\d\s*年", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit and one quarter as the store has it now. findings: the numbers that count for it."""

    unit: str
    name: str
    quarter: str
    deadline: date
    info_at: datetime | None = None
    none_at: datetime | None = None
    none_by: str = ""
    submitted_at: datetime | None = None
    findings: int = 0
    past: bool = False

    @property
    def complete(self) -> bool:
        """Both halves (S32): the information, and findings or the declaration that there are none."""
        return self.info_at is not None and (self.findings > 0 or self.none_at is not None)

    @property
    def missing(self) -> list[str]:
        halves = [] if self.info_at else [INFO_MISSING]
        return halves if self.findings or self.none_at else [*halves, FINDINGS_MISSING.format(which=self.which)]

    @property
    def which(self) -> str:
        """`本季度`, or `四季度` once the next one has begun: the words to reply must not mean another quarter."""
        return f"{QUARTERS[int(self.quarter[-1]) - 1]}季度" if self.past else "本季度"

    @property
    def label(self) -> str:
        return f"{self.name}{periods.short_name(self.quarter)}"

    @property
    def late(self) -> bool:
        """Whether it came in after the last moment of the deadline's day."""
        return self.submitted_at is not None and day_of(self.submitted_at) > self.deadline


def matter_of(unit: str, quarter: str) -> str:
    """The name under which reminders and events of this report stand."""
    return f"{quarter}:{unit}"


def standing(turn: Turn, unit: Unit, quarter: str, task: QuarterTask | None = None) -> Standing:
    """Read from the store; writes nothing, also when no task was planned yet."""
    task = task or quarters.find(turn.session, unit.code, quarter)
    return described(turn, unit, quarter, task, quarters.finding_count(turn.session, unit.code, quarter))


def described(turn: Turn, unit: Unit, quarter: str, task: QuarterTask | None, findings: int) -> Standing:
    past = quarter < periods.quarter_of(day_of(turn.now))
    if task is None:
        return Standing(
            unit.code, unit.name, quarter, periods.deadline(quarter, turn.calendar), findings=findings, past=past
        )
    return Standing(
        unit.code,
        unit.name,
        quarter,
        task.deadline,
        task.info_at,
        task.none_at,
        task.none_by,
        task.submitted_at,
        findings,
        past=past,
    )


def everybody(turn: Turn, quarter: str, owing: Sequence[Unit] | None = None) -> list[Standing]:
    """All member units that owe the quarter, in the tree's order. owing: today's member units, if known."""
    tasks = quarters.of_quarter(turn.session, quarter)
    counts = quarters.finding_counts(turn.session, quarter)
    if owing is None:
        owing = units.member_units(turn.session, day_of(turn.now))
    return [described(turn, unit, quarter, tasks.get(unit.code), counts.get(unit.code, 0)) for unit in owing]


def still_meant(turn: Turn, unit: str | None = None) -> str | None:
    """The previous quarter, while it is fresh and `unit` (or any unit) still owes it; else None."""
    today = day_of(turn.now)
    current = periods.quarter_of(today)
    before = periods.quarter_start(current).toordinal() - 1
    if turn.calendar.workdays_between(date.fromordinal(before), today) > OPENING_WORKDAYS:
        return None
    previous = periods.previous_quarter(current)
    tasks = quarters.of_quarter(turn.session, previous)
    open_ones = [code for code, task in tasks.items() if task.submitted_at is None]
    return previous if (open_ones if unit is None else unit in open_ones) else None


def names_quarter(text: str) -> bool:
    """Whether the words name a quarter, rather than leave it to be guessed (本季度 may mean the one just over)."""
    return _NAMES_QUARTER.search(text) is not None


def liaisons(turn: Turn, unit: str, day: date) -> list[str]:
    return people.userids_with(turn.session, (LIAISON,), day, unit)


def heads(turn: Turn, unit: str, day: date) -> list[str]:
    return people.userids_with(turn.session, (HEAD,), day, unit)


def moment_word(moment: datetime) -> str:
    """`2026-11-23 10:02`, as proof of a submission."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def time_left(deadline: date, today: date, calendar: WorkingDays) -> str:
    """`还剩3个工作日`, `今天截止`, `已逾期3个工作日`."""
    return "今天截止" if deadline == today else wording.days_left(deadline, today, calendar)


def until(deadline: date, today: date, calendar: WorkingDays) -> str:
    """`12月31日 周四截止，还剩3个工作日`; on the day itself and after it the term is said once."""
    term, left = wording.day(deadline, today), time_left(deadline, today, calendar)
    if deadline == today:
        return f"{left}（{term}）"
    return f"{term}截止，{left}" if deadline > today else f"应于{term}报送，{left}"


def proof(state: Standing, calendar: WorkingDays) -> str:
    """`已报送（2026-11-23 10:02），按期。`; only for one that was submitted."""
    assert state.submitted_at is not None
    days = calendar.workdays_between(state.deadline, day_of(state.submitted_at))
    verdict = "按期" if not state.late else f"逾期{days}个工作日" if days else "逾期"
    return f"已报送（{moment_word(state.submitted_at)}），{verdict}。"


def content(state: Standing) -> str:
    """What is there already, for one line."""
    halves = ["监督工作信息"] if state.info_at else []
    if state.findings:
        halves.append(f"问题{state.findings}条")
    elif state.none_at:
        halves.append("无问题申报")
    return "、".join(halves)
