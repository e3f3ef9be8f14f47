"""Who stands in for whom: limited in time, in roles, and never lent on (domain.md 2.1, S25)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import memory
from storage.matters import Delegation

# What concerns leads, and what runs the machine, is nobody else's (domain.md 2.1: 不能代理线索查看、匿名处理).
NEVER_LENT = frozenset({"disc_manager", "disc_handler", "acct_staff", "sys_admin", "log_auditor"})


def lends(role: str, roles: Iterable[str]) -> bool:
    """Whether a delegation of `roles` (none: all) lends a post of `role`."""
    wanted = list(roles)
    return role not in NEVER_LENT and (not wanted or role in wanted)


def holding(session: Session, day: date) -> list[Delegation]:
    """Every delegation that holds on `day`."""
    query = select(Delegation).where(Delegation.valid_from <= day, Delegation.valid_to >= day)
    return list(session.scalars(query.where(Delegation.ended_at.is_(None)).order_by(Delegation.id)))


def stand_ins(session: Session, principal: str, day: date) -> list[str]:
    """Who stands in for `principal` on `day`, for what is his beside his posts."""
    query = select(Delegation.delegate).where(Delegation.principal == principal, Delegation.ended_at.is_(None))
    query = query.where(Delegation.valid_from <= day, Delegation.valid_to >= day).order_by(Delegation.id)
    if memory.whole(session):
        everybody = memory.recall(session, ("all stand-ins", day), lambda: _by_principal(holding(session, day)))
        return list(everybody.get(principal, ()))
    question = ("stand-ins", principal, day)
    return list(memory.recall(session, question, lambda: list(dict.fromkeys(session.scalars(query)))))


def _by_principal(rows: Iterable[Delegation]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.principal, {})[row.delegate] = None
    return {principal: list(delegates) for principal, delegates in found.items()}


def open_of(session: Session, principal: str, day: date) -> list[Delegation]:
    """What the principal set that holds on `day` or is still to come, soonest first."""
    query = select(Delegation).where(Delegation.principal == principal, Delegation.valid_to >= day)
    query = query.where(Delegation.ended_at.is_(None))
    return list(session.scalars(query.order_by(Delegation.valid_from, Delegation.id)))


def open_with(session: Session, userid: str, day: date) -> list[Delegation]:
    """The same of either side: those he set, and those in which he stands in."""
    either = (Delegation.principal == userid) | (Delegation.delegate == userid)
    query = select(Delegation).where(either, Delegation.valid_to >= day, Delegation.ended_at.is_(None))
    return list(session.scalars(query.order_by(Delegation.id)))


def add(session: Session, row: Delegation) -> Delegation:
    """Insert; `row.id` is known afterwards."""
    session.add(row)
    session.flush()
    return row


def end(session: Session, row: Delegation, at: datetime) -> None:
    row.ended_at = at
    session.flush()
