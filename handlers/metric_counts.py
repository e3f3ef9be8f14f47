"""The counts behind a figure: from the snapshot of a frozen quarter, otherwise from the store as it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.flow import Turn
from handlers import figures, quarter_figures
from handlers.metric_words import Measure
from handlers.quarter_figures import Snapshot
from handlers.rules import metrics, wording
from handlers.rules.calendar import day_of
from handlers.rules.metrics import Round, Window
from storage import figures as counts
from storage.figures import Tally
from storage.grants import Scope
from storage.searches import Wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure is of: the findings wanted, who asks, and whether more than a peer's card counts.

    window: the days in which something came due, where the period is about that and not about the registration.
    """

    wanted: Wanted
    scope: Scope
    deep: bool = False
    by_event: bool = False

    def quarter(self, quarter: str) -> Asked:
        return replace(self, wanted=replace(self.wanted, quarter=quarter, registered_from=None, registered_to=None))

    @property
    def window(self) -> Window:
        if not self.by_event:
            return metrics.ALWAYS
        if self.wanted.quarter:
            return figures.quarter_window(self.wanted.quarter)
        return Window(self.wanted.registered_from, self.wanted.registered_to)

    @property
    def population(self) -> Wanted:
        """Of by_event figures the period narrows the days, not the findings."""
        if not self.by_event:
            return self.wanted
        return replace(self.wanted, quarter="", registered_from=None, registered_to=None)

    @property
    def events(self) -> Wanted:
        """Of these only the rounds that come due in the window: enough for a share of them, and read by an index."""
        window = self.window
        if not self.by_event or window == metrics.ALWAYS:
            return self.population
        return replace(self.population, due_from=window.first, due_to=window.last)


def of_measure(wanted: Wanted, scope: Scope, measure: Measure) -> Asked:
    return Asked(wanted, scope, measure.deep, measure.by_event)


def frozen(turn: Turn, asked: Asked) -> Snapshot | None:
    """The snapshot that answers, if the question is about a frozen quarter."""
    if not asked.wanted.quarter or not quarter_figures.holds(asked.wanted):
        return None
    return quarter_figures.frozen(turn, asked.wanted.quarter)


def tally(turn: Turn, asked: Asked) -> Tally:
    snapshot = frozen(turn, asked)
    if snapshot is not None:
        return figures.tally_of("", _kept(snapshot, asked), snapshot.t, asked.window)
    days = figures.moments(day_of(turn.now), asked.window)
    return counts.tally(turn.session, asked.events, asked.scope, days, deep=asked.deep)


def by_group(turn: Turn, asked: Asked, by: str) -> list[Tally]:
    """By `unit`, `source` (both by name), `category` (code), `quarter`, `state`; those with most first."""
    snapshot = frozen(turn, asked)
    if snapshot is not None:
        kept = _kept(snapshot, replace(asked, deep=asked.deep or by == "source"))
        return figures.grouped(kept, by, snapshot.t, asked.window)
    days = figures.moments(day_of(turn.now), asked.window)
    return counts.by_group(turn.session, asked.population, asked.scope, days, by, deep=asked.deep)


def days_taken(turn: Turn, asked: Asked) -> list[int]:
    """Days from assignment to the accepted application, ascending."""
    snapshot = frozen(turn, asked)
    if snapshot is not None:
        return metrics.rectification_days(_kept(snapshot, asked), snapshot.t)
    rows = counts.days_taken(turn.session, asked.wanted, asked.scope)
    return sorted((day_of(applied) - day_of(assigned)).days for assigned, applied in rows)


def note(turn: Turn, asked: Asked) -> str:
    """That the figures are those of the final report, and what came since, or that it cannot answer; mostly empty."""
    snapshot = frozen(turn, asked)
    if snapshot is None:
        final = bool(asked.wanted.quarter) and quarter_figures.frozen(turn, asked.wanted.quarter) is not None
        return "（季度报告定稿数据不含这一条件，按现在的记录计）" if final else ""
    day = wording.short_day(snapshot.t, day_of(turn.now))
    return f"（按季度报告定稿数据，截至{day}{_since(turn, asked, snapshot.frozen_at)}）"


def _since(turn: Turn, asked: Asked, moment: datetime) -> str:
    more = counts.added_after(turn.session, asked.wanted, asked.scope, moment)
    return f"；之后补报{more}条，未计入" if more else ""


def _kept(snapshot: Snapshot, asked: Asked) -> list[Round]:
    quarter = "" if asked.by_event else snapshot.quarter
    return quarter_figures.seen(snapshot, asked.wanted, asked.scope, quarter, deep=asked.deep)
