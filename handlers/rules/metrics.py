"""The formulas of domain.md 7.4 over rounds of findings, one pure function each; t is a day, taken at its 24:00.

A round's facts are those of the moment at which it was read: whoever wants t of the past keeps the rounds of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from handlers.rules import wording

IN_HAND = ("assigned", "rectifying", "ongoing")
RATED = ("assigned", "rectifying")  # 持续整改 stands beside the rates of overdue ones
COUNTED = ("registered", *IN_HAND, "pending_acceptance", "closed")


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a finding. Money in fen; days are of Asia/Shanghai.

    final: the finding's newest round. due: the date in force, approved extensions included. started: when a later
    round began; None for the first. accepted, returned: decisions on applications. extended: an extension was approved.
    reported: progress was reported in the quarter of the day at which the round was read. late: 补报.
    What a finding has once (amounts, repeats, 问责) counts with its final, or its first round.
    """

    number: str
    cycle: int
    final: bool
    state: str
    registered: date
    nature: str = "mgmt"
    unit: str = ""
    unit_name: str = ""
    source: str = ""
    source_name: str = ""
    category: str = "QT"
    severity: str = "general"
    quarter: str = ""
    late: bool = False
    started: date | None = None
    assigned: date | None = None
    due: date | None = None
    applied: date | None = None
    closed: date | None = None
    accepted: int = 0
    returned: int = 0
    extended: bool = False
    reported: bool = False
    is_repeat: bool = False
    amount_fen: int | None = None
    amount_text: str = ""
    recovered_fen: int | None = None
    accountability: int | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share; `—` where there is nothing to divide by, otherwise one decimal, rounded half up."""

    numerator: int
    denominator: int

    @property
    def text(self) -> str:
        return wording.percent(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of certain values in fen, and how many findings only name an amount in words."""

    fen: int
    vague: int


@dataclass(frozen=True, slots=True)
class Window:
    """Days, both inclusive; None is open."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date | None) -> bool:
        if day is None:
            return False
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


ALWAYS = Window()


def year_to(t: date) -> Window:
    """The twelve months that end with t."""
    day = min(t.day, 28) if t.month == 2 else t.day
    return Window(date.fromordinal(date(t.year - 1, t.month, day).toordinal() + 1), t)


def population(rounds: Iterable[Round], t: date) -> list[Round]:
    """A(t): registered by t and neither refused, merged, withdrawn, turned into a lead, nor a tendency."""
    return [r for r in rounds if r.registered <= t and r.state in COUNTED and r.nature != "tendency"]


def in_hand(rounds: Iterable[Round], t: date) -> int:
    """在办数: those waiting for acceptance are not among them."""
    return sum(r.state in IN_HAND for r in population(rounds, t))


def completion_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """整改完成率."""
    counted = population(rounds, t)
    return Ratio(sum(r.state in ("pending_acceptance", "closed") for r in counted), len(counted))


def closure_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """销号率, which is 整改率 to the outside."""
    counted = population(rounds, t)
    return Ratio(sum(r.state == "closed" for r in counted), len(counted))


def came_due(rounds: Iterable[Round], t: date, window: Window = ALWAYS) -> list[Round]:
    """Rounds whose date in force lies in the window and before t; 持续整改 and what nobody has yet is left out."""
    done = (*RATED, "pending_acceptance", "closed")
    return [r for r in population(rounds, t) if r.state in done and r.due is not None and r.due < t and r.due in window]


def due_closure_rate(rounds: Iterable[Round], t: date, window: Window = ALWAYS) -> Ratio:
    """到期销号率（按期整改率）: put to acceptance by the date in force and accepted in the end."""
    due = came_due(rounds, t, window)
    in_time = [r for r in due if r.state == "closed" and r.applied is not None and r.due is not None]
    return Ratio(sum(r.applied <= r.due for r in in_time), len(due))  # type: ignore[operator]


def due_pending(rounds: Iterable[Round], t: date, window: Window = ALWAYS) -> int:
    """Those of 期内到期 that wait for acceptance: not in the numerator, said apart."""
    return sum(r.state == "pending_acceptance" for r in came_due(rounds, t, window))


def overdue_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """逾期率: of those that came due, the ones not (or not again) put to acceptance."""
    due = came_due(rounds, t)
    return Ratio(sum(r.state in RATED for r in due), len(due))


def overdue_in_hand(rounds: Sequence[Round], t: date) -> Ratio:
    """在办逾期占比, not to be called 逾期率."""
    return Ratio(overdue_rate(rounds, t).numerator, in_hand(rounds, t))


def unreported_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """进展未报率 of 持续整改: without a report in this quarter."""
    ongoing = [r for r in population(rounds, t) if r.state == "ongoing"]
    return Ratio(sum(not r.reported for r in ongoing), len(ongoing))


def rectification_days(rounds: Iterable[Round], t: date) -> list[int]:
    """Calendar days from assignment to the application that was accepted, of closed final rounds, ascending."""
    done = [r for r in population(rounds, t) if r.final and r.state == "closed"]
    return sorted((r.applied - r.assigned).days for r in done if r.applied is not None and r.assigned is not None)


def mean(days: Sequence[int]) -> str:
    """`12.5`, one decimal rounded half up; `—` for none."""
    return _decimal(Decimal(sum(days)) / len(days)) if days else "—"


def median(days: Sequence[int]) -> str:
    """The middle one, or half-way between the two in the middle; `—` for none."""
    ordered, half = sorted(days), len(days) // 2
    if not ordered:
        return "—"
    middle = Decimal(ordered[half]) if len(ordered) % 2 else Decimal(ordered[half - 1] + ordered[half]) / 2
    return _decimal(middle)


def extension_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """延期率."""
    counted = population(rounds, t)
    return Ratio(sum(r.extended for r in counted), len(counted))


def return_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """退回率: returns of all decisions on applications."""
    counted = population(rounds, t)
    returned = sum(r.returned for r in counted)
    return Ratio(returned, returned + sum(r.accepted for r in counted))


def reopening_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """重启率（反弹率）: rounds begun by a reopening in the twelve months to t, to rounds closed in them."""
    counted, year = population(rounds, t), year_to(t)
    again = sum(r.cycle > 1 and r.started in year for r in counted)
    return Ratio(again, sum(r.state == "closed" and r.closed in year for r in counted))


def repeat_rate(rounds: Iterable[Round], t: date) -> Ratio:
    """重复发生率 of the findings registered; each counts once."""
    first = [r for r in population(rounds, t) if r.cycle == 1]
    return Ratio(sum(r.is_repeat for r in first), len(first))


def amount(rounds: Iterable[Round], t: date) -> Money:
    """涉及金额: certain values only, each finding once."""
    final = [r for r in population(rounds, t) if r.final]
    vague = sum(r.amount_fen is None and r.amount_text != "" for r in final)
    return Money(sum(r.amount_fen or 0 for r in final), vague)


def recovered(rounds: Iterable[Round], t: date) -> Money:
    """挽回金额, each finding once; it is never kept as words."""
    return Money(sum(r.recovered_fen or 0 for r in population(rounds, t) if r.final), 0)


def accountability(rounds: Iterable[Round], t: date) -> int:
    """问责人次."""
    return sum(r.accountability or 0 for r in population(rounds, t) if r.final)


def _decimal(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))
