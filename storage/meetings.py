"""Meetings (HY-) and what member units hand in for them (domain.md S28-S31)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage import events, numbered
from storage.events import Entry
from storage.gatherings import Meeting, Paper

_STANDING = (
    select(Meeting)
    .where(Meeting.kind == bindparam("kind"), Meeting.at >= bindparam("since"), Meeting.at < bindparam("until"))
    .where(Meeting.state != "cancelled")
    .order_by(Meeting.at)
)


def add(session: Session, entry: Entry, **values: Any) -> Meeting:
    row = Meeting(**values)
    numbered.add(session, entry, row)
    return row


def change(session: Session, entry: Entry, row: Meeting, **values: Any) -> bool:
    """False when somebody was faster."""
    return numbered.change(session, entry, row, **values)


def find(session: Session, number: str) -> Meeting | None:
    return session.scalars(select(Meeting).where(Meeting.number == number)).first()


def get(session: Session, number: str) -> Meeting:
    """Raises LookupError when there is none of this number."""
    row = find(session, number)
    if row is None:
        raise LookupError("meeting")
    return row


def planned(session: Session, kind: str = "") -> list[Meeting]:
    """Those that are still planned, the next one first; a moment that has passed does not make one held."""
    query = select(Meeting).where(Meeting.state == "planned").order_by(Meeting.at, Meeting.id)
    return list(session.scalars(query.where(Meeting.kind == kind) if kind else query))


def standing(session: Session, kind: str, since: datetime, until: datetime) -> Meeting | None:
    """A meeting of this kind in this time that was not called off."""
    return session.scalars(_STANDING, {"kind": kind, "since": since, "until": until}).first()


def lately(session: Session, before: datetime, limit: int = 20) -> list[Meeting]:
    """Those whose moment has passed and that were not called off, the latest first."""
    query = select(Meeting).where(Meeting.at <= before, Meeting.state != "cancelled")
    return list(session.scalars(query.order_by(Meeting.at.desc(), Meeting.id.desc()).limit(limit)))


def papers(session: Session, meeting: Meeting) -> list[Paper]:
    """In the order in which they were handed in first."""
    return list(session.scalars(select(Paper).where(Paper.meeting_id == meeting.id).order_by(Paper.id)))


def find_paper(session: Session, meeting: Meeting, unit: str) -> Paper | None:
    return session.scalars(select(Paper).where(Paper.meeting_id == meeting.id, Paper.unit == unit)).first()


def hand_in(session: Session, entry: Entry, meeting: Meeting, unit: str, **values: Any) -> None:
    """Keep a unit's paper, or the newer one instead of an older; both stay in the ledger."""
    row = find_paper(session, meeting, unit)
    before = None
    if row is None:
        row = Paper(meeting_id=meeting.id, unit=unit, **values)
        session.add(row)
    else:
        before = {"unit": unit} | {name: events.plain(getattr(row, name)) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()
    after = {"unit": unit} | {name: events.plain(value) for name, value in values.items()}
    events.append(session, entry, meeting.number, {"paper": before} if before else None, {"paper": after})
