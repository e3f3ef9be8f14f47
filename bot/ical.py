"""Moments as an iCalendar file that any calendar program reads (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

LASTS = timedelta(minutes=5)


def content(events: Iterable[tuple[datetime, str, str]], now: datetime) -> bytes:
    """events: (moment, title, description). An entry's UID is the same in every file, so a second import renews it."""
    book = Calendar()
    book.add("prodid", "-//jiandu//plan//ZH")
    book.add("version", "2.0")
    for moment, title, description in events:
        entry = Event()
        digest = hashlib.sha256(f"{moment.isoformat()}|{title}|{description}".encode()).hexdigest()
        entry.add("uid", f"{digest[:32]}@jiandu")
        entry.add("dtstamp", now)
        entry.add("dtstart", moment)
        entry.add("dtend", moment + LASTS)
        entry.add("summary", title)
        entry.add("description", description)
        book.add_component(entry)
    return bytes(book.to_ical())
