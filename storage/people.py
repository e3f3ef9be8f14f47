"""Who is who: accounts, appointments and what a person is on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from storage.matters import Person, Post, Unit
from storage.types import table_of

_PEOPLE, _POSTS, _UNITS = table_of(Person), table_of(Post), table_of(Unit)
# Built once, because every turn runs it (docs/performance.md).
_ACTOR = (
    select(
        _PEOPLE.c.name, _POSTS.c.role, _POSTS.c.unit, _UNITS.c.name, _UNITS.c.path, _POSTS.c.title,
        _POSTS.c.valid_from, _POSTS.c.valid_to,
    )
    .select_from(
        _PEOPLE.outerjoin(_POSTS, _POSTS.c.userid == _PEOPLE.c.userid)
        .outerjoin(_UNITS, _UNITS.c.code == _POSTS.c.unit)
    )
    .where(_PEOPLE.c.userid == bindparam("who"))
    .order_by(_POSTS.c.id)
)  # fmt: skip
_NAME = select(_PEOPLE.c.name).where(_PEOPLE.c.userid == bindparam("who"))
_IN_OFFICE = (
    select(_POSTS.c.userid)
    .select_from(_POSTS.join(_UNITS, _UNITS.c.code == _POSTS.c.unit))
    .where(or_(_POSTS.c.valid_from.is_(None), _POSTS.c.valid_from <= bindparam("day")))
    .where(or_(_POSTS.c.valid_to.is_(None), _POSTS.c.valid_to >= bindparam("day")))
    .order_by(_POSTS.c.id)
)
_HOLDERS = _IN_OFFICE.where(_POSTS.c.role.in_(bindparam("roles", expanding=True)))
_HOLDERS_IN_UNIT = _HOLDERS.where(_POSTS.c.unit == bindparam("unit"))
_HOLDERS_OF_ONE = _IN_OFFICE.where(_POSTS.c.role == bindparam("role"))  # a list is expanded anew each time
_ONE_IN_UNIT = _HOLDERS_OF_ONE.where(_POSTS.c.unit == bindparam("unit"))


@dataclass(frozen=True, slots=True)
class PostFact:
    """One appointment that holds today."""

    role: str
    unit: str
    unit_name: str
    path: str
    title: str
    lent_by: str = ""  # whose post it is, when somebody stands in for him (domain.md 2.1)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as of today. Somebody without appointments is still an employee; `known` tells whether he is listed."""

    userid: str
    name: str
    posts: tuple[PostFact, ...] = ()
    known: bool = True

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    def has(self, *roles: str) -> bool:
        return any(post.role in roles for post in self.posts)

    def posts_as(self, *roles: str) -> tuple[PostFact, ...]:
        return tuple(post for post in self.posts if post.role in roles)

    @property
    def unit(self) -> str:
        """The unit of his first appointment, or "" for somebody unlisted."""
        return self.posts[0].unit if self.posts else ""

    @property
    def unit_name(self) -> str:
        return self.posts[0].unit_name if self.posts else ""


def _holding(day: date) -> Select[tuple[Post, Unit]]:
    return (
        select(Post, Unit)
        .join(Unit, Unit.code == Post.unit)
        .where(or_(Post.valid_from.is_(None), Post.valid_from <= day))
        .where(or_(Post.valid_to.is_(None), Post.valid_to >= day))
    )


def actor(session: Session, userid: str, day: date) -> Actor:
    """The person behind `userid` on `day`; a stranger comes back with `known=False` and no posts."""
    rows = session.execute(_ACTOR, {"who": userid}).all()
    if not rows:
        return Actor(userid, userid, known=False)
    posts = tuple(
        PostFact(role, unit, unit_name, path, title)
        for _, role, unit, unit_name, path, title, start, end in rows
        if role is not None and (start is None or start <= day) and (end is None or end >= day)
    )
    return Actor(userid, rows[0][0], posts)


def find_person(session: Session, userid: str) -> Person | None:
    return session.get(Person, userid)


def name_of(session: Session, userid: str) -> str:
    """The person's name, or the account itself when nobody of that account is listed."""
    return session.execute(_NAME, {"who": userid}).scalar() or userid


def named(session: Session, name: str) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.name == name).order_by(Person.userid)))


def userids_with(session: Session, roles: Iterable[str], day: date, unit: str | None = None) -> list[str]:
    """Accounts holding one of `roles` on `day`, in the unit `unit` if given; each once, in order of appointment."""
    named = list(roles)
    wanted: dict[str, object] = {"day": day, "roles": named}
    query = _HOLDERS
    if len(named) == 1:
        query, wanted = _HOLDERS_OF_ONE, {"day": day, "role": named[0]}
    if unit is not None:
        query, wanted = (_ONE_IN_UNIT if len(named) == 1 else _HOLDERS_IN_UNIT), wanted | {"unit": unit}
    return list(dict.fromkeys(session.execute(query, wanted).scalars()))


def leaders(session: Session, day: date) -> list[str]:
    """The leader of the leading group: whose title holds 组长 but not 副组长 (contract.md, `人员`)."""
    rows = session.execute(_holding(day).where(Post.role == "leading_group").order_by(Post.id))
    return [post.userid for post, _ in rows if "组长" in post.title and "副组长" not in post.title]


def belongs_to(session: Session, userid: str, unit: str, day: date) -> bool:
    """Whether the person holds any appointment in `unit` on `day`."""
    return session.execute(_holding(day).where(Post.userid == userid, Post.unit == unit).limit(1)).first() is not None


def all_people(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.userid)))


def all_posts(session: Session) -> list[Post]:
    return list(session.scalars(select(Post).order_by(Post.id)))
