"""Findings as they are submitted: written once with their number, and looked up by number or by their words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from storage.matters import Evidence, Finding
from storage.types import table_of

# Built once: they stand on the path of many turns (docs/performance.md).
_FINDINGS = table_of(Finding)
_ADD = insert(_FINDINGS)
_FIND = select(Finding).where(Finding.number == bindparam("number"))
_LATELY = (
    select(_FINDINGS.c.number, _FINDINGS.c.raw_text)
    .where(_FINDINGS.c.submitted_by == bindparam("person"), _FINDINGS.c.submitted_at >= bindparam("since"))
    .order_by(_FINDINGS.c.id.desc())
)


def add(session: Session, **values: Any) -> int:
    """Write a finding; `number` was issued in the same turn. Returns the row's id."""
    result = session.execute(_ADD, values)
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def find(session: Session, number: str) -> Finding | None:
    """The finding of this canonical number."""
    return session.scalars(_FIND, {"number": number}).first()


def same_text(session: Session, person: str, raw_text: str, since: datetime) -> str:
    """The number under which the person submitted just these words since then, or "" (domain.md T1).

    Words that were added in later messages stand behind a line end, so the first message alone is found too.
    """
    rows = session.execute(_LATELY, {"person": person, "since": since})
    wanted = raw_text.strip()
    return next((number for number, text in rows if text == wanted or text.startswith(f"{wanted}\n")), "")


def add_picture(
    session: Session, finding_id: int, *, at: datetime, by: str, media_id: str, kind: str = "image"
) -> None:
    """A picture or file that came with the submission."""
    session.execute(
        insert(Evidence).values(finding_id=finding_id, cycle=1, at=at, by=by, kind=kind, text="", media_id=media_id)
    )
