"""The columns of the ledger (domain.md 3.2, in its order): what each is called, how it is written, what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.flow import WorkingDays
from bot.messages import Cell, Form, Shade
from handlers.rules import categories, tags, wording
from handlers.rules.calendar import day_of
from handlers.rules.states import LABELS, FindingState
from storage.exports import Beside
from storage.matters import Finding
from storage.proceedings import Cycle
from storage.searches import OVERDUE_STATES

OVERDUE, SOON, CLOSED, ONGOING = "逾期", "7日内到期", "已销号", "持续整改"
COLOURS: Mapping[str, str] = {OVERDUE: "FFC7CE", SOON: "FFEB9C", CLOSED: "C6EFCE", ONGOING: "BDD7EE"}
_SOON = timedelta(days=7)
_SUBJECTS = {"normal": "正常", "restricted": "受限"}
_EXTENDED = {"pending": "待审批", "approved": "已同意", "rejected": "未同意", "converted_ongoing": "转持续整改"}
_ACCEPTED = {"accepted": "通过", "returned": "退回"}


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a finding, which is one row. past: a round that ended before the present one."""

    finding: Finding
    seq: int
    beside: Beside
    today: date
    calendar: WorkingDays
    names: Mapping[str, str]
    cycle: Cycle | None = None
    past: bool = False

    @property
    def key(self) -> tuple[int, int]:
        return self.finding.id, self.seq

    @property
    def due(self) -> date | None:
        return self.cycle.due if self.past and self.cycle is not None else self.finding.due


@dataclass(frozen=True, slots=True)
class Column:
    """field: which of `handlers/entries.py`'s fields a changed cell means; "" for what no sheet changes."""

    heading: str
    value: Callable[[Round], Cell]
    form: Form = Form.PLAIN
    width: int = 14
    field: str = field(default="", kw_only=True)


def rounds_of(
    finding: Finding, beside: Beside, today: date, calendar: WorkingDays, names: Mapping[str, str]
) -> Iterator[Round]:
    """Its rounds, oldest first; one that was never assigned has its first."""
    known = {cycle.seq: cycle for cycle in beside.cycles.get(finding.id, ())}
    for seq in range(1, finding.cycle + 1):
        yield Round(finding, seq, beside, today, calendar, names, known.get(seq), past=seq < finding.cycle)


def timing(row: Round) -> str:
    """Overdue is reckoned, never kept (domain.md 3.4, invariant 3); what is overdue is red whatever else it is."""
    if row.past or row.finding.state == "closed":
        return CLOSED
    due, state = row.due, row.finding.state
    if state not in OVERDUE_STATES:
        return ""
    if due is not None and due < row.today:
        return OVERDUE
    if state == "ongoing":
        return ONGOING
    return SOON if due is not None and due - row.today <= _SOON else ""


def _yuan(fen: int | None) -> Cell:
    """Fen are exact in a float up to some ninety thousand billion yuan."""
    return None if fen is None else float(Decimal(fen).scaleb(-2))


def _wan(fen: int | None) -> Cell:
    return None if fen is None else float(Decimal(fen).scaleb(-6))


def _own(money: Callable[[Finding], Cell]) -> Callable[[Round], Cell]:
    """Sums stand in the present round alone, so that nobody adds them up twice."""
    return lambda row: None if row.past else money(row.finding)


def _day(moment: datetime | None) -> Cell:
    return None if moment is None else day_of(moment)


def _state(row: Round) -> str:
    return CLOSED if row.past else LABELS[FindingState(row.finding.state)]


def _unit(row: Round) -> str:
    return (row.cycle.unit_name if row.past and row.cycle is not None else "") or row.finding.unit_name


def _person(row: Round) -> str:
    held = row.cycle.resp_person if row.past and row.cycle is not None else row.finding.resp_person
    return row.names[held] if held else row.finding.named_person


def _progress(row: Round) -> str:
    last = row.beside.progress.get(row.key)
    return "" if last is None else f"{day_of(last.at).isoformat()} {last.text}"


def _percent(row: Round) -> Cell:
    last = row.beside.progress.get(row.key)
    return None if last is None else last.percent


def _stages(row: Round) -> str:
    stages = row.beside.milestones.get(row.key, ())
    return "；".join(f"{one.name} {one.due.isoformat()}{'（已完成）' if one.done_at else ''}" for one in stages)


def _extensions(row: Round) -> str:
    asked = row.beside.extensions.get(row.key, ())
    return "；".join(f"延至{one.new_due.isoformat()} {_EXTENDED[one.state]}" for one in asked)


def _decision(row: Round) -> str:
    last = row.beside.acceptances.get(row.key)
    return "" if last is None else f"{_ACCEPTED[last.result]}{f'：{last.opinion}' if last.opinion else ''}"


def _decided_by(row: Round) -> str:
    last = row.beside.acceptances.get(row.key)
    return "" if last is None else row.names[last.by]


def _decided_on(row: Round) -> Cell:
    last = row.beside.acceptances.get(row.key)
    return None if last is None else day_of(last.at)


def _answered(row: Round) -> str:
    finding = row.finding
    done = {"done": "已问责", "none": "无需问责"}.get(finding.accountability_status, "")
    many = f"{finding.accountability_count}人次" if finding.accountability_count else ""
    return "，".join(part for part in (f"{done}{many}", finding.accountability) if part)


def _closed_on(row: Round) -> Cell:
    if row.past:
        return _day(row.cycle.closed_at) if row.cycle is not None else None
    return _day(row.finding.closed_at) if row.finding.state == "closed" else None


def _applied_on(row: Round) -> Cell:
    return _day(row.cycle.applied_at if row.past and row.cycle is not None else row.finding.applied_at)


def _started_on(row: Round) -> Cell:
    return _day(row.cycle.started_at) if row.cycle is not None else _day(row.finding.assigned_at)


def _late_days(row: Round) -> Cell:
    due = row.due
    return row.calendar.workdays_between(due, row.today) if due is not None and timing(row) == OVERDUE else None


def _yes(said: bool) -> str:
    return "是" if said else "否"


NUMBER = Column("问题编号", lambda row: row.finding.number, Form.TEXT, 16)
ROUND = Column("轮次", lambda row: row.seq, Form.COUNT, 6)
SOURCE = Column("来源监督主体", lambda row: row.finding.source_name, width=14)
TITLE = Column("问题标题", lambda row: row.finding.title, width=24, field="title")
CATEGORY = Column("问题类别", lambda row: categories.name_of(row.finding.category), width=20, field="category")
SEVERITY = Column("严重程度", lambda row: wording.severity_name(row.finding.severity), width=9, field="severity")
UNIT = Column("责任单位", _unit, width=18)
PERSON = Column("责任人", _person, width=10)
DUE = Column("整改时限", lambda row: row.due, Form.DATE, 12)
PROGRESS = Column("整改进展", _progress, width=36)
PERCENT = Column("完成百分比", _percent, Form.COUNT, 8)
EXTENSIONS = Column("延期记录", _extensions, width=24)
KEY = Column("重点督办", lambda row: _yes(row.finding.key_supervised), width=9)
STATE = Column("状态", _state, width=10)
TIMING = Column("时限状态", timing, width=11)
LATE = Column("逾期工作日", _late_days, Form.COUNT, 8)
RETURNED = Column("退回次数", lambda row: None if row.past else row.finding.returned, Form.COUNT, 8)
AMOUNT = Column(
    "涉及金额（元）", _own(lambda finding: _yuan(finding.amount_fen)), Form.MONEY, 16, field="amount"
)  # fmt: skip
AMOUNT_TEXT = Column(
    "金额说明（未计入合计）", _own(lambda finding: finding.amount_text), width=16, field="amount_text"
)  # fmt: skip
APPLIED = Column("提交验收日", _applied_on, Form.DATE, 12)
CLOSED_ON = Column("销号日期", _closed_on, Form.DATE, 12)
REQUIREMENT = Column("整改要求", lambda row: row.finding.requirement, width=30)
RECT_TYPE = Column("整改类型", lambda row: wording.RECT_TYPES.get(row.finding.rect_type, ""), width=11)

LEDGER: tuple[Column, ...] = (
    NUMBER, ROUND, SOURCE,
    Column(
        "监督类型", lambda row: wording.supervision_type_name(row.finding.supervision_type), width=10,
        field="supervision_type",
    ),
    Column("监督方式", lambda row: tags.METHODS.get(row.finding.method, ""), width=10, field="method"),
    Column("来源项目/报告", lambda row: row.finding.source_ref, Form.TEXT, 14),
    Column("所属季度", lambda row: row.finding.quarter, Form.TEXT, 9),
    Column("补报", lambda row: _yes(row.finding.late), width=6),
    Column("发现时间", lambda row: row.finding.found_at, Form.DATE, 12, field="found_at"),
    Column("发生时间", lambda row: row.finding.occurred_at, Form.DATE, 12, field="occurred_at"),
    TITLE,
    Column("问题描述", lambda row: row.finding.desc, width=48),
    CATEGORY,
    Column("性质", lambda row: wording.nature_name(row.finding.nature), width=12, field="nature"),
    SEVERITY, AMOUNT,
    Column("涉及金额（万元）", _own(lambda finding: _wan(finding.amount_fen)), Form.TENTHS, 12),
    AMOUNT_TEXT,
    Column("损失金额（元）", _own(lambda finding: _yuan(finding.loss_fen)), Form.MONEY),
    Column("挽回金额（元）", _own(lambda finding: _yuan(finding.recovered_fen)), Form.MONEY),
    Column("违反的制度依据", lambda row: row.finding.basis, width=20),
    Column("原因类型", lambda row: row.finding.root_cause, width=12),
    UNIT,
    Column("配合单位", lambda row: "、".join(row.beside.co_units.get(row.finding.id, ())), width=14),
    PERSON,
    Column("责任领导", lambda row: row.names[row.finding.resp_leader or ""], width=10),
    Column("督办跟踪人", lambda row: row.names[row.finding.tracker or ""], width=10),
    REQUIREMENT, RECT_TYPE, DUE,
    Column("阶段节点", _stages, width=24),
    PROGRESS, PERCENT,
    Column("佐证材料（份）", lambda row: row.beside.evidence.get(row.key, 0), Form.COUNT, 8),
    Column("追责问责情况", _answered, width=18),
    Column("制度完善情况", lambda row: row.finding.institution_fix, width=18),
    Column("验收意见", _decision, width=20),
    Column("验收人", _decided_by, width=10),
    Column("验收日", _decided_on, Form.DATE, 12),
    EXTENSIONS,
    Column("交办日期", _started_on, Form.DATE, 12),
    APPLIED, CLOSED_ON,
    Column("重启原因", lambda row: row.cycle.reopen_reason if row.cycle is not None else "", width=20),
    Column("是否重复发生", lambda row: _yes(row.finding.is_repeat), width=9),
    KEY,
    Column("可见级别", lambda row: _SUBJECTS[row.finding.visibility], width=9),
    STATE, TIMING,
)  # fmt: skip
OVERDUE_LIST: tuple[Column, ...] = (
    NUMBER, UNIT, PERSON, SOURCE, TITLE, CATEGORY, SEVERITY, DUE, LATE, STATE, TIMING, PROGRESS, PERCENT, EXTENSIONS,
    RETURNED, KEY,
)  # fmt: skip
UNIT_SHEET: tuple[Column, ...] = (
    NUMBER, ROUND, UNIT, TITLE, SOURCE, CATEGORY, SEVERITY, REQUIREMENT, RECT_TYPE, PERSON, DUE, STATE, TIMING,
    PROGRESS, PERCENT, EXTENSIONS, APPLIED, CLOSED_ON,
)  # fmt: skip


def shade(columns: tuple[Column, ...]) -> Shade:
    """The state's colours, on the number, the day and the state (domain.md 7.6)."""
    on = tuple(columns.index(column) for column in (NUMBER, DUE, STATE, TIMING))
    return Shade(columns.index(TIMING), COLOURS, on)


def cells(row: Round, columns: tuple[Column, ...]) -> tuple[Cell, ...]:
    """The row; an empty text is an empty cell."""
    return tuple(None if (cell := column.value(row)) == "" else cell for column in columns)
