"""The group's tree of units."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from storage.matters import Unit

# Built once: they stand on the path of many turns (docs/performance.md).
_GET = select(Unit).where(Unit.code == bindparam("code"))
_IN_BEING = (
    select(Unit)
    .where(or_(Unit.valid_from.is_(None), Unit.valid_from <= bindparam("day")))
    .where(or_(Unit.valid_to.is_(None), Unit.valid_to >= bindparam("day")))
)
_ALL_IN_BEING = _IN_BEING.order_by(Unit.path)
_ONE_IN_BEING = _IN_BEING.where(Unit.code == bindparam("code"))


def get_unit(session: Session, code: str) -> Unit:
    """Raises LookupError when no unit has this code."""
    unit = session.scalars(_GET, {"code": code}).first()
    if unit is None:
        raise LookupError("unit")
    return unit


def find_by_name(session: Session, name: str) -> Unit | None:
    """The unit of this canonical name (aliases are understanding's work)."""
    return session.scalars(select(Unit).where(Unit.name == name).order_by(Unit.code)).first()


def all_units(session: Session, day: date | None = None) -> list[Unit]:
    """Every unit in the tree's order; only those in being on `day` when it is given."""
    if day is not None:
        return list(session.scalars(_ALL_IN_BEING, {"day": day}))
    return list(session.scalars(select(Unit).order_by(Unit.path)))


def member_units(session: Session, day: date) -> list[Unit]:
    """The member units that owe a quarter's report (S32), in the tree's order."""
    return [unit for unit in all_units(session, day) if unit.quarterly]


def find_member(session: Session, code: str, day: date) -> Unit | None:
    """The unit of this code if it owes a quarter's report on `day`."""
    unit = session.scalars(_ONE_IN_BEING, {"code": code, "day": day}).first()
    return unit if unit is not None and unit.quarterly else None


def subtree(session: Session, path: str) -> list[str]:
    """The codes of the unit at `path` and of all below it."""
    return list(session.scalars(select(Unit.code).where(Unit.path.startswith(path, autoescape=True))))


def root_name(session: Session) -> str:
    """The group's own name, or "" before any import."""
    return session.scalars(select(Unit.name).where(Unit.parent.is_(None)).order_by(Unit.path)).first() or ""
