"""The tables of what happens to a finding: reports, evidence, decisions, rounds, stages, objections (domain.md 3.2)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import TABLE_ARGS, Base, LongId, LongText, Utc, one_of


class Progress(Base):
    """A report on rectification; only appended (domain.md 3.2 `progress[]`)."""

    __tablename__ = "progress"
    __table_args__ = (Index(None, "finding_id", "id"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(64))
    percent: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(LongText)
    recovered_fen: Mapped[int | None] = mapped_column(BigInteger)  # as known then, the sum so far


class Evidence(Base):
    """What shows the rectification: a sentence that names it, or a picture or file by its media id."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "finding_id", "id"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))  # sentence / image / file
    text: Mapped[str] = mapped_column(LongText, default="")
    media_id: Mapped[str] = mapped_column(String(512), default="")
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")  # of the file, as it was sent
    sha256: Mapped[str | None] = mapped_column(String(64))  # once it is on our disk
    refused: Mapped[str] = mapped_column(String(60), default="", server_default="")  # why it was not taken


class Acceptance(Base):
    """A decision on an application for acceptance (T8, T9)."""

    __tablename__ = "acceptances"
    __table_args__ = (
        CheckConstraint(one_of("result", ("accepted", "returned")), name="result"),
        Index(None, "finding_id", "cycle", "result"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(10))
    opinion: Mapped[str] = mapped_column(LongText, default="")
    new_due: Mapped[date | None]


class Extension(Base):
    """An application for a later due date (T10); until it is decided the old one counts."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint(one_of("state", ("pending", "approved", "rejected", "converted_ongoing")), name="state"),
        Index(None, "finding_id", "id"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(64))
    old_due: Mapped[date | None]
    new_due: Mapped[date]
    reason: Mapped[str] = mapped_column(LongText)
    state: Mapped[str] = mapped_column(String(20), default="pending")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    after_due: Mapped[bool] = mapped_column(default=False)


class Cycle(Base):
    """One round, from assignment to acceptance; a closed one never changes (domain.md 3.2 `cycles[]`)."""

    __tablename__ = "cycles"
    __table_args__ = (UniqueConstraint("finding_id", "seq"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    seq: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(Utc)
    reopen_reason: Mapped[str] = mapped_column(LongText, default="")
    reopen_basis: Mapped[str] = mapped_column(LongText, default="")
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
    unit: Mapped[str] = mapped_column(String(32), default="")
    unit_name: Mapped[str] = mapped_column(String(80), default="")
    resp_person: Mapped[str] = mapped_column(String(64), default="")
    due: Mapped[date | None]  # the date that counted in the end
    applied_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_by: Mapped[str] = mapped_column(String(64), default="")
    returned: Mapped[int] = mapped_column(Integer, default=0)


class Milestone(Base):
    """A stage of a phased rectification (domain.md 3.2 `milestones[]`)."""

    __tablename__ = "milestones"
    __table_args__ = (Index(None, "finding_id", "cycle"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(80))
    due: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(Utc)
    done_by: Mapped[str] = mapped_column(String(64), default="")
    dropped: Mapped[bool] = mapped_column(default=False)  # replaced by a later plan, kept for the record


class CoUnit(Base):
    """A unit that assists; the responsible unit stays one (domain.md 7.4: counted once)."""

    __tablename__ = "co_units"
    __table_args__ = (UniqueConstraint("finding_id", "unit"), Index(None, "unit"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    unit: Mapped[str] = mapped_column(String(32), ForeignKey("units.code"))
    unit_name: Mapped[str] = mapped_column(String(80))
    unit_path: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)


class Objection(Base):
    """What the responsible side holds against a finding (S9); the time limit runs on."""

    __tablename__ = "objections"
    __table_args__ = (
        CheckConstraint(one_of("state", ("pending", "upheld", "dismissed")), name="state"),
        Index(None, "finding_id", "id"),
        Index(None, "state"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(LongText)
    answer_by: Mapped[date]  # a deadline, by default five working days (S9)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    reply: Mapped[str] = mapped_column(LongText, default="")
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Utc)


class Consent(Base):
    """What waits for somebody's agreement: a withdrawal after registration (T12), a proposed reopening (T11)."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("withdraw", "reopen", "close")), name="kind"),
        CheckConstraint(one_of("state", ("pending", "agreed", "refused", "lapsed")), name="state"),
        Index(None, "finding_id", "id"),
        Index(None, "state"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    finding_id: Mapped[int] = mapped_column(LongId, ForeignKey("findings.id"))
    cycle: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(LongText, default="")
    basis: Mapped[str] = mapped_column(LongText, default="")
    state: Mapped[str] = mapped_column(String(12), default="pending")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
