"""What was already carried out, so that a repeat does nothing twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storage import events
from storage.models import Outbox, Refusal, Seen
from storage.prepared import Prepared
from storage.types import table_of

PROBED = "refused_lookups"  # the ledger's name for it
# Built once: on every turn's path, composing a statement costs several times its execution (docs/performance.md).
_SEEN, _OUTBOX, _REFUSALS = table_of(Seen), table_of(Outbox), table_of(Refusal)
_FIND = Prepared(
    select(
        _SEEN.c.reply,
        _SEEN.c.outbox_id,
        # What the sender has in hand counts as sent: a response as well would make people read it twice.
        case(((_OUTBOX.c.state == "due") & (_OUTBOX.c.attempts > 0), "sent"), else_=_OUTBOX.c.state),
    )
    .select_from(_SEEN.outerjoin(_OUTBOX, _OUTBOX.c.id == _SEEN.c.outbox_id))
    .where(_SEEN.c.key == bindparam("key"))
)
_ADD = Prepared(insert(_SEEN))
_REFUSED = Prepared(
    select(func.count())
    .select_from(_REFUSALS)
    .where(_REFUSALS.c.person == bindparam("person"), _REFUSALS.c.at >= bindparam("since"))
)


def find(session: Session, key: str) -> tuple[str | None, int | None, str | None] | None:
    """(stored reply, its outbox row, that row's state) of a callback that was carried out, else None."""
    row = _FIND.first(session, {"key": key})
    return (row[0], row[1], row[2]) if row else None


def add(session: Session, key: str, person: str, at: datetime, reply: str | None, outbox_id: int | None) -> None:
    """Raises IntegrityError when another process carried the same callback out first."""
    _ADD.run(session, {"key": key, "person": person, "at": at, "reply": reply, "outbox_id": outbox_id})


def any_since(session: Session, at: datetime) -> bool:
    """Whether anybody was heard since then, real time."""
    return session.execute(select(Seen.key).where(Seen.at >= at).limit(1)).first() is not None


def forget_before(session: Session, moment: datetime, words: datetime) -> None:
    """Drop what no platform will repeat any more; the words of an answer already before `words`, the later moment."""
    session.execute(delete(Seen).where(Seen.at < moment))
    session.execute(update(Seen).where(Seen.at < words, Seen.reply.is_not(None)).values(reply=None))
    session.execute(delete(Refusal).where(Refusal.at < moment))


def count_refusal(
    session: Session, person: str, at: datetime, *, since: datetime, limit: int, business: datetime
) -> None:
    """One more refused look-up. The one that reaches `limit` leaves a security event: who and how often, never what.

    at, since: real time. business: the moment as the ledger has it (domain.md 2.5).
    """
    session.execute(insert(Refusal).values(person=person, at=at))
    count = refusals_since(session, person, since)
    if count == limit:
        events.add(session, at=business, actor=person, matter="security", action=PROBED, after={"count": count})


def refusals_since(session: Session, person: str, since: datetime) -> int:
    return int(_REFUSED.scalar(session, {"person": person, "since": since}))


def forget_words(session: Session, person: str) -> None:
    """Drop the words of all answers to this person; a repeat of theirs is then answered with nothing."""
    mine = update(Seen).where(Seen.person == person, Seen.reply.is_not(None)).values(reply=None)
    session.execute(mine.execution_options(synchronize_session=False))
