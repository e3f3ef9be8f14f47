"""The ladder of a finding in rectification, denser where it is supervised specially; who has not confirmed (6.3)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import choosing, obligations, owing, parties
from handlers.reminding import Kind, Notice, counted
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import moves, pushes
from storage.duties import Obligation
from storage.matters import Finding

KIND = "rectification"
CONFIRM, TROUBLED = "confirm", "troubled"
_ABOVE = ("source", "office", "director", "leading")


def plan(turn: Turn, finding: Finding) -> None:
    """The ladder of the present due date in the place of any earlier one (T4, T6, T10, T11)."""
    if finding.due is None or finding.state not in moves.IN_HAND:
        stop(turn, finding.number)
        return
    _end_former_rounds(turn, finding)
    table = "dense" if finding.key_supervised or finding.severity == "major" else KIND
    known = obligations.find(turn, KIND, finding.number, owing.part_of(finding))
    lines = obligations.lines_of(turn, table) if known is None or known.facts.get("table") != table else None
    owing.begin(turn, KIND, finding, finding.due, source="S45", lines=lines, table=table)
    _plan_confirm(turn, finding)


def _end_former_rounds(turn: Turn, finding: Finding) -> None:
    for row in obligations.open_of(turn, finding.number):
        if row.ladder in (KIND, CONFIRM) and row.part != owing.part_of(finding):
            obligations.end(turn, row.ladder, finding.number, part=row.part, met=False)


def _plan_confirm(turn: Turn, finding: Finding) -> None:
    """T5: begun with the assignment, and anew for the next responsible person."""
    if finding.state != "assigned":
        obligations.end(turn, CONFIRM, finding.number)
        return
    due = turn.calendar.add_workdays(day_of(turn.now), turn.policy.confirm_workdays)
    known = obligations.find(turn, CONFIRM, finding.number, owing.part_of(finding))
    if known is None or known.facts.get("resp") != finding.resp_person:
        owing.begin(turn, CONFIRM, finding, due, source="T5", resp=finding.resp_person)


def confirmed(turn: Turn, finding: Finding) -> None:
    """T5 is done: the task is no longer unconfirmed."""
    obligations.end(turn, CONFIRM, finding.number)


def stop(turn: Turn, number: str) -> None:
    """It is not the unit's turn any more: nothing is planned, and nothing that waits for its minute goes out."""
    for ladder in (KIND, CONFIRM):
        obligations.end(turn, ladder, number)


def troubled(turn: Turn, finding: Finding, what: str) -> None:
    """A third extension asked for, a second return: one line for the leading group (domain.md 6.3, last row)."""
    part = f"{what}{finding.cycle}"
    if obligations.find(turn, TROUBLED, finding.number, part) is None:
        owing.begin(turn, TROUBLED, finding, day_of(turn.now), source="6.3", part=part, what=what)


def _reported(turn: Turn, obligation: Obligation) -> date | None:
    finding = owing.finding_of(turn, obligation)
    last = moves.last_report(turn.session, finding) if finding is not None else None
    return day_of(last) if last is not None else None


def _words(turn: Turn, notice: Notice) -> str:
    finding = owing.finding_of(turn, notice.obligation)
    assert finding is not None and finding.due is not None
    due = wording.day(finding.due, notice.day)
    left = wording.days_left(finding.due, notice.day, turn.calendar)
    fact = f"{finding.number} {choosing.title(finding)}：应于{due}完成整改，{left}。"
    who = f"责任人{owing.named(turn, finding)}。"
    if notice.role in _ABOVE:
        return f"{fact}\n责任单位{finding.unit_name}，{who}回复“查 {finding.number}”看进展。"
    if notice.copied:
        return f"抄送您：{fact}\n{who}回复“查 {finding.number}”看进展。"
    person = who if notice.role == "head" else ""
    if finding.due < notice.day:
        return f"{fact}\n{person}回复“进展”填报，或“延期”申请。"
    return f"{fact}\n{person}回复“进展”填报；改好了回“申请验收”，来不及请在到期前回“延期”。"


def _tail(turn: Turn, notice: Notice) -> str:
    """Above the unit one hears on what it rests: `（依据：已逾期10个工作日，已提醒责任人4次）` (domain.md 6.7)."""
    finding = owing.finding_of(turn, notice.obligation)
    if notice.role not in _ABOVE or finding is None:
        return counted(turn, notice)
    told = max(pushes.count_told(turn.session, notice.obligation.id, one) for one in _resp(turn, finding))
    if notice.role == "source":
        return f"（已提醒责任人{told}次{notice.above}）"
    left = wording.days_left(notice.obligation.due, notice.day, turn.calendar)
    return f"（依据：{left}，已提醒责任人{told}次）"


def _resp(turn: Turn, finding: Finding) -> list[str]:
    return parties.responsible(turn.session, finding, day_of(turn.now)) or [finding.resp_person or ""]


def _line(turn: Turn, obligation: Obligation, day: date) -> str:
    return owing.line(turn, obligation, day)


def _unconfirmed(turn: Turn, obligation: Obligation) -> bool:
    finding = owing.finding_of(turn, obligation)
    return finding is not None and finding.state == "assigned" and owing.in_hand(turn, obligation)


def _confirm_words(turn: Turn, notice: Notice) -> str:
    finding = owing.finding_of(turn, notice.obligation)
    assert finding is not None
    due = choosing.due_words(turn, finding)
    return f"{finding.number} {choosing.title(finding)}：交办后还没有确认收到，整改时限{due}。\n请回复“收到”。"


def _confirm_line(turn: Turn, obligation: Obligation, _day: date) -> str:
    finding = owing.finding_of(turn, obligation)
    return f"{obligation.matter} {choosing.title(finding) if finding else ''}，还没有确认收到"


def _trouble(obligation: Obligation) -> str:
    return "已第3次申请延期" if obligation.facts.get("what") == "ext" else "已第2次退回"


def _troubled_words(turn: Turn, notice: Notice) -> str:
    finding = owing.finding_of(turn, notice.obligation)
    assert finding is not None
    return f"{finding.number} {choosing.title(finding)}（{finding.unit_name}）{_trouble(notice.obligation)}。"


def _troubled_line(turn: Turn, obligation: Obligation, _day: date) -> str:
    finding = owing.finding_of(turn, obligation)
    return f"{obligation.matter} {finding.unit_name if finding else ''}，{_trouble(obligation)}"


def _troubled_stands(turn: Turn, obligation: Obligation) -> bool:
    finding = owing.finding_of(turn, obligation)
    return finding is not None and finding.state in (*moves.IN_HAND, "pending_acceptance")


KINDS = (
    Kind(
        KIND, "整改时限", "指导意见要求建立整改督办台账，跟踪督办、对账销号；时限是交办时定的。",
        owing.in_hand, owing.audience, _line, _words, _tail, reported=_reported, adopt=owing.adopt(plan),
    ),
    Kind(
        CONFIRM, "确认收到", "交办后两个工作日内，由责任人确认收到。",
        _unconfirmed, owing.audience, _confirm_line, _confirm_words,
    ),
    Kind(
        TROUBLED, "多次延期或退回", "第三次延期、第二次退回的，报领导小组知悉。",
        _troubled_stands, owing.audience, _troubled_line, _troubled_words,
    ),
)  # fmt: skip
