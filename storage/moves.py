"""Moves of findings from state to state, and the rows that go with them: progress, evidence, decisions, extensions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.matters import Acceptance, Evidence, Extension, Finding, Progress
from storage.models import Outbox

# Built once: every look at a finding runs it (docs/performance.md).
_PROGRESS = (
    select(Progress)
    .where(Progress.finding_id == bindparam("finding"), Progress.cycle == bindparam("cycle"))
    .order_by(Progress.id)
)
IN_HAND = ("assigned", "rectifying", "ongoing")  # the unit's turn: reminders run (domain.md 7.4 在办)


def find(session: Session, number: str) -> Finding | None:
    """The finding of this canonical number."""
    return session.scalars(select(Finding).where(Finding.number == number)).first()


def move(session: Session, finding: Finding, old: str, new: str, **values: Any) -> bool:
    """`old` -> `new` with `values`; False when somebody was faster. `finding` is fresh afterwards either way."""
    result = session.execute(
        update(Finding)
        .where(Finding.id == finding.id, Finding.state == old, Finding.cycle == finding.cycle)
        .values(state=new, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(finding)
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def lock(session: Session, finding: Finding) -> None:
    """Hold the finding until the turn ends, and read it again: what is checked now still holds at the commit.

    SQLite has one writer, so nothing can come in between.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.refresh(finding, with_for_update=True)


def keep(session: Session, finding: Finding, **values: Any) -> None:
    """Fields that change without a move, such as the recovered amount."""
    session.execute(
        update(Finding).where(Finding.id == finding.id).values(**values).execution_options(synchronize_session=False)
    )
    session.refresh(finding)


def add_progress(
    session: Session, finding: Finding, *, at: datetime, by: str, text: str, percent: int | None = None
) -> None:
    session.execute(
        insert(Progress).values(finding_id=finding.id, cycle=finding.cycle, at=at, by=by, percent=percent, text=text)
    )


def add_evidence(
    session: Session, finding: Finding, *, at: datetime, by: str, kind: str, text: str = "", media_id: str = ""
) -> None:
    """kind: sentence, image or file."""
    session.execute(
        insert(Evidence).values(
            finding_id=finding.id, cycle=finding.cycle, at=at, by=by, kind=kind, text=text, media_id=media_id
        )
    )


def add_decision(
    session: Session, finding: Finding, *, at: datetime, by: str, result: str, opinion: str, new_due: date | None = None
) -> None:
    """result: accepted or returned (T8, T9)."""
    session.execute(
        insert(Acceptance).values(
            finding_id=finding.id, cycle=finding.cycle, at=at, by=by, result=result, opinion=opinion, new_due=new_due
        )
    )


def progress_of(session: Session, finding: Finding) -> list[Progress]:
    """What was reported in this cycle, oldest first."""
    return list(session.scalars(_PROGRESS, {"finding": finding.id, "cycle": finding.cycle}))


def evidence_of(session: Session, finding: Finding) -> list[Evidence]:
    """The evidence of this cycle, oldest first."""
    query = select(Evidence).where(Evidence.finding_id == finding.id, Evidence.cycle == finding.cycle)
    return list(session.scalars(query.order_by(Evidence.id)))


def fillers(session: Session, finding: Finding) -> frozenset[str]:
    """Everybody who reported or brought evidence in this cycle: none of them may accept it (T8)."""
    reports = {row.by for row in progress_of(session, finding)}
    return frozenset(reports | {row.by for row in evidence_of(session, finding)})


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
    mine = or_(Finding.resp_person == person, Finding.unit.in_(list(units)))
    query = select(Finding).where(Finding.state.in_(IN_HAND), mine)
    return list(session.scalars(query.order_by(Finding.due, Finding.id)))


def in_state(session: Session, state: str) -> list[Finding]:
    """Every finding in this state, oldest application first."""
    query = select(Finding).where(Finding.state == state).order_by(Finding.applied_at, Finding.id)
    return list(session.scalars(query))


def reminded(session: Session, number: str, kind: str, since: datetime, person: str | None = None) -> int:
    """How many reminders of ladder `kind` about the matter went out, or are on their way, since then."""
    query = select(func.count()).select_from(Outbox).where(Outbox.matter == number, Outbox.created_at >= since)
    query = query.where(Outbox.push_key.startswith(f"{kind}:", autoescape=True), Outbox.state.in_(("due", "sent")))
    if person is not None:
        query = query.where(Outbox.person == person)
    return session.execute(query).scalar_one()


def add_extension(
    session: Session, finding: Finding, *, at: datetime, by: str, new_due: date, reason: str, after_due: bool
) -> None:
    """An application; the old date counts until it is decided (T10)."""
    session.execute(
        insert(Extension).values(
            finding_id=finding.id, cycle=finding.cycle, at=at, by=by, old_due=finding.due, new_due=new_due,
            reason=reason, state="pending", after_due=after_due,
        )
    )  # fmt: skip


def extensions_of(session: Session, finding: Finding) -> list[Extension]:
    """The applications of this cycle, oldest first."""
    query = select(Extension).where(Extension.finding_id == finding.id, Extension.cycle == finding.cycle)
    return list(session.scalars(query.order_by(Extension.id)))


def with_pending_extension(session: Session) -> list[Finding]:
    """Findings whose application for a later date waits for a decision, oldest first."""
    query = select(Finding).join(Extension, Extension.finding_id == Finding.id).where(Extension.state == "pending")
    return list(session.scalars(query.order_by(Extension.id)).unique())


def decide_extension(session: Session, row: Extension, state: str, by: str, at: datetime, new_due: date) -> bool:
    """False when somebody decided it before."""
    result = session.execute(
        update(Extension)
        .where(Extension.id == row.id, Extension.state == "pending")
        .values(state=state, decided_by=by, decided_at=at, new_due=new_due)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
