"""What has been asked of the organisation already; only turns that change nothing there keep it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
Memory = dict[Hashable, Any]
_OWN, _SHARED, _LENT, _WHOLE = "memory", "memory of the organisation", "memory lent", "directory"


def lend(session: Session, memory: Memory) -> None:
    """Offer what other turns of this very moment have learnt of the organisation, for the case that it keeps any."""
    session.info[_LENT] = memory


def keep(session: Session, *, whole: bool = False, matters: bool = True) -> None:
    """From here to the end of this turn the same question is asked once. Not for a turn that appoints or removes.

    whole: it will ask about so many people that all appointments had better be read at once. matters: it changes none
    of the matters it asks about, so that what is said of them is kept, too.
    """
    if matters:
        session.info.setdefault(_OWN, {})
    session.info.setdefault(_SHARED, session.info.get(_LENT, {}))
    session.info[_WHOLE] = whole or session.info.get(_WHOLE, False)


def whole(session: Session) -> bool:
    return bool(session.info.get(_WHOLE, False))


def keeps(session: Session) -> bool:
    """Whether this turn keeps anything: otherwise what it learns would be forgotten."""
    return session.info.get(_OWN) is not None


def learn_here(session: Session, answers: Mapping[Hashable, Any]) -> None:
    """Answers that were read together, for `recall_here`; only where the turn keeps any."""
    if (known := session.info.get(_OWN)) is not None:
        known.update(answers)


def recall(session: Session, question: Hashable, ask: Callable[[], T]) -> T:
    """The answer of before about the organisation, if the turn keeps any, else that of `ask`."""
    return _recall(session.info.get(_SHARED), question, ask)


def recall_here(session: Session, question: Hashable, ask: Callable[[], T]) -> T:
    """The same for what other turns may change: kept within this turn only."""
    return _recall(session.info.get(_OWN), question, ask)


def _recall(known: Memory | None, question: Hashable, ask: Callable[[], T]) -> T:
    if known is None:
        return ask()
    if question not in known:
        known[question] = ask()
    answer: T = known[question]
    return answer
