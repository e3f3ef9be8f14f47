"""Who was called when, over all processes: WeCom drops without a word what exceeds its limits (wecom.md 4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.duties import Send
from storage.models import Counter
from storage.prepared import Prepared
from storage.types import Utc, table_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

_SENDS = table_of(Send)
_COUNTERS = table_of(Counter)
_ADD = Prepared(insert(_SENDS))
# An end on both sides: of one alone PostgreSQL expects a third of the table, until it has looked at it again.
_SINCE = Prepared(
    select(func.count())
    .select_from(_SENDS)
    .where(_SENDS.c.at > bindparam("moment", type_=Utc), _SENDS.c.at <= bindparam("end", type_=Utc))
)
_FORGET = delete(_SENDS).where(_SENDS.c.at <= bindparam("moment", type_=Utc))
_RANKED = (
    select(
        _SENDS.c.person,
        _SENDS.c.at,
        func.row_number().over(partition_by=_SENDS.c.person, order_by=_SENDS.c.at.desc()).label("place"),
    )
    .where(_SENDS.c.person.in_(bindparam("persons", expanding=True)), _SENDS.c.at > bindparam("hour", type_=Utc))
    .subquery()
)
_FULL = select(_RANKED).where(
    or_(
        and_(_RANKED.c.place == bindparam("per_minute"), _RANKED.c.at > bindparam("minute", type_=Utc)),
        _RANKED.c.place == bindparam("per_hour"),
    )
)
_DAY = select(_COUNTERS.c.value).where(_COUNTERS.c.name == bindparam("which"))
_ADD_TO_DAY = (
    update(_COUNTERS).where(_COUNTERS.c.name == bindparam("which")).values(value=_COUNTERS.c.value + bindparam("more"))
)


def add(session: Session, persons: Sequence[str], real: datetime) -> None:
    """Each of these is called now."""
    for person in persons:
        _ADD.run(session, {"person": person, "at": real})


def since(session: Session, moment: datetime) -> int:
    """How many calls there were within the day after `moment`."""
    return int(_SINCE.scalar(session, {"moment": moment, "end": moment + DAY}))


def full(
    session: Session, persons: Sequence[str], real: datetime, per_minute: int, per_hour: int
) -> dict[str, datetime]:
    """Those who had so many that they must wait, each with the moment at which a window frees: one statement."""
    known = {
        "persons": list(persons), "minute": real - MINUTE, "hour": real - HOUR, "per_minute": per_minute,
        "per_hour": per_hour,
    }  # fmt: skip
    free_at: dict[str, datetime] = {}
    for person, at, place in session.execute(_FULL, known).tuples():
        frees = max(at + length for length, most in ((MINUTE, per_minute), (HOUR, per_hour)) if place == most)
        free_at[person] = max(frees, free_at.get(person, frees))
    return free_at


def forget_before(session: Session, moment: datetime) -> None:
    """What no window reaches any more."""
    session.execute(_FORGET, {"moment": moment})


def of_day(session: Session, day: date) -> int:
    """How many calls were counted on `day`."""
    return session.execute(_DAY, {"which": _name(day)}).scalar() or 0


def add_to_day(session: Session, day: date, more: int) -> None:
    """Count them; by whoever has passed the gate (`brakes.lock`), so that the row is made once."""
    if session.execute(_ADD_TO_DAY, {"which": _name(day), "more": more}).rowcount == 0:  # type: ignore[attr-defined]
        session.execute(insert(_COUNTERS).values(name=_name(day), value=more))


def _name(day: date) -> str:
    return f"sends:{day.isoformat()}"
