"""Rights with parameters find what rights with values find, and those of other people are the same statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import events, findings
from storage.grants import Grant, Scope, granted, granted_as, shaped
from storage.matters import Finding, Unit
from storage.prepared import Prepared
from storage.proceedings import CoUnit
from storage.types import table_of
from tests.stores import Store

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FINDINGS = table_of(Finding)
PATHS = {"JS": "/JS/", "GC": "/JS/GC/", "WL": "/WL/", "P%": "/P%/", "PX": "/PX/", "P_": "/P%/_/", "XY": "/P%/X/"}
WAYS = (
    Grant(None, None),
    Grant(False, None),
    Grant(True, False),
    Grant(None, True),
    Grant(None, None, "a", own=True),
    Grant(None, None, "b", submitter=True),
    Grant(None, None, unit="WL", own_source=True),
    Grant(None, None, unit="JS", own_unit=True),
    Grant(None, None, own_unit=True, units=("WL", "PX")),
    Grant(None, None, path="/JS/", subordinate=True),
    Grant(None, None, path="/P%/", subordinate=True),
    Grant(None, None, "a", own=True, within=("/WL/",), below=("/P%/", "/JS/G")),
    Grant(None, None, within=("/P%/_/",)),
    Grant(None, None, sources=("JS", "P_")),
    Grant(None, None, co_units=("GC", "XY")),
    Grant(False, False, outside=("JS", "WL")),
)


@pytest.fixture
def filled(store: Store) -> Store:
    with store.session() as session:
        for code, path in PATHS.items():
            session.add(Unit(code=code, name=code, kind="权属企业", path=path, aliases=[], quarterly=False))
        session.flush()
        codes = [*PATHS, None]
        for serial in range(64):
            unit, source = codes[serial % len(codes)], list(PATHS)[serial * 5 % len(PATHS)]
            row = findings.add(
                session, events.Entry(AT, "a", "arranged"), number=f"WT-2026-{serial + 1:04d}",
                state="converted_to_lead" if serial % 7 == 0 else "registered", source=source, quarter="2026Q4",
                desc="d", raw_text="d", unit=unit, unit_path=PATHS[unit] if unit else "", submitted_at=AT,
                submitted_by="ab"[serial // 3 % 2], resp_person="ab"[serial // 5 % 2],
                visibility="restricted" if serial % 3 == 0 else "normal",
            )  # fmt: skip
            if serial % 4 == 0:
                helper = list(PATHS)[serial // 4 % len(PATHS)]
                session.add(CoUnit(finding_id=row, unit=helper, unit_name="u", unit_path=PATHS[helper], by="a", at=AT))
        session.commit()
    return store


def _both(session: Session, grants: tuple[Grant, ...]) -> tuple[list[int], list[int]]:
    shape, values = shaped(grants)
    plain = select(FINDINGS.c.id).order_by(FINDINGS.c.id)
    written = list(session.scalars(plain.where(granted(grants))))
    return written, [row[0] for row in Prepared(plain.where(granted_as(shape))).all(session, values)]


def test_parameters_say_what_values_say(filled: Store) -> None:
    with filled.session() as session:
        everything = session.scalars(select(FINDINGS.c.id)).all()
        for at, way in enumerate(WAYS):
            written, prepared = _both(session, (way,))
            assert written == prepared, way
            assert written, f"{way} lets nothing through, so it proves nothing"
            assert at == 0 or len(written) < len(everything), way
        for ways in (WAYS[1:], WAYS[4:7], WAYS[:1], ()):
            written, prepared = _both(session, ways)
            assert written == prepared


def test_an_underscore_or_a_percent_in_a_path_stands_for_itself(filled: Store) -> None:
    with filled.session() as session:
        _, found = _both(session, (Grant(None, None, path="/P%/", subordinate=True),))
        below = session.scalars(select(FINDINGS.c.unit_path).where(FINDINGS.c.id.in_(found)).distinct()).all()
    assert sorted(below) == ["/P%/X/", "/P%/_/"]


def test_the_same_rights_of_another_are_the_same_statement() -> None:
    one = Scope(full=(Grant(False, None, "a", "JS", "/JS/", own_unit=True), Grant(None, False, "a", submitter=True)))
    other = Scope(full=(Grant(False, None, "b", "WL", "/WL/", own_unit=True), Grant(None, False, "b", submitter=True)))
    assert shaped(one.full)[0] == shaped(other.full)[0]
    assert shaped(one.full)[1] != shaped(other.full)[1]
    assert shaped(one.full)[0] != shaped((*one.full, Grant(True, None)))[0]
