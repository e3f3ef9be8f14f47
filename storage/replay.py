"""The ledger told again: folds a finding's events into the record, and compares it with the rows as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Table, Text, bindparam, cast, exists, select
from sqlalchemy.orm import Session

from storage import events
from storage.matters import Finding
from storage.models import Event
from storage.proceedings import (
    Acceptance,
    Consent,
    CoUnit,
    Cycle,
    Evidence,
    Extension,
    Milestone,
    Objection,
    Progress,
)
from storage.types import table_of

BASELINE, FOREIGN = "baseline", "foreign_change"
BESIDE = (Progress, Evidence, Acceptance, Extension, Cycle, Milestone, CoUnit, Objection, Consent)
Row = dict[str, Any]
Told = tuple[Any, Any]  # what an event says: before, after

_EVENTS, _FINDINGS = table_of(Event), table_of(Finding)
_TABLES: Mapping[str, Table] = {model.__tablename__: table_of(model) for model in BESIDE}
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_ROWS = select(_FINDINGS).where(_FINDINGS.c.id.in_(_IDS))
_BESIDE = {
    name: select(table).where(table.c.finding_id.in_(_IDS)).order_by(table.c.id) for name, table in _TABLES.items()
}
_TOLD = (
    select(_EVENTS.c.matter, cast(_EVENTS.c.before, Text), cast(_EVENTS.c.after, Text))
    .where(_EVENTS.c.matter.in_(bindparam("numbers", expanding=True)))
    .order_by(_EVENTS.c.id)
)
_COLUMNS = tuple(column.key for column in _FINDINGS.columns if column.key != "id")


def _defaults(table: Table) -> Row:
    found: Row = {}
    for column in table.columns:
        default = column.default
        found[column.key] = default.arg if default is not None and default.is_scalar else None  # type: ignore[attr-defined]
    return found


_PLAIN: Mapping[str, Row] = {name: _defaults(table) for name, table in (*_TABLES.items(), ("findings", _FINDINGS))}


@dataclass(slots=True)
class Record:
    """A finding's columns, and the rows beside it by table and id; values as JSON has them, days and moments in ISO."""

    columns: Row = field(default_factory=dict)
    rows: dict[str, dict[int, Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What no event explains. before, after: as an event says it, so that folding it in makes the two equal again."""

    before: Row | None
    after: Row | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns, and the tables beside, that differ."""
        return tuple(self.after or {}) or ("number",)


def fold(told: Iterable[Told]) -> Record | None:
    """The record as the events tell it, oldest first; None where none of them writes the whole of it down.

    Whole: the first event of a finding (no before, every column), and a baseline. Later ones count for the columns
    that they name on both sides; a row beside that stands before but not after is gone. An end without after: gone.
    """
    record: Record | None = None
    for before, after in told:
        if before is None and isinstance(after, Mapping) and {"number", "raw_text"} <= after.keys():
            record = _begin(after)
        elif record is not None and isinstance(before, Mapping) and after is None and "number" in before:
            record = None
        elif record is not None and isinstance(after, Mapping):
            _go_on(record, before if isinstance(before, Mapping) else {}, after)
    return record


def _begin(after: Mapping[str, Any]) -> Record:
    record = Record({name: after.get(name, _PLAIN["findings"][name]) for name in _COLUMNS})
    _rows(record, {}, after)
    return record


def _go_on(record: Record, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    record.columns.update({name: after[name] for name in after if name in before and name in record.columns})
    _rows(record, before, after)


def _rows(record: Record, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for name in _TABLES:
        old, new = _listed(before.get(name)), _listed(after.get(name))
        if not old and not new:
            continue
        known = record.rows.setdefault(name, {})
        for row in old:
            if all(row["id"] != other["id"] for other in new):
                known.pop(row["id"], None)
        for row in new:
            whole = known.get(row["id"]) or _PLAIN[name]
            known[row["id"]] = {key: row.get(key, value) for key, value in whole.items() if key != "finding_id"}


def _listed(value: Any) -> list[Row]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict) and "id" in row]


def differences(told: Record | None, present: Record | None) -> Difference | None:
    """What differs between the ledger's record and the store's; None when they are equal."""
    if told is None or present is None:
        return None if told is present else Difference(_all(told), _all(present))
    before: Row = {}
    after: Row = {}
    for name, now in present.columns.items():
        if not _same(was := told.columns.get(name), now):
            before[name], after[name] = was, now
    for name in _TABLES:
        _compare_rows(name, told.rows.get(name, {}), present.rows.get(name, {}), before, after)
    return Difference(before, after) if after else None


def _all(record: Record | None) -> Row | None:
    return whole(record) if record is not None else None


def _compare_rows(name: str, told: Mapping[int, Row], present: Mapping[int, Row], before: Row, after: Row) -> None:
    was = [row for key, row in told.items() if key not in present or not _alike(row, present[key])]
    now = [row for key, row in present.items() if key not in told or not _alike(row, told[key])]
    if was or now:
        before[name], after[name] = was, now


def _alike(one: Row, other: Row) -> bool:
    return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)


def _same(one: Any, other: Any) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and _utc(one) == _utc(other) is not None)


def _utc(text: str) -> datetime | None:
    """A moment that was written down in another zone is the same moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def whole(record: Record) -> Row:
    """A record as a baseline event says it."""
    return record.columns | {name: list(rows.values()) for name, rows in record.rows.items() if rows}


def present(session: Session, findings: Sequence[int]) -> dict[int, Record]:
    """The rows of these findings as they are now, by id."""
    found = {}
    for row in session.execute(_ROWS, {"ids": findings}).mappings():
        found[row["id"]] = Record({name: events.plain(row[name]) for name in _COLUMNS})
    for name, query in _BESIDE.items():
        for row in session.execute(query, {"ids": findings}).mappings():
            if row["finding_id"] in found:
                plain = {key: events.plain(value) for key, value in row.items() if key != "finding_id"}
                found[row["finding_id"]].rows.setdefault(name, {})[row["id"]] = plain
    return found


def told(session: Session, numbers: Sequence[str]) -> dict[str, Record | None]:
    """The record of each matter as its events tell it."""
    by_matter: dict[str, list[Told]] = {number: [] for number in numbers}
    for matter, was, now in session.execute(_TOLD, {"numbers": numbers}):
        by_matter[matter].append((_json(was), _json(now)))
    return {matter: fold(told) for matter, told in by_matter.items()}


def _json(text: str | None) -> Any:
    """What another program wrote into the ledger may be anything; it then says nothing of the record."""
    try:
        return json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return text


def after(session: Session, last: int, limit: int) -> dict[int, str]:
    """The next findings by id: their numbers."""
    query = select(_FINDINGS.c.id, _FINDINGS.c.number).where(_FINDINGS.c.id > last)
    return dict(session.execute(query.order_by(_FINDINGS.c.id).limit(limit)).tuples().all())


def compare(session: Session, findings: Mapping[int, str]) -> dict[str, Difference]:
    """What no event explains in these findings (id -> number). Without any whole event: before is None."""
    now, then = present(session, list(findings)), told(session, list(findings.values()))
    found = {number: differences(then[number], now.get(row)) for row, number in findings.items()}
    return {number: difference for number, difference in found.items() if difference is not None}


def vanished(session: Session) -> list[str]:
    """The numbers of findings that the ledger knows and the store does not."""
    gone = ~exists().where(_FINDINGS.c.number == _EVENTS.c.matter)
    query = select(_EVENTS.c.matter).where(_EVENTS.c.matter.startswith("WT-"), gone).distinct()
    then = told(session, sorted(session.execute(query).scalars()))
    return [number for number, record in then.items() if record is not None]
