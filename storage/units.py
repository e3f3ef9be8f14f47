"""The group's tree of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from storage import memory
from storage.matters import Unit
from storage.prepared import Prepared
from storage.types import table_of

BETWEEN = "·"  # parent and unit, where a unit's own name is another's too
# Built once: they stand on the path of many turns (docs/performance.md).
_UNITS = table_of(Unit)
_GET = Prepared(select(_UNITS).where(_UNITS.c.code == bindparam("code")))
_IN_BEING = (
    select(Unit)
    .where(or_(Unit.valid_from.is_(None), Unit.valid_from <= bindparam("day")))
    .where(or_(Unit.valid_to.is_(None), Unit.valid_to >= bindparam("day")))
)
_ALL_IN_BEING = _IN_BEING.order_by(Unit.path)
_ONE_IN_BEING = Prepared(_IN_BEING.with_only_columns(*_UNITS.c).where(_UNITS.c.code == bindparam("code")))


def get_unit(session: Session, code: str) -> Unit:
    """The unit to be told of: nothing can be written to it (`lock` brings one that can be changed).

    Raises LookupError when no unit has this code.
    """
    if memory.whole(session):
        unit = memory.recall(session, "all units", lambda: {unit.code: unit for unit in all_units(session)}).get(code)
    else:
        unit = memory.recall(session, ("unit", code), lambda: _GET.first(session, {"code": code}))
    if unit is None:
        raise LookupError("unit")
    return unit


def lock(session: Session, code: str) -> Unit:
    """The unit as it stands now, held until the turn ends. Raises LookupError when no unit has this code."""
    unit = session.get(Unit, code, with_for_update=True, populate_existing=True)
    if unit is None:
        raise LookupError("unit")
    return unit


def find_by_name(session: Session, name: str) -> Unit | None:
    """The unit of this canonical name (aliases are understanding's work); of `恒信建设·二公司`, see `qualified`."""
    found = session.scalars(select(Unit).where(Unit.name == name).order_by(Unit.valid_to.is_not(None), Unit.code))
    unit = found.first()
    if unit is not None or BETWEEN not in name:
        return unit
    above, own = name.split(BETWEEN, 1)
    same = session.scalars(select(Unit).where(Unit.name == own).order_by(Unit.valid_to.is_not(None), Unit.code))
    return next((unit for unit in same if unit.parent and get_unit(session, unit.parent).name == above), None)


def qualified(listed: Sequence[Unit]) -> dict[str, str]:
    """By code, what tells a unit apart from others: two 二公司 go by `恒信建设·二公司` and `恒信物流·二公司`."""
    names = {unit.code: unit.name for unit in listed}
    often = Counter(names.values())
    return {
        unit.code: f"{names[unit.parent]}{BETWEEN}{unit.name}"
        if often[unit.name] > 1 and unit.parent in names
        else unit.name
        for unit in listed
    }


def all_units(session: Session, day: date | None = None) -> list[Unit]:
    """Every unit in the tree's order; only those in being on `day` when it is given."""
    if day is not None:
        return list(session.scalars(_ALL_IN_BEING, {"day": day}))
    return list(session.scalars(select(Unit).order_by(Unit.path)))


def member_units(session: Session, day: date) -> list[Unit]:
    """The member units that owe a quarter's report (S32), in the tree's order."""
    return [unit for unit in all_units(session, day) if unit.quarterly]


def find_member(session: Session, code: str, day: date) -> Unit | None:
    """The unit of this code if it owes a quarter's report on `day`; to be told of, like `get_unit`'s."""
    unit: Unit | None = _ONE_IN_BEING.first(session, {"code": code, "day": day})
    return unit if unit is not None and unit.quarterly else None


def subtree(session: Session, path: str) -> list[str]:
    """The codes of the unit at `path` and of all below it."""
    return list(session.scalars(select(Unit.code).where(Unit.path.startswith(path, autoescape=True))))


def root_name(session: Session) -> str:
    """The group's own name, or "" before any import."""
    return session.scalars(select(Unit.name).where(Unit.parent.is_(None)).order_by(Unit.path)).first() or ""
