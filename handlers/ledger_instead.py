"""What a changed cell of an exported ledger cannot do, and which deed in the chat does it (domain.md T4, T6, T10)."""

from __future__ import annotations

from bot.flow import Turn
from handlers import access, intake_rows
from handlers.ledger_columns import DUE, PERSON, PROGRESS, STATE, UNIT, Column, Round
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves, people
from storage.matters import Finding

_ROUND_OVER = "往轮不能改"


def of(turn: Turn, row: Round, column: Column, cell: str) -> str:
    """One line for the difference: the sentence that does it, where the speaker may; otherwise who does it."""
    if row.past:
        return _ROUND_OVER
    if column is DUE:
        return _due(turn, row.finding, cell)
    if column is PERSON:
        return _person(turn, row.finding, cell)
    return _ELSEWHERE.get(column, "由系统记载")


def _due(turn: Turn, finding: Finding, cell: str) -> str:
    """A later day only through an application, whoever asks (T10)."""
    day = intake_rows.day_in(cell)
    if finding.state not in moves.IN_HAND:
        return "交办后才有时限" if finding.state in ("submitted", "registered") else "现在不能改时限"
    if day is None or day <= max(day_of(turn.now), finding.due or day):
        return "时限只能申请延期，不能提前或清空"
    if access.allowed(turn, Action.EXTEND, finding):
        return f"不能直接改，请发“{finding.number} 申请延期至{day.isoformat()}，原因：…”"
    return "不能直接改，由责任单位申请延期"


def _person(turn: Turn, finding: Finding, cell: str) -> str:
    if finding.state not in ("registered", *moves.IN_HAND):
        return "现在不能改责任人"
    if not access.allowed(turn, Action.ASSIGN, finding):
        return "由来源部门或监督办公室改派"
    if not people.named(turn.session, cell):
        return f"没有叫“{cell[:8]}”的人，改派请发“{finding.number} 改派给…”"
    return f"请发“{finding.number} 责任人改为{cell}”"


_ELSEWHERE = {UNIT: "请发“编号 改派给单位”", STATE: "状态随办理变化", PROGRESS: "请发“编号 整改进展：…”"}
