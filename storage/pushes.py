"""What reaches whom by which rung: owed by a due row, put into messages together, taken back while it is not sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, distinct, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.duties import Push
from storage.matters import Person
from storage.models import Outbox
from storage.prepared import Prepared
from storage.types import table_of

FEW = 5  # pushes that one person has at one moment, rarely more

_PUSHES, _OUTBOX = table_of(Push), table_of(Outbox)
_ADD, _SEND = insert(_PUSHES), insert(_OUTBOX).returning(_OUTBOX.c.id, _OUTBOX.c.push_key)
_TELL = (
    update(_PUSHES)
    .where(_PUSHES.c.id == bindparam("push"))
    .values(state="told", outbox_id=bindparam("message"), told_at=bindparam("now"))
)
_MOVE = (
    update(_PUSHES)
    .where(_PUSHES.c.id == bindparam("push"))
    .values(form="digest", at=bindparam("to"), reason=bindparam("why"))
)
_DROP = update(_PUSHES).where(_PUSHES.c.id == bindparam("push")).values(state="dropped", reason=bindparam("why"))
_OWED = Prepared(select(_PUSHES.c.id).where(_PUSHES.c.state == "owed", _PUSHES.c.at <= bindparam("now")).limit(1))


def add_all(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Owe these pushes; one whose key was used before is left out. Returns how many are new."""
    if not rows:
        return 0
    known = set(session.scalars(select(_PUSHES.c.key).where(_PUSHES.c.key.in_([row["key"] for row in rows]))))
    new = [{"state": "owed", "facts": {}, **row} for row in rows if row["key"] not in known]
    if not new:
        return 0
    if session.get_bind().dialect.name == "sqlite":
        session.execute(_ADD, new)  # one writer: nobody can have been faster
        return len(new)
    return _add_each(session, new)


def _add_each(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Together if it goes, otherwise singly: another replica may have owed one of them in this very moment."""
    session.flush()  # so that what fails below is this
    try:
        with session.begin_nested():
            session.execute(_ADD, list(rows))
        return len(rows)
    except IntegrityError:
        return 0 if len(rows) == 1 else sum(_add_each(session, [row]) for row in rows)


def owed_persons(session: Session, now: datetime, limit: int) -> list[str]:
    """Some of those who are owed something by now: of the first rows, so that a long queue is not read to its end."""
    first = select(Push.person).where(Push.state == "owed", Push.at <= now).order_by(Push.at, Push.id)
    return list(dict.fromkeys(session.scalars(first.limit(limit * FEW))))[:limit]


def lock_persons(session: Session, persons: Collection[str]) -> list[str]:
    """Those of them for whom no other process puts messages together at this moment."""
    if session.get_bind().dialect.name == "sqlite" or not persons:
        return list(persons)
    query = select(Person.userid).where(Person.userid.in_(list(persons))).order_by(Person.userid)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def owed(session: Session, persons: Collection[str], now: datetime) -> list[Push]:
    """All that these people are owed by now, in the order of its moments."""
    query = select(Push).where(Push.person.in_(list(persons)), Push.state == "owed", Push.at <= now)
    return list(session.scalars(query.order_by(Push.person, Push.at, Push.id)))


def told_between(
    session: Session, persons: Collection[str], form: str, first: datetime, last: datetime
) -> dict[str, int]:
    """How many messages of this form each of them was told from `first` up to `last`, without the cancelled ones."""
    query = (
        select(Push.person, func.count(distinct(Push.outbox_id)))
        .join(Outbox, Outbox.id == Push.outbox_id)
        .where(Push.person.in_(list(persons)), Push.form == form, Push.state == "told", Outbox.state != "cancelled")
        .where(Push.told_at >= first, Push.told_at < last)
        .group_by(Push.person)
    )
    return dict(session.execute(query).tuples().all())


def tell_all(session: Session, messages: Sequence[tuple[Mapping[str, Any], Sequence[int]]], now: datetime) -> None:
    """Owe these messages (rows of the outbox, each with a `push_key` of its own), and mark the pushes each tells."""
    if not messages:
        return
    rows = [{"state": "due", "answer": False, "card_group": "", "task_id": None, **row} for row, _ in messages]
    ids = {key: row for row, key in session.execute(_SEND, rows).tuples()}
    told = [{"push": push, "message": ids[row["push_key"]], "now": now} for row, mine in messages for push in mine]
    session.execute(_TELL, told)


def move(session: Session, ids: Iterable[int], to: datetime, why: str) -> None:
    """Into the digest of a later morning."""
    rows = [{"push": push, "to": to, "why": why} for push in ids]
    if rows:
        session.execute(_MOVE, rows)


def put_off(session: Session, now: datetime, allowed: datetime, morning: datetime) -> None:
    """What is owed by now may not be told now: singles wait until `allowed`, the rest for a morning's digest."""
    for form, moment in (("single", allowed), ("digest", morning)):
        waiting = update(_PUSHES).where(_PUSHES.c.state == "owed", _PUSHES.c.at <= now, _PUSHES.c.form == form)
        session.execute(waiting.values(at=moment))


def drop(session: Session, ids: Iterable[int], why: str) -> None:
    rows = [{"push": push, "why": why} for push in ids]
    if rows:
        session.execute(_DROP, rows)


def take_back(session: Session, obligation: int) -> None:
    """The matter is settled: what is owed of it is dropped, and an unsent message with it is put together anew."""
    mine = _PUSHES.c.obligation == obligation
    session.execute(update(_PUSHES).where(mine, _PUSHES.c.state == "owed").values(state="dropped", reason="settled"))
    carrying = select(_PUSHES.c.outbox_id).where(mine, _PUSHES.c.state == "told").distinct()
    unsent = select(_OUTBOX.c.id).where(_OUTBOX.c.id.in_(list(session.scalars(carrying))), _OUTBOX.c.state == "due")
    # Locked, so that the sender does not take one away between this look and the next statement.
    messages = list(session.scalars(unsent.where(_OUTBOX.c.attempts == 0).with_for_update()))
    if not messages:
        return
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(messages)).values(state="cancelled"))
    told = _PUSHES.c.outbox_id.in_(messages)
    session.execute(update(_PUSHES).where(told, mine).values(state="dropped", reason="settled"))
    session.execute(update(_PUSHES).where(told, ~mine).values(state="owed", outbox_id=None, told_at=None))


def untell(session: Session, messages: Collection[int], at: datetime) -> set[int]:
    """Those of these unsent messages that tell pushes are cancelled: the pushes are owed anew, at business time `at`.

    A digest is over with its morning; what it would have listed goes into the next one. Returns the messages' ids.
    """
    carried = _PUSHES.c.outbox_id.in_(list(messages)) & (_PUSHES.c.state == "told")
    found = set(session.scalars(select(_PUSHES.c.outbox_id).where(carried).distinct()))
    if not found:
        return set()
    gone = {"state": "cancelled", "push_key": None}  # the key is free for the message that is put together anew
    session.execute(update(_OUTBOX).where(_OUTBOX.c.id.in_(found)).values(**gone))
    anew = {"outbox_id": None, "told_at": None}
    session.execute(
        update(_PUSHES).where(carried, _PUSHES.c.obligation.is_(None)).values(state="dropped", reason="late", **anew)
    )
    session.execute(update(_PUSHES).where(carried).values(state="owed", at=at, **anew))
    return found


def count_told(session: Session, obligation: int, person: str) -> int:
    """How often this person was told of it."""
    query = select(func.count()).select_from(Push).where(Push.obligation == obligation, Push.person == person)
    return session.execute(query.where(Push.state == "told")).scalar_one()


def counts_told(session: Session, obligations: Collection[int], persons: Collection[str]) -> dict[tuple[int, str], int]:
    """The same for many at once."""
    query = select(Push.obligation, Push.person, func.count()).where(Push.obligation.in_(list(obligations)))
    query = query.where(Push.person.in_(list(persons)), Push.state == "told").group_by(Push.obligation, Push.person)
    return {(int(of or 0), person): count for of, person, count in session.execute(query).tuples()}


def beside(
    session: Session, obligations: Collection[int], days: Collection[str]
) -> dict[tuple[int, str, str], list[tuple[str, str]]]:
    """Who hears of the same rung on the same day: (obligation, rung, day) -> (role, person)."""
    query = select(Push.obligation, Push.rung, Push.day, Push.role, Push.person).order_by(Push.id)
    query = query.where(Push.obligation.in_(list(obligations)), Push.day.in_(list(days)), Push.state != "dropped")
    found: dict[tuple[int, str, str], list[tuple[str, str]]] = {}
    for of, rung, day, role, person in session.execute(query).tuples():
        found.setdefault((int(of or 0), rung, day), []).append((role, person))
    return found


def who_heard(session: Session, obligation: int, rungs: Collection[str]) -> list[str]:
    """Who was told one of these rungs of it, each once."""
    query = select(Push.person).where(Push.obligation == obligation, Push.state == "told", Push.rung.in_(list(rungs)))
    return list(dict.fromkeys(session.scalars(query.order_by(Push.id))))


def latest(session: Session, person: str, since: datetime) -> list[Push]:
    """The pushes of the last message that reached this person since then, in their order; [] without any."""
    sent = Outbox.state.in_(("sent", "due"))
    query = select(Push.outbox_id).join(Outbox, Outbox.id == Push.outbox_id).where(Push.person == person, sent)
    query = query.where(Push.state == "told", Push.told_at >= since, Outbox.hold_until.is_(None) | sent)
    message = session.execute(query.order_by(Push.told_at.desc(), Push.outbox_id.desc()).limit(1)).scalar()
    if message is None:
        return []
    rows = select(Push).where(Push.outbox_id == message, Push.person == person).order_by(Push.id)
    return list(session.scalars(rows))


def about(session: Session, person: str, matter: str) -> list[Push]:
    """What this person was ever told about a matter, oldest first."""
    query = select(Push).where(Push.matter == matter, Push.person == person, Push.state == "told")
    return list(session.scalars(query.order_by(Push.told_at, Push.id)))


def of_message(session: Session, outbox_id: int) -> list[Push]:
    """What one message told."""
    return list(session.scalars(select(Push).where(Push.outbox_id == outbox_id).order_by(Push.id)))


def any_owed(session: Session, now: datetime) -> bool:
    """Whether something waits to be put into a message by now."""
    return _OWED.first(session, {"now": now}) is not None


def oldest(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest push waits to be put into words, or None."""
    return session.execute(select(func.min(Push.at)).where(Push.state == "owed", Push.at <= now)).scalar()


def owed_before(session: Session, moment: datetime) -> int:
    """How many have waited since before then."""
    query = select(func.count()).select_from(Push).where(Push.state == "owed", Push.at <= moment)
    return session.execute(query).scalar_one()


def rungs_of(session: Session, obligations: Collection[int]) -> set[tuple[int, str]]:
    """Which rungs of which obligation ever reached anybody, or were meant to."""
    query = select(Push.obligation, Push.rung).where(Push.obligation.in_(list(obligations))).distinct()
    return {(int(of or 0), rung) for of, rung in session.execute(query).tuples()}


def unsent_before(session: Session, since: datetime, until: datetime) -> int:
    """Messages with pushes put together in that time that are still not out, though nothing holds them back."""
    query = select(func.count(distinct(Push.outbox_id))).join(Outbox, Outbox.id == Push.outbox_id)
    query = query.where(Push.state == "told", Push.told_at > since, Push.told_at <= until, Outbox.state == "due")
    free = Outbox.hold_until.is_(None) | (Outbox.hold_until <= until)
    return session.execute(query.where(free)).scalar_one()
