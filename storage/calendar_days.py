"""Days set apart from the official calendar, and the years that the office keeps (domain.md 6.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from storage import counters
from storage.duties import Obligation
from storage.matters import CalendarDay
from storage.models import Counter, Due
from storage.prepared import Prepared

OFFICIAL, OWN = "official", "own"  # sources: the State Council's notice, and what the group decided itself
LONGEST_NAME = 40

# Rows of `counters`: how often the calendar was changed, and under `calendar:2027` how often that year was kept whole.
_VERSION = "calendar"
_YEAR = f"{_VERSION}:"
_READ_VERSION = Prepared(select(Counter.value).where(Counter.name == _VERSION))


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file or a person says of one day."""

    day: date
    workday: bool
    name: str = ""


def overrides(session: Session) -> dict[date, bool]:
    """Day -> whether people work on it."""
    return dict(session.execute(select(CalendarDay.day, CalendarDay.workday)).tuples().all())


def of_days(session: Session, days: Collection[date]) -> dict[date, CalendarDay]:
    """What is stored of the days from the first to the last of these."""
    if not days:
        return {}
    query = select(CalendarDay).where(CalendarDay.day >= min(days), CalendarDay.day <= max(days))
    return {row.day: row for row in session.scalars(query)}


def of_year(session: Session, year: int) -> list[CalendarDay]:
    query = select(CalendarDay).where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    return list(session.scalars(query.order_by(CalendarDay.day)))


def put(session: Session, entries: Iterable[Entry], source: str) -> None:
    """Write the days down, over what stood there. The caller has taken `bump` first, so nobody writes beside him."""
    entries = list(entries)
    known = of_days(session, [entry.day for entry in entries])
    for entry in entries:
        values = {"workday": entry.workday, "name": entry.name, "source": source}
        if entry.day in known:
            session.execute(update(CalendarDay).where(CalendarDay.day == entry.day).values(**values))
        else:
            session.execute(insert(CalendarDay).values(day=entry.day, **values))


def version(session: Session) -> int:
    """How often the calendar was changed; every process compares it with the one it has loaded."""
    return int(_READ_VERSION.scalar(session, {}) or 0)


def bump(session: Session) -> int:
    """The next version; until the turn ends nobody else changes the calendar."""
    return counters.next_value(session, _VERSION)


def maintain(session: Session, year: int) -> None:
    """From now on the year's official days are known: they were imported, or entered whole."""
    counters.next_value(session, f"{_YEAR}{year}")


def maintained(session: Session) -> frozenset[int]:
    names = session.scalars(select(Counter.name).where(Counter.name.startswith(_YEAR), Counter.value > 0))
    return frozenset(int(name.removeprefix(_YEAR)) for name in names)


def reminders_on(session: Session, days: Collection[date]) -> int:
    """How many reminders wait to go out on these days; what the machinery plans for itself is not counted."""
    named = [day.isoformat() for day in days]
    query = select(func.count()).select_from(Due).where(Due.state == "waiting", Due.matter != Due.kind)
    return session.execute(query.where(Due.day.in_(named))).scalar_one()


def deadlines_on(session: Session, days: Collection[date]) -> int:
    """How many matters must be done on one of these days."""
    query = select(Obligation.matter).where(Obligation.state == "open", Obligation.due.in_(days)).distinct()
    return session.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def reminded_years(session: Session, until: datetime) -> frozenset[int]:
    """Years in which a reminder waits to go out, up to `until`."""
    query = select(func.substr(Due.day, 1, 4)).where(Due.state == "waiting", Due.matter != Due.kind)
    return frozenset(int(year) for year in session.scalars(query.where(Due.due_at <= until).distinct()))
