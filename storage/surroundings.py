"""What stands beside many findings at once: who assists, who reported, and when last; for turns that look at many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import memory
from storage.matters import Finding
from storage.proceedings import CoUnit, Evidence, Progress

PAGE = 500  # findings of one statement


def learn(session: Session, findings: Collection[Finding]) -> None:
    """Answer beforehand what `staffing.assisting`, `moves.fillers` and `moves.last_report` will be asked of these."""
    if not memory.keeps(session):
        return
    listed = list(findings)
    for start in range(0, len(listed), PAGE):
        memory.learn_here(session, _answers(session, listed[start : start + PAGE]))


def _answers(session: Session, page: Collection[Finding]) -> dict[Hashable, Any]:
    ids = [finding.id for finding in page]
    assisting: dict[int, set[str]] = defaultdict(set)
    for finding, unit in session.execute(select(CoUnit.finding_id, CoUnit.unit).where(CoUnit.finding_id.in_(ids))):
        assisting[finding].add(unit)
    filled: dict[tuple[int, int], set[str]] = defaultdict(set)
    latest: dict[tuple[int, int], datetime] = {}
    reports = select(Progress.finding_id, Progress.cycle, Progress.by, Progress.at).order_by(Progress.id)
    for finding, cycle, by, at in session.execute(reports.where(Progress.finding_id.in_(ids))):
        filled[finding, cycle].add(by)
        latest[finding, cycle] = at
    brought = select(Evidence.finding_id, Evidence.cycle, Evidence.by).where(Evidence.finding_id.in_(ids)).distinct()
    for finding, cycle, by in session.execute(brought):
        filled[finding, cycle].add(by)
    known: dict[Hashable, Any] = {}
    for one in page:
        round_ = (one.id, one.cycle)
        known["assisting", one.id] = frozenset(assisting[one.id])
        known["fillers", *round_] = frozenset(filled[round_])
        known["last report", *round_] = latest.get(round_)
    return known
