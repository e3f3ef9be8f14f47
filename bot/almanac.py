"""Keeps the working calendar that of the store: read anew when somebody changed it, and swapped whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot import working_days
from bot.clock import CHINA
from bot.config import Policy
from bot.flow import WorkingDays
from storage import calendar_days

YEARS_BACK, YEARS_AHEAD = 5, 4


class Almanac:
    """One process's calendar. make: the calendar's class, which the engine itself does not know."""

    def __init__(self, policy: Policy, make: Callable[..., WorkingDays]) -> None:
        self._policy = policy
        self._make = make
        self._standing: tuple[int, int] | None = None
        self._calendar: WorkingDays | None = None

    def look(self, session: Session, now: datetime) -> WorkingDays:
        """The calendar as the store has it; one small query when nothing has changed since the last look.

        Asked in the transaction that claims due rows, after the claim: a row that a change of the calendar planned is
        never carried out with the calendar before it.
        """
        today = now.astimezone(CHINA).date()
        standing = (calendar_days.version(session), today.year)
        if self._calendar is None or standing != self._standing:
            self._calendar = self.read(session, today)
            self._standing = standing
        return self._calendar

    def read(self, session: Session, today: date) -> WorkingDays:
        """Official years, the statutory days of the others, and on top the store's own days."""
        return self._made(
            working_days.load(*span(today), calendar_days.overrides(session), calendar_days.maintained(session))
        )

    def official(self, today: date) -> WorkingDays:
        """The same without a store: no day of the group's own."""
        self._calendar = self._made(working_days.load(*span(today)))
        return self._calendar

    def _made(self, data: working_days.CalendarData) -> WorkingDays:
        policy = self._policy
        return self._make(
            days=data.days,
            known_years=data.known_years,
            statutory=data.statutory,
            quiet=((policy.quiet_start, policy.quiet_end), (policy.lunch_start, policy.lunch_end)),
            festivals=data.festivals,
            quarter_end=policy.quarter_deadline,
        )

    def is_workday(self, day: date) -> bool:
        """By the calendar looked at last: understanding asks here, so that it need not be made anew."""
        assert self._calendar is not None
        return self._calendar.is_workday(day)


def span(today: date) -> tuple[int, int]:
    """First and last year that the calendar is about."""
    return today.year - YEARS_BACK, today.year + YEARS_AHEAD
