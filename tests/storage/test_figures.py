"""What the store counts is what the formulas say of the same rounds: random stores, on all three databases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from handlers import figures as bridge
from handlers.rules import metrics
from handlers.rules.metrics import Round, Window
from storage import figures, rounds, searches
from storage.grants import Grant, Scope
from storage.matters import FINDING_STATES, Finding, Unit
from storage.proceedings import Acceptance, CoUnit, Cycle, Extension, Progress
from storage.searches import Wanted
from tests.flows.findings import needs
from tests.stores import NAMES, Databases, Store

T = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
EVERYTHING = Scope(full=(Grant(None, None),))
CODES = ("HX-CW", "HX-SJ", "JS", "WL")
WITHOUT_UNIT = ("submitted", "need_more", "rejected", "registered", "withdrawn")


@pytest.fixture(params=NAMES)
def store(request: pytest.FixtureRequest, databases: Databases) -> Any:
    opened = Store(request.param, databases.url(request.param))
    yield opened
    opened.close()


def _moment(chance: random.Random, most: int = 420) -> datetime:
    """Often just around midnight in Shanghai (16:00 UTC), where days are easily mistaken."""
    seconds = chance.choice((0, 1, -1, chance.randint(0, 86_000)))
    return datetime(2026, 11, 23, 16, tzinfo=UTC) + timedelta(days=-chance.randint(1, most), seconds=seconds)


def _or_none(chance: random.Random, value: Any) -> Any:
    return value if chance.random() < 0.7 else None


def _fill(session: Session, chance: random.Random, many: int) -> None:
    for code in CODES:
        session.execute(insert(Unit).values(code=code, name=f"名{code}", path=f"/{code}/", kind="部门", aliases=[]))
    for serial in range(many):
        unit, cycle = chance.choice([*CODES, None]), chance.choice((1, 1, 1, 2, 3))
        state = chance.choice((*FINDING_STATES, *figures.COUNTED, "closed") if unit else WITHOUT_UNIT)
        row: dict[str, Any] = {
            "number": f"WT-2026-{serial:04d}", "state": state, "source": (source := chance.choice(CODES)),
            "source_name": f"名{source}", "quarter": chance.choice(("2026Q2", "2026Q3", "2026Q4")), "desc": "经过",
            "raw_text": "原文", "category": chance.choice(("CW01", "CG02", "CG", "QT")), "unit": unit,
            "nature": chance.choice(("mgmt", "mgmt", "tendency")), "unit_name": f"名{unit}" if unit else "",
            "unit_path": f"/{unit}/" if unit else "", "submitted_by": "hx_shenji", "submitted_at": _moment(chance),
            "late": chance.random() < 0.3, "is_repeat": chance.random() < 0.3, "cycle": cycle,
            "amount_fen": _or_none(chance, chance.randint(0, 10**9)), "recovered_fen": _or_none(chance, 100),
            "amount_text": chance.choice(("", "大概四五十万")), "assigned_at": _or_none(chance, _moment(chance)),
            "applied_at": _or_none(chance, _moment(chance, 90)), "closed_at": _or_none(chance, _moment(chance)),
            "due": _or_none(chance, T + timedelta(days=chance.randint(-90, 20))),
            "accountability_count": _or_none(chance, chance.randint(0, 3)),
            "visibility": chance.choice(("normal", "restricted")), "resp_person": _or_none(chance, "hx_jianshel"),
        }  # fmt: skip
        session.execute(insert(Finding).values(**(row | needs(row))))
        key = session.execute(select(Finding.id).where(Finding.number == row["number"])).scalar_one()
        for seq in range(1, cycle + 1):
            _beside(session, chance, key, seq, cycle)


def _beside(session: Session, chance: random.Random, finding: int, seq: int, last: int) -> None:
    begun = _moment(chance)
    over: dict[str, Any] = {}
    if seq < last:
        over = {"closed_at": _moment(chance), "due": _or_none(chance, T - timedelta(days=chance.randint(0, 90))),
                "applied_at": _or_none(chance, _moment(chance, 90))}  # fmt: skip
        code = chance.choice((*CODES, ""))
        over |= {"unit": code, "unit_name": f"名{code}" if code else ""}
    session.execute(insert(Cycle).values(finding_id=finding, seq=seq, started_at=begun, **over))
    row: dict[str, Any] = {"finding_id": finding, "cycle": seq, "at": begun, "by": "hx_ban"}
    for _ in range(chance.randint(0, 2)):
        session.execute(insert(Acceptance).values(**row, result=chance.choice(("accepted", "returned"))))
        states = ("pending", "approved", "rejected", "converted_ongoing")
        extension = {"new_due": T, "reason": "等", "state": chance.choice(states)}
        session.execute(insert(Extension).values(**row, **extension))
        session.execute(insert(Progress).values(**(row | {"at": _moment(chance, 60)}), text="进展"))
    if chance.random() < 0.3:
        code = chance.choice(CODES)
        help_by = {"finding_id": finding, "unit": code, "unit_name": code, "unit_path": f"/{code}/", "by": "hx_ban"}
        if not session.scalars(select(CoUnit).where(CoUnit.finding_id == finding, CoUnit.unit == code)).first():
            session.execute(insert(CoUnit).values(**help_by, at=begun))


def _same(session: Session, wanted: Wanted, loaded: Sequence[Round], window: Window) -> None:
    days = bridge.moments(T, window)
    deep = figures.tally(session, wanted, EVERYTHING, days, deep=True)
    assert deep == bridge.tally_of("", loaded, T, window)
    plain = figures.tally(session, wanted, EVERYTHING, days)
    names = list(figures.Tally.__slots__)
    for name in names[: names.index("due_in")]:
        assert getattr(plain, name) == getattr(deep, name), name
    assert not any(getattr(plain, name) for name in names[names.index("due_in") :])
    for by in ("unit", "source", "category", "quarter", "state"):
        grouped = figures.by_group(session, wanted, EVERYTHING, days, by, deep=True)
        assert grouped == bridge.grouped(loaded, by, T, window), by


@pytest.mark.parametrize("seed", range(4))
def test_the_store_counts_as_the_formulas_do(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    with store.session() as session:
        _fill(session, chance, 70)
        window = Window(T - timedelta(days=chance.randint(20, 60)), T - timedelta(days=chance.randint(0, 15)))
        quarter_from = bridge.moments(T).quarter_from
        assert quarter_from is not None
        everything = [bridge.round_of(fact) for fact in rounds.facts(session, quarter_from)]
        assert len(everything) > 30 and any(one.cycle > 1 for one in everything)
        _same(session, Wanted(), everything, metrics.ALWAYS)
        _same(session, Wanted(), everything, window)
        _same(session, Wanted(quarter="2026Q3"), [one for one in everything if one.quarter == "2026Q3"], window)
        _same(session, Wanted(units=("JS", "WL")), [one for one in everything if one.unit in ("JS", "WL")], window)
        _same(session, Wanted(category="CG"), [one for one in everything if one.category.startswith("CG")], window)
        taken = figures.days_taken(session, Wanted(), EVERYTHING)
        assert _days(taken) == metrics.rectification_days(everything, T)
        session.rollback()


def _days(taken: Sequence[tuple[datetime, datetime]]) -> list[int]:
    shanghai = timedelta(hours=8)
    return sorted(((last + shanghai).date() - (first + shanghai).date()).days for first, last in taken)


def test_what_may_only_be_read_in_part_is_counted_in_part(store: Store) -> None:
    """Deep counts and sources are of what may be read in full; a peer's card lends no amount."""
    partial = Scope(full=(Grant(False, None, unit="WL", own_source=True),), peer=(Grant(False, None),))
    with store.session() as session:
        _fill(session, random.Random(99), 80)
        quarter_from = bridge.moments(T).quarter_from
        assert quarter_from is not None
        shown = Finding.visibility == "normal"
        everything = [bridge.round_of(fact) for fact in rounds.facts(session, quarter_from, shown)]
        own = [one for one in everything if one.source == "WL"]
        plain = figures.tally(session, Wanted(), partial, bridge.moments(T))
        assert plain.counted == bridge.tally_of("", everything, T).counted > len(own) > 0
        mine = bridge.tally_of("", own, T)
        assert (plain.amount_fen, plain.vague, plain.late) == (mine.amount_fen, mine.vague, mine.late)
        assert figures.tally(session, Wanted(), partial, bridge.moments(T), deep=True) == mine
        assert [one.name for one in figures.by_group(session, Wanted(), partial, bridge.moments(T), "source")] == [
            "名WL"
        ]
        session.rollback()


def test_what_came_after_a_moment(store: Store) -> None:
    with store.session() as session:
        _fill(session, random.Random(5), 40)
        counted = metrics.population([bridge.round_of(fact) for fact in rounds.facts(session, T)], T)
        after = figures.added_after(session, Wanted(), EVERYTHING, NOON - timedelta(days=200))
        moments = dict(session.execute(select(Finding.number, Finding.submitted_at)).tuples().all())
        late = {one.number for one in counted if moments[one.number] > NOON - timedelta(days=200)}
        assert after == len(late) > 0
        assert figures.added_after(session, Wanted(quarter="1999Q1"), EVERYTHING, NOON) == 0
        assert searches.count(session, Wanted(), EVERYTHING) >= len({one.number for one in counted})
        session.rollback()


@pytest.mark.parametrize("seed", range(4))
def test_a_list_stands_in_one_order_however_it_is_read(store: Store, seed: int) -> None:
    """What is open before what has ended, the soonest due first, without a date last; a page of it is its beginning."""
    chance = random.Random(seed)
    with store.session() as session:
        _fill(session, chance, 70)
        rows = session.scalars(select(Finding)).all()
        for states in ((), ("closed", "rectifying", "assigned"), ("closed",), ("closed", "merged"), ("registered",)):
            listed = states or searches.LISTED
            kept = [row for row in rows if row.state in listed]
            kept.sort(key=lambda r: (r.state in searches.ENDED, r.due is None, r.due or T, r.id))
            wanted = Wanted(states=states)
            for limit, offset in ((8, 0), (200, 0), (10, 7), (30, 25)):
                shown = searches.lines(session, wanted, EVERYTHING, limit, offset)
                assert [one.number for one in shown] == [row.number for row in kept][offset : offset + limit]


@pytest.mark.parametrize("seed", range(4))
def test_what_came_due_is_the_same_of_the_rounds_due_then(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    with store.session() as session:
        _fill(session, chance, 70)
        window = Window(T - timedelta(days=chance.randint(20, 60)), T - timedelta(days=chance.randint(0, 15)))
        days = bridge.moments(T, window)
        whole = figures.tally(session, Wanted(), EVERYTHING, days, deep=True)
        within = Wanted(due_from=window.first, due_to=window.last)
        part = figures.tally(session, within, EVERYTHING, days, deep=True)
        assert whole.due_in > 0 and part.counted < whole.counted
        assert (part.due_in, part.due_met, part.due_pending) == (whole.due_in, whole.due_met, whole.due_pending)


def test_whose_findings_are_counted_by_person_only_where_he_may_be_read(store: Store) -> None:
    partial = Scope(full=(Grant(False, None, unit="WL", own_source=True),), peer=(Grant(False, None),))
    with store.session() as session:
        _fill(session, random.Random(17), 70)
        rows = [row for row in session.scalars(select(Finding)) if row.state in searches.LISTED]
        for at, row in enumerate(rows):
            row.resp_person = None if row.state == "registered" else ("li", "wang")[at % 2]
        session.flush()
        seen = [row for row in rows if row.visibility == "normal"]
        told = Counter((row.resp_person or "") if row.source == "WL" else None for row in seen)
        assert {None, "li", "wang"} <= set(told)
        by_person = searches.by_person(session, Wanted(), partial)
        assert {who: many for who, many, _ in by_person} == told
        named = [bool(who) for who, *_ in by_person]
        assert named == sorted(named, reverse=True)
        whole = {who: many for who, many, _ in searches.by_person(session, Wanted(), EVERYTHING)}
        assert whole == Counter(row.resp_person or "" for row in rows) and whole[""] > 0
        session.rollback()
