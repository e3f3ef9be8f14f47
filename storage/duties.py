"""The tables of the push engine: what is owed by when, what was pushed, what people answered (domain.md 6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import TABLE_ARGS, Base, JsonBody, LongId, Utc, one_of

OBLIGATION_STATES = ("open", "met", "dropped")
PUSH_STATES = ("owed", "told", "dropped")
FORMS = ("single", "digest")
ANSWERS = ("ack", "promise", "done")


class Obligation(Base):
    """Something that somebody owes by a day, with the ladder of reminders it climbs.

    ladder, matter, part: which; `part` tells several of one ladder about one matter apart (a round, a stage).
    source: the clause it rests on (`S32`). owner: the code of the unit or the account that owes it.
    rungs: the ladder's lines as they were when it began (handlers/rules/ladders.py), so that a later change of the
    policy does not rewrite a running clock. due: what the rungs count from. facts: what its words need.
    """

    __tablename__ = "obligations"
    __table_args__ = (
        UniqueConstraint("ladder", "matter", "part"),
        CheckConstraint(one_of("state", OBLIGATION_STATES), name="state"),
        Index(None, "state", "ladder", "due"),
        Index(None, "matter", "state"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    ladder: Mapped[str] = mapped_column(String(24))
    matter: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(32), default="")
    source: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(64))
    begins_at: Mapped[datetime] = mapped_column(Utc)  # business time
    due: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="open")
    rungs: Mapped[list[str]] = mapped_column(JsonBody)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonBody, default=dict)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)  # business time


class Push(Base):
    """One rung that reaches one person: unique by (ladder and rung, person, matter, day), for ever.

    at: the moment of the rung, without the person's own minutes. day: the day that it was planned for.
    outbox_id: the message that told it; several pushes of one morning may share one. reason: why it was dropped, or
    why it was moved on. role, copied: in which capacity the person hears of it. facts: what else its words need.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        CheckConstraint(one_of("state", PUSH_STATES), name="state"),
        CheckConstraint(one_of("form", FORMS), name="form"),
        Index(None, "state", "at"),
        Index(None, "person", "state", "at"),
        Index(None, "matter", "ladder", "person"),
        Index(None, "obligation", "state"),
        Index(None, "person", "told_at"),
        Index(None, "outbox_id"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(190), unique=True)
    obligation: Mapped[int | None] = mapped_column(LongId)
    ladder: Mapped[str] = mapped_column(String(24))
    rung: Mapped[str] = mapped_column(String(16))
    person: Mapped[str] = mapped_column(String(64))
    matter: Mapped[str] = mapped_column(String(64))
    day: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(24), default="")
    copied: Mapped[bool] = mapped_column(default=False, server_default=false())
    form: Mapped[str] = mapped_column(String(12), default="single")
    at: Mapped[datetime] = mapped_column(Utc)  # business time
    planned_at: Mapped[datetime] = mapped_column(Utc)  # business time: when its rung was meant to be
    state: Mapped[str] = mapped_column(String(12), default="owed")
    reason: Mapped[str] = mapped_column(String(24), default="", server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JsonBody, default=dict)
    outbox_id: Mapped[int | None] = mapped_column(LongId)
    told_at: Mapped[datetime | None] = mapped_column(Utc)  # business time: when it was put into words


class AnswerGiven(Base):
    """What a person answered to a reminder: 收到, a promised day, or that it is done (domain.md 6.7)."""

    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint(one_of("kind", ANSWERS), name="kind"),
        Index(None, "matter", "person"),
        Index(None, "kind", "until"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    matter: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(12))
    until: Mapped[date | None]  # the promised day
    at: Mapped[datetime] = mapped_column(Utc)  # business time
    ended_at: Mapped[datetime | None] = mapped_column(Utc)  # business time: kept, replaced, or asked for in vain


class Urge(Base):
    """One person urged by another about one matter (催办, domain.md 6.7)."""

    __tablename__ = "urges"
    __table_args__ = (Index(None, "matter", "person", "at"), Index(None, "person", "at"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    by: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(64))
    matter: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)  # business time
    copied: Mapped[bool] = mapped_column(default=False, server_default=false())


class Audit(Base):
    """What the auditor of the pushes found at one hour: how late the engine was, and what is missing."""

    __tablename__ = "audits"
    __table_args__ = (Index(None, "real_at"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Utc)  # business time
    real_at: Mapped[datetime] = mapped_column(Utc)
    checked: Mapped[int] = mapped_column(Integer, default=0)
    late_seconds: Mapped[int] = mapped_column(Integer, default=0)
    gaps: Mapped[dict[str, int]] = mapped_column(JsonBody, default=dict)


class Send(Base):
    """One call that may have put a message before a person; WeCom counts them (wecom.md 4.1)."""

    __tablename__ = "sends"
    __table_args__ = (Index(None, "person", "at"), Index(None, "at"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)  # real time


class Brake(Base):
    """A pause that holds for all processes: WeCom said that the app speaks too often (45009)."""

    __tablename__ = "brakes"
    __table_args__ = (TABLE_ARGS,)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[datetime] = mapped_column(Utc)  # real time
    seconds: Mapped[int] = mapped_column(Integer)  # how long it was; the next one is longer while it recurs
