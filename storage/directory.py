"""All appointments of one day at once, for turns that ask about many people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from storage.delegations import lends
from storage.matters import Delegation, Person, Post, Unit
from storage.types import table_of

_PEOPLE, _POSTS, _UNITS, _LENT = table_of(Person), table_of(Post), table_of(Unit), table_of(Delegation)
_IN_FORCE = or_(_POSTS.c.valid_from.is_(None), _POSTS.c.valid_from <= bindparam("day")) & or_(
    _POSTS.c.valid_to.is_(None), _POSTS.c.valid_to >= bindparam("day")
)
_COLUMNS = (_POSTS.c.id, _POSTS.c.role, _POSTS.c.unit, _UNITS.c.name, _UNITS.c.path, _POSTS.c.title)
_OWN = (
    select(_POSTS.c.userid, _PEOPLE.c.name.label("person"), *_COLUMNS)
    .select_from(_POSTS.join(_UNITS, _UNITS.c.code == _POSTS.c.unit).join(_PEOPLE, _PEOPLE.c.userid == _POSTS.c.userid))
    .where(_IN_FORCE)
    .order_by(_POSTS.c.id)
)
_BORROWED = (
    select(_LENT.c.delegate, _LENT.c.principal, _LENT.c.roles, *_COLUMNS)
    .select_from(_LENT.join(_POSTS, _POSTS.c.userid == _LENT.c.principal).join(_UNITS, _UNITS.c.code == _POSTS.c.unit))
    .where(_IN_FORCE, _LENT.c.valid_from <= bindparam("day"), _LENT.c.valid_to >= bindparam("day"))
    .where(_LENT.c.ended_at.is_(None))
    .order_by(_POSTS.c.id)
)


@dataclass(frozen=True, slots=True)
class Held:
    """One appointment, own or lent, of one person."""

    userid: str
    place: int
    role: str
    unit: str
    unit_name: str
    path: str
    title: str
    lent_by: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """names: of everybody who holds a post of his own. by_person, by_role: own posts first, each in order of post."""

    names: dict[str, str]
    by_person: dict[str, list[Held]]
    by_role: dict[str, list[Held]]

    def userids(self, roles: Iterable[str], unit: str | None, *, stand_ins: bool) -> list[str]:
        """Each once, own posts before lent ones, in order of post."""
        rows = [
            held
            for role in roles
            for held in self.by_role.get(role, ())
            if (unit is None or held.unit == unit) and (stand_ins or not held.lent_by)
        ]
        rows.sort(key=lambda held: (held.lent_by != "", held.place))
        return list(dict.fromkeys(held.userid for held in rows))


def load(session: Session, day: date) -> Directory:
    """Two statements, however many people there are."""
    found = Directory({}, defaultdict(list), defaultdict(list))
    for row in session.execute(_OWN, {"day": day}):
        found.names[row.userid] = row.person
        _put(found, Held(row.userid, row.id, row.role, row.unit, row.name, row.path, row.title))
    for row in session.execute(_BORROWED, {"day": day}):
        if lends(row.role, row.roles or ()):
            _put(found, Held(row.delegate, row.id, row.role, row.unit, row.name, row.path, row.title, row.principal))
    return found


def _put(found: Directory, held: Held) -> None:
    found.by_person[held.userid].append(held)
    found.by_role[held.role].append(held)
