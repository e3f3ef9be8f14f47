"""What a page of a ledger needs beside the findings themselves, read together for all of them (domain.md 3.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.matters import Finding
from storage.models import Event
from storage.proceedings import Acceptance, CoUnit, Cycle, Evidence, Extension, Milestone, Progress

PAGE = 300  # findings read together: memory holds no more of them, however long the ledger is
Round = tuple[int, int]  # the finding's id and which of its rounds


@dataclass(slots=True)
class Beside:
    """By the finding's id, or by id and round: the newest of each kind, or all of it."""

    cycles: dict[int, list[Cycle]] = field(default_factory=dict)
    progress: dict[Round, Progress] = field(default_factory=dict)
    acceptances: dict[Round, Acceptance] = field(default_factory=dict)
    evidence: dict[Round, int] = field(default_factory=dict)
    extensions: dict[Round, list[Extension]] = field(default_factory=dict)
    milestones: dict[Round, list[Milestone]] = field(default_factory=dict)
    co_units: dict[int, list[str]] = field(default_factory=dict)


def pages(session: Session, ids: Sequence[int]) -> Iterator[tuple[list[Finding], Beside]]:
    """The findings of these ids in their order, a page at a time; what was read is let go with the next page."""
    for start in range(0, len(ids), PAGE):
        wanted = list(ids[start : start + PAGE])
        found = {row.id: row for row in session.scalars(select(Finding).where(Finding.id.in_(wanted)))}
        yield [found[row] for row in wanted if row in found], beside(session, wanted)
        session.expunge_all()


def beside(session: Session, ids: Collection[int]) -> Beside:
    """What stands beside these findings; at most a page of them."""
    found = Beside()
    for cycle in session.scalars(select(Cycle).where(Cycle.finding_id.in_(ids)).order_by(Cycle.seq)):
        found.cycles.setdefault(cycle.finding_id, []).append(cycle)
    newest = select(func.max(Progress.id)).where(Progress.finding_id.in_(ids))
    newest = newest.group_by(Progress.finding_id, Progress.cycle)
    for report in session.scalars(select(Progress).where(Progress.id.in_(newest))):
        found.progress[report.finding_id, report.cycle] = report
    for decision in session.scalars(select(Acceptance).where(Acceptance.finding_id.in_(ids)).order_by(Acceptance.id)):
        found.acceptances[decision.finding_id, decision.cycle] = decision
    counted = select(Evidence.finding_id, Evidence.cycle, func.count()).where(Evidence.finding_id.in_(ids))
    counted = counted.where(Evidence.refused == "").group_by(Evidence.finding_id, Evidence.cycle)
    found.evidence = {(row, seq): many for row, seq, many in session.execute(counted)}
    for later in session.scalars(select(Extension).where(Extension.finding_id.in_(ids)).order_by(Extension.id)):
        found.extensions.setdefault((later.finding_id, later.cycle), []).append(later)
    stages = select(Milestone).where(Milestone.finding_id.in_(ids), Milestone.dropped.is_(False))
    for stage in session.scalars(stages.order_by(Milestone.due, Milestone.id)):
        found.milestones.setdefault((stage.finding_id, stage.cycle), []).append(stage)
    for unit in session.scalars(select(CoUnit).where(CoUnit.finding_id.in_(ids)).order_by(CoUnit.id)):
        found.co_units.setdefault(unit.finding_id, []).append(unit.unit_name)
    return found


def events_of(session: Session, ids: Sequence[int], without: Collection[str]) -> Iterator[Event]:
    """The events of these findings, finding by finding, but those of the actions `without`; a page at a time."""
    for start in range(0, len(ids), PAGE):
        numbers = select(Finding.number).where(Finding.id.in_(list(ids[start : start + PAGE])))
        query = select(Event).where(Event.matter.in_(numbers), Event.action.not_in(list(without)))
        yield from session.scalars(query.order_by(Event.matter, Event.id))
        session.expunge_all()
