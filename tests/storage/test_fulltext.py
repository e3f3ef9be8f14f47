"""Findings by their words, on the three databases: kept with every change, asked with filters and rights, ranked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from bot.understanding import search_words
from storage import events, findings, fulltext, moves
from storage.fulltext import Found
from storage.grants import Grant, Scope
from storage.matters import FindingWords, Unit
from storage.searches import Wanted
from tests.stores import Store

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ALL = Scope(full=(Grant(None, None),))
ENTRY = events.Entry(AT, "a", "arranged")


@pytest.fixture
def words(store: Store) -> Store:
    with _session(store) as session:
        for code in ("CW", "JS", "WL"):
            session.add(Unit(code=code, name=code, kind="权属企业", path=f"/{code}/", aliases=[], quarterly=False))
        session.commit()
    return store


def _session(store: Store) -> Session:
    session = store.session()
    session.info[fulltext.CUT] = search_words.terms
    return session


def _add(session: Session, serial: int, desc: str, **values: Any) -> int:
    row: dict[str, Any] = {
        "id": serial, "number": f"WT-2026-{serial:04d}", "state": "registered", "source": "CW", "quarter": "2026Q4",
        "desc": desc, "raw_text": desc, "category": "CG02", "unit": "JS", "unit_path": "/JS/", "submitted_by": "a",
        "submitted_at": AT,
    }  # fmt: skip
    return findings.add(session, ENTRY, **(row | values))


def _search(store: Store, said: str, wanted: Wanted | None = None, scope: Scope = ALL) -> Found:
    with _session(store) as session:
        return fulltext.search(session, search_words.asked(said), wanted or Wanted(), scope)


def test_two_characters_that_are_in_no_dictionary_are_found_on_the_default_server(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "食堂采购被围标了，三家报价一致")
        _add(session, 2, "备用金7个月未清，涉及4.2万元")
        session.commit()
    assert _search(words, "围标") == Found((1,))
    assert _search(words, "备用金未清") == Found((2,))
    assert _search(words, "未清") == Found((2,))
    assert _search(words, "虚开") == Found((), every=True)


def test_every_word_counts_and_otherwise_the_nearest_are_found(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "备用金长期挂账")
        _add(session, 2, "备用金长期未清，备用金无台账")
        _add(session, 3, "合同倒签")
        session.commit()
    assert _search(words, "备用金长期未清") == Found((2,))
    near = _search(words, "备用金长期没收回")
    assert set(near.rows) == {1, 2} and not near.every
    assert not _search(words, "合同台账无审批印章保管记录").rows  # one word of five is none


def test_what_is_changed_is_found_by_its_new_words_only(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "食堂采购被围标")
        session.commit()
        finding = moves.find(session, "WT-2026-0001")
        assert finding is not None
        assert moves.keep(session, finding, ENTRY, desc="合同倒签", title="合同倒签")
        session.commit()
    assert _search(words, "围标").rows == ()
    assert _search(words, "倒签").rows == (1,)


def test_what_is_deleted_leaves_no_ghost(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "食堂采购被围标")
        _add(session, 2, "工程围标")
        session.commit()
        session.execute(delete(FindingWords).where(FindingWords.finding_id == 1))
        session.commit()
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("INSERT INTO finding_index(finding_index, rank) VALUES ('integrity-check', 1)"))
    assert _search(words, "围标").rows == (2,)


def test_filters_and_rights_hold(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "围标", amount_fen=20_000_00, severity="major")
        _add(session, 2, "围标", unit="WL", unit_path="/WL/", visibility="restricted")
        _add(session, 3, "围标", state="converted_to_lead")
        _add(session, 4, "围标", submitted_at=datetime(2025, 3, 1, tzinfo=UTC), category="GC01")
        session.commit()
    plain = Scope(full=(Grant(False, False),))
    peer = Scope(peer=(Grant(None, None),))
    assert set(_search(words, "围标", scope=plain).rows) == {1, 4}
    assert _search(words, "围标", scope=peer).rows == ()
    assert set(_search(words, "围标").rows) == {1, 2, 4}
    assert set(_search(words, "围标", Wanted(states=("converted_to_lead",))).rows) == {3}
    assert _search(words, "围标", Wanted(states=("converted_to_lead",)), plain).rows == ()
    assert _search(words, "围标", Wanted(amount_from=10_000_00)).rows == (1,)
    assert _search(words, "围标", Wanted(severity="major", units=("JS",), source="CW")).rows == (1,)
    assert _search(words, "围标", Wanted(category="GC")).rows == (4,)
    year = Wanted(registered_from=date(2025, 1, 1), registered_to=date(2025, 12, 31))
    assert _search(words, "围标", year).rows == (4,)


def test_signs_of_a_query_language_are_words_like_others(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "围标 OR NOT NEAR")
        session.commit()
    for said in ('围标" OR "', "围标*", "围标 & !围标", "+围标 -围标 ~", "NEAR(围标)", "围标) @@ (", "a' OR 1=1 --"):
        assert set(_search(words, said).rows) <= {1}, said
    assert _search(words, "near").rows == (1,)


def test_the_more_often_and_the_rarer_word_come_first(words: Store) -> None:
    with _session(words) as session:
        for serial in range(1, 6):
            _add(session, serial, "备用金未清")
        _add(session, 6, "备用金未清，备用金无台账，备用金超限额")
        session.commit()
    assert _search(words, "备用金").rows[0] == 6
    assert _search(words, "备用金").rows[1:] == (5, 4, 3, 2, 1)  # the newer first among equals


def test_those_from_before_are_filled_in_batches_and_once(words: Store) -> None:
    with words.session() as session:  # a program that keeps no words
        for serial in range(1, 6):
            _add(session, serial, "围标")
        session.commit()
    assert _search(words, "围标").rows == ()
    done = []
    for _ in range(4):
        with _session(words) as session:
            done.append(fulltext.fill(session, 2))
            session.commit()
    assert done == [2, 2, 1, 0]
    with _session(words) as session:
        assert not fulltext.lacking(session)
        session.execute(text("UPDATE finding_words SET scheme = 0 WHERE finding_id = 3"))
        assert fulltext.lacking(session)
        assert fulltext.fill(session, 10) == 1
    assert len(_search(words, "围标").rows) == 5


def test_without_a_way_to_cut_a_change_takes_the_old_words_away(words: Store) -> None:
    with _session(words) as session:
        _add(session, 1, "围标")
        session.commit()
    with words.session() as session:
        finding = moves.find(session, "WT-2026-0001")
        assert finding is not None
        moves.keep(session, finding, ENTRY, desc="倒签")
        session.commit()
    assert _search(words, "围标").rows == ()
    with _session(words) as session:
        assert fulltext.lacking(session)


def test_only_the_newest_are_ranked(words: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "CANDIDATES", 3)
    with _session(words) as session:
        for serial in range(1, 6):
            _add(session, serial, "围标")
        session.commit()
    assert _search(words, "围标") == Found((5, 4, 3), every=True, capped=True)
