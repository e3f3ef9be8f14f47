"""What a person was told last by the ladders, and in which capacities others were told of the same."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.duties import Push
from storage.models import Outbox

DIGEST = "digest"  # the ladder of the morning's list, which is about no single matter


def latest(session: Session, person: str, since: datetime) -> list[Push]:
    """The newest message that told the person of matters, since then: a push for each; morning lists left out."""
    mine = select(Push).where(Push.person == person, Push.state == "told", Push.ladder != DIGEST)
    query = mine.join(Outbox, Outbox.id == Push.outbox_id).where(Push.told_at >= since, Outbox.state != "cancelled")
    newest = session.scalars(query.order_by(Push.told_at.desc(), Push.outbox_id.desc()).limit(1)).first()
    if newest is None:
        return []
    return list(session.scalars(mine.where(Push.outbox_id == newest.outbox_id).order_by(Push.id)))


def list_after(session: Session, person: str, moment: datetime) -> bool:
    """Whether a morning list has come to the person since."""
    query = select(Push.id).where(Push.person == person, Push.ladder == DIGEST, Push.state == "told")
    return session.execute(query.where(Push.told_at > moment).limit(1)).first() is not None


def roles_since(session: Session, matter: str, after: date) -> set[str]:
    """In which capacities people were told of the matter on days after `after`."""
    query = select(Push.role).where(Push.matter == matter, Push.state == "told", Push.day > after.isoformat())
    return set(session.scalars(query.distinct()))


def roles_beside(session: Session, push: Push) -> set[str]:
    """In which other capacities people were, or are about to be, told at the same rung of the same day."""
    query = select(Push.role).where(Push.obligation == push.obligation, Push.rung == push.rung, Push.day == push.day)
    query = query.where(Push.state != "dropped", Push.person != push.person)
    return set(session.scalars(query.distinct())) - {push.role}
