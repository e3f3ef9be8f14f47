"""Lists of findings: what is wanted, and who may see it as one condition (domain.md 5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from storage.dues import CHINA
from storage.grants import Scope, granted
from storage.matters import FINDING_STATES, Finding

OVERDUE_STATES = ("assigned", "rectifying", "ongoing")  # the unit's turn; an application stops the count
MARKS: dict[str, ColumnElement[bool]] = {
    "repeat": Finding.is_repeat.is_(True),
    "key": Finding.key_supervised.is_(True),
    "again": Finding.cycle > 1,
}
GONE = ("rejected", "merged", "withdrawn", "converted_to_lead")
ENDED = (*GONE, "closed")
_FIRST_LEVEL = 2  # letters of a category; below the second level there is none
LISTED = tuple(state for state in FINDING_STATES if state not in GONE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is about; empty means no condition. Days are inclusive, of Asia/Shanghai.

    overdue_on: only what is overdue on that day. due_before: only what was due before that day.
    amount_from, amount_to: in fen, inclusive, with certain amounts only; None: no bound. marks: of MARKS, all of them.
    words: of its text (storage/fulltext.py looks them up); rows: what it found, where figures are made of them.
    sort: "amount", the largest first, or "overdue", the longest first; "" is the list's own order.
    """

    units: tuple[str, ...] = ()
    source: str = ""
    people: tuple[str, ...] = ()
    submitted_by: str = ""
    states: tuple[str, ...] = ()
    quarter: str = ""
    registered_from: date | None = None
    registered_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    category: str = ""
    severity: str = ""
    overdue_on: date | None = None
    due_before: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    marks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rows: tuple[int, ...] | None = None
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of a list needs. full: the viewer may read the title and the amount, too."""

    number: str
    unit_name: str
    category: str
    title: str
    state: str
    due: date | None
    full: bool
    amount_fen: int | None = None


def count(session: Session, wanted: Wanted, scope: Scope) -> int:
    query = select(func.count()).select_from(Finding)
    return session.execute(query.where(*conditions(wanted), _listed(scope, wanted))).scalar_one()


def lines(
    session: Session, wanted: Wanted, scope: Scope, limit: int, offset: int = 0, among: Sequence[int] | None = None
) -> list[Line]:
    """The longest overdue and the soonest due first, then what has no date; the ended ones last; or as `wanted.sort`.

    among: only these rows, in this order unless another is wanted.
    """
    full = case((granted(scope.full), 1), else_=0)
    columns = (Finding.number, Finding.unit_name, Finding.category, Finding.title, Finding.desc, Finding.state)
    query = select(*columns, Finding.due, Finding.amount_fen, full).where(*conditions(wanted), _listed(scope, wanted))
    if among is None and wanted.sort != "amount":
        return _by_due(session, query, wanted, offset + limit)[offset:]
    if among is None or wanted.sort:
        query = query.where(Finding.id.in_(among)) if among is not None else query
        return [_line(row) for row in session.execute(query.order_by(*_order(wanted)).limit(limit).offset(offset))]
    page = among[offset : offset + limit]
    found = {
        row[-1]: _line(row[:-1]) for row in session.execute(query.add_columns(Finding.id).where(Finding.id.in_(page)))
    }
    return [found[row] for row in page if row in found]


def _order(wanted: Wanted) -> tuple[Any, ...]:
    ended = case((Finding.state.in_(ENDED), 1), else_=0)
    by_due = (ended, case((Finding.due.is_(None), 1), else_=0), Finding.due, Finding.id)
    if wanted.sort == "amount":
        return case((Finding.amount_fen.is_(None), 1), else_=0), Finding.amount_fen.desc(), *by_due
    return by_due


def _by_due(session: Session, query: Select[Any], wanted: Wanted, limit: int) -> list[Line]:
    """What `_order` puts first, part by part: the many that are closed only where what is open leaves room, and those
    in the order of an index, so that none is sorted."""
    found: list[Line] = []
    for part, order in _parts(wanted):
        if len(found) < limit:
            rows = session.execute(query.where(*part).order_by(*order).limit(limit - len(found)))
            found += [_line(row) for row in rows]
    return found


def _parts(wanted: Wanted) -> Iterator[tuple[tuple[ColumnElement[bool], ...], tuple[Any, ...]]]:
    if wanted.registered_from or wanted.registered_to or wanted.quarter:  # few, found by their time: sorted at once
        yield (), _order(wanted)
        return
    states = OVERDUE_STATES if wanted.overdue_on else wanted.states or LISTED
    open_, ended = [s for s in states if s not in ENDED], [s for s in states if s in ENDED]
    unknown = case((Finding.due.is_(None), 1), else_=0)
    if open_:
        yield (Finding.state.in_(open_),), (unknown, Finding.due, Finding.id)
    if ended == ["closed"]:
        yield (Finding.state == "closed", Finding.due.is_not(None)), (Finding.due, Finding.id)
        yield (Finding.state == "closed", Finding.due.is_(None)), (Finding.id,)
    elif ended:
        yield (Finding.state.in_(ended),), (unknown, Finding.due, Finding.id)


def ids(session: Session, wanted: Wanted, scope: Scope, *, by_due: bool = False) -> list[int]:
    """The rows' ids of everything wanted, in the order of their numbers' issue, or the longest overdue first."""
    query = select(Finding.id).where(*conditions(wanted), _listed(scope, wanted))
    return list(session.scalars(query.order_by(*([Finding.due] if by_due else []), Finding.id)))


def rounds(session: Session, wanted: Wanted, scope: Scope) -> int:
    """How many rounds they have had; one that was never assigned counts as one."""
    query = select(func.coalesce(func.sum(Finding.cycle), 0)).where(*conditions(wanted), _listed(scope, wanted))
    return int(session.execute(query).scalar_one())


def by_unit(
    session: Session, wanted: Wanted, scope: Scope, among: Sequence[int] | None = None
) -> list[tuple[str, int, date | None]]:
    """Unit name, how many, and the earliest due day; most first."""
    number = func.count()
    query = select(Finding.unit_name, number, func.min(Finding.due)).where(*conditions(wanted), _listed(scope, wanted))
    query = query.where(Finding.id.in_(among)) if among is not None else query
    rows = session.execute(query.group_by(Finding.unit_name).order_by(number.desc(), Finding.unit_name))
    return [(name, many, due) for name, many, due in rows]


def by_person(
    session: Session, wanted: Wanted, scope: Scope, among: Sequence[int] | None = None
) -> list[tuple[str | None, int, date | None]]:
    """Responsible person's account, how many, and the earliest due day; most first, those without a name last.

    "" for those with nobody yet, None for those of which the viewer may see a card but no person.
    """
    number = func.count()
    shown = case((granted(scope.full), func.coalesce(Finding.resp_person, "")), else_=None)
    query = select(shown, number, func.min(Finding.due)).where(*conditions(wanted), _listed(scope, wanted))
    query = query.where(Finding.id.in_(among)) if among is not None else query
    rows = session.execute(query.group_by(shown).order_by(number.desc(), shown))
    return sorted(((person, many, due) for person, many, due in rows), key=lambda row: not row[0])


def last_submitted(session: Session, person: str) -> Finding | None:
    """The newest finding that the person submitted."""
    query = select(Finding).where(Finding.submitted_by == person).order_by(Finding.id.desc())
    return session.scalars(query.limit(1)).first()


def _line(row: Sequence[Any]) -> Line:
    number, unit_name, category, title, desc, state, due, amount, full = row
    told = (title or desc, amount) if full else ("", None)
    return Line(number, unit_name, category, told[0], state, due, bool(full), told[1])


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """All that `wanted` says but its words, and but for the rights."""
    given: list[ColumnElement[bool]] = []
    for column, values in ((Finding.unit, wanted.units), (Finding.resp_person, wanted.people)):
        given += [column.in_(values)] if values else []
    for name in ("source", "submitted_by", "quarter", "severity"):
        value = getattr(wanted, name)
        given += [getattr(Finding, name) == value] if value else []
    given.append(Finding.state.in_(wanted.states) if wanted.states else Finding.state.not_in(GONE))
    if wanted.category:
        given += _in_category(wanted)
    if wanted.amount_from is not None:
        given.append(Finding.amount_fen >= wanted.amount_from)
    if wanted.amount_to is not None:
        given.append(Finding.amount_fen <= wanted.amount_to)
    given += [MARKS[mark] for mark in wanted.marks]
    if wanted.rows is not None:
        given.append(Finding.id.in_(wanted.rows))
    return given + _time_conditions(wanted)


def _in_category(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Found by the period where one is given, for a period holds fewer than a category; so said that no index fits."""
    if wanted.registered_from or wanted.registered_to:
        return [Finding.category.startswith(wanted.category, autoescape=True)]
    if len(wanted.category) > _FIRST_LEVEL:
        return [Finding.category == wanted.category]
    after = wanted.category[:-1] + chr(ord(wanted.category[-1]) + 1)  # bounds: LIKE with an escape uses no index
    bounds = [Finding.category >= wanted.category, Finding.category < after]
    return [*bounds, Finding.category.startswith(wanted.category, autoescape=True)]


def _time_conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    given: list[ColumnElement[bool]] = []
    if wanted.registered_from:
        given.append(Finding.submitted_at >= midnight(wanted.registered_from))
    if wanted.registered_to:
        given.append(Finding.submitted_at < midnight(wanted.registered_to + timedelta(days=1)))
    if wanted.due_from:
        given.append(Finding.due >= wanted.due_from)
    if wanted.due_to:
        given.append(Finding.due <= wanted.due_to)
    if wanted.due_before:
        given.append(Finding.due < wanted.due_before)
    if wanted.overdue_on:
        given += [Finding.due < wanted.overdue_on, Finding.state.in_(OVERDUE_STATES)]
    return given


def midnight(day: date) -> datetime:
    """The moment, in Shanghai, at which the day begins."""
    return datetime.combine(day, time(), CHINA)


def visible(scope: Scope, wanted: Wanted) -> ColumnElement[bool]:
    """Peers' cards answer no question about what they do not show: whose, how grave, by whom found (domain.md S4)."""
    if wanted.people or wanted.severity or wanted.source or wanted.submitted_by or wanted.words:
        return granted(scope.full)
    if wanted.marks or wanted.rows is not None or wanted.sort == "amount":
        return granted(scope.full)
    if wanted.amount_from is not None or wanted.amount_to is not None:
        return granted(scope.full)
    return or_(granted(scope.full), granted(scope.peer))


def _listed(scope: Scope, wanted: Wanted) -> ColumnElement[bool]:
    """Nor does a list of them tell when one was found or registered; sums over a period do not single one out."""
    if wanted.quarter or wanted.registered_from or wanted.registered_to:
        return granted(scope.full)
    return visible(scope, wanted)
