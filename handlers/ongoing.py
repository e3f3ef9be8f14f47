"""持续整改: progress is due every quarter, a report moves the node on, and after two years it is reviewed (3.2)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time
from typing import Any

from bot.flow import Turn
from handlers import choosing, hearing, parties, texts
from handlers.rules import quarters
from handlers.rules.calendar import SHANGHAI, Workdays, day_of
from storage import moves
from storage.matters import Finding
from storage.models import Due

KIND = "ongoing"  # the rectification type, and the due rows of its review
_YEAR = 12


def node_after(due: date | None, today: date, calendar: Workdays) -> date:
    """The quarter's node that is owed once progress was reported `today`.

    A report before the node of the present quarter serves it; one that is late serves the node that was missed.
    """
    quarter = quarters.quarter_of(today)
    here = quarters.deadline(quarter, calendar)
    if due is not None and due < today and here >= today:
        return here
    following = quarters.deadline(quarters.next_quarter(quarter), calendar)
    return due if due is not None and due > here else following


def first_node(today: date, calendar: Workdays, least: int) -> date:
    """The end of this quarter, or of the next one when fewer than `least` days are left."""
    quarter = quarters.quarter_of(today)
    here = quarters.deadline(quarter, calendar)
    return here if (here - today).days >= least else quarters.deadline(quarters.next_quarter(quarter), calendar)


def reported(turn: Turn, finding: Finding) -> date | None:
    """Where a report today moves the node to; None when the finding is not 持续整改 or it stays."""
    if finding.rect_type != KIND:
        return None
    moved = node_after(finding.due, day_of(turn.now), turn.calendar)
    return moved if moved != finding.due else None


def review_of(turn: Turn, kind: str) -> dict[str, Any]:
    """The field of the review's day, for a rectification of this type."""
    return {"review_on": _months_on(day_of(turn.now), turn.policy.ongoing_review_months)} if kind == KIND else {}


def _months_on(day: date, months: int) -> date:
    """The same day so many months on, or the month's last (domain.md 4.8)."""
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plan_review(turn: Turn, finding: Finding) -> None:
    if finding.rect_type == KIND and finding.review_on is not None:
        at = datetime.combine(turn.calendar.roll_back(finding.review_on), time(9, 10), SHANGHAI)
        turn.plan(KIND, finding.number, f"review{finding.cycle}", at, cycle=finding.cycle)


def review(turn: Turn, due: Due) -> None:
    """Two years on, the source and the office look at it again, if it still goes on."""
    finding = moves.find(turn.session, due.matter)
    if finding is None or finding.state not in moves.IN_HAND or finding.rect_type != KIND:
        return
    if finding.cycle != due.facts.get("cycle"):
        return
    months = turn.policy.ongoing_review_months
    words = (
        f"{finding.number} {choosing.title(finding)}：持续整改已满{months}个月，请复核是否继续。\n"
        f"责任单位{finding.unit_name}，下次进展{choosing.due_words(turn, finding)}。"
        f"回复“查 {finding.number}”看进展。"
    )
    persons = parties.trackers(turn.session, finding, day_of(turn.now)) + texts.office_staff(turn)
    hearing.tell(turn, persons, finding, words, push_key=f"{KIND}:review|{due.day}")
