"""Which files lie on our disk, by the SHA-256 of their content, and which of them a row still names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from storage.gatherings import Paper
from storage.models import Fetch, File
from storage.proceedings import Evidence


def place(sha256: str) -> str:
    """Where a file lies below `[files] directory`: `ab/cd/abcd…`."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def find(session: Session, sha256: str) -> File | None:
    return session.get(File, sha256)


def note(session: Session, sha256: str, size: int, media_type: str, real: datetime) -> None:
    """The file is on the disk; the same content again only makes it young again."""
    again = update(File).where(File.sha256 == sha256).values(at=real)
    if session.execute(again).rowcount == 0:  # type: ignore[attr-defined]
        session.add(File(sha256=sha256, size=size, media_type=media_type, at=real))
        session.flush()


def unnamed(session: Session, before: datetime) -> list[str]:
    """Files older than `before` that no evidence and no material of a meeting names, and no fetch since then."""
    return list(session.scalars(select(File.sha256).where(*_unnamed(before)).order_by(File.sha256)))


def drop(session: Session, sha256: str, before: datetime) -> bool:
    """Forget one of `unnamed`; False when somebody has named it meanwhile."""
    gone = session.execute(delete(File).where(File.sha256 == sha256, *_unnamed(before)))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def known(session: Session) -> set[str]:
    return set(session.scalars(select(File.sha256)))


def _unnamed(before: datetime) -> tuple[Any, ...]:
    shown = exists().where(Evidence.sha256 == File.sha256)
    handed_in = exists().where(Paper.sha256 == File.sha256)
    drafted = exists().where(Fetch.sha256 == File.sha256, Fetch.at > before)
    return File.at < before, ~shown, ~handed_in, ~drafted
