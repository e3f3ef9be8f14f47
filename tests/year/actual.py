"""What the program did in the year: its table of pushes, and the messages that left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.duties import Push
from storage.models import Outbox
from tests.year import days
from tests.year.oracle import Expected

DIGEST = "digest"  # what the program calls a morning that no rung asks for
JITTER = timedelta(minutes=5)
Key = tuple[str, str, str, str, date]


@dataclass(frozen=True, slots=True)
class Told:
    """One push of the program, with the message that carried it."""

    ladder: str
    rung: str
    person: str
    matter: str
    day: date
    form: str
    role: str
    copied: bool
    state: str
    reason: str
    at: datetime
    message: int | None

    @property
    def key(self) -> Key:
        return self.ladder, self.rung, self.person, self.matter, self.day


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. goes: the earliest moment at which it may leave; sent: when it left."""

    person: str
    state: str
    goes: datetime
    sent: datetime | None


def key_of(one: Expected) -> Key:
    return one.ladder, one.rung, one.person, one.matter, one.day


def pushes(session: Session) -> list[Told]:
    query = select(
        Push.ladder, Push.rung, Push.person, Push.matter, Push.day, Push.form, Push.role, Push.copied, Push.state,
        Push.reason, Push.at, Push.outbox_id,
    ).order_by(Push.id)  # fmt: skip
    return [
        Told(
            row.ladder, row.rung, row.person, row.matter, date.fromisoformat(row.day), row.form, row.role, row.copied,
            row.state, row.reason, row.at.astimezone(days.CHINA), row.outbox_id,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def messages(session: Session, told: Iterable[Told]) -> dict[int, Message]:
    """The messages that carried a push, by id."""
    wanted = {one.message for one in told}
    query = select(Outbox.id, Outbox.person, Outbox.state, Outbox.hold_until, Outbox.created_at, Outbox.sent_at)
    return {
        row.id: Message(
            row.person, row.state, (row.hold_until or row.created_at).astimezone(days.CHINA),
            row.sent_at.astimezone(days.CHINA) if row.sent_at else None,
        )
        for row in session.execute(query)
        if row.id in wanted
    }  # fmt: skip


def differences(expected: Iterable[Expected], told: Iterable[Told]) -> tuple[list[Key], list[Key]]:
    """What is missing, and what there is too much of (repeats among it)."""
    wanted = Counter(key_of(one) for one in expected)
    there = Counter(one.key for one in told if one.state == "told" and one.ladder != DIGEST)
    return sorted((wanted - there).elements()), sorted((there - wanted).elements())


def by_person_and_day(told: Iterable[Told], form: str) -> dict[tuple[str, date], set[int]]:
    """The messages of one form that each person got on each day."""
    found: dict[tuple[str, date], set[int]] = defaultdict(set)
    for one in told:
        if one.form == form and one.state == "told" and one.message is not None:
            found[one.person, one.at.date()].add(one.message)
    return found
