"""The names of the group, as understanding wants them, read from the store."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.understanding.meaning import Lexicon, PersonName, UnitName
from storage import delegations, people, units
from storage.matters import Post, Unit


def roles(session: Session, day: date) -> dict[str, frozenset[str]]:
    """Who is what on `day`: a hint for understanding only; rights are looked up in every turn."""
    found: dict[str, set[str]] = {}
    for post in _held(session, day):
        found.setdefault(post.userid, set()).add(post.role)
    own = {userid: frozenset(names) for userid, names in found.items()}
    for lent in delegations.holding(session, day):
        names = {role for role in own.get(lent.principal, ()) if delegations.lends(role, lent.roles)}
        found.setdefault(lent.delegate, set()).update(names)
    return {userid: frozenset(names) for userid, names in found.items()}


def load(session: Session, day: date) -> Lexicon:
    """Units in being on `day` with their aliases, and everybody listed."""
    homes: dict[str, tuple[str, str]] = {}
    for post in _held(session, day):
        homes.setdefault(post.userid, (post.unit, post.title))
    listed = units.all_units(session, day)
    names = units.qualified(listed)
    return Lexicon(
        units=tuple(
            UnitName(unit.code, names[unit.code], _also(unit, names[unit.code]), unit.parent or "") for unit in listed
        ),
        people=tuple(
            PersonName(person.userid, person.name, *homes.get(person.userid, ("", "")))
            for person in people.all_people(session)
            if person.left_on is None
        ),
    )


def _also(unit: Unit, name: str) -> tuple[str, ...]:
    """A unit that must be told apart by its parent still answers to its own name: then it is asked which."""
    return (*unit.aliases, unit.name) if name != unit.name else tuple(unit.aliases)


def _held(session: Session, day: date) -> list[Post]:
    """The appointments that hold on `day`."""
    return [
        post
        for post in people.all_posts(session)
        if (post.valid_from is None or post.valid_from <= day) and (post.valid_to is None or post.valid_to >= day)
    ]
