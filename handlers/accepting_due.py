"""An application for acceptance waits for its acceptor: his delay, not the unit's (domain.md 6.3)."""

from __future__ import annotations

from datetime import date

from bot.flow import Turn
from handlers import access, choosing, obligations, owing, parties
from handlers.reminding import Kind, Notice
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage.duties import Obligation
from storage.matters import Finding

LADDER = "acceptance"


def plan(turn: Turn, finding: Finding) -> None:
    """From the application on the acceptor has five working days."""
    due = turn.calendar.add_workdays(day_of(turn.now), turn.policy.acceptance_workdays)
    owing.begin(turn, LADDER, finding, due, source="S47", applied=turn.now.isoformat())


def stop(turn: Turn, number: str) -> None:
    obligations.end(turn, LADDER, number)


def _waits(turn: Turn, obligation: Obligation) -> bool:
    finding = owing.finding_of(turn, obligation)
    same = finding is not None and finding.cycle == obligation.facts.get("cycle", 1)
    return same and finding is not None and finding.state == "pending_acceptance"


def _people(turn: Turn, obligation: Obligation, name: str) -> list[str]:
    finding = owing.finding_of(turn, obligation)
    if finding is None or name != "judge":
        return owing.audience(turn, obligation, name)
    judges = parties.judges(turn.session, finding, day_of(turn.now))
    return [one for one in dict.fromkeys(judges) if access.person_may(turn, one, Action.ACCEPT, finding)]


def _words(turn: Turn, notice: Notice) -> str:
    finding = owing.finding_of(turn, notice.obligation)
    assert finding is not None
    due = wording.day(notice.obligation.due, notice.day)
    late = wording.days_left(notice.obligation.due, notice.day, turn.calendar)
    applied = wording.moment(finding.applied_at, notice.day) if finding.applied_at else ""
    fact = (
        f"{finding.number} {choosing.title(finding)}：{finding.unit_name}{applied}申请验收，应于{due}前验收，{late}。"
    )
    if notice.copied:
        return f"抄送您：{fact}\n回复“查 {finding.number}”看详情。"
    return f"{fact}\n回复“同意销号 {finding.number}”，或“退回 {finding.number}，理由：…”。"


def _line(turn: Turn, obligation: Obligation, day: date) -> str:
    finding = owing.finding_of(turn, obligation)
    title, left = choosing.title(finding) if finding else "", wording.days_left(obligation.due, day, turn.calendar)
    return f"{obligation.matter} {title}，等您验收，{left}"


KINDS = (
    Kind(
        LADDER, "验收时限", "责任单位提交验收后，验收人应在五个工作日内验收或退回；验收拖延不算责任单位逾期。",
        _waits, _people, _line, _words,
    ),
)  # fmt: skip
