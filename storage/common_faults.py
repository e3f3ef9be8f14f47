"""Categories that come often enough to be one common fault, and what was decided of each (S37, domain.md 7.5)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from storage import events
from storage.events import Entry
from storage.figures import COUNTED
from storage.gatherings import CommonFault
from storage.grants import Grant, Scope, granted
from storage.matters import Finding

EVERYTHING_PLAIN = Scope(full=(Grant(False, False),))  # nothing restricted, nothing that became a lead
_MOST = 3  # bases and causes that are told


@dataclass(frozen=True, slots=True)
class Fault:
    """One second-level category. amount_fen: certain sums only. bases, causes: the most frequent, with how often."""

    category: str
    units: int
    findings: int
    amount_fen: int
    bases: tuple[tuple[str, int], ...] = ()
    causes: tuple[tuple[str, int], ...] = ()


def found(
    session: Session, within: tuple[str, str], scope: Scope, least_units: int, least_findings: int
) -> list[Fault]:
    """Of findings that count, from the first to the last of two quarters: in so many units or so often.

    Most units first. Only what the viewer may read in full. Its evidence is read with it.
    """
    units, many = func.count(func.distinct(Finding.unit)), func.count()
    query = select(
        Finding.category, units, many, func.sum(case((Finding.amount_fen.is_(None), 0), else_=Finding.amount_fen))
    )
    query = query.where(*_standing(within, scope)).group_by(Finding.category)
    query = query.having(or_(units >= least_units, many >= least_findings))
    rows = session.execute(query.order_by(units.desc(), many.desc(), Finding.category)).all()
    grounds = _grounds(session, within, scope, [row[0] for row in rows])
    return [Fault(code, int(places), int(often), int(fen or 0), *grounds[code]) for code, places, often, fen in rows]


def _standing(within: tuple[str, str], scope: Scope) -> tuple[ColumnElement[bool], ...]:
    second_level = func.length(Finding.category) > 2
    return (
        Finding.quarter.between(*within), Finding.state.in_(COUNTED), Finding.nature != "tendency", second_level,
        granted(scope.full),
    )  # fmt: skip


Told = tuple[tuple[str, int], ...]


def _grounds(session: Session, within: tuple[str, str], scope: Scope, codes: list[str]) -> dict[str, tuple[Told, Told]]:
    bases: dict[str, Counter[str]] = {code: Counter() for code in codes}
    causes: dict[str, Counter[str]] = {code: Counter() for code in codes}
    query = select(Finding.category, Finding.basis, Finding.root_cause, func.count())
    query = query.where(*_standing(within, scope), Finding.category.in_(codes))
    for code, basis, cause, many in session.execute(
        query.group_by(Finding.category, Finding.basis, Finding.root_cause)
    ):
        if basis:
            bases[code][basis] += many
        if cause:
            causes[code][cause] += many
    return {code: (tuple(bases[code].most_common(_MOST)), tuple(causes[code].most_common(_MOST))) for code in codes}


def find(session: Session, category: str) -> CommonFault | None:
    return session.scalars(select(CommonFault).where(CommonFault.category == category)).first()


def in_state(session: Session, *states: str) -> list[CommonFault]:
    """Most units first."""
    query = select(CommonFault).where(CommonFault.state.in_(states))
    return list(session.scalars(query.order_by(CommonFault.units.desc(), CommonFault.category)))


def suggest(session: Session, entry: Entry, fault: Fault, at: datetime) -> CommonFault:
    """Put it before the office, for the first time or again, with its event."""
    row = find(session, fault.category)
    before = None if row is None else {"state": row.state, "units": row.units, "findings": row.findings}
    if row is None:
        row = CommonFault(category=fault.category, reason="")
        session.add(row)
    row.state, row.units, row.findings, row.suggested_at = "suggested", fault.units, fault.findings, at
    row.decided_by, row.decided_at = "", None
    session.flush()
    after = {"state": "suggested", "units": fault.units, "findings": fault.findings}
    events.append(session, entry, matter(fault.category), before, after)
    return row


def decide(
    session: Session, entry: Entry, row: CommonFault, state: str, reason: str, causes: str = "", advice: str = ""
) -> bool:
    """`adopted`, with causes and advice, or `declined`, with its event; False when somebody was faster."""
    changed = update(CommonFault).where(CommonFault.id == row.id, CommonFault.state == "suggested")
    changed = changed.values(state=state, decided_by=entry.actor, decided_at=entry.at, reason=reason)
    changed = changed.values(causes=causes, advice=advice)
    result = session.execute(changed.execution_options(synchronize_session=False))
    session.refresh(row)
    if result.rowcount != 1:  # type: ignore[attr-defined]
        return False
    told = {name: said for name, said in (("causes", causes), ("advice", advice)) if said}
    events.append(session, entry, matter(row.category), {"state": "suggested"}, {"state": state, **told})
    return True


def adopted(session: Session, category: str) -> CommonFault | None:
    """What the office made a common fault of this category."""
    row = find(session, category)
    return row if row is not None and row.state == "adopted" else None


def matter(category: str) -> str:
    """What the ledger calls it."""
    return f"common:{category}"
