"""The working day's look at findings that hang in the air (S3): not assigned for days, without person, unit or date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.flow import Done, Flow, Reply, Turn
from handlers import access, morning_look, settling, texts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import events, moves
from storage.matters import Finding
from storage.models import Due

KIND = "dangling"
WORKDAYS = 2  # so long may a registered finding wait to be assigned
_NAMED = 8  # numbers told one by one


def daily(turn: Turn) -> None:
    """Plan this working day's look."""
    morning_look.plan(turn, KIND)


def on_due(turn: Turn, row: Due) -> None:
    """Tell the office, each only of what he may see, and nothing on a day on which nothing hangs."""
    waiting, open_ones = _waiting(turn), [f for state in moves.IN_HAND for f in moves.in_state(turn.session, state)]
    for person in dict.fromkeys([*texts.office_staff(turn), *texts.directors(turn)]):
        lines = _lines(turn, _for(turn, person, waiting), _for(turn, person, open_ones))
        if lines:
            turn.tell(person, "\n".join(lines), push_key=f"{KIND}:{row.day}|{person}", matter=KIND)


def _waiting(turn: Turn) -> list[Finding]:
    """Registered, and longer ago than the working days that it may wait; a tendency needs no assignment (S19)."""
    today = day_of(turn.now)
    return [
        finding
        for finding in moves.in_state(turn.session, "registered")
        if finding.nature != "tendency"
        and turn.calendar.workdays_between(day_of(_registered_at(turn, finding)), today) > WORKDAYS
    ]


def _registered_at(turn: Turn, finding: Finding) -> datetime:
    history = events.history(turn.session, finding.number)
    return next((event.at for event in reversed(history) if event.action == "register"), finding.submitted_at)


def _for(turn: Turn, person: str, findings: Sequence[Finding]) -> list[Finding]:
    """Those that are this person's to look after: the staff's; a restricted one the director's (S8)."""
    if person in texts.office_staff(turn):
        return [finding for finding in findings if access.person_may(turn, person, Action.VIEW_FULL, finding)]
    hidden = [finding for finding in findings if finding.visibility == "restricted"]
    return [f for f in hidden if person in settling.office(turn, f)]


def _lines(turn: Turn, waiting: Sequence[Finding], open_ones: Sequence[Finding]) -> list[str]:
    lines = []
    if waiting:
        first = waiting[0].number
        lines.append(f"有 {len(waiting)} 条已登记问题尚未交办（{_named(waiting)}），已超过 {WORKDAYS} 个工作日。")
        lines.append(f"回复“交办 {first}”办理。")
    for lacks, what in _LACKING:
        found = [finding for finding in open_ones if lacks(finding)]
        if found:
            lines.append(f"有 {len(found)} 条在办问题没有{what}（{_named(found)}），请补上。")
    return lines


_LACKING: tuple[tuple[Callable[[Finding], bool], str], ...] = (
    (lambda finding: not finding.unit, "责任单位"),
    (lambda finding: bool(finding.unit) and not finding.resp_person, "责任人"),
    (lambda finding: finding.due is None, "整改时限"),
)


def _named(findings: Sequence[Finding]) -> str:
    """`WT-2026-0140、0141`: the year is said once."""
    named, year = [], ""
    for finding in findings[:_NAMED]:
        head, _, serial = finding.number.rpartition("-")
        named.append(serial if head == year else finding.number)
        year = head
    return "、".join(named) + (f"等{len(findings)}条" if len(findings) > _NAMED else "")


def _start(_turn: Turn) -> Reply:
    return Done("")  # no message begins it


FLOW = Flow(name=KIND, title="每日对账", intents=(), start=_start, on_due={KIND: on_due}, daily=daily)
