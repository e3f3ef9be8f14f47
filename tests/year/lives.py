"""One finding's life: thrown with dice, but never a move that the table of states forbids (domain.md 3.4)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.year import days

# Before the digest, between digest and singles, during the day, in the evening: never inside a rung's five minutes.
_HOURS = ("07:41", "08:21", "08:55", "09:31", "10:17", "11:42", "13:11", "14:05", "15:36", "16:33", "17:58", "20:47")
_TERMS = (7, 10, 14, 20, 30, 30, 30, 45, 60, 90, 90, 90, 180)
_OFFSETS = (*range(-24, 0, 2), -9, -5, -3, -2, -1, -1, 0, 0, 0, 1, 1, 2, 3, 4, 6, 9, 14, 26, 400)
_SMOOTH = 0.8
_NEVER = date(2030, 1, 1)


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    what: str
    due: date | None = None
    severity: str = "general"
    key: bool = False


class Life:
    """The steps of one finding, in order of time. A step of the unit never comes after the year forgot about it."""

    def __init__(self, dice: random.Random, begin: date) -> None:
        self._dice = dice
        self.steps: list[Step] = []
        severity = "major" if dice.random() < 0.08 else "general"
        self._due = begin + timedelta(days=dice.choice(_TERMS))
        self._last = self._at(begin)
        self.steps.append(Step(self._last, "assign", self._due, severity, dice.random() < 0.08))
        self._open = True
        self._returns = self._reopenings = 0
        if dice.random() < _SMOOTH:
            self._smooth()
            return
        self._round()
        while self._open:
            self._judged()

    def _smooth(self) -> None:
        """Most findings trouble nobody: confirmed, reported once or never, done in time, accepted within days."""
        self._said("confirm", self._dice.choice((0, 1, 1)))
        if self._dice.random() < 0.5:
            self._said("progress", self._dice.randrange(1, 6))
        early = self._dice.randrange(1, max(2, (self._due - self._last.date()).days))
        if not self._step("apply", self._due - timedelta(days=early)):
            self._said("apply", 1)
        self._said("accept", self._dice.choice((1, 1, 2, 3)))

    def _round(self) -> None:
        """From an assignment to the first application, or for ever."""
        confirmed = self._dice.choice((0, 0, 1, 1, 1, 2, 3, 5, 9, None))
        if confirmed is not None:
            self._said("confirm", confirmed)
        for _ in range(3):
            self._work(self._dice.choice((0, 0, 1, 2)))
            if self._open and self._dice.random() < 0.3:
                self._extension()
        self._finish()

    def _work(self, reports: int) -> None:
        """What may happen while it is in the unit's hands."""
        for _ in range(reports if self._open else 0):
            self._said("progress", self._dice.randrange(1, 10))
        for what, chance in (("reassign", 0.04), ("supervise", 0.05), ("restrict", 0.012), ("withdraw", 0.012)):
            if self._open and self._dice.random() < chance:
                self._said(what, self._dice.randrange(1, 12))
                self._open = what not in ("restrict", "withdraw")

    def _extension(self) -> None:
        """Asked before the day, mostly; decided, mostly. While it waits nothing else can be asked for."""
        day = self._due + timedelta(days=self._dice.choice((-16, -12, -9, -7, -5, -4, -3, -2, -1, -1, 0, 1, 4, 11)))
        new = max(self._due, day) + timedelta(days=self._dice.choice((10, 15, 30, 30, 45)))
        if not self._step("ask", day, new):
            return
        self._open = self._dice.random() > 0.08
        wait = self._dice.choice((1, 1, 2, 3, 6))
        decision = "grant" if self._dice.random() < 0.7 else "refuse"
        if self._open and self._step(decision, self._last.date() + timedelta(days=wait), new) and decision == "grant":
            self._due = new

    def _finish(self) -> None:
        """The application for acceptance: in time, on the day, late, very late, never."""
        offset = self._dice.choice(_OFFSETS)
        for after in sorted(self._dice.sample(range(2, 40), 2)) if offset > 8 and self._open else ():
            if after < offset:
                self._step("progress", self._due + timedelta(days=after))
        if self._open and not self._step("apply", self._due + timedelta(days=offset)):
            self._said("apply", self._dice.randrange(1, 8))

    def _judged(self) -> None:
        """Accepted, or returned with a new date, at once or late."""
        wait = self._dice.choice((1, 1, 1, 2, 2, 3, 4, 5, 7, 9, 14, 18, 400))
        if self._returns < 2 and not self._reopenings and self._dice.random() < 0.3:
            day = self._last.date() + timedelta(days=wait)
            self._due = days.walk(day, 10) if self._dice.random() < 0.7 else day + timedelta(days=20)
            self._returns += 1
            self._said("return", wait, self._due)
            self._said("progress", self._dice.randrange(3, 9))
            self._finish()
            return
        self._said("accept", wait)
        self._open = self._dice.random() < 0.08 and not self._reopenings
        if self._open:
            self._reopenings += 1
            wait = self._dice.randrange(5, 60)
            self._due = self._last.date() + timedelta(days=wait + 30)
            self._said("reopen", wait, self._due)
            self._round()

    def _said(self, what: str, after: int, due: date | None = None) -> None:
        """So many days after the step before."""
        self._step(what, self._last.date() + timedelta(days=after), due)

    def _step(self, what: str, day: date, due: date | None = None) -> bool:
        """False, and nothing, when that day is over already."""
        at = self._at(day)
        if at <= self._last:
            return False
        self._last = at
        self.steps.append(Step(at, what, due))
        return True

    def _at(self, day: date) -> datetime:
        """Mostly at work, sometimes in the evening or on a day off."""
        if day < _NEVER and self._dice.random() < 0.93:
            day = days.on_or_after(day)
        return days.moment(day, self._dice.choice(_HOURS))
