"""The group's tree of units."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.matters import Unit


def get_unit(session: Session, code: str) -> Unit:
    """Raises LookupError when no unit has this code."""
    unit = session.get(Unit, code)
    if unit is None:
        raise LookupError("unit")
    return unit


def find_by_name(session: Session, name: str) -> Unit | None:
    """The unit of this canonical name (aliases are understanding's work)."""
    return session.scalars(select(Unit).where(Unit.name == name).order_by(Unit.code)).first()


def all_units(session: Session, day: date | None = None) -> list[Unit]:
    """Every unit in the tree's order; only those in being on `day` when it is given."""
    query = select(Unit).order_by(Unit.path)
    if day is not None:
        query = query.where(or_(Unit.valid_from.is_(None), Unit.valid_from <= day))
        query = query.where(or_(Unit.valid_to.is_(None), Unit.valid_to >= day))
    return list(session.scalars(query))


def member_units(session: Session, day: date) -> list[Unit]:
    """The member units that owe a quarter's report (S32), in the tree's order."""
    return [unit for unit in all_units(session, day) if unit.quarterly]


def subtree(session: Session, path: str) -> list[str]:
    """The codes of the unit at `path` and of all below it."""
    return list(session.scalars(select(Unit.code).where(Unit.path.startswith(path, autoescape=True))))


def root_name(session: Session) -> str:
    """The group's own name, or "" before any import."""
    return session.scalars(select(Unit.name).where(Unit.parent.is_(None)).order_by(Unit.path)).first() or ""
