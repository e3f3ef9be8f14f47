"""What one turn has asked the store about the organisation already; only turns that change nothing there keep it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
_NAME = "memory"


def keep(session: Session) -> None:
    """From here to the end of this turn the same question is asked once. Not for a turn that appoints or removes."""
    session.info.setdefault(_NAME, {})


def recall(session: Session, question: Hashable, ask: Callable[[], T]) -> T:
    """The answer of before, if the turn keeps any, else that of `ask`."""
    known: dict[Hashable, T] | None = session.info.get(_NAME)
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    return known[question]
