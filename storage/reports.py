"""The office's papers, version by version: quarter reports and bulletins (domain.md S35, S36). Nothing is rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage import events
from storage.events import Entry
from storage.types import TABLE_ARGS, Base, JsonBody, LongId, Utc, one_of

KINDS = ("quarter_summary", "bulletin")
STATES = ("draft", "offered", "final", "withdrawn", "replaced")


class Report(Base):
    """One version of a paper. Its body is what was written then; later changes of findings do not touch it.

    state: draft, offered (the director is asked), final (reported or published), withdrawn, replaced by a later one.
    number: as it was issued when it became final (`监督办〔2026〕1号`), else "". by, at: who made the version.
    """

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("state", STATES), name="state"),
        UniqueConstraint("kind", "quarter", "version"),
        Index(None, "kind", "state", "quarter"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    quarter: Mapped[str] = mapped_column(String(6))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    number: Mapped[str] = mapped_column(String(32), default="", server_default="")
    body: Mapped[dict[str, Any]] = mapped_column(JsonBody)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)


def matter_of(kind: str, quarter: str) -> str:
    """The name under which its events and reminders stand."""
    return f"{kind}:{quarter}"


def newest(session: Session, kind: str, quarter: str, *states: str) -> Report | None:
    """The newest version that is in one of these states; of all, when none is named."""
    query = select(Report).where(Report.kind == kind, Report.quarter == quarter).order_by(Report.version.desc())
    return session.scalars(query.where(Report.state.in_(states)) if states else query).first()


def latest_quarter(session: Session, kind: str, *states: str) -> str:
    """The latest quarter that has such a paper in one of these states, or ""."""
    query = select(Report.quarter).where(Report.kind == kind, Report.state.in_(states))
    return session.scalars(query.order_by(Report.quarter.desc()).limit(1)).first() or ""


def add(session: Session, entry: Entry, kind: str, quarter: str, body: dict[str, Any]) -> Report:
    """The next version, a draft. Earlier drafts of the quarter are replaced; what is final stays."""
    before = newest(session, kind, quarter)
    waiting = (Report.kind == kind, Report.quarter == quarter, Report.state.in_(("draft", "offered")))
    session.execute(
        update(Report).where(*waiting).values(state="replaced").execution_options(synchronize_session="fetch")
    )
    row = Report(
        kind=kind, quarter=quarter, version=before.version + 1 if before else 1, state="draft", body=body,
        by=entry.actor, at=entry.at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    events.append(session, entry, matter_of(kind, quarter), None, {"version": row.version, "state": "draft"})
    return row


def change(session: Session, entry: Entry, row: Report, **values: Any) -> bool:
    """Set fields while the version's state is still the one that was read; False when somebody was faster.

    The body's words stand in the row, not a second time in the ledger.
    """
    said = {"version": row.version, "state": row.state, "number": row.number}
    query = update(Report).where(Report.id == row.id, Report.state == row.state).values(**values)
    result = session.execute(query.execution_options(synchronize_session=False))
    if cast(CursorResult[Any], result).rowcount == 0:
        return False
    session.refresh(row)
    now = {"version": row.version, "state": row.state, "number": row.number}
    events.append(session, entry, matter_of(row.kind, row.quarter), said, now)
    return True


def retire(session: Session, entry: Entry, kind: str, quarter: str, but: Report) -> None:
    """What was final before `but` is replaced by it."""
    query = select(Report).where(Report.kind == kind, Report.quarter == quarter, Report.state == "final")
    for row in session.scalars(query.where(Report.id != but.id)).all():
        change(session, entry, row, state="replaced")
