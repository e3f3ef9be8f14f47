"""The tables of meetings, what is decided there, plans, joint inspections and talks (domain.md S28-S31, S39, S46)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import TABLE_ARGS, Base, JsonBody, LongId, LongText, Utc, one_of

MEETING_KINDS = ("year_start", "mid_year", "ad_hoc", "joint_meeting", "consultation")
MEETING_STATES = ("planned", "held", "cancelled")
ITEM_KINDS = ("decision", "plan", "audit", "collect")
ITEM_STATES = ("open", "done", "cancelled")
INSPECTION_STATES = ("proposed", "approved", "declined", "done")
TALK_STATES = ("suggested", "declined", "adopted", "planned", "held", "reported", "cancelled")


class Meeting(Base):
    """A meeting of the leading group or of members (HY-, S28-S31).

    agenda: its parts, five for the two ordinary ones (S30). invited: accounts. papers_due: when material is due.
    absences: account -> who comes instead, or "". Window kinds (`year_start`, `mid_year`) stand once a year.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint(one_of("kind", MEETING_KINDS), name="kind"),
        CheckConstraint(one_of("state", MEETING_STATES), name="state"),
        Index(None, "kind", "at"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12), default="planned")
    at: Mapped[datetime] = mapped_column(Utc)  # business time
    place: Mapped[str] = mapped_column(String(80), default="")
    agenda: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    invited: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    absences: Mapped[dict[str, str]] = mapped_column(JsonBody, default=dict)
    papers_due: Mapped[date | None]
    called_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Utc)
    held_at: Mapped[datetime | None] = mapped_column(Utc)
    conclusion: Mapped[str] = mapped_column(LongText, default="")


class Paper(Base):
    """What a member unit handed in for a meeting (监督情况报告, S30)."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("meeting_id", "unit"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    meeting_id: Mapped[int] = mapped_column(LongId, ForeignKey("meetings.id"))
    unit: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)
    text: Mapped[str] = mapped_column(LongText, default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))


class Item(Base):
    """A thing to be done by a day: decided in a meeting (DB-, S30), or in the year's or the audit plan (JH-, S15, S56).

    owner: the code of the unit that leads; helpers: of those that help. refs: findings it is about.
    months: it comes again after so many months (S15), 0 for once. unit: whom an audit or inspection looks at.
    """

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint(one_of("kind", ITEM_KINDS), name="kind"),
        CheckConstraint(one_of("state", ITEM_STATES), name="state"),
        Index(None, "state", "due"),
        Index(None, "unit", "due"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="open")
    text: Mapped[str] = mapped_column(LongText)
    owner: Mapped[str] = mapped_column(String(32))
    person: Mapped[str | None] = mapped_column(String(64))
    helpers: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    unit: Mapped[str | None] = mapped_column(String(32))
    begins: Mapped[date | None]
    due: Mapped[date]
    months: Mapped[int] = mapped_column(Integer, default=0)
    meeting: Mapped[str] = mapped_column(String(16), default="")
    refs: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Utc)
    done_by: Mapped[str] = mapped_column(String(64), default="")
    done_at: Mapped[datetime | None] = mapped_column(Utc)
    note: Mapped[str] = mapped_column(LongText, default="")


class Inspection(Base):
    """A joint inspection (LJ-, S39, S40): proposed, decided by the director or the leading group."""

    __tablename__ = "inspections"
    __table_args__ = (CheckConstraint(one_of("state", INSPECTION_STATES), name="state"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    topic: Mapped[str] = mapped_column(LongText)
    category: Mapped[str] = mapped_column(String(8), default="")
    units: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    orgs: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    items: Mapped[list[str]] = mapped_column(JsonBody, default=list)  # plan items that it takes the place of
    begins: Mapped[date | None]
    ends: Mapped[date | None]
    basis: Mapped[dict[str, Any]] = mapped_column(JsonBody, default=dict)
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime] = mapped_column(Utc)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(LongText, default="")


class Talk(Base):
    """A talk with who answers for a unit (约谈, YT-, S46): suggested with its grounds, decided, held, reported back.

    grounds: one entry a case of domain.md 6.6: {"case", "rule", "count", "limit", "numbers"}; never a lead.
    persons: accounts of those who are called. kind: 提醒 / 告诫 / 问责.
    """

    __tablename__ = "talks"
    __table_args__ = (
        CheckConstraint(one_of("state", TALK_STATES), name="state"),
        Index(None, "unit", "made_at"),
        Index(None, "state"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="suggested")
    unit: Mapped[str] = mapped_column(String(32), ForeignKey("units.code"))
    grounds: Mapped[list[dict[str, Any]]] = mapped_column(JsonBody, default=list)
    persons: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    kind: Mapped[str] = mapped_column(String(12), default="")
    at: Mapped[datetime | None] = mapped_column(Utc)  # business time
    place: Mapped[str] = mapped_column(String(80), default="")
    host: Mapped[str] = mapped_column(String(64), default="")
    points: Mapped[str] = mapped_column(LongText, default="")
    due: Mapped[date | None]  # when the unit has put it right and reports back
    report: Mapped[str] = mapped_column(LongText, default="")
    made_by: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime] = mapped_column(Utc)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(LongText, default="")


class CommonFault(Base):
    """A category that comes often enough to be a common fault (疑似共性问题, S37), and what the office decided of it.

    units, findings: how many it had when it was suggested last; decided ones come again when they have grown.
    """

    __tablename__ = "common_faults"
    __table_args__ = (CheckConstraint(one_of("state", ("suggested", "adopted", "declined")), name="state"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    category: Mapped[str] = mapped_column(String(8), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    units: Mapped[int] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer)
    suggested_at: Mapped[datetime] = mapped_column(Utc)
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(LongText, default="")
    causes: Mapped[str | None] = mapped_column(LongText)
    advice: Mapped[str | None] = mapped_column(LongText)
