"""How an assignment is read back before it is carried out: to whom, by when, with what requirement."""

from __future__ import annotations

from datetime import date

from bot.flow import Ask, Turn
from bot.messages import Button, Card, CardKind
from handlers import assignment, choosing, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.states import OPEN
from storage import people
from storage.matters import Finding, Unit


def reassigned(findings: list[Finding]) -> bool:
    """Whether it is in hand already: then only its person or unit changes (T6)."""
    return all(finding.state in OPEN for finding in findings)


def confirmation(turn: Turn, findings: list[Finding], unit: Unit, buttons: tuple[Button, ...]) -> Ask:
    """The whole of what was understood, with what changes and where an unsaid date comes from."""
    before, today, draft = findings[0], day_of(turn.now), turn.draft
    person = choosing.names(turn, [draft["person"]])
    where = f"责任单位：{_changed(before.unit_name, unit.name)}"
    if reassigned(findings):
        former = people.name_of(turn.session, before.resp_person) if before.resp_person else ""
        lines = [f"请确认改派 {assignment.subject(findings)}："]
        lines += [where, f"责任人：{_changed(former, person)}"]
        lines += [f"时限不变：{choosing.due_words(turn, before)}"]
    else:
        kind, due = assignment.kind_and_due(turn, before)
        unsaid = "" if draft.get("person_name") else "（未指定，按联络员或负责人）"
        lines = [f"请确认交办 {assignment.subject(findings)}，{_path(before)}："]
        lines += [f"{where}；责任人：{person}{unsaid}"]
        how = wording.rect_type_name(kind) + assignment.by_default(turn, before)
        lines += [f"时限：{assignment.due_line(due, today, turn.calendar)}（{how}）"]
        lines += [f"要求：{assignment.requirement(turn, before)}{_stages(turn)}"]
    lines.append("哪里不对直接说；" + texts.CONFIRM)
    return Ask("\n".join(lines), "confirm", _card(turn, findings, unit, person, buttons))


def _stages(turn: Turn) -> str:
    today = day_of(turn.now)
    said = [f"{wording.day(date.fromisoformat(day), today)}{name}" for name, day in turn.draft.get("stages", ())]
    return f"；节点：{'、'.join(said)}" if said else ""


def _changed(before: str, after: str) -> str:
    return after if before in ("", after) else f"{before} → {after}"


def _path(finding: Finding) -> str:
    steps = ["已提交"] if finding.state == "submitted" else []
    return " → ".join([*steps, "已登记", "已交办"])


def _card(turn: Turn, findings: list[Finding], unit: Unit, person: str, buttons: tuple[Button, ...]) -> Card:
    due = findings[0].due if reassigned(findings) else assignment.kind_and_due(turn, findings[0])[1]
    words = wording.day(due, day_of(turn.now)) if due else "未定"
    facts = (("编号", "、".join(turn.draft["numbers"])), ("责任", f"{unit.name} {person}"), ("时限", words))
    return Card(CardKind.BUTTONS, title="改派" if reassigned(findings) else "交办", facts=facts, buttons=buttons)
