"""What the organisation says of units beyond their names: who staffs them, which assist, whose sub-office is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import BindParameter, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from storage import memory
from storage.matters import Post, Unit
from storage.prepared import Prepared
from storage.proceedings import CoUnit

_ASSISTING = Prepared(select(CoUnit.unit).where(CoUnit.finding_id == bindparam("finding")))
_OPEN = select(Unit.code).where(Unit.sub_office)
_PATH = select(Unit.path).where(Unit.code == bindparam("code"))


@dataclass(frozen=True, slots=True)
class Staffed:
    """A unit, and which of the roles that were asked for somebody holds there."""

    code: str
    path: str
    roles: frozenset[str]


def below(session: Session, paths: Iterable[str], roles: Iterable[str], day: date) -> dict[str, Staffed]:
    """The units at `paths` and below them, by path, with their staff of `roles` on `day`. One statement a path."""
    wanted, named = tuple(paths), tuple(roles)
    return memory.recall(session, ("below", wanted, named, day), lambda: _below(session, wanted, named, day))


def _below(session: Session, paths: Iterable[str], roles: tuple[str, ...], day: date) -> dict[str, Staffed]:
    held: dict[tuple[str, str], set[str]] = {}
    for above in paths:
        for code, path, role in _staff(roles).all(session, {"above": above, "size": len(above), "day": day}):
            held.setdefault((path, code), set()).update({role} if role else ())
    return {path: Staffed(code, path, frozenset(found)) for (path, code), found in held.items()}


@cache
def _staff(roles: tuple[str, ...]) -> Prepared:
    """The units below a path, each with whoever holds one of the roles there; without any it is there once."""
    day: BindParameter[date] = bindparam("day")
    held = and_(
        Post.unit == Unit.code,
        or_(*(Post.role == role for role in roles)),
        or_(Post.valid_from.is_(None), Post.valid_from <= day),
        or_(Post.valid_to.is_(None), Post.valid_to >= day),
    )
    within = func.substr(Unit.path, 1, bindparam("size", type_=Integer)) == bindparam("above")
    return Prepared(select(Unit.code, Unit.path, Post.role).outerjoin(Post, held).where(within).distinct())


def assisting(session: Session, finding_id: int) -> frozenset[str]:
    """The units that assist with this finding; 0 is nobody's."""
    ask = lambda: frozenset(row.unit for row in _ASSISTING.all(session, {"finding": finding_id}))  # noqa: E731
    return memory.recall_here(session, ("assisting", finding_id), ask)


def open_sub_offices(session: Session) -> frozenset[str]:
    """The units whose sub-office is switched on (S61)."""
    return memory.recall(session, "sub-offices", lambda: frozenset(session.execute(_OPEN).scalars()))


def path_of(session: Session, code: str) -> str:
    """The unit's path, or "" for no unit."""
    return session.execute(_PATH, {"code": code}).scalar() or ""
