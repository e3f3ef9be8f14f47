"""持续整改: progress is due every quarter, a report moves the node on, and after two years it is reviewed (3.2)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers import choosing, obligations, owing
from handlers.reminding import Kind, Notice
from handlers.rules import quarters
from handlers.rules.calendar import Workdays, day_of
from storage.duties import Obligation
from storage.matters import Finding

KIND = "ongoing"  # the rectification type
REVIEW = "review"
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
        owing.begin(turn, REVIEW, finding, finding.review_on, source="3.2")
    else:
        obligations.end(turn, REVIEW, finding.number)


def _stands(turn: Turn, obligation: Obligation) -> bool:
    finding = owing.finding_of(turn, obligation)
    return finding is not None and finding.rect_type == KIND and owing.in_hand(turn, obligation)


def _words(turn: Turn, notice: Notice) -> str:
    """Two years on, the source and the office look at it again, if it still goes on."""
    finding = owing.finding_of(turn, notice.obligation)
    assert finding is not None
    months = turn.policy.ongoing_review_months
    return (
        f"{finding.number} {choosing.title(finding)}：持续整改已满{months}个月，请复核是否继续。\n"
        f"责任单位{finding.unit_name}，下次进展{choosing.due_words(turn, finding)}。"
        f"回复“查 {finding.number}”看进展。"
    )


def _line(turn: Turn, obligation: Obligation, _day: date) -> str:
    return f"{obligation.matter} 持续整改满{turn.policy.ongoing_review_months}个月，请复核"


KINDS = (
    Kind(
        REVIEW, "持续整改复核", "持续整改最长两年复核一次。",
        _stands, owing.audience, _line, _words, adopt=owing.adopt(plan_review),
    ),
)  # fmt: skip
