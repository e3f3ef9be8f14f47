"""Findings as they are submitted: written once with their number, and looked up by number or by their words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.matters import Evidence, Finding


def add(session: Session, **values: Any) -> int:
    """Write a finding; `number` was issued in the same turn. Returns the row's id."""
    result = session.execute(insert(Finding).values(**values))
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def find(session: Session, number: str) -> Finding | None:
    """The finding of this canonical number."""
    return session.scalars(select(Finding).where(Finding.number == number)).first()


def same_text(session: Session, person: str, raw_text: str, since: datetime) -> str:
    """The number under which the person submitted just these words since then, or "" (domain.md T1).

    Words that were added in later messages stand behind a line end, so the first message alone is found too.
    """
    rows = session.execute(
        select(Finding.number, Finding.raw_text)
        .where(Finding.submitted_by == person, Finding.submitted_at >= since)
        .order_by(Finding.id.desc())
    )
    wanted = raw_text.strip()
    return next((number for number, text in rows if text == wanted or text.startswith(f"{wanted}\n")), "")


def add_picture(
    session: Session, finding_id: int, *, at: datetime, by: str, media_id: str, kind: str = "image"
) -> None:
    """A picture or file that came with the submission."""
    session.execute(
        insert(Evidence).values(finding_id=finding_id, cycle=1, at=at, by=by, kind=kind, text="", media_id=media_id)
    )
