"""The engine's own tables: what was heard, said, owed and planned. The cases stand in matters.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import TABLE_ARGS, Base, JsonBody, LongId, LongText, Utc, one_of

OUTBOX_STATES = ("due", "sent", "dead", "cancelled")
REQUEST_STATES = ("new", "done", "refused", "failed")
FETCH_STATES = ("due", "stored", "refused", "dead", "cancelled")
ALERT_STATES = ("pending", "registered", "refused")
DUE_STATES = ("waiting", "done", "cancelled", "skipped", "dead")


class Seen(Base):
    """A callback that was carried out, so that a repeat does nothing and hears the same (wecom.md 1.6)."""

    __tablename__ = "seen"
    __table_args__ = (Index(None, "at"), TABLE_ARGS)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)  # real time: retention is machinery
    reply: Mapped[str | None] = mapped_column(LongText)
    outbox_id: Mapped[int | None] = mapped_column(LongId)  # the same answer's row, see Outbox.answer


class Conversation(Base):
    """Where one person stands: a small stack of frames, the newest last (architecture.md 4)."""

    __tablename__ = "conversations"
    __table_args__ = (TABLE_ARGS,)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    frames: Mapped[list[dict[str, Any]]] = mapped_column(JsonBody, default=list)
    recent: Mapped[dict[str, Any]] = mapped_column(JsonBody, default=dict)  # what "这条" and "全部" refer to
    touched_at: Mapped[datetime] = mapped_column(Utc)  # business time: it expires after 30 minutes


class Outbox(Base):
    """Something owed to one person. Times of machinery are real, `hold_until` and `created_at` are business time.

    answer: an answer that was meant for the callback's own response; the row is the safety net behind it.
    push_key: (rule and rung, target, matter, day), unique for ever. task_id, response_code, closed_text: of cards.
    doubted_at: the first try of which nobody knows whether it arrived.
    apart: a file that takes long to make; neither waits for what else the person is owed, nor that for it.
    media_id: of a file that was uploaded and may not have arrived, made of what `media_key` is the digest of.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(one_of("state", OUTBOX_STATES), name="state"),
        Index(None, "state", "not_before"),
        Index(None, "person", "state", "id"),
        Index(None, "card_group"),
        Index(None, "matter"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(JsonBody)
    state: Mapped[str] = mapped_column(String(12), default="due")
    answer: Mapped[bool] = mapped_column(default=False)
    apart: Mapped[bool] = mapped_column(default=False, server_default=false())
    not_before: Mapped[datetime] = mapped_column(Utc)
    hold_until: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    push_key: Mapped[str | None] = mapped_column(String(190), unique=True)
    matter: Mapped[str] = mapped_column(String(40), default="")
    card_group: Mapped[str] = mapped_column(String(40), default="")
    task_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    response_code: Mapped[str] = mapped_column(String(512), default="")
    closed_text: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    rejections: Mapped[int] = mapped_column(Integer, default=0)
    first_tried_at: Mapped[datetime | None] = mapped_column(Utc)
    doubted_at: Mapped[datetime | None] = mapped_column(Utc)
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)  # business time
    error: Mapped[str] = mapped_column(String(200), default="")
    msgid: Mapped[str] = mapped_column(String(160), default="")
    media_key: Mapped[str] = mapped_column(String(64), default="", server_default="")
    media_id: Mapped[str] = mapped_column(String(512), default="", server_default="")


class Due(Base):
    """A moment at which a flow wants a turn. `day` is the business day (Asia/Shanghai) it was planned for.

    obligation: whose rung it is, if it is one (storage/duties.py).
    """

    __tablename__ = "dues"
    __table_args__ = (
        UniqueConstraint("kind", "rung", "matter", "day"),
        CheckConstraint(one_of("state", DUE_STATES), name="state"),
        Index(None, "state", "due_at"),
        Index(None, "matter", "state"),
        Index(None, "obligation", "state"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(32))
    rung: Mapped[str] = mapped_column(String(16))
    matter: Mapped[str] = mapped_column(String(64))
    day: Mapped[str] = mapped_column(String(10))
    planned_at: Mapped[datetime] = mapped_column(Utc)  # business time, never moved
    due_at: Mapped[datetime] = mapped_column(Utc)  # business time, moved on by quiet hours
    facts: Mapped[dict[str, Any]] = mapped_column(JsonBody, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    retry_at: Mapped[datetime | None] = mapped_column(Utc)  # real time: back-off after a failed turn
    lease_until: Mapped[datetime | None] = mapped_column(Utc)  # real time
    done_at: Mapped[datetime | None] = mapped_column(Utc)  # business time
    obligation: Mapped[int | None] = mapped_column(LongId)


class Event(Base):
    """One line of the ledger; the store's triggers refuse to change or delete it."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "matter", "id"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Utc)
    actor: Mapped[str] = mapped_column(String(64))
    matter: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    before: Mapped[Any | None] = mapped_column(JsonBody)
    after: Mapped[Any | None] = mapped_column(JsonBody)
    reason: Mapped[str] = mapped_column(LongText, default="")
    message_key: Mapped[str] = mapped_column(String(80), default="")
    foreign_to: Mapped[str] = mapped_column(String(32), default="", server_default="")  # another system's doing


class Failure(Base):
    """A turn that failed for a reason of ours; `message` is kept for replay, except in secret flows."""

    __tablename__ = "failures"
    __table_args__ = (TABLE_ARGS,)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    person: Mapped[str | None] = mapped_column(String(64))
    flow: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[str] = mapped_column(String(120))
    message: Mapped[dict[str, Any] | None] = mapped_column(JsonBody)
    replayed_at: Mapped[datetime | None] = mapped_column(Utc)


class Refusal(Base):
    """A refused look-up: five within ten minutes slow a person down (domain.md 2.5). Who and when, never what."""

    __tablename__ = "refusals"
    __table_args__ = (Index(None, "person", "at"), TABLE_ARGS)
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc)


class Counter(Base):
    """The last serial that was issued under a name such as `WT-2026`."""

    __tablename__ = "counters"
    __table_args__ = (TABLE_ARGS,)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int] = mapped_column(Integer, default=0)


class Anchor(Base):
    """The rehearsal clock: business time `business_at` was real time `real_at`, and runs `rate` times as fast."""

    __tablename__ = "anchor"
    __table_args__ = (TABLE_ARGS,)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    business_at: Mapped[datetime] = mapped_column(Utc)
    real_at: Mapped[datetime] = mapped_column(Utc)
    rate: Mapped[float] = mapped_column(default=1.0)


class Link(Base):
    """One link of the ledger's chain: `digest` covers the link before it and the event (architecture.md 4).

    Events are appended unchained, in any order of commit; one leased sealer numbers them, so `seq` has no gap.
    """

    __tablename__ = "links"
    __table_args__ = (TABLE_ARGS,)
    seq: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(LongId, ForeignKey("events.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(Utc)  # real time


class Lease(Base):
    """A job that one process at a time may do; taken for a while of real time."""

    __tablename__ = "leases"
    __table_args__ = (TABLE_ARGS,)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(Utc)


class SharedToken(Base):
    """WeCom's access token, sealed under a key that the store does not hold; it lives for two hours."""

    __tablename__ = "shared_tokens"
    __table_args__ = (TABLE_ARGS,)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)


class Request(Base):
    """What another system asks the bot to do; carried out under the same guards (docs/store.md)."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(one_of("state", REQUEST_STATES), name="state"),
        UniqueConstraint("system", "reference"),
        Index(None, "state", "id"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    system: Mapped[str] = mapped_column(String(32))  # who asks, as agreed with the office
    reference: Mapped[str] = mapped_column(String(64))  # the asking system's own number: a repeat is not done twice
    person: Mapped[str] = mapped_column(String(64))  # the account on whose behalf: his rights decide
    action: Mapped[str] = mapped_column(String(32))
    matter: Mapped[str] = mapped_column(String(64), default="", server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JsonBody)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(12), default="new", server_default="new")
    outcome: Mapped[str] = mapped_column(String(400), default="", server_default="")
    done_at: Mapped[datetime | None] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    lease_until: Mapped[datetime | None] = mapped_column(Utc)  # real time


class Alert(Base):
    """What a business system warned of (`POST /ingest/alert`, S58): no number, and counted nowhere, until it is judged.

    owner: the unit whose people judge it, "" for the office alone. unit: the one concerned, "" where it is not ours.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(one_of("state", ALERT_STATES), name="state"),
        UniqueConstraint("source", "reference"),
        Index(None, "state", "owner"),
        Index(None, "source", "arrived_at"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(32))
    arrived_at: Mapped[datetime | None] = mapped_column(Utc)  # in real time, for the limit of a minute
    reference: Mapped[str] = mapped_column(String(64))  # the source's own number: a repeat is the same alert
    owner: Mapped[str] = mapped_column(String(32))
    unit: Mapped[str] = mapped_column(String(32))
    unit_name: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(LongText)
    level: Mapped[str] = mapped_column(String(16))  # in the source's own words
    amount_fen: Mapped[int | None] = mapped_column(LongId)
    at: Mapped[datetime | None] = mapped_column(Utc)
    received_at: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(12), default="pending")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(String(400), default="")
    finding: Mapped[str] = mapped_column(String(16), default="")  # the number that it became


class File(Base):
    """A file on our disk, under `[files] directory`, by the SHA-256 of its content."""

    __tablename__ = "files"
    __table_args__ = (TABLE_ARGS,)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(LongId)
    media_type: Mapped[str] = mapped_column(String(80))  # by its content, never by its name
    at: Mapped[datetime] = mapped_column(Utc)


class Fetch(Base):
    """A file of WeCom's that is to be fetched within its three days (wecom.md 3.6), and what happens then.

    kind: which flow hears of it (`Flow.on_fetched`). matter, facts: the flow's own. Times are real.
    """

    __tablename__ = "fetches"
    __table_args__ = (
        CheckConstraint(one_of("state", FETCH_STATES), name="state"),
        Index(None, "state", "not_before"),
        Index(None, "matter"),
        TABLE_ARGS,
    )
    id: Mapped[int] = mapped_column(LongId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(32))
    person: Mapped[str] = mapped_column(String(64))
    matter: Mapped[str] = mapped_column(String(64), default="")
    media_id: Mapped[str] = mapped_column(String(512))
    name: Mapped[str] = mapped_column(String(120), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JsonBody, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="due")
    at: Mapped[datetime] = mapped_column(Utc)
    not_before: Mapped[datetime] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    sha256: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str] = mapped_column(String(60), default="")  # why it was refused or given up, in our words
