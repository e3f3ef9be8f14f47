"""People's own words outside the record: cleared when they are old, or when a person is forgotten (domain.md 4.6).

The rows stay, and so does what they prove: that something was said, to whom, when. Findings, leads, evidence and the
ledger are kept by the rules of archives and are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, Text, and_, cast, func, null, or_, select, update
from sqlalchemy.orm import Session

from storage.matters import Person
from storage.models import Conversation, Failure, Fetch, Outbox, Seen
from storage.types import table_of

PAGE = 500
A_NIGHT = 20_000  # rows of one kind: nobody waits long behind it, and what is left is cleared the next night


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of words. holds: there are any, and nothing waits for them. at: since when they are there; None where
    something else ends them sooner."""

    table: Table
    key: Column[Any]
    person: Column[Any]
    holds: ColumnElement[bool]
    empty: Mapping[str, Any]
    at: Column[Any] | None = field(default=None)


def _said(column: Column[Any]) -> ColumnElement[bool]:
    """JSON that is neither null nor empty; only its text can be compared on all three databases."""
    return and_(column.is_not(None), cast(column, Text).not_in(("{}", "[]", "null")))


_TALKS, _SEEN, _FAILURES = table_of(Conversation), table_of(Seen), table_of(Failure)
_OUTBOX, _FETCHES, _PEOPLE = table_of(Outbox), table_of(Fetch), table_of(Person)
KINDS: Mapping[str, Kind] = {
    "drafts": Kind(
        _TALKS, _TALKS.c.person, _TALKS.c.person, or_(_said(_TALKS.c.frames), _said(_TALKS.c.recent)),
        {"frames": [], "recent": {}},
    ),
    "answers": Kind(_SEEN, _SEEN.c.key, _SEEN.c.person, _SEEN.c.reply.is_not(None), {"reply": None}),
    "failed": Kind(
        _FAILURES, _FAILURES.c.code, _FAILURES.c.person, _said(_FAILURES.c.message), {"message": null()},
        _FAILURES.c.at,
    ),
    "sent": Kind(
        _OUTBOX, _OUTBOX.c.id, _OUTBOX.c.person, and_(_OUTBOX.c.state != "due", _said(_OUTBOX.c.body)), {"body": {}},
        _OUTBOX.c.created_at,
    ),
    "fetched": Kind(
        _FETCHES, _FETCHES.c.id, _FETCHES.c.person,
        and_(_FETCHES.c.state != "due", or_(_FETCHES.c.name != "", _said(_FETCHES.c.facts))), {"name": "", "facts": {}},
        _FETCHES.c.at,
    ),
    "home": Kind(
        _PEOPLE, _PEOPLE.c.userid, _PEOPLE.c.userid, and_(_PEOPLE.c.left_on.is_not(None), _PEOPLE.c.home.is_not(None)),
        {"home": None},
    ),
}  # fmt: skip


def clear_before(session: Session, business: datetime, real: datetime) -> int:
    """Empty what is older than these moments (the outbox keeps business time, the others real time); how many rows."""
    old = {
        name: kind.at < (business if name == "sent" else real) for name, kind in KINDS.items() if kind.at is not None
    }
    return sum(_clear(session, KINDS[name], before, A_NIGHT) for name, before in old.items())


def counts_of(session: Session, person: str) -> dict[str, int]:
    """How much there is of each kind that a person may have forgotten; nothing of what there is not."""
    found = {
        name: session.execute(
            select(func.count()).select_from(kind.table).where(kind.person == person, kind.holds)
        ).scalar_one()
        for name, kind in KINDS.items()
    }
    return {name: count for name, count in found.items() if count}


def forget(session: Session, person: str) -> dict[str, int]:
    """Empty all of it; how much it was."""
    found = counts_of(session, person)
    for name, count in found.items():
        _clear(session, KINDS[name], KINDS[name].person == person, count)
    return found


def _clear(session: Session, kind: Kind, whose: ColumnElement[bool], most: int) -> int:
    rows = list(session.scalars(select(kind.key).where(whose, kind.holds).order_by(kind.key).limit(most)))
    for page in _pages(rows):
        session.execute(update(kind.table).where(kind.key.in_(page), kind.holds).values(kind.empty))
    return len(rows)


def _pages(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), PAGE):
        yield rows[start : start + PAGE]
