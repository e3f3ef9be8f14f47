"""What the questions of chat cost at 20 000 findings: no plan walks the whole table (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from bench import asking
from bot.understanding import search_words
from storage import common_faults, fulltext, searches
from storage.searches import Grant, Scope, Wanted
from tests.stores import NAMES, Databases, Store

ROWS = 20_000
UNIT = Scope(
    full=(Grant(False, None, "p1", "U001", "/G/U001/", own_unit=True), Grant(None, None, "p1", own=True)),
    peer=(Grant(False, False),),
)
OWN = Wanted(units=("U001",))


def _filtered_list(session: Session, _at: int) -> object:
    wanted = Wanted(category="CG", registered_from=date(2026, 9, 1), registered_to=date(2026, 9, 30))
    return searches.count(session, wanted, asking.ALL), searches.lines(session, wanted, asking.ALL, 8)


def _own_overdue(session: Session, _at: int) -> object:
    wanted = Wanted(units=("U001",), overdue_on=asking.TODAY)
    return searches.count(session, wanted, UNIT), searches.lines(session, wanted, UNIT, 8)


def _own_search(session: Session, _at: int) -> object:
    return fulltext.search(session, ("备用金", "未清"), OWN, UNIT)


def _alike(session: Session, _at: int) -> object:
    return fulltext.alike(session, "备用金长期未清", "U001", "CW01", asking.ALL)


QUESTIONS: dict[str, Callable[[Session, int], object]] = {
    **asking.QUESTIONS,
    "filtered list": _filtered_list,
    "overdue list of one's own unit": _own_overdue,
    "search in one's own unit": _own_search,
    "an alike finding": _alike,
}
FEW = [name for name in QUESTIONS if name not in ("figures of a quarter", "search in a unit and year")]


@pytest.fixture(scope="module", params=NAMES[:2])
def full(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    store = Store(request.param, databases.url(request.param))
    with store.session() as session:
        session.info[fulltext.CUT] = search_words.terms
        asking.fill(session, ROWS)
        session.commit()
        yield session
        session.rollback()
    store.close()
    databases.url(request.param)  # empty again for whoever comes next


def _plans(session: Session, ask: Callable[[Session, int], object]) -> list[str]:
    """The plan of every statement that the question runs, with its own parameters."""
    said: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        said.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    try:
        ask(session, 1)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    lite = engine.dialect.name == "sqlite"
    lines = []
    for statement, parameters in said:
        rows = session.connection().exec_driver_sql(
            f"{'EXPLAIN QUERY PLAN' if lite else 'EXPLAIN'} {statement}", parameters
        )
        lines.append("\n".join(str(row[-1]) for row in rows))
    return lines


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_question_walks_all_findings(full: Session, name: str) -> None:
    plans = _plans(full, QUESTIONS[name])
    assert plans
    if full.get_bind().dialect.name == "sqlite":
        walks = [line for plan in plans for line in plan.splitlines() if line.strip().startswith("SCAN findings")]
        assert walks == [], plans
    elif name in FEW:
        assert not any("Seq Scan on findings" in plan for plan in plans), plans


def test_a_plan_that_walks_is_seen(full: Session) -> None:
    """The measure itself: a condition without an index is caught."""

    def walk(session: Session, _at: int) -> object:
        return session.execute(text("SELECT count(*) FROM findings WHERE basis = 'x'")).scalar()

    plan = _plans(full, walk)[0]
    assert "SCAN findings" in plan or "Seq Scan on findings" in plan


def test_common_faults_are_read_by_quarter(full: Session) -> None:
    plans = _plans(
        full, lambda session, _: common_faults.found(session, "2026Q4", common_faults.EVERYTHING_PLAIN, 3, 5)
    )
    if full.get_bind().dialect.name == "sqlite":
        assert not any(line.strip() == "SCAN findings" for plan in plans for line in plan.splitlines()), plans


def test_a_word_is_looked_up_in_the_index(full: Session) -> None:
    plan = _plans(full, asking.rare_search)[0]
    assert "finding_index VIRTUAL TABLE" in plan or "ix_finding_words_fulltext" in plan, plan
