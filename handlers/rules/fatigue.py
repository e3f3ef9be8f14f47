"""How often people may be urged by others: the limits of domain.md 6.7, and when the next time is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from handlers.rules.calendar import Workdays

SPAN_WORKDAYS = 2  # within so many working days at most once
SPAN_DAYS, MOST = 7, 3  # within so many days at most so often
PEACE_WORKDAYS = 1  # after 收到 nobody is urged for so many working days
LONGEST_PROMISE = timedelta(days=30)  # a promise may silence no longer than this, or up to the deadline


class Limit(StrEnum):
    OFTEN = "often"  # three times in seven days
    LATELY = "lately"  # once in two working days
    PROMISED = "promised"  # he named a day, and it has not come
    RECEIVED = "received"  # he said 收到 within the last working day


@dataclass(frozen=True, slots=True)
class Said:
    """One person and one matter. urged: the days on which he was urged, oldest first; all are days of arrival.

    received: the day of his last 收到. promised: the day he named, while that stands.
    """

    urged: Sequence[date] = ()
    received: date | None = None
    promised: date | None = None


def hindrance(said: Said, today: date, calendar: Workdays) -> Limit | None:
    """Why he may not be urged today; None when he may. The graver reason comes first."""
    if _within_span(said.urged, today) >= MOST:
        return Limit.OFTEN
    if said.urged and calendar.workdays_between(said.urged[-1], today) < SPAN_WORKDAYS:
        return Limit.LATELY
    if said.promised is not None and today < said.promised:
        return Limit.PROMISED
    if said.received is not None and calendar.workdays_between(said.received, today) <= PEACE_WORKDAYS:
        return Limit.RECEIVED
    return None


def next_day(said: Said, today: date, calendar: Workdays) -> date:
    """The first working day from today on which he may be urged."""
    day = calendar.roll_forward(today)
    while hindrance(said, day, calendar) is not None:
        day = calendar.roll_forward(day + timedelta(days=1))
    return day


def last_promise(due: date | None, today: date) -> date:
    """The latest day that may be promised."""
    furthest = today + LONGEST_PROMISE
    return max(furthest, due) if due is not None else furthest


def _within_span(urged: Sequence[date], today: date) -> int:
    return sum(today - timedelta(days=SPAN_DAYS) < day <= today for day in urged)
