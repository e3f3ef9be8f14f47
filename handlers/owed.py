"""A matter that somebody was reminded of, as the store has it now: how it is called, by when, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.flow import Turn
from handlers import access, applying, choosing, obligations, quarter_state, quarter_task, tasks
from handlers.quarter_state import Standing
from handlers.rules.permissions import Action
from storage import moves, pushes, quarters
from storage.matters import Finding

PROMISE = "promise"  # the ladder of promised days (handlers/promises.py)


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter, for one person.

    key: under which reminders stand. label: `WT-2026-0123 备用金未清`. term: its own deadline. verb: what is done
    with it. ended: why nothing is owed any more, a whole sentence; missing: what is still to be done, one too.
    finding: when it is one. mine: it is for him to do something about it.
    """

    key: str
    label: str
    verb: str = "办好"
    term: date | None = None
    ended: str = ""
    missing: str = ""
    finding: Finding | None = None
    mine: bool = True


def of_finding(turn: Turn, finding: Finding) -> Matter:
    """Of one that the speaker may see in full: his to rectify, or to accept."""
    number = finding.number
    label = f"{number} {choosing.title(finding)}"
    if finding.state == "pending_acceptance" and access.allowed(turn, Action.ACCEPT, finding):
        row = obligations.find(turn, "acceptance", number)
        return Matter(number, label, "验收", row.due if row else None, missing=_missing(turn, finding), finding=finding)
    mine = bool(access.allowed(turn, Action.PROGRESS, finding))
    ended, missing = _ended(finding), _missing(turn, finding)
    return Matter(number, label, "办好", finding.due, ended, missing, finding, mine)


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


def stands(turn: Turn, matter: str, person: str) -> bool:
    """Whether it still is for this person to do something about it."""
    if matter.startswith("WT-") and _his_finding(turn, matter, person):
        return True
    quarter, _, code = matter.partition(":")
    if code and quarter_state.names_quarter(quarter):
        unit = quarter_task.find_member(turn, code)
        return unit is not None and not quarter_state.standing(turn, unit, quarter).complete
    told = {push.obligation for push in pushes.about(turn.session, person, matter) if push.ladder != PROMISE}
    return any(row.id in told for row in obligations.open_of(turn, matter))


def _his_finding(turn: Turn, number: str, person: str) -> bool:
    """To rectify, or to accept."""
    finding = moves.find(turn.session, number)
    if finding is None or finding.state not in (*moves.IN_HAND, "pending_acceptance"):
        return False
    action = Action.ACCEPT if finding.state == "pending_acceptance" else Action.PROGRESS
    return access.person_may(turn, person, action, finding)


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
    if finding.state not in (*moves.IN_HAND, "pending_acceptance"):
        return ""
    why_not = applying.refusal(turn, finding)
    return why_not.wording if why_not else f"{finding.number} 还差申请验收：回复“{finding.number}申请验收”。"
