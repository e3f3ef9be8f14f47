"""Walks the ledger's chain from its first link to its head, and names the first one that does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from storage import links
from storage.models import Event, Link
from storage.types import table_of

PAGE = 500
_EVENTS, _LINKS = table_of(Event), table_of(Link)
SHORTEST = 16  # hexadecimal digits of a digest that was noted: nobody finds another link with the same ones


class Fault(StrEnum):
    """What is wrong with a link. ALTERED_HEAD: no later link tells whether the event or the digest was altered."""

    MISSING_LINK = "missing_link"
    MISSING_EVENT = "missing_event"
    ALTERED_EVENT = "altered_event"
    ALTERED_DIGEST = "altered_digest"
    ALTERED_HEAD = "altered_head"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not hold. event_id 0 and matter "": unknown."""

    seq: int
    fault: Fault
    event_id: int = 0
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk has shown.

    count: links proved one after the other. head, head_at: digest and real time of the last of them.
    tail, tail_since: events without a link, and the business time of the oldest. expected: whether the digest that
    was asked for is one of the proved ones; None when none was.
    """

    count: int
    head: str
    head_at: datetime | None
    broken: Broken | None
    tail: int
    tail_since: datetime | None
    expected: bool | None = None


def walk(session: Session, expect: str = "") -> Proof:
    """Prove every link in order, a page at a time.

    expect: a digest noted earlier, 64 hexadecimal digits, or at least its first `SHORTEST`, as the daily head has them.
    """
    count, previous, head_at, broken = 0, links.GENESIS, None, None
    expect = "".join(expect.split()).lower()
    found = _begins(links.GENESIS, expect)
    pages = _rows(session)
    for row in pages:
        broken = _look_at(row, count + 1, previous, pages)
        if broken is not None:
            break
        count, previous, head_at = row.seq, row.digest, links.as_moment(row.sealed_at)
        found = found or _begins(previous, expect)
    tail, since = links.tail(session)
    head = previous if count else ""
    return Proof(count, head, head_at, broken, tail, since, found if expect else None)


def _begins(digest: str, expect: str) -> bool:
    return len(expect) >= SHORTEST and digest.startswith(expect)


def _rows(session: Session) -> Iterator[Row[Any]]:
    """Every link with its event, or with none."""
    dialect = session.get_bind().dialect
    sealed_at, event = links.moment(_LINKS.c.sealed_at, dialect), links.columns(dialect)
    query = (
        select(_LINKS.c.seq, _LINKS.c.event_id, _LINKS.c.digest, sealed_at, *event)
        .select_from(_LINKS.outerjoin(_EVENTS, _EVENTS.c.id == _LINKS.c.event_id))
        .order_by(_LINKS.c.seq)
        .limit(PAGE)
    )
    last = None
    while True:
        page = session.execute(query if last is None else query.where(_LINKS.c.seq > last)).all()
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].seq


def _look_at(row: Row[Any], seq: int, previous: str, following: Iterator[Row[Any]]) -> Broken | None:
    if row.seq != seq:
        return Broken(seq, Fault.MISSING_LINK)
    if row.id is None:
        return Broken(seq, Fault.MISSING_EVENT, row.event_id)
    computed = links.digest_of(previous, seq, row.sealed_at, row)
    if computed == row.digest:
        return None
    fault = _blame(row, computed, next(following, None))
    return Broken(seq, fault, row.event_id, row.matter)


def _blame(row: Row[Any], computed: str, after: Row[Any] | None) -> Fault:
    """The link behind it still covers the digest that stood here: that tells which of the two was altered."""
    if after is None:
        return Fault.ALTERED_HEAD
    whole = after.seq == row.seq + 1 and after.id is not None
    if whole and links.digest_of(computed, after.seq, after.sealed_at, after) == after.digest:
        return Fault.ALTERED_DIGEST
    return Fault.ALTERED_EVENT
