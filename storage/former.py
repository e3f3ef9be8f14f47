"""Due rows that an earlier version of the program planned alone, under the name that a ladder has today."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.duties import Obligation
from storage.models import Due
from storage.types import table_of

_DUES = table_of(Due)
_SAME = frozenset({"quarter"})  # kind, rungs and days are called today what they were called then


def take_over(session: Session, obligation: Obligation) -> bool:
    """Make them the rungs of this obligation; whether there were any."""
    if obligation.ladder not in _SAME:
        return False
    mine = update(_DUES).where(_DUES.c.kind == obligation.ladder, _DUES.c.matter == obligation.matter)
    found = session.execute(mine.where(_DUES.c.obligation.is_(None)).values(obligation=obligation.id))
    return found.rowcount > 0  # type: ignore[attr-defined,no-any-return]
