"""Quarter tasks: what each member unit owes for a quarter, and how often it was reminded (domain.md S32)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.matters import Finding, QuarterTask
from storage.prepared import Prepared
from storage.types import table_of

NOT_COUNTED = ("rejected", "withdrawn")  # such a finding does not make the half of a submission

# Built once: every recorded finding runs them (docs/performance.md).
_FINDINGS = table_of(Finding)
_FIND = select(QuarterTask).where(QuarterTask.unit == bindparam("unit"), QuarterTask.quarter == bindparam("quarter"))
_COUNT = Prepared(
    select(func.count())
    .select_from(_FINDINGS)
    .where(_FINDINGS.c.source == bindparam("unit"), _FINDINGS.c.quarter == bindparam("quarter"))
    .where(*(_FINDINGS.c.state != state for state in NOT_COUNTED))
)


def find(session: Session, unit: str, quarter: str) -> QuarterTask | None:
    return session.scalars(_FIND, {"unit": unit, "quarter": quarter}).first()


def ensure(session: Session, unit: str, quarter: str, deadline: date) -> QuarterTask:
    """The unit's task, made when it is missing. An open task follows a deadline that moved."""
    task = find(session, unit, quarter)
    if task is None:
        try:
            with session.begin_nested():
                session.execute(insert(QuarterTask).values(unit=unit, quarter=quarter, deadline=deadline))
        except IntegrityError:
            pass  # another replica made the row first
        task = find(session, unit, quarter)
        assert task is not None
    if task.submitted_at is None and task.deadline != deadline:
        _set(session, task, deadline=deadline)
    return task


def lock(session: Session, task: QuarterTask) -> None:
    """Hold the task until the turn ends, and read it again: two colleagues may report for one unit at once.

    SQLite has one writer, so nothing can come in between.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.refresh(task, with_for_update=True)


def of_quarter(session: Session, quarter: str) -> dict[str, QuarterTask]:
    """Every task of the quarter by its unit."""
    rows = session.scalars(select(QuarterTask).where(QuarterTask.quarter == quarter))
    return {task.unit: task for task in rows}


def findings_of(session: Session, unit: str, quarter: str) -> list[str]:
    """The numbers of the unit's own findings that count for the quarter, oldest first."""
    query = select(Finding.number).where(Finding.source == unit, Finding.quarter == quarter)
    return list(session.scalars(query.where(Finding.state.not_in(NOT_COUNTED)).order_by(Finding.id)))


def finding_count(session: Session, unit: str, quarter: str) -> int:
    """How many of the unit's own findings count for the quarter."""
    return int(_COUNT.scalar(session, {"unit": unit, "quarter": quarter}))


def finding_counts(session: Session, quarter: str) -> dict[str, int]:
    """How many findings of the quarter count, by source."""
    query = select(Finding.source, func.count()).where(Finding.quarter == quarter)
    rows = session.execute(query.where(Finding.state.not_in(NOT_COUNTED)).group_by(Finding.source))
    return dict(rows.tuples().all())


def keep_info(session: Session, task: QuarterTask, text: str, by: str, at: datetime) -> None:
    """The supervision information; a second one is written below the first, nothing is lost."""
    whole = f"{task.info_text}\n{text}" if task.info_text else text
    _set(session, task, info_text=whole, info_by=by, info_at=at)


def declare_none(session: Session, task: QuarterTask, by: str, at: datetime) -> bool:
    """False when a colleague declared it a moment before."""
    return _move(session, task, QuarterTask.none_at.is_(None), none_by=by, none_at=at)


def withdraw_none(session: Session, task: QuarterTask) -> bool:
    """False when there is no declaration any more."""
    return _move(session, task, QuarterTask.none_at.is_not(None), none_by="", none_at=None)


def close(session: Session, task: QuarterTask, at: datetime) -> bool:
    """Both halves are there; False when it was closed before."""
    return _move(session, task, QuarterTask.submitted_at.is_(None), submitted_at=at)


def reopen(session: Session, task: QuarterTask) -> bool:
    """A half fell away again; False when it stands open."""
    return _move(session, task, QuarterTask.submitted_at.is_not(None), submitted_at=None)


def _set(session: Session, task: QuarterTask, **values: object) -> None:
    session.execute(update(QuarterTask).where(QuarterTask.id == task.id).values(**values))
    session.refresh(task)


def _move(session: Session, task: QuarterTask, condition: object, **values: object) -> bool:
    query = update(QuarterTask).where(QuarterTask.id == task.id, condition).values(**values)  # type: ignore[arg-type]
    result = session.execute(query.execution_options(synchronize_session=False))
    session.refresh(task)
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
