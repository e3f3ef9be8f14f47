"""Evidence as it is looked for: by the file it waits for, of a whole finding, and the matters that may need some."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.matters import Finding
from storage.proceedings import CoUnit, Evidence

OPEN = ("assigned", "rectifying", "ongoing", "pending_acceptance")
REPORTED = 0  # the round of what came with the report itself: it shows the matter, not its rectification


def waiting_for(session: Session, person: str, media_id: str) -> list[tuple[Finding, Evidence]]:
    """The evidence by this person that names this file of WeCom's and does not have it yet."""
    query = select(Finding, Evidence).join(Evidence, Evidence.finding_id == Finding.id)
    query = query.where(Evidence.media_id == media_id, Evidence.by == person)
    query = query.where(Evidence.sha256.is_(None), Evidence.refused == "").order_by(Evidence.id)
    return [(finding, row) for finding, row in session.execute(query)]


def of(session: Session, finding: Finding) -> list[Evidence]:
    """Everything that was taken, of all rounds, oldest first."""
    query = select(Evidence).where(Evidence.finding_id == finding.id, Evidence.refused == "")
    return list(session.scalars(query.order_by(Evidence.id)))


def refused_in(session: Session, finding: Finding) -> bool:
    """Whether something that was brought in this round was not taken."""
    query = select(Evidence.id).where(Evidence.finding_id == finding.id, Evidence.cycle == finding.cycle)
    return session.execute(query.where(Evidence.refused != "").limit(1)).first() is not None


def may_need(session: Session, person: str, units: Iterable[str]) -> list[Finding]:
    """Open findings that he answers for, or one of `units` does or assists with; soonest due first."""
    codes = list(units)
    assisted = select(CoUnit.finding_id).where(CoUnit.unit.in_(codes))
    mine = or_(Finding.resp_person == person, Finding.unit.in_(codes), Finding.id.in_(assisted))
    query = select(Finding).where(Finding.state.in_(OPEN), mine)
    return list(session.scalars(query.order_by(Finding.due, Finding.id)))
