"""What processes have in hand under leases, and what waits by the machinery's time, of all kinds at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, bindparam, select, true, update
from sqlalchemy.orm import Session

from storage import dues, fetches, leases, outbox, requests
from storage.duties import Brake, Send
from storage.models import Due, Fetch, Lease, Outbox, Request
from storage.types import table_of

_OUTBOX, _DUES, _FETCHES, _REQUESTS = table_of(Outbox), table_of(Due), table_of(Fetch), table_of(Request)
_SENDS, _BRAKES, _LEASES = table_of(Send), table_of(Brake), table_of(Lease)
# Real time that somebody waits for, or that a limit counts; of rows that are still open.
_STAMPS: tuple[tuple[Table, tuple[str, ...], ColumnElement[bool]], ...] = (
    (_OUTBOX, ("not_before", "lease_until", "doubted_at", "first_tried_at"), _OUTBOX.c.state == "due"),
    (_DUES, ("retry_at", "lease_until"), _DUES.c.state == "waiting"),
    (_FETCHES, ("not_before", "lease_until"), _FETCHES.c.state == "due"),
    (_REQUESTS, ("lease_until",), _REQUESTS.c.state == "new"),
    (_SENDS, ("at",), true()),
    (_BRAKES, ("until",), true()),
    (_LEASES, ("until",), true()),
)


def free(session: Session) -> None:
    """No process of before is there any more: waiting for its leases to lapse would make every rung late."""
    outbox.free_leases(session)
    fetches.free_leases(session)
    dues.free_leases(session)
    leases.free_leases(session)
    requests.free_leases(session)


def set_back(session: Session, real: datetime, leap: timedelta) -> None:
    """The clock of the one process was set back by `leap` (negative): what was stamped ahead of it is moved along.

    Else an answer would wait, and WeCom's limits would count a call, for as long as the clock was ahead. What was
    meant for later than now comes too early by as much, and is looked at anew then.
    """
    for table, columns, is_open in _STAMPS:
        key = next(iter(table.primary_key))
        for name in columns:
            column = table.c[name]
            ahead = session.execute(select(key, column).where(is_open, column > real))
            moved = [{"row": row, "moment": at + leap} for row, at in ahead.tuples()]
            if moved:
                session.connection().execute(
                    update(table).where(key == bindparam("row")).values({name: bindparam("moment")}), moved
                )
