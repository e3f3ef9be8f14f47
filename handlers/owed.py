"""A matter that somebody was reminded of, as the store has it now: how it is called, by when, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.flow import Turn
from handlers import access, applying, choosing, obligations, quarter_state, quarter_task, tasks
from handlers.quarter_state import Standing
from handlers.rules.permissions import Action
from storage import moves, quarters
from storage.matters import Finding

PROMISE = "promise"  # the ladder of promised days (handlers/promises.py)


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter, for one person.

    key: under which reminders stand. label: `WT-2026-0123 备用金未清`. term: its own deadline. verb: what is done
    with it. ended: why nothing is owed any more, a whole sentence; missing: what is still to be done, one too.
    finding: when it is one.
    """

    key: str
    label: str
    verb: str = "办好"
    term: date | None = None
    ended: str = ""
    missing: str = ""
    finding: Finding | None = None


def of_finding(turn: Turn, finding: Finding) -> Matter:
    """Of one that the speaker may see in full."""
    number = finding.number
    return Matter(
        number, f"{number} {choosing.title(finding)}", "办好", finding.due, _ended(finding), _missing(turn, finding),
        finding,
    )  # fmt: skip


def of_report(turn: Turn, state: Standing) -> Matter:
    """Of a member unit's report for a quarter (S32)."""
    matter = quarter_state.matter_of(state.unit, state.quarter)
    label = f"{state.label}监督工作信息"
    proof = f"{state.label}{quarter_state.proof(state, turn.calendar)}" if state.submitted_at else ""
    ended = proof or (f"{state.label}内容已齐，等待确认入账。" if state.complete else "")
    missing = "" if state.complete else f"{state.label}还差：{'；'.join(state.missing)}。"
    return Matter(matter, label, "报", state.deadline, ended, missing)


def find(turn: Turn, matter: str) -> Matter | None:
    """A finding that the speaker may see, or a report that is his to make; other matters are their flows'."""
    if matter.startswith("WT-"):
        found = access.find_visible(turn, matter)
        return of_finding(turn, found[0]) if found and found[1] == "full" else None
    state = _report(turn, matter)
    return of_report(turn, state) if state is not None else None


def stands(turn: Turn, matter: str) -> bool:
    """Whether anything is still owed about it by anybody."""
    if matter.startswith("WT-"):
        finding = moves.find(turn.session, matter)
        return finding is not None and finding.state in moves.IN_HAND
    quarter, _, code = matter.partition(":")
    if code and quarter_state.names_quarter(quarter):
        unit = quarter_task.find_member(turn, code)
        return unit is not None and not quarter_state.standing(turn, unit, quarter).complete
    return any(row.ladder != PROMISE for row in obligations.open_of(turn, matter))


def _report(turn: Turn, matter: str) -> Standing | None:
    quarter, _, code = matter.partition(":")
    unit = next((unit for unit in quarter_task.own_units(turn) if unit.code == code), None)
    if unit is None:
        return None
    return quarter_state.standing(turn, unit, quarter, quarters.find(turn.session, code, quarter))


def _ended(finding: Finding) -> str:
    if finding.state in moves.IN_HAND:
        return ""
    if finding.state == "pending_acceptance":
        return f"{finding.number} 已申请验收，等验收人处理，不再提醒您。"
    return f"{finding.number} 现在是“{tasks.label(finding)}”，不用再办。"


def _missing(turn: Turn, finding: Finding) -> str:
    """It ends by an acceptance, never by a word (T7, T8)."""
    if finding.state not in moves.IN_HAND:
        return ""
    number = finding.number
    if access.allowed(turn, Action.APPLY_ACCEPTANCE, finding):
        return f"{number} 还差申请验收：回复“{number}申请验收”。"
    why_not = applying.refusal(turn, finding)
    return why_not.wording if why_not is not None else ""
