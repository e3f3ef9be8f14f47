"""Changes of the world behind the flows' back: who holds which post, and what became of a unit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.matters import Person, Post
from tests.flows.harness import Rehearsal


async def appoint(world: Rehearsal, userid: str, name: str, unit: str, *roles: str, title: str = "") -> None:
    def work(session: Session) -> None:
        if session.get(Person, userid) is None:
            session.add(Person(userid=userid, name=name))
            session.flush()
        session.add_all(Post(userid=userid, unit=unit, role=role, title=title) for role in roles)

    await world.turns.run(work)


async def dismiss(world: Rehearsal, userid: str, last_day: date = date(2026, 11, 22)) -> None:
    """All his posts end on `last_day`."""

    def work(session: Session) -> None:
        for post in session.scalars(select(Post).where(Post.userid == userid)):
            post.valid_to = last_day

    await world.turns.run(work)
