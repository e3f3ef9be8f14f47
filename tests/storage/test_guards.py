"""What the machine forbids is refused by each of the three stores, in words that another engineer understands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from handlers.rules.states import MOVES, FindingState
from storage.matters import Finding, Unit
from storage.migrations import guards
from storage.models import Request
from storage.proceedings import Acceptance, Cycle, Extension, Progress
from storage.types import Base, table_of
from tests.stores import Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DUE = date(2026, 12, 18)
WHOLE: dict[str, Any] = {
    "unit": "JS", "resp_person": "hx_jianshel", "due": DUE, "applied_at": NOW, "closed_at": NOW,
}  # fmt: skip


def put(session: Session, model: type[Base], **values: Any) -> int:
    result = session.execute(insert(table_of(model)).values(values))
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def a_finding(session: Session, **given: Any) -> int:
    for code in ("HX-CW", "JS"):
        if session.get(Unit, code) is None:
            session.add(Unit(code=code, name=code, path=f"/{code}/", kind="部门"))
            session.flush()
    row = {
        "number": "WT-2026-0001", "state": "registered", "source": "HX-CW", "quarter": "2026Q4", "desc": "内容",
        "raw_text": "内容", "submitted_by": "hx_caiwu", "submitted_at": NOW,
    }  # fmt: skip
    return put(session, Finding, **(row | given))


def refused(store: Store, words: str, statement: Any, before: Any = a_finding) -> None:
    """`statement` fails with just these words; `before` arranges what it meets."""
    with store.session() as session:
        before(session)
        with pytest.raises(DBAPIError) as error:
            session.execute(statement)
        assert words in str(error.value.orig)


def taken(store: Store, statement: Any, before: Any = a_finding) -> None:
    with store.session() as session:
        before(session)
        session.execute(statement)


def with_(**given: Any) -> Any:
    return lambda session: a_finding(session, **given)


def change(**values: Any) -> Any:
    return update(table_of(Finding)).values(values)


def test_every_move_of_the_machine_and_no_other_is_taken(store: Store) -> None:
    """T1 to T12: 144 pairs of states, asked of the store itself."""
    states = [state for state in FindingState if state is not FindingState.DRAFT]
    allowed = {(s, move.target) for move in MOVES.values() if move.target for s in move.sources}
    with store.session() as session:
        for old in states:
            for new in states:
                if old == new:
                    continue
                with session.begin_nested() as point:
                    other = a_finding(session, number="WT-2026-0002", state=old.value, **WHOLE)
                    try:
                        with session.begin_nested():
                            session.execute(
                                update(Finding).where(Finding.id == other).values(state=new.value),
                                execution_options={"synchronize_session": False},
                            )
                        fits = True
                    except DBAPIError as error:
                        assert "no such move" in str(error.orig)
                        fits = False
                    point.rollback()
                assert fits is ((old, new) in allowed), (old, new)


@pytest.mark.parametrize("state", ["assigned", "rectifying", "ongoing", "pending_acceptance"])
@pytest.mark.parametrize("lost", ["unit", "resp_person", "due"])
def test_what_is_in_hand_is_somebodys_by_a_date(store: Store, state: str, lost: str) -> None:
    words = "a finding in hand needs unit, resp_person and due"
    refused(store, words, change(**{lost: None}), with_(state=state, **WHOLE))
    bare = WHOLE | {lost: None}
    with store.session() as session, pytest.raises(DBAPIError, match=words):
        a_finding(session, state=state, **bare)


def test_a_bare_state_is_refused(store: Store) -> None:
    refused(store, "needs unit, resp_person and due", change(state="assigned"))
    waiting = with_(state="rectifying", **(WHOLE | {"applied_at": None, "closed_at": None}))
    refused(store, "needs applied_at", change(state="pending_acceptance"), waiting)
    taken(store, change(state="pending_acceptance", applied_at=NOW), waiting)
    applied = with_(state="pending_acceptance", **(WHOLE | {"closed_at": None}))
    refused(store, "a closed finding needs closed_at", change(state="closed"), applied)
    taken(store, change(state="closed", closed_at=NOW), applied)
    taken(store, change(due=None), with_(state="registered", due=DUE))  # nobody's turn yet


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("a number never changes", {"number": "WT-2026-0009"}),
        ("amounts (in fen) and counts are not negative", {"amount_fen": -1}),
        ("amounts (in fen) and counts are not negative", {"recovered_fen": -5}),
        ("amounts (in fen) and counts are not negative", {"loss_fen": -5}),
    ],
)
def test_a_finding_keeps_its_number_and_counts_upwards(store: Store, words: str, values: Any) -> None:
    refused(store, words, change(**values))


def test_a_finding_is_never_deleted(store: Store) -> None:
    refused(store, "findings are never deleted", delete(table_of(Finding)))


def _beside(model: type[Base], **values: Any) -> Any:
    def before(session: Session) -> None:
        put(session, model, finding_id=a_finding(session), cycle=1, at=NOW, by="a", **values)

    return before


def test_reports_and_decisions_are_only_appended(store: Store) -> None:
    report, decision = _beside(Progress, text="已修订"), _beside(Acceptance, result="returned")
    refused(store, "progress is append-only", update(table_of(Progress)).values(text="别的"), report)
    refused(store, "progress is append-only", delete(table_of(Progress)), report)
    refused(store, "acceptances is append-only", update(table_of(Acceptance)).values(result="accepted"), decision)
    refused(store, "acceptances is append-only", delete(table_of(Acceptance)), decision)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("percent lies between 0 and 100", {"percent": 101}),
        ("percent lies between 0 and 100", {"percent": -1}),
        ("not negative", {"recovered_fen": -1}),
    ],
)
def test_a_report_holds_a_share_and_no_negative_sum(store: Store, words: str, values: Any) -> None:
    with store.session() as session, pytest.raises(DBAPIError, match=words):
        _beside(Progress, text="已修订", **values)(session)


def test_an_extension_is_approved_to_a_later_day_and_once(store: Store) -> None:
    table = table_of(Extension)
    earlier = _beside(Extension, old_due=DUE, new_due=date(2026, 12, 1), reason="r", state="pending")
    later = _beside(Extension, old_due=DUE, new_due=date(2026, 12, 31), reason="r", state="pending")
    decided = _beside(Extension, old_due=DUE, new_due=date(2026, 12, 31), reason="r", state="rejected")
    refused(store, "not approved to an earlier day", update(table).values(state="approved"), earlier)
    taken(store, update(table).values(state="approved"), later)
    taken(store, update(table).values(state="rejected"), earlier)
    refused(store, "a decided extension is not decided again", update(table).values(state="pending"), decided)


def test_a_closed_round_never_changes(store: Store) -> None:
    def closed(session: Session) -> None:
        put(session, Cycle, finding_id=a_finding(session), seq=1, started_at=NOW, closed_at=NOW)

    refused(store, "a closed round never changes", update(table_of(Cycle)).values(returned=3), closed)
    refused(store, "a closed round never changes", delete(table_of(Cycle)), closed)


def _request(**values: Any) -> Any:
    row = {"system": "oa", "reference": "1", "person": "a", "action": "assign", "facts": {}, "asked_at": NOW}
    return lambda session: put(session, Request, **(row | values))


@pytest.mark.parametrize("end", ["done", "refused", "failed"])
def test_a_request_is_answered_once(store: Store, end: str) -> None:
    table, answered = table_of(Request), "a request that was answered never changes"

    def ended(session: Session) -> None:
        _request()(session)
        session.execute(update(table).values(state=end))

    for values in ({"state": "new"}, {"state": "failed"}, {"outcome": "别的"}):
        refused(store, answered, update(table).values(values), ended)


def test_what_was_asked_stays_as_it_was_asked(store: Store) -> None:
    table: Table = table_of(Request)
    for name in ("system", "reference", "person", "action"):
        refused(store, "what was asked never changes", update(table).values({name: "x"}), _request())
    refused(store, "requests are never deleted", delete(table), _request())
    with store.session() as session, pytest.raises(DBAPIError, match="a request begins as new"):
        _request(state="done")(session)
    with store.session() as session, pytest.raises(DBAPIError):
        _request(state="later")(session)


@pytest.mark.parametrize(
    "setting",
    [
        "due = '2026/12/18'",
        "due = '12月18日'",
        "closed_at = '2026-11-23T02:00:00Z'",
        "amount_fen = '4.2万'",
        "amount_fen = 4.2",
    ],
)
def test_sqlite_takes_no_other_shapes(sqlite: Store, setting: str) -> None:
    """The servers have types for it; a day that nobody can read would stop every list."""
    refused(sqlite, "days are YYYY-MM-DD", text(f"UPDATE findings SET {setting}"))


def test_a_row_that_was_wrong_before_may_still_be_mended(store: Store) -> None:
    """Rows older than the guards: any other change of theirs goes through."""
    for guard in ("findings_whose_new",):
        _drop(store, guard)
    try:
        with store.session() as session:
            row = a_finding(session, state="rectifying", unit="JS", resp_person="a")
            session.execute(update(Finding).where(Finding.id == row).values(title="标题"))
            session.execute(update(Finding).where(Finding.id == row).values(due=DUE))
            assert session.execute(select(Finding.due)).scalar() == DUE
    finally:
        _restore(store, "findings_whose_new")


def _drop(store: Store, name: str) -> None:
    with store.open().begin() as connection:
        on = " ON findings" if store.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
        if store.name == "postgresql":
            connection.execute(text(f"DROP FUNCTION {name}()"))


def _restore(store: Store, name: str) -> None:
    guard = next(guard for guard in guards.GUARDS if guard.name == name)
    with store.open().begin() as connection:
        for statement in guards._WORDINGS[store.name](guard):
            connection.execute(text(statement))


def test_every_refusal_is_short_enough_for_mariadb() -> None:
    assert [guard.name for guard in guards.GUARDS if len(guard.words) > 128] == []
    assert len({guard.name for guard in guards.GUARDS}) == len(guards.GUARDS)
