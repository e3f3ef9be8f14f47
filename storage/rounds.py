"""The rounds of findings as plain facts, to be counted elsewhere or to be kept (domain.md 7.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storage import searches
from storage.dues import CHINA
from storage.figures import COUNTED
from storage.matters import Finding
from storage.proceedings import Acceptance, CoUnit, Cycle, Extension, Progress

Fact = dict[str, Any]
_COPIED = (
    "number", "nature", "source", "source_name", "category", "severity", "quarter", "late", "is_repeat", "amount_fen",
    "amount_text", "recovered_fen",
)  # fmt: skip
RIGHTS = ("restricted", "person", "submitter", "unit_path", "co_units")  # what decides who may see it, as it was


def facts(session: Session, quarter_from: date, *conditions: ColumnElement[bool]) -> list[Fact]:
    """Every round of the counted findings that the conditions on `Finding` let through, oldest first.

    Keys: those of `metrics.Round`, and RIGHTS. quarter_from: reports on progress count from this day on.
    """
    rows = list(session.scalars(select(Finding).where(Finding.state.in_(COUNTED), *conditions).order_by(Finding.id)))
    cycles = _cycles(session, conditions)
    beside = _Beside(session, conditions, quarter_from)
    found: list[Fact] = []
    for row in rows:
        mine = {cycle.seq: cycle for cycle in cycles.get(row.id, ())}
        former = [one for seq, one in sorted(mine.items()) if seq < row.cycle and one.closed_at is not None]
        found += [_former(row, one) | beside.of(row.id, one.seq) for one in former]
        found.append(_present(row, mine.get(row.cycle)) | beside.of(row.id, row.cycle))
    return found


class _Beside:
    """What stands beside the rounds, read at once for all of them."""

    def __init__(self, session: Session, conditions: Sequence[ColumnElement[bool]], quarter_from: date) -> None:
        def counts(table: Any, *wanted: Any) -> dict[tuple[int, int], int]:
            query = select(table.finding_id, table.cycle, func.count()).join(Finding, Finding.id == table.finding_id)
            rows = session.execute(query.where(*wanted, *conditions).group_by(table.finding_id, table.cycle))
            return {(finding, cycle): many for finding, cycle, many in rows}

        self._accepted = counts(Acceptance, Acceptance.result == "accepted")
        self._returned = counts(Acceptance, Acceptance.result == "returned")
        self._extended = counts(Extension, Extension.state == "approved")
        self._reported = counts(Progress, Progress.at >= searches.midnight(quarter_from))
        self._helping: dict[int, list[str]] = defaultdict(list)
        helping = select(CoUnit.finding_id, CoUnit.unit).join(Finding, Finding.id == CoUnit.finding_id)
        for finding, unit in session.execute(helping.where(*conditions).order_by(CoUnit.unit)):
            self._helping[finding].append(unit)

    def of(self, finding: int, cycle: int) -> Fact:
        key = (finding, cycle)
        return {
            "accepted": self._accepted.get(key, 0), "returned": self._returned.get(key, 0),
            "extended": key in self._extended, "reported": key in self._reported,
            "co_units": list(self._helping.get(finding, ())),
        }  # fmt: skip


def _cycles(session: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[int, list[Cycle]]:
    found: dict[int, list[Cycle]] = defaultdict(list)
    query = select(Cycle).join(Finding, Finding.id == Cycle.finding_id).where(*conditions)
    for cycle in session.scalars(query):
        found[cycle.finding_id].append(cycle)
    return found


def _shared(row: Finding) -> Fact:
    rights = {
        "restricted": row.visibility == "restricted", "person": row.resp_person or "",
        "submitter": row.submitted_by, "unit_path": row.unit_path,
    }  # fmt: skip
    return {name: getattr(row, name) for name in _COPIED} | rights | {"registered": _day(row.submitted_at)}


def _present(row: Finding, cycle: Cycle | None) -> Fact:
    started = cycle.started_at if cycle is not None and row.cycle > 1 else None
    return _shared(row) | {
        "cycle": row.cycle, "final": True, "state": row.state, "unit": row.unit or "", "unit_name": row.unit_name,
        "started": _day(started), "assigned": _day(row.assigned_at), "due": row.due,
        "applied": _day(row.applied_at), "closed": _day(row.closed_at), "accountability": row.accountability_count,
    }  # fmt: skip


def _former(row: Finding, cycle: Cycle) -> Fact:
    started = cycle.started_at if cycle.seq > 1 else None
    return _shared(row) | {
        "cycle": cycle.seq, "final": False, "state": "closed", "unit": cycle.unit or row.unit or "",
        "unit_name": cycle.unit_name or row.unit_name, "started": _day(started), "assigned": _day(cycle.started_at),
        "due": cycle.due, "applied": _day(cycle.applied_at), "closed": _day(cycle.closed_at), "accountability": None,
    }  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(CHINA).date() if moment is not None else None
