"""Appointments as they change: begun, ended by a last day, never deleted (domain.md 2.1)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.matters import Person, Post, Unit


def lock_person(session: Session, userid: str) -> Person | None:
    """The person's row, held until the turn ends: two who appoint him at once see each other's doing."""
    return session.get(Person, userid, with_for_update=True, populate_existing=True)


def current_of(session: Session, userid: str, day: date) -> list[tuple[Post, Unit]]:
    """His posts that hold on `day` or begin later, with their units."""
    query = select(Post, Unit).join(Unit, Unit.code == Post.unit).where(Post.userid == userid)
    query = query.where(or_(Post.valid_to.is_(None), Post.valid_to >= day))
    begun = list(session.execute(query.order_by(Post.id)).tuples())
    return [(post, unit) for post, unit in begun if post.valid_to is None or (post.valid_from or day) <= post.valid_to]


def add(session: Session, post: Post) -> Post:
    session.add(post)
    session.flush()
    return post


def end(session: Session, post: Post, last_day: date) -> None:
    """It holds up to and with `last_day`; an earlier end stays."""
    post.valid_to = min(last_day, post.valid_to or last_day)
    session.flush()


def end_now(session: Session, post: Post, today: date) -> None:
    """It holds no more from this moment: yesterday was its last day."""
    end(session, post, today - timedelta(days=1))


def end_all(session: Session, userid: str, today: date) -> list[tuple[Post, Unit]]:
    """Every post of his ends at once: yesterday was the last day. Returns those that ended."""
    ended = current_of(session, userid, today)
    for post, _ in ended:
        end_now(session, post, today)
    return ended


def last_day_of(session: Session, role: str, today: date, title: str = "", but: str = "-") -> date | None:
    """The last day before `today` on which somebody held `role` (with `title` and not `but` in his title)."""
    query = select(Post.title, Post.valid_to).where(Post.role == role, Post.valid_to < today)
    days = [end for words, end in session.execute(query).tuples() if title in words and but not in words and end]
    return max(days, default=None)
