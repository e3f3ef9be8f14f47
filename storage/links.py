"""The ledger's chain: every event becomes one link, whose digest covers the link before it and the whole event.

What is hashed, so that an auditor can do it again without us:

    digest(seq) = SHA-256( "jiandu-link-1" LF  previous-digest LF  statement ), 64 lower-case hexadecimal digits

- previous-digest: the digest of the link `seq - 1`; 64 zeros before the first link, whose seq is 1.
- statement: one JSON array, UTF-8, without blanks, keys of objects sorted by code point, everything outside ASCII
  written as \\uXXXX (Python: json.dumps(…, sort_keys=True, separators=(",", ":"), ensure_ascii=True)):
  [seq, sealed_at, id, at, actor, matter, action, before, after, reason, message_key, foreign_to].
- moments: UTC, `2026-11-23T02:00:00.000000+00:00`, always six digits of a second.
- before, after: null, or {"json": value}; {"text": "…"} when another program wrote what is no JSON, names a key twice
  or holds a number that JSON does not know. An unreadable moment stands as the text that was found.

JSON strings end where their quotation mark says, and the array has a fixed length: no two events have one statement.
There is no key in it. Whoever may rewrite the whole chain from some link on can make a new one that is whole again;
it is found by whoever has noted an earlier digest (`run.py verify --expect`, docs/store.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Dialect, Row, Text, case, cast, exists, func, insert, select
from sqlalchemy.orm import Session

from storage.models import Event, Link
from storage.types import table_of

GENESIS = "0" * 64
WINDOW = 2_000  # transactions commit out of the order of their ids, but hardly further apart than this

_EVENTS, _LINKS = table_of(Event), table_of(Link)
_UNSEALED = ~exists().where(_LINKS.c.event_id == _EVENTS.c.id)
_ADD = insert(_LINKS)


def columns(dialect: Dialect) -> list[ColumnElement[Any]]:
    """An event's columns in the order of the statement, JSON and moments as they stand."""
    before, after = (cast(column, Text) for column in (_EVENTS.c.before, _EVENTS.c.after))
    return [
        _EVENTS.c.id, moment(_EVENTS.c.at, dialect), _EVENTS.c.actor, _EVENTS.c.matter, _EVENTS.c.action,
        before.label("before"), after.label("after"), _EVENTS.c.reason, _EVENTS.c.message_key, _EVENTS.c.foreign_to,
    ]  # fmt: skip


def moment(column: Column[Any], dialect: Dialect) -> ColumnElement[Any]:
    """A column of moments as it stands: aware UTC, or on SQLite the text, which any program may have put there."""
    return cast(column, Text).label(column.name) if dialect.name == "sqlite" else column


def digest_of(previous: str, seq: int, sealed_at: datetime | str, event: Row[Any]) -> str:
    """The digest of a link; `event` as `columns` reads it. The module's docstring has the encoding."""
    row = event._mapping
    statement = [
        seq, _moment(sealed_at), row["id"], _moment(row["at"]), row["actor"], row["matter"], row["action"],
        _value(row["before"]), _value(row["after"]), row["reason"], row["message_key"], row["foreign_to"],
    ]  # fmt: skip
    words = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"jiandu-link-1\n{previous}\n{words}".encode()).hexdigest()


def as_moment(value: datetime | str) -> datetime | None:
    """A moment as `moment` reads it; None when it is none."""
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(value: datetime | str) -> str:
    known = as_moment(value)
    return known.astimezone(UTC).isoformat(timespec="microseconds") if known is not None else str(value)


def _value(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return {"json": json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)}
    except (ValueError, RecursionError):
        return {"text": text}


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(word)


def head(session: Session) -> Link | None:
    """The newest link; None before the first."""
    return session.scalars(select(Link).order_by(Link.seq.desc()).limit(1)).first()


def first_unsealed(session: Session, *, everywhere: bool) -> int | None:
    """The lowest id of an event without a link, or None.

    everywhere: among all events; otherwise among the newest, which is where one is to be expected.
    """
    query = select(_EVENTS.c.id).where(_UNSEALED).order_by(_EVENTS.c.id).limit(1)
    if not everywhere:
        newest = select(func.coalesce(func.max(_EVENTS.c.id), 0)).scalar_subquery()
        query = query.where(_EVENTS.c.id > newest - WINDOW)
    return session.execute(query).scalar()


def seal(session: Session, first: int, limit: int, real: datetime) -> int | None:
    """Chain up to `limit` events without a link, from the id `first` on; the id to go on from, or None at the end.

    Two who seal at once cannot both succeed: `seq` is the primary key, `event_id` is unique (IntegrityError).
    """
    last = head(session)
    seq, digest = (last.seq, last.digest) if last else (0, GENESIS)
    query = select(*columns(session.get_bind().dialect)).where(_EVENTS.c.id >= first, _UNSEALED)
    rows = []
    for event in session.execute(query.order_by(_EVENTS.c.id).limit(limit)):
        seq += 1
        digest = digest_of(digest, seq, real, event)
        rows.append({"seq": seq, "event_id": event.id, "digest": digest, "sealed_at": real})
    if rows:
        session.execute(_ADD, rows)
    return rows[-1]["event_id"] + 1 if len(rows) == limit else None


def tail(session: Session) -> tuple[int, datetime | None]:
    """How many events have no link yet, and the business time of the oldest of them; None where that is no moment."""
    at = moment(_EVENTS.c.at, session.get_bind().dialect)
    if session.get_bind().dialect.name == "sqlite":
        at = case((at.like("20__-%"), at))  # another program's nonsense hides nobody's waiting
    count, oldest = session.execute(select(func.count(), func.min(at)).where(_UNSEALED)).one()
    return count, None if oldest is None else as_moment(oldest)


def sealed(session: Session, event_ids: Iterable[int]) -> int:
    """How many of these events have a link."""
    wanted = _LINKS.c.event_id.in_(list(event_ids))
    return session.execute(select(func.count()).select_from(_LINKS).where(wanted)).scalar_one()
