"""Finds a record by its number so that one which does not exist costs what one that does costs (domain.md 2.5)."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from storage.gatherings import Inspection, Item, Meeting, Talk
from storage.matters import Finding, Lead, Urgent
from storage.prepared import Prepared
from storage.types import table_of

Numbered = TypeVar("Numbered", Finding, Lead, Urgent, Meeting, Item, Inspection, Talk)


def _statement(model: type[Numbered]) -> Select[tuple[Numbered]]:
    """The record of this number, else the first of all: either way one row is found, read and looked at."""
    wanted, first = aliased(model), aliased(model)
    found = select(wanted.number).where(wanted.number == bindparam("number")).scalar_subquery()
    other = select(func.min(first.number)).scalar_subquery()
    return select(model).where(model.number == func.coalesce(found, other))


# Built once: every question by number runs one of them (docs/performance.md).
_STATEMENTS: dict[type[Any], Select[Any]] = {
    Finding: _statement(Finding),
    Lead: _statement(Lead),
    Urgent: _statement(Urgent),
    Meeting: _statement(Meeting),
    Item: _statement(Item),
    Inspection: _statement(Inspection),
    Talk: _statement(Talk),
}


_LOOK = Prepared(_statement(Finding).with_only_columns(*table_of(Finding).c))


def by_number(session: Session, model: type[Numbered], number: str) -> tuple[Numbered | None, bool]:
    """A record, and whether it is the one of this number; if not, it is a decoy of which nothing may be told.

    (None, False) only where there is no record at all.
    """
    row: Numbered | None = session.scalars(_STATEMENTS[model], {"number": number}).first()
    return row, row is not None and row.number == number


def look(session: Session, number: str) -> tuple[Finding | None, bool]:
    """`by_number` of a finding that is only told of: a row with its columns, which nothing can be written to.

    Most questions are of this kind, and to make an entity of a row takes longer than to find it (docs/performance.md).
    """
    row = cast("Finding | None", _LOOK.first(session, {"number": number}))
    return row, row is not None and row.number == number
