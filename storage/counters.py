"""Serial numbers: each is issued once, and a number that was rolled back was never seen by anybody."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.models import Counter
from storage.prepared import Prepared
from storage.types import table_of

_COUNTERS = table_of(Counter)
_BUMP = Prepared(update(_COUNTERS).where(_COUNTERS.c.name == bindparam("which")).values(value=_COUNTERS.c.value + 1))
_READ = Prepared(select(_COUNTERS.c.value).where(_COUNTERS.c.name == bindparam("which")))


def next_value(session: Session, name: str) -> int:
    """The next serial under `name`, from 1. The row stays locked until the turn ends, so two never get the same."""
    which = {"which": name}
    if _BUMP.run(session, which).rows == 0:
        try:
            with session.begin_nested():
                session.execute(insert(Counter).values(name=name, value=0))
        except IntegrityError:
            pass  # another replica made the row first
        _BUMP.run(session, which)
    return int(_READ.scalar(session, which))
