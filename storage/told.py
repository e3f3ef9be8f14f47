"""Who else was told of the same by the ladders: in which capacities, at one rung and since a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.duties import Push


def roles_since(session: Session, matter: str, after: date) -> set[str]:
    """In which capacities people were told of the matter on days after `after`."""
    query = select(Push.role).where(Push.matter == matter, Push.state == "told", Push.day > after.isoformat())
    return set(session.scalars(query.distinct()))


def roles_beside(session: Session, push: Push) -> set[str]:
    """In which other capacities people were, or are about to be, told at the same rung of the same day."""
    query = select(Push.role).where(Push.obligation == push.obligation, Push.rung == push.rung, Push.day == push.day)
    query = query.where(Push.state != "dropped", Push.person != push.person)
    return set(session.scalars(query.distinct())) - {push.role}
