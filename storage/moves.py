"""The one place where findings change: every move and every row beside it is written together with its event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, union, update
from sqlalchemy.orm import Session

from storage import events, fulltext, memory
from storage.events import Entry
from storage.matters import Finding
from storage.prepared import Prepared
from storage.proceedings import Acceptance, Cycle, Evidence, Extension, Progress
from storage.types import Base

# Built once: every look at a finding runs it (docs/performance.md).
_PROGRESS = (
    select(Progress)
    .where(Progress.finding_id == bindparam("finding"), Progress.cycle == bindparam("cycle"))
    .order_by(Progress.id)
)
_LATEST = Prepared(
    select(Progress.at, Progress.percent, Progress.text)
    .where(Progress.finding_id == bindparam("finding"), Progress.cycle == bindparam("cycle"))
    .order_by(Progress.id.desc())
    .limit(1)
)
IN_HAND = ("assigned", "rectifying", "ongoing")  # the unit's turn: reminders run (domain.md 7.4 在办)


def find(session: Session, number: str) -> Finding | None:
    """The finding of this canonical number."""
    return session.scalars(select(Finding).where(Finding.number == number)).first()


@dataclass(frozen=True, slots=True)
class Altered:
    """A row beside the finding that changes with it: `row` gets `values`, if it still is as `only_if` says."""

    row: Base
    values: Mapping[str, Any]
    only_if: Mapping[str, Any] = field(default_factory=dict)


Piece = Base | Altered


def move(session: Session, finding: Finding, old: str, new: str, entry: Entry, *pieces: Piece, **values: Any) -> bool:
    """`old` -> `new` with `values` and `pieces`, and the event of it all (T1 to T12).

    False when somebody was faster: then nothing of it may stay, so the caller raises. `finding` is fresh afterwards.
    pieces: new rows (their finding and round are filled in here), or `Altered` ones.
    """
    lock(session, finding)
    before = _columns(finding, ("state", *values))
    cycle = finding.cycle
    result = session.execute(
        update(Finding)
        .where(Finding.id == finding.id, Finding.state == old, Finding.cycle == cycle)
        .values(state=new, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(finding)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    return _finish(session, finding, entry, before, pieces)


def keep(session: Session, finding: Finding, entry: Entry, *pieces: Piece, **values: Any) -> bool:
    """Fields and rows that change without a move, and their event; False as with `move`."""
    lock(session, finding)
    before = _columns(finding, values)
    if values:
        changed = update(Finding).where(Finding.id == finding.id).values(**values)
        session.execute(changed.execution_options(synchronize_session=False))
        session.refresh(finding)
    return _finish(session, finding, entry, before, pieces)


def _finish(session: Session, finding: Finding, entry: Entry, before: dict[str, Any], pieces: Iterable[Piece]) -> bool:
    after = _columns(finding, before)
    if any(name in before for name in fulltext.FIELDS):
        fulltext.renew(session, finding)
    for piece in pieces:
        written = _alter(session, piece) if isinstance(piece, Altered) else _insert(session, finding, piece)
        if written is None:
            return False
        name, was, row = written
        after.setdefault(name, []).append(row)
        if was:
            before.setdefault(name, []).append(was)
    events.append(session, entry, finding.number, before, after)
    return True


def _insert(session: Session, finding: Finding, row: Base) -> tuple[str, None, dict[str, Any]]:
    row.finding_id = finding.id  # type: ignore[attr-defined]
    if hasattr(row, "cycle"):
        row.cycle = finding.cycle
    session.add(row)
    session.flush()
    return row.__tablename__, None, _columns(row, [c.key for c in row.__table__.columns if c.key != "finding_id"])


def _alter(session: Session, piece: Altered) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
    row, model = piece.row, type(piece.row)
    same = [getattr(model, name) == value for name, value in piece.only_if.items()]
    was = _columns(row, ("id", *piece.values))
    changed = update(model).where(model.id == row.id, *same).values(**piece.values)  # type: ignore[attr-defined]
    result = session.execute(changed.execution_options(synchronize_session=False))
    session.refresh(row)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return None
    return row.__tablename__, was, _columns(row, was)


def _columns(row: Base, names: Iterable[str]) -> dict[str, Any]:
    return {name: events.plain(getattr(row, name)) for name in names}


def lock(session: Session, finding: Finding) -> None:
    """Hold the finding until the turn ends, and read it again: what is checked now still holds at the commit.

    SQLite has one writer, so nothing can come in between.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.refresh(finding, with_for_update=True)


def progress_of(session: Session, finding: Finding) -> list[Progress]:
    """What was reported in this cycle, oldest first."""
    return list(session.scalars(_PROGRESS, {"finding": finding.id, "cycle": finding.cycle}))


def latest_of(session: Session, finding: Finding) -> Any:
    """What was reported last in this cycle, to be told only: at, percent and text; None for nothing yet."""
    return _LATEST.first(session, {"finding": finding.id, "cycle": finding.cycle})


def evidence_of(session: Session, finding: Finding) -> list[Evidence]:
    """The evidence of this cycle, oldest first; what was refused is none."""
    return [row for row in _brought(session, finding) if not row.refused]


def last_report(session: Session, finding: Finding) -> datetime | None:
    """When progress was last reported in this cycle."""
    question = ("last report", finding.id, finding.cycle)
    return memory.recall_here(session, question, lambda: _last_report(session, finding))


def _last_report(session: Session, finding: Finding) -> datetime | None:
    rows = progress_of(session, finding)
    return rows[-1].at if rows else None


def fillers(session: Session, finding: Finding) -> frozenset[str]:
    """Everybody who reported or brought evidence in this cycle: none of them may accept it (T8)."""
    question = ("fillers", finding.id, finding.cycle)
    return memory.recall_here(session, question, lambda: _fillers(session, finding))


def _fillers(session: Session, finding: Finding) -> frozenset[str]:
    reports = {row.by for row in progress_of(session, finding)}
    return frozenset(reports | {row.by for row in _brought(session, finding)})


def _brought(session: Session, finding: Finding) -> list[Evidence]:
    query = select(Evidence).where(Evidence.finding_id == finding.id, Evidence.cycle == finding.cycle)
    return list(session.scalars(query.order_by(Evidence.id)))


def last_return(session: Session, finding: Finding) -> datetime | None:
    """When this cycle was last returned: what was reported before does not count for a new application."""
    query = select(func.max(Acceptance.at)).where(Acceptance.finding_id == finding.id)
    query = query.where(Acceptance.cycle == finding.cycle, Acceptance.result == "returned")
    return session.execute(query).scalar()


def last_decision(session: Session, finding: Finding) -> Acceptance | None:
    query = select(Acceptance).where(Acceptance.finding_id == finding.id).order_by(Acceptance.id.desc())
    return session.scalars(query.limit(1)).first()


def in_hand(session: Session, person: str, units: Iterable[str] = ()) -> list[Finding]:
    """What the person is responsible for, or one of `units` is, and the unit's turn it is; soonest due first."""
    theirs = [Finding.resp_person == person] + ([Finding.unit.in_(served)] if (served := list(units)) else [])
    ways = (select(Finding.id).where(Finding.state.in_(IN_HAND), way) for way in theirs)  # each by its own index
    query = select(Finding).where(Finding.id.in_(union(*ways)))
    return list(session.scalars(query.order_by(Finding.due, Finding.id)))


def in_state(session: Session, state: str) -> list[Finding]:
    """Every finding in this state, oldest application first."""
    query = select(Finding).where(Finding.state == state).order_by(Finding.applied_at, Finding.id)
    return list(session.scalars(query))


def extensions_of(session: Session, finding: Finding) -> list[Extension]:
    """The applications of this cycle, oldest first."""
    query = select(Extension).where(Extension.finding_id == finding.id, Extension.cycle == finding.cycle)
    return list(session.scalars(query.order_by(Extension.id)))


def extensions_of_all(session: Session, findings: Collection[Finding]) -> dict[int, list[Extension]]:
    """The same of many, by the finding's id."""
    found: dict[int, list[Extension]] = {finding.id: [] for finding in findings}
    cycle = {finding.id: finding.cycle for finding in findings}
    query = select(Extension).where(Extension.finding_id.in_(list(found))).order_by(Extension.id)
    for row in session.scalars(query):
        if row.cycle == cycle[row.finding_id]:
            found[row.finding_id].append(row)
    return found


def with_pending_extension(session: Session) -> list[Finding]:
    """Findings whose application for a later date waits for a decision, oldest first."""
    query = select(Finding).join(Extension, Extension.finding_id == Finding.id).where(Extension.state == "pending")
    query = query.where(Finding.state.in_(IN_HAND))  # one that was withdrawn meanwhile waits for nobody
    return list(session.scalars(query.order_by(Extension.id)).unique())


def cycle_of(session: Session, finding: Finding) -> Cycle | None:
    """The present round; None before the first assignment."""
    query = select(Cycle).where(Cycle.finding_id == finding.id, Cycle.seq == finding.cycle)
    return session.scalars(query).first()
