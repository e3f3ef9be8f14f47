"""The formulas of domain.md 7.4: its worked example, and each against loops written from its text, on random rounds."""

from __future__ import annotations

import statistics
from dataclasses import asdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.rules import metrics, reporting
from handlers.rules.metrics import Ratio, Round, Window
from handlers.rules.reporting import LeadTerm, UnitReport
from tests.rules import naive_figures as naive

T = date(2026, 11, 23)
ALL = ("submitted", "need_more", "rejected", "merged", "converted_to_lead", "withdrawn", *metrics.COUNTED)
days = st.dates(T - timedelta(days=420), T + timedelta(days=40))
maybe = st.none() | days
rounds = st.builds(
    Round, number=st.sampled_from(["WT-2026-0001", "WT-2026-0002", "WT-2026-0003"]), cycle=st.integers(1, 3),
    final=st.booleans(), state=st.sampled_from(ALL), registered=days,
    nature=st.sampled_from(["mgmt", "mgmt", "tendency"]), started=maybe, assigned=maybe, due=maybe, applied=maybe,
    closed=maybe, accepted=st.integers(0, 2), returned=st.integers(0, 3), extended=st.booleans(),
    reported=st.booleans(), is_repeat=st.booleans(), amount_fen=st.none() | st.integers(0, 10**9),
    amount_text=st.sampled_from(["", "大概四五十万"]), recovered_fen=st.none() | st.integers(0, 10**6),
    accountability=st.none() | st.integers(0, 4),
)  # fmt: skip


@st.composite
def stores(draw: st.DrawFn) -> list[Round]:
    """Rounds of which each (finding, cycle) stands once, and that of one finding agree on what it is."""
    drawn = draw(st.lists(rounds, max_size=14))
    return list({(one.number, one.cycle): one for one in drawn}.values())


def pair(ratio: Ratio) -> tuple[int, int]:
    return ratio.numerator, ratio.denominator


def test_the_worked_example() -> None:
    """A=10, closed=6, pending=1, three in hand of which two are overdue; eight came due (closed 5, pending 1)."""
    past, ahead = T - timedelta(days=5), T + timedelta(days=5)
    states = [("closed", past)] * 5 + [("closed", ahead), ("pending_acceptance", past)]
    states += [("rectifying", past)] * 2 + [("rectifying", ahead)]
    sample = [Round(f"WT-2026-{at:04d}", 1, True, state, past, due=due) for at, (state, due) in enumerate(states)]
    assert metrics.closure_rate(sample, T).text == "60.0%"
    assert metrics.completion_rate(sample, T).text == "70.0%"
    assert metrics.overdue_rate(sample, T) == Ratio(2, 8)
    assert metrics.overdue_rate(sample, T).text == "25.0%"
    assert metrics.overdue_in_hand(sample, T) == Ratio(2, 3)
    assert metrics.overdue_in_hand(sample, T).text == "66.7%"


def test_nothing_to_divide_by_is_a_dash() -> None:
    shares = (metrics.closure_rate, metrics.completion_rate, metrics.overdue_rate, metrics.overdue_in_hand,
              metrics.due_closure_rate, metrics.extension_rate, metrics.return_rate, metrics.reopening_rate,
              metrics.repeat_rate, metrics.unreported_rate)  # fmt: skip
    for share in shares:
        assert share([], T).text == "—", share.__name__
    assert metrics.mean([]) == metrics.median([]) == "—"


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_one_decimal_rounded_half_up(up: int, down: int) -> None:
    assert Ratio(up, down).text == naive.one_decimal(up, down)


def test_halves_go_up() -> None:
    assert Ratio(1, 2000).text == "0.1%"  # 0.05 %; the banker's rule and a float both make 0.0 or 0.1 of such
    assert Ratio(401, 2000).text == "20.1%"
    assert (metrics.mean([1, 2, 2, 2]), metrics.median([3, 4])) == ("1.8", "3.5")


@given(stores())
def test_states_and_terms_against_the_loops(store: list[Round]) -> None:
    rows = [asdict(one) for one in store]
    assert pair(metrics.closure_rate(store, T)) == naive.closure(rows, T)
    assert pair(metrics.completion_rate(store, T)) == naive.completion(rows, T)
    assert pair(metrics.overdue_rate(store, T)) == naive.overdue(rows, T)
    assert pair(metrics.overdue_in_hand(store, T)) == naive.overdue_of_in_hand(rows, T)
    assert pair(metrics.unreported_rate(store, T)) == naive.unreported(rows, T)
    assert pair(metrics.due_closure_rate(store, T)) == naive.due_closure(rows, T, date.min, date.max)


@given(stores(), days, days)
def test_what_came_due_in_a_period_against_the_loops(store: list[Round], one: date, other: date) -> None:
    first, last = sorted((one, other))
    rows = [asdict(row) for row in store]
    assert pair(metrics.due_closure_rate(store, T, Window(first, last))) == naive.due_closure(rows, T, first, last)
    assert metrics.due_pending(store, T, Window(first, last)) == naive.due_waiting(rows, T, first, last)


@given(stores(), st.sampled_from([T, date(2028, 2, 29), date(2027, 2, 28), date(2026, 3, 1)]))
def test_what_happened_on_the_way_against_the_loops(store: list[Round], t: date) -> None:
    rows = [asdict(one) for one in store]
    assert pair(metrics.extension_rate(store, t)) == naive.extension(rows, t)
    assert pair(metrics.return_rate(store, t)) == naive.returns(rows, t)
    assert pair(metrics.reopening_rate(store, t)) == naive.reopening(rows, t)
    assert pair(metrics.repeat_rate(store, t)) == naive.repeats(rows, t)
    assert metrics.accountability(store, t) == naive.held_to_account(rows, t)
    sums = metrics.amount(store, t), metrics.recovered(store, t)
    assert (sums[0].fen, sums[0].vague, sums[1].fen) == naive.money(rows, t)


@given(stores())
def test_days_against_the_loops_and_the_standard_library(store: list[Round]) -> None:
    found = metrics.rectification_days(store, T)
    assert found == sorted(naive.days([asdict(one) for one in store], T))
    if found:
        assert abs(float(metrics.median(found)) - statistics.median(found)) < 0.051
        assert abs(float(metrics.mean(found)) - statistics.fmean(found)) < 0.0501


submitted = st.none() | st.dates(date(2026, 9, 20), date(2026, 10, 20))
reports = st.builds(
    UnitReport,
    unit=st.sampled_from("ABCDEFGH"),
    deadline=st.just(date(2026, 9, 30)),
    submitted=submitted,
    none=st.booleans(),
)


@given(st.lists(reports, max_size=8), st.dates(date(2026, 9, 20), date(2026, 10, 25)))
def test_reports_of_units_against_the_loops(owed: list[UnitReport], t: date) -> None:
    in_time = there = zero = 0
    for one in owed:
        if one.submitted and one.submitted <= one.deadline:
            in_time += 1
        if one.submitted and one.submitted <= t:
            there += 1
            if one.none:
                zero += 1
    assert pair(reporting.on_time_submit_rate(owed)) == (in_time, len(owed))
    assert pair(reporting.submit_rate(owed, t)) == (there, len(owed))
    assert pair(reporting.zero_share(owed, t)) == (zero, there)


def test_three_quarters_without_a_finding_are_told_apart() -> None:
    def quarter(**zero: bool) -> dict[str, UnitReport]:
        return {unit: UnitReport(unit, T, T - timedelta(days=1), none) for unit, none in zero.items()}

    past = [quarter(A=True, B=True, C=True), quarter(A=True, B=False, C=True), quarter(A=True, B=True)]
    assert reporting.zero_streaks(past, T) == ["A"]
    assert reporting.zero_streaks(past[:2], T) == []
    unsubmitted = {"A": UnitReport("A", T, None, True)}
    assert reporting.zero_streaks([unsubmitted, *past], T) == []


@given(st.lists(st.builds(LeadTerm, due=days, done=maybe), max_size=12))
def test_leads_against_the_loops(terms: list[LeadTerm]) -> None:
    met = due = 0
    for one in terms:
        if one.due < T:
            due += 1
            if one.done and not one.done > one.due:
                met += 1
    assert pair(reporting.lead_rate(terms, T)) == (met, due)
