"""What the questions of chat cost at 20 000 findings: no plan walks the whole table (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import asking, filling
from bot.understanding import search_words
from storage import common_faults, fulltext, searches
from storage.grants import Grant, Scope
from storage.searches import Wanted
from tests.storage.plans import plans
from tests.stores import NAMES, Databases, Store

ROWS = 20_000
UNIT = Scope(
    full=(Grant(False, None, "p1", "U001", "/G/U001/", own_unit=True), Grant(None, None, "p1", own=True)),
    peer=(Grant(False, False),),
)
OWN = Wanted(units=("U001",))


def _own_search(session: Session, _at: int) -> object:
    return fulltext.search(session, ("备用金", "未清"), OWN, UNIT)


QUESTIONS: dict[str, Callable[[Session, int], object]] = {**asking.QUESTIONS, "search in one's own unit": _own_search}
MANY = (  # of which a server may well read all: at 20 000 findings they want a large part
    "figures of a quarter", "the same, deep", "the same, by unit", "what came due in a quarter",
    "common faults of four quarters", "a category, peers' cards", "overdue list of the group",
    "search for frequent words",
)  # fmt: skip
FEW = [name for name in QUESTIONS if name not in MANY]


@pytest.fixture(scope="module", params=NAMES[:2])
def full(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    store = Store(request.param, databases.url(request.param))
    with store.session() as session:
        session.info[fulltext.CUT] = search_words.terms
        filling.fill(session, ROWS)
        session.commit()
        yield session
        session.rollback()
    store.close()
    databases.url(request.param)  # empty again for whoever comes next


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_no_question_walks_all_findings(full: Session, name: str) -> None:
    found = plans(full, QUESTIONS[name])
    assert found
    if full.get_bind().dialect.name == "sqlite":
        walks = [line for plan in found for line in plan.splitlines() if line.strip().startswith("SCAN findings")]
        assert walks == [], found
    elif name in FEW:
        assert not any("Seq Scan on findings" in plan for plan in found), found


def test_a_plan_that_walks_is_seen(full: Session) -> None:
    """The measure itself: a condition without an index is caught."""

    def walk(session: Session, _at: int) -> object:
        return session.execute(text("SELECT count(*) FROM findings WHERE basis = 'x'")).scalar()

    plan = plans(full, walk)[0]
    assert "SCAN findings" in plan or "Seq Scan on findings" in plan


def test_what_grows_with_all_findings_is_not_sorted(full: Session) -> None:
    """Of the many that are closed a list reads what it shows; earlier rounds are found by the few that have any."""
    if full.get_bind().dialect.name != "sqlite":
        return
    ended = Wanted(category="CW01", states=("closed",))
    closed = plans(full, lambda session, at: searches.lines(session, ended, asking.unit_scope(at), 8))[0]
    assert "due>?" in closed and "FOR ORDER BY" not in closed, closed
    tasks = plans(full, asking.tasks)[0]
    assert "ix_findings_resp_person_state" in tasks and "ix_findings_state_due" not in tasks, tasks
    former = plans(full, asking.on_time)[1]
    assert "cycle>?" in former, former
    deep = "\n".join(plans(full, asking.deep_figures))
    assert "SCAN acceptances" not in deep and "ix_acceptances_finding_id_cycle_result" in deep


def test_common_faults_are_read_by_quarter(full: Session) -> None:
    found = plans(
        full,
        lambda session, _: common_faults.found(session, ("2026Q1", "2026Q4"), common_faults.EVERYTHING_PLAIN, 3, 5),
    )
    if full.get_bind().dialect.name == "sqlite":
        assert not any(line.strip() == "SCAN findings" for plan in found for line in plan.splitlines()), found


def test_a_word_is_looked_up_in_the_index(full: Session) -> None:
    plan = plans(full, asking.rare_search)[0]
    assert "finding_index VIRTUAL TABLE" in plan or "ix_finding_words_fulltext" in plan, plan
