"""Between the store and the formulas of domain.md 7.4: which days count, and rounds as the store's counts and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from handlers.rules import metrics, quarters
from handlers.rules.metrics import Round, Window
from storage.figures import NO_WINDOW, Moments, Tally

_FIELDS = tuple(one.name for one in fields(Round))


def moments(today: date, window: Window = metrics.ALWAYS) -> Moments:
    """The days of the formulas at t = today."""
    first, last = window.first or NO_WINDOW[0], window.last or NO_WINDOW[1]
    return Moments(
        today, (first, last), metrics.year_to(today).first, quarters.quarter_start(quarters.quarter_of(today))
    )


def quarter_window(quarter: str) -> Window:
    return Window(quarters.quarter_start(quarter), quarters.quarter_end(quarter))


def round_of(fact: dict[str, Any]) -> Round:
    """A row of storage.rounds, or of a snapshot, as a round."""
    return Round(**{name: fact[name] for name in _FIELDS})


def tally_of(name: str, rounds: Sequence[Round], t: date, window: Window = metrics.ALWAYS) -> Tally:
    """The counts that the store gives for the same rounds, each by its formula."""
    closure, overdue = metrics.closure_rate(rounds, t), metrics.overdue_rate(rounds, t)
    due, back = metrics.due_closure_rate(rounds, t, window), metrics.return_rate(rounds, t)
    again, repeats = metrics.reopening_rate(rounds, t), metrics.repeat_rate(rounds, t)
    amount, unreported = metrics.amount(rounds, t), metrics.unreported_rate(rounds, t)
    counted = metrics.population(rounds, t)
    return Tally(
        name=name, counted=closure.denominator, closed=closure.numerator,
        pending=metrics.completion_rate(rounds, t).numerator - closure.numerator, in_hand=metrics.in_hand(rounds, t),
        ongoing=unreported.denominator, come_due=overdue.denominator, overdue=overdue.numerator,
        findings=repeats.denominator, again=closure.denominator - repeats.denominator,
        late=sum(one.late and one.cycle == 1 for one in counted), amount_fen=amount.fen, vague=amount.vague,
        recovered_fen=metrics.recovered(rounds, t).fen, accountability=metrics.accountability(rounds, t),
        due_in=due.denominator, due_met=due.numerator, due_pending=metrics.due_pending(rounds, t, window),
        extended=metrics.extension_rate(rounds, t).numerator, accepted=back.denominator - back.numerator,
        returned=back.numerator, reopened=again.numerator, closed_year=again.denominator, repeats=repeats.numerator,
        unreported=unreported.numerator,
    )  # fmt: skip


def grouped(rounds: Iterable[Round], by: str, t: date, window: Window = metrics.ALWAYS) -> list[Tally]:
    """As `storage.figures.by_group`: by `unit`, `source`, `category`, `quarter`, `state`; most first."""
    key = _KEYS[by]
    groups: dict[str, list[Round]] = {}
    for one in metrics.population(rounds, t):
        groups.setdefault(key(one), []).append(one)
    found = [tally_of(name, mine, t, window) for name, mine in groups.items()]
    return sorted(found, key=lambda one: (-one.counted, one.name))


_KEYS: dict[str, Callable[[Round], str]] = {
    "unit": lambda one: one.unit_name,
    "source": lambda one: one.source_name,
    "category": lambda one: one.category[:2],
    "quarter": lambda one: one.quarter,
    "state": lambda one: one.state,
}
