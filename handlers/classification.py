"""Changing the entry of a finding (2.3 classify): shown before and after, confirmed, in the ledger; never its words.

The date is extended (T10) and, once assigned, the unit is handed on (T6): neither is changed here. Who is audited only
objects (S9, S13).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Reply, Step, Turn
from bot.messages import Card, CardKind
from handlers import (
    access,
    altering,
    choosing,
    entries,
    judging,
    parties,
    rectification,
    report_count,
    settling,
    tasks,
    texts,
)
from handlers.rules import quarters
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import moves
from storage.matters import Finding

BEFORE = ("submitted", "need_more", "registered")
_MAY_CHANGE = f"可以改的有：{'、'.join(entries.LABELS.values())}。"


def start(turn: Turn, number: str) -> Reply:
    """`0141类别改为采购招标`; what the speaker may not see is hidden, what he may not change is refused."""
    finding = access.get_visible(turn, number)
    check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _take(turn, finding)


def check(turn: Turn, finding: Finding) -> None:
    """Raises UserError for one who may not change the entry, or when nothing of it may be changed any more."""
    if not access.allowed(turn, Action.CLASSIFY, finding):
        if any(post.unit == finding.source for post in turn.actor.posts):
            office = texts.office_contact(turn)
            raise UserError(f"{finding.number} 已登记，登记内容由监督办公室更正，请联系{office}。", keep=False)
        raise altering.refusal(turn, finding)
    if finding.state in ENDED:
        raise UserError(f"{finding.number} 现在是“{tasks.label(finding)}”，登记内容不能再改。", keep=False)


def _take(turn: Turn, finding: Finding) -> Ask:
    """Add what this message changes to what was said before, and say all of it back."""
    if question := entries.ambiguous(turn):
        return Ask(question, "classify")
    said = turn.draft.get("changes", {}) | entries.read(turn, beside=bool(turn.draft.get("changes")))
    changes = entries.different(finding, said)
    _fits(turn, finding, changes)
    turn.draft["changes"] = changes
    if not changes:
        same = "登记的就是这样，没有要改的。" if said else "没听懂要改成什么。"
        return Ask(f"{same}{_MAY_CHANGE}\n请说“类别改成采购招标”这样的话；不改了回复“取消”。", "classify")
    turn.draft["before"] = {field: entries.now(finding, field) for field in changes}
    return _confirmation(turn, finding, changes)


def _fits(turn: Turn, finding: Finding, changes: entries.Changes) -> None:
    if "unit" in changes and finding.state not in BEFORE:
        raise UserError(f"{finding.number} 已交办，换责任单位请说“{finding.number} 改派给…”。")
    report = str(changes.get("source_ref") or "")
    if report and not report_count.may_file_under(turn, report, finding.source):
        raise UserError(f"{report} 不是{finding.source_name}登记的报告，不能挂到它名下。")


def _confirmation(turn: Turn, finding: Finding, changes: entries.Changes) -> Ask:
    lines = [f"请确认更正 {finding.number}（{choosing.title(finding)}）："]
    lines += entries.lines(turn, finding, changes)
    lines.append("原文不变，更正留痕；" + texts.CONFIRM)
    facts = tuple(line.split("：", 1) for line in entries.lines(turn, finding, changes)[:4])
    card = Card(
        CardKind.BUTTONS, f"更正 {finding.number}", facts=tuple((a, b) for a, b in facts), buttons=judging.BUTTONS
    )
    return Ask("\n".join(lines), "classify", card)


def take(turn: Turn) -> Reply:
    """The answer to the confirmation, or another change."""
    finding = choosing.get(turn, turn.draft["number"])
    check(turn, finding)
    if turn.meaning.intent == "confirm" and turn.draft["changes"]:
        return _commit(turn, finding)
    if turn.meaning.intent == "deny":
        return Ask("还没有改。要改哪一项直接说，如“金额改成10万”；不改了回复“取消”。", "classify")
    return _take(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Done:
    moves.lock(turn.session, finding)
    check(turn, finding)
    changes: entries.Changes = turn.draft["changes"]
    _fits(turn, finding, changes)
    if any(entries.now(finding, field) != was for field, was in turn.draft["before"].items()):
        raise Overtaken(f"{settling.overtaken(turn, finding).wording}请重新说一遍要改什么。", keep=False)
    shown, note = apply(turn, finding, changes)
    told = settling.tell(turn, hearers(turn, finding), finding, _news(turn, finding, shown))
    choosing.touched(turn, finding)
    return Done(f"{finding.number} 已更正：{'；'.join(shown)}。{settling.proof(turn, told)}{note}")


def apply(turn: Turn, finding: Finding, changes: entries.Changes, reason: str = "") -> tuple[list[str], str]:
    """Write it with its event: the lines before → after, and what followed from it. The caller has checked."""
    shown, quarter = entries.lines(turn, finding, changes), finding.quarter
    moves.keep(turn.session, finding, turn.entry("classify", reason), **_values(turn, finding, changes))
    if "severity" in changes and finding.state in moves.IN_HAND:
        rectification.plan(turn, finding)  # a major one climbs the denser ladder
    return shown, _moved_on(turn, finding, quarter, changes)


def _values(turn: Turn, finding: Finding, changes: entries.Changes) -> dict[str, Any]:
    values = entries.columns(turn, changes)
    if "quarter" in values:
        values["late"] = values["quarter"] < quarters.quarter_of(day_of(finding.submitted_at))
    return values


def _moved_on(turn: Turn, finding: Finding, quarter: str, changes: entries.Changes) -> str:
    """What else follows: the quarter it counts for, the special report it stands under."""
    note = ""
    if finding.quarter != quarter:
        settling.quarter_line(turn, finding.source, finding.quarter)
        note = settling.quarter_line(turn, finding.source, quarter)
    filed = report_count.filed(turn, finding.source_ref) if changes.get("source_ref") else ""
    return note + (f"\n{filed}" if filed else "")


def hearers(turn: Turn, finding: Finding) -> list[str]:
    """The source, the office, and the unit once it has the task."""
    day = day_of(turn.now)
    unit = parties.unit_side(turn.session, finding, day) if finding.assigned_at else []
    return [*settling.sources(turn, finding), *settling.office(turn, finding), *unit]


def _news(turn: Turn, finding: Finding, shown: list[str]) -> str:
    return f"{finding.number} 登记内容更正（{turn.actor.name}）：\n" + "\n".join(shown)


STEPS: Mapping[str, Step] = {"classify": take}
