"""Who is who: accounts, appointments and what a person is on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    bindparam,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from storage import directory, memory
from storage.delegations import lends
from storage.directory import Directory
from storage.matters import Delegation, Person, Post, Unit
from storage.prepared import Prepared
from storage.types import JsonBody, table_of

_PEOPLE, _POSTS, _UNITS, _LENT = table_of(Person), table_of(Post), table_of(Unit), table_of(Delegation)
_STANDS_IN = (
    (_LENT.c.valid_from <= bindparam("day"))
    & (_LENT.c.valid_to >= bindparam("day"))
    & _LENT.c.ended_at.is_(None)
)  # fmt: skip
# Built once, because every turn runs it (docs/performance.md). His own posts, and those of whom he stands in for:
# one statement for both, by the indexes of both tables.
_ACTOR = Prepared(union_all(
    select(
        _PEOPLE.c.name.label("name"), _POSTS.c.id.label("place"), _POSTS.c.role.label("role"),
        _POSTS.c.unit.label("unit"), _UNITS.c.name.label("unit_name"), _UNITS.c.path.label("path"),
        _POSTS.c.title.label("title"), _POSTS.c.valid_from.label("valid_from"), _POSTS.c.valid_to.label("valid_to"),
        literal_column("''").label("lent_by"), type_coerce(null(), JsonBody).label("roles"),
    )
    .select_from(
        _PEOPLE.outerjoin(_POSTS, _POSTS.c.userid == _PEOPLE.c.userid)
        .outerjoin(_UNITS, _UNITS.c.code == _POSTS.c.unit)
    )
    .where(_PEOPLE.c.userid == bindparam("who")),
    select(
        literal_column("''"), _POSTS.c.id, _POSTS.c.role, _POSTS.c.unit, _UNITS.c.name, _UNITS.c.path,
        _POSTS.c.title, _POSTS.c.valid_from, _POSTS.c.valid_to, _LENT.c.principal, _LENT.c.roles,
    )
    .select_from(
        _LENT.join(_POSTS, _POSTS.c.userid == _LENT.c.principal).join(_UNITS, _UNITS.c.code == _POSTS.c.unit)
    )
    .where(_LENT.c.delegate == bindparam("who"), _STANDS_IN),
))  # fmt: skip
_NAME = Prepared(select(_PEOPLE.c.name).where(_PEOPLE.c.userid == bindparam("who")))
_IN_FORCE = or_(_POSTS.c.valid_from.is_(None), _POSTS.c.valid_from <= bindparam("day")) & or_(
    _POSTS.c.valid_to.is_(None), _POSTS.c.valid_to >= bindparam("day")
)
_OWN_POSTS = (
    select(
        _POSTS.c.userid.label("userid"), _POSTS.c.id.label("place"), literal_column("0").label("lent"),
        _POSTS.c.role.label("role"), type_coerce(null(), JsonBody).label("roles"),
    )
    .select_from(_POSTS.join(_UNITS, _UNITS.c.code == _POSTS.c.unit))
    .where(_IN_FORCE)
)  # fmt: skip
_LENT_POSTS = (
    select(_LENT.c.delegate, _POSTS.c.id, literal_column("1"), _POSTS.c.role, _LENT.c.roles)
    .select_from(_LENT.join(_POSTS, _POSTS.c.userid == _LENT.c.principal).join(_UNITS, _UNITS.c.code == _POSTS.c.unit))
    .where(_IN_FORCE, _STANDS_IN)
)
_ANY, _ONE = _POSTS.c.role.in_(bindparam("roles", expanding=True)), _POSTS.c.role == bindparam("role")
_HERE = _POSTS.c.unit == bindparam("unit")


def _holders(*where: ColumnElement[bool]) -> CompoundSelect[Any]:
    return union_all(_OWN_POSTS.where(*where), _LENT_POSTS.where(*where))


_HOLDERS, _HOLDERS_IN_UNIT = _holders(_ANY), _holders(_ANY, _HERE)
_HOLDERS_OF_ONE, _ONE_IN_UNIT = Prepared(_holders(_ONE)), Prepared(_holders(_ONE, _HERE))


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
    def own(self) -> tuple[PostFact, ...]:
        """His own posts, without those he holds for somebody else."""
        return tuple(post for post in self.posts if not post.lent_by)

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
    return memory.recall(session, ("actor", userid, day), lambda: _actor(session, userid, day))


def _directory(session: Session, day: date) -> Directory | None:
    """Everybody at once, when the turn asks about many."""
    if not memory.whole(session):
        return None
    return memory.recall(session, ("directory", day), lambda: directory.load(session, day))


def _actor(session: Session, userid: str, day: date) -> Actor:
    known = _directory(session, day)
    if known is not None and userid in known.names:
        held = known.by_person[userid]
        posts = [PostFact(one.role, one.unit, one.unit_name, one.path, one.title, one.lent_by) for one in held]
        return Actor(userid, known.names[userid], tuple(posts))
    rows = _ACTOR.all(session, {"who": userid, "day": day})
    mine = next((row for row in rows if not row.lent_by), None)
    if mine is None:
        return Actor(userid, userid, known=False)
    return Actor(userid, mine.name, _held(rows, day))


def _held(rows: Sequence[Any], day: date) -> tuple[PostFact, ...]:
    """Those of the rows that hold on `day`, his own first."""
    return tuple(
        PostFact(row.role, row.unit, row.unit_name, row.path, row.title, row.lent_by)
        for row in sorted(rows, key=lambda row: (row.lent_by != "", row.place or 0))
        if row.role is not None
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or row.valid_to >= day)
        and (not row.lent_by or lends(row.role, row.roles or ()))
    )


def find_person(session: Session, userid: str) -> Person | None:
    return session.get(Person, userid)


def name_of(session: Session, userid: str) -> str:
    """The person's name, or the account itself when nobody of that account is listed."""
    return memory.recall(session, ("name", userid), lambda: _NAME.scalar(session, {"who": userid})) or userid


def named(session: Session, name: str) -> list[Person]:
    """Everybody of this name who is still in the house."""
    query = select(Person).where(Person.name == name, Person.left_on.is_(None))
    return list(session.scalars(query.order_by(Person.userid)))


def userids_with(
    session: Session, roles: Iterable[str], day: date, unit: str | None = None, *, stand_ins: bool = True
) -> list[str]:
    """Accounts holding one of `roles` on `day`, in the unit `unit` if given; each once, in order of appointment.

    stand_ins: after them come those who stand in for one of them that day: both are told (S25).
    """
    named = list(roles)
    if (known := _directory(session, day)) is not None:
        return known.userids(named, unit, stand_ins=stand_ins)
    question = ("with", tuple(named), day, unit, stand_ins)
    return list(memory.recall(session, question, lambda: _userids_with(session, named, day, unit, stand_ins)))


def _userids_with(session: Session, named: list[str], day: date, unit: str | None, stand_ins: bool) -> list[str]:
    here: dict[str, object] = {"day": day} if unit is None else {"day": day, "unit": unit}
    rows: Sequence[Any]
    if len(named) == 1:
        rows = (_HOLDERS_OF_ONE if unit is None else _ONE_IN_UNIT).all(session, here | {"role": named[0]})
    else:  # a list is expanded anew each time
        rows = session.execute(_HOLDERS if unit is None else _HOLDERS_IN_UNIT, here | {"roles": named}).all()
    rows = sorted(rows, key=lambda row: (row.lent, row.place))
    held = (row for row in rows if not row.lent or (stand_ins and lends(row.role, row.roles or ())))
    return list(dict.fromkeys(row.userid for row in held))


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


def unreachable(session: Session, day: date) -> list[Person]:
    """Who holds a post on `day` although WeCom called his account invalid, or he left its contacts."""
    held = _holding(day).with_only_columns(Post.userid)
    query = select(Person).where(Person.userid.in_(held)).order_by(Person.userid)
    return list(session.scalars(query.where(or_(Person.reachable.is_(False), Person.left_on.is_not(None)))))


def out_of_reach(session: Session, userids: Iterable[str]) -> set[str]:
    """Those of them whom no message reaches: WeCom called the account invalid, or they left its contacts."""
    lost = select(Person.userid).where(or_(Person.reachable.is_(False), Person.left_on.is_not(None)))
    return memory.recall(session, "lost", lambda: set(session.scalars(lost))) & set(userids)


def never_seen(session: Session, day: date) -> list[Person]:
    """Who holds a post on `day` and was in no look at the contacts; empty before the first look (`home`)."""
    if session.execute(select(Person.userid).where(Person.home.is_not(None)).limit(1)).first() is None:
        return []
    held = _holding(day).with_only_columns(Post.userid)
    query = select(Person).where(Person.userid.in_(held), Person.home.is_(None))
    return list(session.scalars(query.order_by(Person.userid)))
