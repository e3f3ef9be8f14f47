"""What stands beside a finding in its present round: stages, assisting units, objections, consents (domain.md 3.2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.matters import Finding
from storage.prepared import Prepared
from storage.proceedings import Consent, CoUnit, Milestone, Objection

# Built once: it stands on the path of every question by number (docs/performance.md).
_STANDING = (
    Milestone.finding_id == bindparam("finding"), Milestone.cycle == bindparam("cycle"), Milestone.dropped.is_(False),
)  # fmt: skip
_MILESTONES = select(Milestone).where(*_STANDING).order_by(Milestone.due, Milestone.id)
_STAGES = Prepared(
    select(Milestone.name, Milestone.due, Milestone.done_at).where(*_STANDING).order_by(Milestone.due, Milestone.id)
)


def milestones_of(session: Session, finding: Finding) -> list[Milestone]:
    """The stages of the plan that counts, soonest first; a replaced plan's are left out."""
    return list(session.scalars(_MILESTONES, {"finding": finding.id, "cycle": finding.cycle}))


def stages_of(session: Session, finding: Finding) -> list[Any]:
    """The same to be told only: rows of name, due and done_at."""
    return _STAGES.all(session, {"finding": finding.id, "cycle": finding.cycle})


def find_milestone(session: Session, row: int) -> Milestone | None:
    return session.get(Milestone, row)


def co_units_of(session: Session, finding: Finding) -> list[CoUnit]:
    """The units that assist, in the order in which they were named."""
    return list(session.scalars(select(CoUnit).where(CoUnit.finding_id == finding.id).order_by(CoUnit.id)))


def objections_of(session: Session, finding: Finding) -> list[Objection]:
    """The objections of the present round, oldest first."""
    query = select(Objection).where(Objection.finding_id == finding.id, Objection.cycle == finding.cycle)
    return list(session.scalars(query.order_by(Objection.id)))


def pending_objection(session: Session, finding: Finding) -> Objection | None:
    """The one that waits for its answer."""
    return next((row for row in objections_of(session, finding) if row.state == "pending"), None)


def with_pending_objection(session: Session) -> list[Finding]:
    """Findings whose objection waits for an answer, oldest first."""
    query = select(Finding).join(Objection, Objection.finding_id == Finding.id)
    query = query.where(Objection.state == "pending", Objection.cycle == Finding.cycle).order_by(Objection.id)
    return list(session.scalars(query).unique())


def consents_of(session: Session, finding: Finding, kind: str) -> list[Consent]:
    """What was put before somebody for his agreement in the present round, oldest first."""
    query = select(Consent).where(Consent.finding_id == finding.id, Consent.cycle == finding.cycle)
    return list(session.scalars(query.where(Consent.kind == kind).order_by(Consent.id)))


def pending_consent(session: Session, finding: Finding, kind: str) -> Consent | None:
    return next((row for row in consents_of(session, finding, kind) if row.state == "pending"), None)


def with_pending_consent(session: Session, kind: str) -> list[Finding]:
    """Findings for which an agreement of this kind is waited for, oldest first."""
    query = select(Finding).join(Consent, Consent.finding_id == Finding.id)
    query = query.where(Consent.kind == kind, Consent.state == "pending", Consent.cycle == Finding.cycle)
    return list(session.scalars(query.order_by(Consent.id)).unique())


def alike(session: Session, category: str, since: str) -> tuple[int, int]:
    """How many units have findings of this category since the quarter `since` (`2026Q1`), and how many there are.

    Only what was registered and stands counts (domain.md 7.4, 7.5).
    """
    query = select(func.count(func.distinct(Finding.unit)), func.count()).where(Finding.category == category)
    query = query.where(Finding.quarter >= since, Finding.nature != "tendency")
    query = query.where(Finding.state.not_in(("submitted", "need_more", "rejected", "merged", "converted_to_lead",
                                              "withdrawn")))  # fmt: skip
    found_units, found = session.execute(query).one()
    return int(found_units), int(found)
