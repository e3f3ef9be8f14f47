"""What is owed by a day, and the moments of its ladder: begun once, planned together, ended together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from storage import dues, pushes
from storage.duties import Obligation
from storage.models import Due
from storage.types import table_of

_OBLIGATIONS, _DUES = table_of(Obligation), table_of(Due)
_FIND = select(Obligation).where(
    Obligation.ladder == bindparam("ladder"),
    Obligation.matter == bindparam("matter"),
    Obligation.part == bindparam("part"),
)
_OF_LADDER = (
    select(Obligation)
    .where(Obligation.state == "open", Obligation.ladder == bindparam("ladder"))
    .order_by(Obligation.due, Obligation.id)
)
_ADD, _ADD_DUES = insert(_OBLIGATIONS), insert(_DUES)
_PLANNED = select(_DUES.c.id, _DUES.c.rung, _DUES.c.day, _DUES.c.state, _DUES.c.planned_at).where(
    _DUES.c.kind == bindparam("kind"), _DUES.c.matter == bindparam("matter")
)
_REVIVE = (
    update(_DUES)
    .where(_DUES.c.id == bindparam("row"))
    .values(
        state="waiting", planned_at=bindparam("moment"), due_at=bindparam("moment"), obligation=bindparam("of"),
        attempts=0, lease_until=None, retry_at=None,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One rung of an obligation, still to come."""

    rung: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """The newest due row of one rung, as it stands."""

    state: str
    planned_at: datetime
    due_at: datetime
    done_at: datetime | None


def find(session: Session, ladder: str, matter: str, part: str = "") -> Obligation | None:
    return session.scalars(_FIND, {"ladder": ladder, "matter": matter, "part": part}).first()


def load(session: Session, ids: Collection[int]) -> dict[int, Obligation]:
    """These, read together; while the answer is held, each is read no more."""
    rows = session.scalars(select(Obligation).where(Obligation.id.in_(list(ids))))
    return {row.id: row for row in rows}


def of_matter(session: Session, ladder: str, matter: str) -> list[Obligation]:
    """Every part of one ladder about one matter, ended ones too."""
    query = select(Obligation).where(Obligation.matter == matter, Obligation.ladder == ladder)
    return list(session.scalars(query.order_by(Obligation.id)))


def open_of(session: Session, matter: str) -> list[Obligation]:
    """What is still owed about a matter, soonest due first."""
    query = select(Obligation).where(Obligation.matter == matter, Obligation.state == "open")
    return list(session.scalars(query.order_by(Obligation.due, Obligation.id)))


def open_after(session: Session, last: int, limit: int) -> list[Obligation]:
    """A page of all that is owed, by id."""
    query = select(Obligation).where(Obligation.state == "open", Obligation.id > last)
    return list(session.scalars(query.order_by(Obligation.id).limit(limit)))


def due_until(session: Session, ladder: str, last: date) -> list[Obligation]:
    """What is owed by `last`, and what was owed before; soonest first."""
    query = select(Obligation).where(Obligation.state == "open", Obligation.ladder == ladder, Obligation.due <= last)
    return list(session.scalars(query.order_by(Obligation.due, Obligation.id)))


def of_ladder(session: Session, ladder: str) -> list[Obligation]:
    """All that is owed of one ladder, soonest first."""
    return list(session.scalars(_OF_LADDER, {"ladder": ladder}))


def of_part(session: Session, ladder: str, part: str) -> list[Obligation]:
    """Those of one part (and of its later rounds, `part-2`) that are owed or were met, but not what was dropped."""
    query = select(Obligation).where(Obligation.ladder == ladder, Obligation.state.in_(("open", "met")))
    named = or_(Obligation.part == part, Obligation.part.startswith(f"{part}-", autoescape=True))
    return list(session.scalars(query.where(named).order_by(Obligation.id)))


def rungs_between(session: Session, obligation: int, after: datetime, until: datetime) -> set[str]:
    """The rungs of it that come after `after` and by `until`, whether they had their turn or not."""
    query = select(_DUES.c.rung).where(_DUES.c.obligation == obligation, _DUES.c.state.in_(("waiting", "done")))
    return set(session.scalars(query.where(_DUES.c.planned_at > after, _DUES.c.planned_at <= until)))


def planned(session: Session, obligations: Collection[int]) -> dict[int, dict[str, Planned]]:
    """Of each obligation the newest row of every rung, one that is not cancelled before one that is."""
    names = (_DUES.c.obligation, _DUES.c.rung, _DUES.c.state, _DUES.c.planned_at, _DUES.c.due_at, _DUES.c.done_at)
    rows = session.execute(select(*names).where(_DUES.c.obligation.in_(list(obligations))).order_by(_DUES.c.id))
    found: dict[int, dict[str, Planned]] = {}
    for of, rung, *values in rows.tuples():
        mine, row = found.setdefault(of, {}), Planned(*values)
        if row.state != "cancelled" or rung not in mine:
            mine[rung] = row
    return found


def add_moment(session: Session, obligation: Obligation, moment: Moment) -> None:
    """One more moment of a rung that comes again and again, unless it stands already."""
    day, matter = dues.day_of(moment.at), name_of(obligation)
    row = _rows(session, obligation.ladder, matter).get((moment.rung, day))
    if row is None:
        session.execute(_ADD_DUES, [_row(obligation, matter, moment, day)])
    elif row.state == "cancelled":
        session.execute(_REVIVE, {"row": row.id, "moment": moment.at, "of": obligation.id})


def add(session: Session, **values: Any) -> Obligation:
    """A new one; unique by (ladder, matter, part)."""
    found = session.execute(_ADD, values).inserted_primary_key  # type: ignore[attr-defined]
    return session.get_one(Obligation, found[0])


def name_of(obligation: Obligation) -> str:
    """Under which matter its due rows stand: `WT-2026-0123`, or `WT-2026-0123/r2` for a part of it."""
    return f"{obligation.matter}/{obligation.part}" if obligation.part else obligation.matter


def plan(
    session: Session, obligation: Obligation, moments: Sequence[Moment], *, fresh: bool,
    missed: Collection[str] = (), before: datetime | None = None,
) -> bool:  # fmt: skip
    """Make the waiting due rows of the obligation exactly these; a rung that had its turn that day is not repeated.

    fresh: nothing was planned for it before. missed: rungs whose moment has passed; rows of theirs that wait for their
    turn still stay if they are planned `before` then, otherwise before the first of `moments`. Returns whether
    anything changed.
    """
    matter = name_of(obligation)
    known = {} if fresh else _rows(session, obligation.ladder, matter)
    new, changed = [], False
    for moment in moments:
        day = dues.day_of(moment.at)
        row = known.pop((moment.rung, day), None)
        if row is None:
            new.append(_row(obligation, matter, moment, day))
        elif row.state == "cancelled" or (row.state == "waiting" and row.planned_at != moment.at):
            session.execute(_REVIVE, {"row": row.id, "moment": moment.at, "of": obligation.id})
            changed = True
    if before is None:
        before = min((moment.at for moment in moments), default=None)
    stale = [
        row.id
        for row in known.values()
        if row.state == "waiting" and not (row.rung in missed and (before is None or row.planned_at < before))
    ]
    if stale:
        session.execute(update(_DUES).where(_DUES.c.id.in_(stale)).values(state="cancelled"))
    if new:
        session.execute(_ADD_DUES, new)
    return bool(new or stale or changed)


def _rows(session: Session, ladder: str, matter: str) -> dict[tuple[str, str], Any]:
    rows = session.execute(_PLANNED, {"kind": ladder, "matter": matter})
    return {(row.rung, row.day): row for row in rows}


def _row(obligation: Obligation, matter: str, moment: Moment, day: str) -> dict[str, Any]:
    return {
        "kind": obligation.ladder, "rung": moment.rung, "matter": matter, "day": day, "planned_at": moment.at,
        "due_at": moment.at, "facts": {}, "state": "waiting", "attempts": 0, "obligation": obligation.id,
    }  # fmt: skip


def end(session: Session, obligation: Obligation, state: str, at: datetime) -> None:
    """Met or dropped: nothing of its ladder is awaited, owed or on its way any more."""
    obligation.state, obligation.ended_at = state, at
    session.flush()
    still(session, obligation)


def still(session: Session, obligation: Obligation) -> None:
    """Cancel the rungs to come and take back what has not been sent."""
    waiting = update(_DUES).where(_DUES.c.obligation == obligation.id, _DUES.c.state == "waiting")
    session.execute(waiting.values(state="cancelled"))
    pushes.take_back(session, obligation.id)
