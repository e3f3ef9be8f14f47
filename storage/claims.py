"""What processes have in hand under leases, of all kinds at once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage import dues, fetches, leases, outbox, requests


def free(session: Session) -> None:
    """No process of before is there any more: waiting for its leases to lapse would make every rung late."""
    outbox.free_leases(session)
    fetches.free_leases(session)
    dues.free_leases(session)
    leases.free_leases(session)
    requests.free_leases(session)
