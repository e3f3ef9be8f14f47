"""The tables of the work itself: organisation, findings, leads, quarter tasks, reports (domain.md 2.2, 3.2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, false
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
SLIP_STATES = ("sent", "signed", "refused", "done")
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
    sub_office: Mapped[bool] = mapped_column(default=False, server_default=false())  # runs its own level (S61)
    department_id: Mapped[int | None] = mapped_column(Integer)  # WeCom's own number of it, once known
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Person(Base):
    """Somebody with a WeCom account; `userid` in lower case, since WeCom does not tell the cases apart."""

    __tablename__ = "people"
    __table_args__ = (TABLE_ARGS,)
    userid: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    reachable: Mapped[bool] = mapped_column(default=True)  # False once WeCom called the account invalid
    home: Mapped[str | None] = mapped_column(String(32))  # the unit of his main department in WeCom
    left_on: Mapped[date | None]  # gone from WeCom's contacts


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


class Delegation(Base):
    """Who stands in for whom: limited to days (both inclusive) and to roles (domain.md 2.1, S25). roles [] is all."""

    __tablename__ = "delegations"
    __table_args__ = (Index(None, "delegate"), Index(None, "principal"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    principal: Mapped[str] = mapped_column(String(64), ForeignKey("people.userid"))
    delegate: Mapped[str] = mapped_column(String(64), ForeignKey("people.userid"))
    roles: Mapped[list[str]] = mapped_column(JsonBody, default=list)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    made_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)


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
        Index(None, "quarter", "state", "cycle"),
        Index(None, "submitted_at", "category", "state"),
        Index(None, "unit", "category"),
        Index(None, "category", "state", "due", "visibility", "unit", "resp_person"),
        Index(None, "cycle", "state"),
        Index(None, "category", "quarter"),
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
    occurred_at: Mapped[date | None]
    content_domain: Mapped[str] = mapped_column(String(16), default="", server_default="")  # S3
    control_phase: Mapped[str] = mapped_column(String(8), default="", server_default="")  # S3
    focus: Mapped[str] = mapped_column(String(80), default="", server_default="")  # S5, words with 、 between
    subject_level: Mapped[str] = mapped_column(String(16), default="", server_default="")  # S8
    source_ref: Mapped[str] = mapped_column(String(16), default="", server_default="")  # BG-…, S33
    loss_fen: Mapped[int | None] = mapped_column(BigInteger)
    resp_leader: Mapped[str | None] = mapped_column(String(64))
    tracker: Mapped[str | None] = mapped_column(String(64))  # who follows it up for the source
    accountability_status: Mapped[str] = mapped_column(String(8), default="", server_default="")  # done / none (S16)
    accountability_count: Mapped[int | None] = mapped_column(Integer)  # 人次
    merged_into: Mapped[str] = mapped_column(String(16), default="", server_default="")
    lead_number: Mapped[str] = mapped_column(String(16), default="", server_default="")  # what it was turned into
    spot_check: Mapped[bool] = mapped_column(default=False, server_default=false())  # the office checks it itself
    review_on: Mapped[date | None]  # when a tendency is looked at again (S19)


class FindingWords(Base):
    """The words that a finding is found by, as tokens with blanks between (storage/fulltext.py).

    Each database indexes this one column in its own way: SQLite by FTS5, PostgreSQL by GIN, MariaDB by FULLTEXT.
    """

    __tablename__ = "finding_words"
    __table_args__ = (TABLE_ARGS,)
    finding_id: Mapped[int] = mapped_column(
        LongId, ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(LongText)
    scheme: Mapped[int] = mapped_column(Integer)


class Lead(Base):
    """A case lead (问题线索). Who may see it is narrower than for anything else (domain.md 2.4).

    sealed: its words; identity: who reported it; both sealed (docs/sealing.md), and `reporter` is the mark of his
    account then. subject, unit, unit_name, desc, raw_text, evidence and the amounts hold words only in leads from
    before there was sealing. Of an anonymous report there is neither: it lies in the file of its own.
    """

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
    desc: Mapped[str] = mapped_column(LongText, default="")
    raw_text: Mapped[str] = mapped_column(LongText, default="")
    evidence: Mapped[str] = mapped_column(LongText, default="")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_text: Mapped[str] = mapped_column(String(60), default="")
    sealed: Mapped[str | None] = mapped_column(LongText)
    identity: Mapped[str | None] = mapped_column(LongText)
    nature: Mapped[str] = mapped_column(String(16), default="")
    real_name: Mapped[bool] = mapped_column(default=False)
    reported_at: Mapped[datetime] = mapped_column(Utc)
    route: Mapped[str] = mapped_column(String(12), default="", server_default="")  # "", leader, superior (S26, S41)
    recused: Mapped[list[str] | None] = mapped_column(JsonBody)  # who is named in it; None: before there was recusal
    in_place: Mapped[list[str] | None] = mapped_column(JsonBody)  # who has it in the place of those
    loss_level: Mapped[str] = mapped_column(String(8), default="", server_default="")  # S43: the four elements
    gravity: Mapped[str] = mapped_column(String(8), default="", server_default="")
    impact: Mapped[str] = mapped_column(String(8), default="", server_default="")
    destinations: Mapped[list[str] | None] = mapped_column(JsonBody)  # disc, acct, func:<unit>, external
    drafted_by: Mapped[str] = mapped_column(String(64), default="", server_default="")  # 拟办, until it is decided
    handler: Mapped[str] = mapped_column(String(64), default="", server_default="")
    disposal: Mapped[str] = mapped_column(String(16), default="", server_default="")
    review_on: Mapped[date | None]  # when a shelved one is looked at again
    result_class: Mapped[str] = mapped_column(String(16), default="", server_default="")
    tolerance: Mapped[str] = mapped_column(String(8), default="", server_default="")  # S53: exempt, lighter, denied
    backflow: Mapped[str] = mapped_column(String(8), default="", server_default="")  # S52: asked, pushed, done
    not_accepted: Mapped[str] = mapped_column(String(12), default="", server_default="")  # more, elsewhere, repeat
    consented: Mapped[bool] = mapped_column(default=False, server_default=false())  # the director may know who reported
    approved_handler: Mapped[str] = mapped_column(String(64), default="", server_default="")  # who may, as its handler
    cycle: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    accepted_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class LeadSlip(Base):
    """A lead on its way to one body (移送单, S42): sent, signed for, through with it, or sent back."""

    __tablename__ = "lead_slips"
    __table_args__ = (
        CheckConstraint(one_of("state", SLIP_STATES), name="state"),
        Index(None, "lead_id", "id"),
        Index(None, "destination", "state"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    lead_id: Mapped[int] = mapped_column(LongId, ForeignKey("leads.id"))
    destination: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8))
    sent_by: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(Utc)
    decided_by: Mapped[str] = mapped_column(String(64), default="", server_default="")  # who signed, or sent it back
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    done_at: Mapped[datetime | None] = mapped_column(Utc)


class LeadNote(Base):
    """What is written about a lead on its way: reasons, lists of material, opinions; kept as its contents are."""

    __tablename__ = "lead_notes"
    __table_args__ = (Index(None, "lead_id", "kind", "id"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    lead_id: Mapped[int] = mapped_column(LongId, ForeignKey("leads.id"))
    kind: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)
    body: Mapped[str] = mapped_column(LongText)


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


class QuarterFigures(Base):
    """The rounds and reports of a quarter as its final report counted them; never changed again (domain.md 7.4).

    as_of: the day t of the formulas. body: `rounds` as storage.rounds gives them (days in ISO), `reports` of the units,
    `streaks`: names of the units with three quarters or more without a finding.
    """

    __tablename__ = "quarter_figures"
    __table_args__ = (TABLE_ARGS,)
    quarter: Mapped[str] = mapped_column(String(6), primary_key=True)
    as_of: Mapped[date]
    frozen_at: Mapped[datetime] = mapped_column(Utc)
    frozen_by: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JsonBody)


class Urgent(Base):
    """An urgent report (S34): stored and pushed with the first message; `updates` are only appended.

    told: in which words the director lets the quarter's report tell it; None: it is only counted.
    """

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
    told: Mapped[str | None] = mapped_column(LongText)


class SpecialReport(Base):
    """A special report (专项报告, S33): its findings are counted by `Finding.source_ref`."""

    __tablename__ = "special_reports"
    __table_args__ = (Index(None, "source"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(32), ForeignKey("units.code"))
    unit: Mapped[str | None] = mapped_column(String(32))
    formed_on: Mapped[date | None]
    count: Mapped[int] = mapped_column(Integer)  # how many findings it names
    submitted_by: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Utc)
    complete_at: Mapped[datetime | None] = mapped_column(Utc)


class CalendarDay(Base):
    """A day that the group or the office set apart from the official calendar (domain.md 6.1)."""

    __tablename__ = "calendar_days"
    __table_args__ = (TABLE_ARGS,)
    day: Mapped[date] = mapped_column(primary_key=True)
    workday: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(40), default="")
