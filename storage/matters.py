"""The tables of the work itself: organisation, findings, leads, quarter tasks, urgent reports (domain.md 2.2, 3.2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import TABLE_ARGS, Base, JsonBody, LongId, LongText, Utc, one_of

FINDING_STATES = (
    "submitted", "need_more", "rejected", "merged", "converted_to_lead", "registered", "assigned",
    "rectifying", "ongoing", "pending_acceptance", "closed", "withdrawn",
)  # fmt: skip
LEAD_STATES = (
    "reported", "registered", "accepted", "not_accepted", "triaged", "transferred", "signed", "refused",
    "disposal", "feedback", "closed", "shelved", "reopened",
)  # fmt: skip
SUPERVISION_TYPES = ("party", "special", "functional", "democratic")


class Unit(Base):
    """A unit of the group's tree; `path` is `/HX/JS/JS2/`, so a unit and all below it share a prefix."""

    __tablename__ = "units"
    __table_args__ = (Index(None, "path"), TABLE_ARGS)
    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    parent: Mapped[str | None] = mapped_column(String(32), ForeignKey("units.code"))
    path: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))  # 集团 / 部门 / 权属企业
    aliases: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    supervision_type: Mapped[str | None] = mapped_column(String(12))
    quarterly: Mapped[bool] = mapped_column(default=False)  # a member unit owes the quarter's report (S32)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Person(Base):
    """Somebody with a WeCom account; `userid` in lower case, since WeCom does not tell the cases apart."""

    __tablename__ = "people"
    __table_args__ = (TABLE_ARGS,)
    userid: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    reachable: Mapped[bool] = mapped_column(default=True)  # False once WeCom called the account invalid


class Post(Base):
    """An appointment: person, unit, role and the days it holds (both inclusive; None is open)."""

    __tablename__ = "posts"
    __table_args__ = (Index(None, "userid"), Index(None, "unit", "role"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    userid: Mapped[str] = mapped_column(String(64), ForeignKey("people.userid"))
    unit: Mapped[str] = mapped_column(String(32), ForeignKey("units.code"))
    role: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(40), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Finding(Base):
    """A finding (问题) from submission to acceptance. Money in fen; unit names as they were then."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint(one_of("state", FINDING_STATES), name="state"),
        CheckConstraint(one_of("severity", ("general", "important", "major")), name="severity"),
        CheckConstraint(one_of("rect_type", ("", "immediate", "phased", "ongoing")), name="rect_type"),
        CheckConstraint(one_of("visibility", ("normal", "restricted")), name="visibility"),
        Index(None, "unit", "state", "due"),
        Index(None, "source", "state"),
        Index(None, "source", "quarter", "state"),
        Index(None, "state", "due"),
        Index(None, "resp_person", "state"),
        Index(None, "submitted_by", "submitted_at"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(32), ForeignKey("units.code"))
    source_name: Mapped[str] = mapped_column(String(80), default="")
    supervision_type: Mapped[str] = mapped_column(String(12), default="functional")
    method: Mapped[str] = mapped_column(String(20), default="")
    quarter: Mapped[str] = mapped_column(String(6))
    late: Mapped[bool] = mapped_column(default=False)
    found_at: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(60), default="")
    desc: Mapped[str] = mapped_column(LongText)
    raw_text: Mapped[str] = mapped_column(LongText)
    category: Mapped[str] = mapped_column(String(8), default="QT")
    nature: Mapped[str] = mapped_column(String(16), default="mgmt")
    severity: Mapped[str] = mapped_column(String(12), default="general")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_text: Mapped[str] = mapped_column(String(60), default="")
    recovered_fen: Mapped[int | None] = mapped_column(BigInteger)
    basis: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str | None] = mapped_column(String(32), ForeignKey("units.code"))
    unit_name: Mapped[str] = mapped_column(String(80), default="")
    unit_path: Mapped[str] = mapped_column(String(200), default="")
    resp_person: Mapped[str | None] = mapped_column(String(64))
    named_person: Mapped[str] = mapped_column(String(40), default="")  # as written by the submitter, not an account
    requirement: Mapped[str] = mapped_column(LongText, default="")
    rect_type: Mapped[str] = mapped_column(String(12), default="")
    due: Mapped[date | None]
    root_cause: Mapped[str] = mapped_column(String(60), default="")
    accountability: Mapped[str] = mapped_column(String(200), default="")
    institution_fix: Mapped[str] = mapped_column(String(200), default="")
    key_supervised: Mapped[bool] = mapped_column(default=False)
    visibility: Mapped[str] = mapped_column(String(12), default="normal")
    is_repeat: Mapped[bool] = mapped_column(default=False)
    repeat_of: Mapped[str] = mapped_column(String(16), default="")
    cycle: Mapped[int] = mapped_column(Integer, default=1)
    returned: Mapped[int] = mapped_column(Integer, default=0)
    submitted_by: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Utc)
    assigned_by: Mapped[str] = mapped_column(String(64), default="")
    assigned_at: Mapped[datetime | None] = mapped_column(Utc)
    confirmed_at: Mapped[datetime | None] = mapped_column(Utc)
    applied_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


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


class Acceptance(Base):
    """A decision on an application for acceptance (T8, T9)."""

    __tablename__ = "acceptances"
    __table_args__ = (CheckConstraint(one_of("result", ("accepted", "returned")), name="result"), TABLE_ARGS)
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


class Lead(Base):
    """A case lead (问题线索). Who may see it is narrower than for anything else (domain.md 2.4)."""

    __tablename__ = "leads"
    __table_args__ = (CheckConstraint(one_of("state", LEAD_STATES), name="state"), Index(None, "reporter"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    ledger_seq: Mapped[int] = mapped_column(Integer, unique=True)
    state: Mapped[str] = mapped_column(String(16))
    reporter: Mapped[str] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(80), default="")
    unit: Mapped[str | None] = mapped_column(String(32))
    unit_name: Mapped[str] = mapped_column(String(80), default="")
    desc: Mapped[str] = mapped_column(LongText)
    raw_text: Mapped[str] = mapped_column(LongText)
    evidence: Mapped[str] = mapped_column(LongText, default="")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_text: Mapped[str] = mapped_column(String(60), default="")
    nature: Mapped[str] = mapped_column(String(16), default="")
    real_name: Mapped[bool] = mapped_column(default=False)
    reported_at: Mapped[datetime] = mapped_column(Utc)


class QuarterTask(Base):
    """What one member unit owes for one quarter: information and findings, or a declaration of none (S32)."""

    __tablename__ = "quarter_tasks"
    __table_args__ = (UniqueConstraint("unit", "quarter"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    unit: Mapped[str] = mapped_column(String(32), ForeignKey("units.code"))
    quarter: Mapped[str] = mapped_column(String(6))
    deadline: Mapped[date]
    info_text: Mapped[str] = mapped_column(LongText, default="")
    info_by: Mapped[str] = mapped_column(String(64), default="")
    info_at: Mapped[datetime | None] = mapped_column(Utc)
    none_by: Mapped[str] = mapped_column(String(64), default="")
    none_at: Mapped[datetime | None] = mapped_column(Utc)
    submitted_at: Mapped[datetime | None] = mapped_column(Utc)


class Urgent(Base):
    """An urgent report (S34): stored and pushed with the first message; `updates` are only appended."""

    __tablename__ = "urgents"
    __table_args__ = (Index(None, "reporter", "at"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    reporter: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)
    unit: Mapped[str | None] = mapped_column(String(32))
    unit_name: Mapped[str] = mapped_column(String(80), default="")
    raw_text: Mapped[str] = mapped_column(LongText)
    category: Mapped[str] = mapped_column(String(8), default="")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_text: Mapped[str] = mapped_column(String(60), default="")
    updates: Mapped[list[dict[str, Any]]] = mapped_column(JsonBody, default=list)


class CalendarDay(Base):
    """A day that the group or the office set apart from the official calendar (domain.md 6.1)."""

    __tablename__ = "calendar_days"
    __table_args__ = (TABLE_ARGS,)
    day: Mapped[date] = mapped_column(primary_key=True)
    workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(40), default="")
