"""A pause that all processes keep, longer while it recurs; its row is the gate through which claims pass singly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage.duties import Brake
from storage.prepared import Prepared
from storage.types import table_of

FIRST, LONGEST = 60, 3600  # seconds: WeCom's own blocks last a minute or an hour (wecom.md 4.1)

_APP = "app"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_BRAKES = table_of(Brake)
_ROW = select(_BRAKES.c.until, _BRAKES.c.seconds).where(_BRAKES.c.name == _APP)
_LOOK, _LOCK = Prepared(_ROW), Prepared(_ROW.with_for_update())
_SET = update(_BRAKES).where(_BRAKES.c.name == _APP).values(until=bindparam("moment"), seconds=bindparam("length"))


@dataclass(slots=True)
class Gate:
    """The brake as the transaction that holds its row found it. `seconds`: how long it was; 0 after a success."""

    until: datetime
    seconds: int


def lock(session: Session) -> Gate:
    """Pass the gate: until this transaction ends no other process marks or claims, so what it counts stays true."""
    row = _LOCK.first(session, {})
    if row is None:
        _make(session)
        row = _LOCK.first(session, {})
    return Gate(row.until, row.seconds)


def _make(session: Session) -> None:
    try:
        with session.begin_nested():
            session.execute(insert(_BRAKES).values(name=_APP, until=_NEVER, seconds=0))
    except IntegrityError:
        pass  # another process made it in this very moment


def until(session: Session) -> datetime:
    """The end of the pause, past or to come; for looking only."""
    row = _LOOK.first(session, {})
    return row.until if row is not None else _NEVER


def pull(session: Session, gate: Gate, real: datetime) -> bool:
    """45009: silence, doubled while it recurs. False while it holds: calls under way come back with the same."""
    if gate.until > real:
        return False
    gate.seconds = min(LONGEST, gate.seconds * 2) if gate.seconds else FIRST
    gate.until = real + timedelta(seconds=gate.seconds)
    session.execute(_SET, {"moment": gate.until, "length": gate.seconds})
    return True


def ease(session: Session, gate: Gate, real: datetime) -> None:
    """A call went well. After the pause the next one is short again; while it holds, the call was older than it."""
    if gate.seconds and gate.until <= real:
        gate.seconds = 0
        session.execute(_SET, {"moment": gate.until, "length": 0})
