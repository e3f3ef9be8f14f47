"""The machine as a whole: whoever does whatever in whatever order, nothing leaves the table (domain.md 3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from handlers.rules import states
from handlers.rules.states import FindingState, T
from storage.matters import FINDING_STATES, Finding, Person, Unit
from storage.migrations import guards
from storage.types import table_of
from tests.stores import NAMES, Databases, Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _steps() -> set[tuple[str, str]]:
    """Every pair of different states that some row of the table leads through."""
    return {
        (source.value, states.after(t, source).value)
        for t, move in states.MOVES.items()
        for source in move.sources
        if source is not FindingState.DRAFT and states.after(t, source) is not source
    }


def test_the_store_and_the_rules_know_the_same_moves() -> None:
    assert set(guards.PAIRS) == _steps()
    assert len(guards.PAIRS) == len(set(guards.PAIRS))


@given(st.lists(st.sampled_from(list(T)), max_size=60))
def test_no_sequence_of_moves_leaves_the_table(moves: list[T]) -> None:
    """Moves that do not start where the finding stands do nothing; the others lead along PAIRS, or stay."""
    state = FindingState.DRAFT
    for t in moves:
        if not states.may_move(t, state):
            with pytest.raises(ValueError, match="does not start"):
                states.after(t, state)
            continue
        new = states.after(t, state)
        assert new is state or state is FindingState.DRAFT or (state.value, new.value) in guards.PAIRS
        if state in states.ENDED:
            assert (t, new) == (T.REOPEN, FindingState.ASSIGNED)
        state = new


@pytest.mark.parametrize("state", sorted(set(FindingState) - states.ENDED))
def test_whatever_has_not_ended_can_still_end(state: FindingState) -> None:
    reached, front = {state}, [state]
    while front:
        here = front.pop()
        following = {states.after(t, here) for t in T if states.may_move(t, here)} - reached
        reached |= following
        front += following
    assert reached & states.ENDED
    if state in states.OPEN:
        assert FindingState.CLOSED in reached


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("machine"))
    yield made
    made.close()


@pytest.fixture(params=NAMES)
def full(request: pytest.FixtureRequest, own: Databases) -> Iterator[Store]:
    """A store with one finding in each state; every column that the guards ask for is filled."""
    store = Store(request.param, own.url(request.param))
    with store.session() as session:
        _fill(session)
        session.commit()
    yield store
    store.close()


def _fill(session: Session) -> None:
    session.add(Unit(code="G", name="集团", parent=None, path="/G/", kind="集团", aliases=[]))
    session.add(Person(userid="a", name="甲"))
    session.flush()
    for place, state in enumerate(FINDING_STATES):
        session.execute(
            insert(table_of(Finding)).values(
                number=f"WT-2026-{place:04}", state=state, source="G", quarter="2026Q4", desc="d", raw_text="d",
                unit="G", resp_person="a", due=date(2026, 12, 18), submitted_by="a", submitted_at=NOW, assigned_at=NOW,
                confirmed_at=NOW, applied_at=NOW, closed_at=NOW, cycle=1,
            )
        )  # fmt: skip


def _let_through(session: Session, old: str, new: str) -> bool:
    try:
        with session.begin_nested():
            session.execute(update(Finding).where(Finding.state == old).values(state=new, cycle=Finding.cycle + 1))
            assert session.execute(select(Finding.state).where(Finding.number == _number(old))).scalar_one() == new
            raise _Undo
    except DBAPIError:
        return False
    except _Undo:
        return True


class _Undo(Exception):
    """Take the move back."""


def _number(state: str) -> str:
    return f"WT-2026-{FINDING_STATES.index(state):04}"


def test_the_store_refuses_every_pair_that_is_not_in_the_table(full: Store) -> None:
    """All 144 pairs of states, both ways, on all three stores."""
    with full.session() as session:
        let = {pair for pair in product(FINDING_STATES, repeat=2) if _let_through(session, *pair)}
    assert let - {(state, state) for state in FINDING_STATES} == _steps()


def test_the_store_refuses_states_that_there_are_not(full: Store) -> None:
    with full.session() as session:
        assert not any(_let_through(session, state, other) for state in FINDING_STATES for other in ("draft", "", "x"))
