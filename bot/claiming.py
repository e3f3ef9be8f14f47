"""Decides who is called next: within WeCom's limits, which are counted in the store for all processes together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.clock import CHINA
from bot.marking import bury, tell_admins
from bot.messages import CardUpdate, Outgoing, unpack
from bot.metrics import PUT_OFF
from bot.parcels import FENCE, LEASE, Parcel, Uploaded
from bot.wecom.limits import Rates
from storage import brakes, deliveries, pushes, sends

SECOND = timedelta(seconds=1)
SLACK = timedelta(seconds=2)  # what went in a burst is free again in a burst: looked at once, not 28 times
DAY_BEGINS = timedelta(minutes=5)  # WeCom counts the day from midnight; the rest is for clocks that differ


@dataclass(frozen=True, slots=True)
class Claimed:
    """What may be called now. looked: rows were found, look again at once; paced: the app's pace held some."""

    parcels: Sequence[Parcel] = ()
    looked: bool = False
    paced: bool = False


@dataclass(frozen=True, slots=True)
class Claiming:
    """The terms of claiming, the same in every process.

    may_send: the first moment from a given one on at which reminders may go (quiet hours, rest days).
    shown: a body as it is to be sent, where it lies hidden in the store (bot/discretion.py); raises ValueError.
    """

    rates: Rates
    may_send: Callable[[datetime], datetime]
    shown: Callable[[Mapping[str, Any]], Mapping[str, Any]]

    def claim(self, session: Session, gate: brakes.Gate, now: datetime, real: datetime, free: int) -> Claimed:
        """Take up to `free` rows, each with its line in `sends`. Whoever calls has passed the `gate`."""
        if gate.until > real or free <= 0:
            return Claimed()
        free = self._room_of_day(session, now, real, free)
        found = deliveries.candidates(session, now, real, free)
        if not found:
            return Claimed()
        anew = self._stale(session, found, now)
        found = [row for row in found if row.id not in anew]
        if not found:
            return Claimed(looked=True)
        room = self._room_of_second(session, real, len(found))
        fit = self._within_windows(session, found[:room], real)
        good = self._readable(session, fit, now, real)
        if good:
            self._take(session, [row for row, _ in good], now, real)
        return Claimed(_parcels(session, good, real), looked=room > 0, paced=room < len(found))

    def _stale(self, session: Session, found: Sequence[Row[Any]], now: datetime) -> set[int]:
        """Reminders that waited until it was night, or another day: their words say 今天, so they are written anew."""
        allowed, today = self.may_send(now), now.astimezone(CHINA).date()
        waited = [
            row.id
            for row in found
            if row.push_key is not None
            and row.attempts == 0
            and (allowed > now or row.created_at.astimezone(CHINA).date() < today)
        ]
        return pushes.untell(session, waited, max(allowed, now)) if waited else set()

    def _room_of_second(self, session: Session, real: datetime, most: int) -> int:
        if not self.rates.per_second:
            return most
        return max(0, min(most, self.rates.per_second - sends.since(session, real - SECOND)))

    def _room_of_day(self, session: Session, now: datetime, real: datetime, free: int) -> int:
        """When the day is full only what must not wait goes on; WeCom has the last word on that."""
        if not self.rates.per_day:
            return free
        left = self.rates.per_day - sends.of_day(session, _day(real))
        if left > 0:
            return min(free, left)
        held = deliveries.hold_pushes(session, now, real, self.may_send(_next_day(now)))
        PUT_OFF.labels("day").inc(held)
        return free

    def _within_windows(self, session: Session, found: Sequence[Row[Any]], real: datetime) -> list[Row[Any]]:
        if not found or not (self.rates.per_minute or self.rates.per_hour):
            return list(found)
        persons = [row.person for row in found]
        full = sends.full(session, persons, real, self.rates.per_minute, self.rates.per_hour)
        if full:
            deliveries.put_off_all(session, {person: frees + SLACK for person, frees in full.items()})
            PUT_OFF.labels("person").inc(len(full))
        return [row for row in found if row.person not in full]

    def _readable(
        self, session: Session, found: Sequence[Row[Any]], now: datetime, real: datetime
    ) -> list[tuple[Row[Any], Outgoing]]:
        """The rows with their messages; what no version of us can read, or may have arrived long ago, is buried."""
        good = []
        for row in found:
            since = deliveries.doubted_since(row, LEASE)
            try:
                message = unpack(row.kind, self.shown(row.body))
            except (KeyError, TypeError, ValueError) as error:
                _give_up(session, row.id, f"unreadable: {type(error).__name__}", now)
                continue
            if since is not None and real - since > FENCE and row.kind != "card_update":
                _give_up(session, row.id, "unknown: no answer was ever seen", now)
                continue
            good.append((row, message))
        return good

    def _take(self, session: Session, rows: Sequence[Row[Any]], now: datetime, real: datetime) -> None:
        deliveries.take(session, rows, real, LEASE)
        sends.add(session, [row.person for row in rows], real)
        if not self.rates.per_day:
            return
        day = _day(real)
        sends.add_to_day(session, day, len(rows))
        if sends.of_day(session, day) >= self.rates.per_day:
            words = f"今天已发出{self.rates.per_day}条消息，到了设定的每日上限。不急的提醒顺延，回复和紧急事项照发。"
            tell_admins(session, words, now, key=f"daily-limit|{{admin}}|{day.isoformat()}")


def _give_up(session: Session, row_id: int, error: str, now: datetime) -> None:
    row = deliveries.lock_row(session, row_id)
    if row is not None:
        row.error = error
        bury(session, row, False, now)


def _parcels(session: Session, good: Sequence[tuple[Row[Any], Outgoing]], real: datetime) -> list[Parcel]:
    cards = [message.task_id for _, message in good if isinstance(message, CardUpdate)]
    codes = deliveries.codes(session, cards) if cards else {}
    return [
        Parcel(
            id=row.id, attempt=row.attempts + 1, person=row.person, message=message,
            response_code=codes.get(message.task_id, "") if isinstance(message, CardUpdate) else row.response_code,
            fence=row.push_key is not None or row.attempts > 0, claimed_at=real, apart=row.apart,
            uploaded=Uploaded(row.media_key, row.media_id) if row.media_id else None,
        )
        for row, message in good
    ]  # fmt: skip


def _day(real: datetime) -> date:
    return real.astimezone(CHINA).date()


def _next_day(now: datetime) -> datetime:
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return midnight + DAY_BEGINS
