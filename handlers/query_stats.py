"""Figures: counts, each indicator of domain.md 7.4 by its name, by groups, compared, as a trend; with its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.flow import Done, Turn
from handlers import (
    common_faults,
    metric_counts,
    metric_words,
    query_find,
    query_wanted,
    stats_groups,
    stats_pictures,
    stats_reports,
)
from handlers.metric_counts import Asked
from handlers.metric_words import COUNTS, FORMULA, FORMULAS, SHARES
from handlers.rules import metrics
from handlers.stats_groups import Question
from storage import fulltext
from storage.grants import Scope

_REPORTS = ("on_time_submit_rate", "submit_rate", "zero_share")
_ALIKE_CAPPED = "含这些词的问题很多，只按较新的{count}条计。"


def start(turn: Turn) -> Done:
    slots = turn.meaning.slots
    metric = str(slots.get("metric") or "summary")
    if metric in _REPORTS:
        return stats_reports.of_units(turn)
    if metric == "lead_rate":
        return stats_reports.of_leads(turn)
    if metric in ("common_issues", "common"):
        return common_faults.show(turn)
    scope = query_find.scope_or_refuse(turn)
    wanted, parts = query_wanted.described(turn, figures=True)
    compare, top = slots.get("compare"), slots.get("top")
    return answer(turn, scope, Question(
        replace(wanted, sort=""), parts, metric, str(slots.get("group_by") or ""),
        tuple(str(one) for one in compare) if isinstance(compare, list | tuple) else (), bool(slots.get("chart")),
        top if isinstance(top, int) else 0, slots.get("sort") == "least_first",
    ))  # fmt: skip


def answer(turn: Turn, scope: Scope, asked: Question) -> Done:
    """The figures, kept as what the next words may narrow; what cannot narrow them is said."""
    turn.recent["found"] = {"kind": "stats", **asked.packed()}
    found = fulltext.search(turn.session, asked.wanted.words, asked.wanted, scope) if asked.wanted.words else None
    notes = [query_wanted.caution(asked.parts)]
    if found is not None:
        asked = replace(asked, wanted=replace(asked.wanted, rows=found.rows if found.every else ()))
        notes += [_ALIKE_CAPPED.format(count=len(found.rows))] if found.capped else []
    done = _answered(turn, scope, asked)
    said = [note for note in notes if note]
    return Done("\n".join([*said, done.text])) if said else done


def _answered(turn: Turn, scope: Scope, asked: Question) -> Done:
    if len(asked.compare) == 2:
        return stats_groups.compared(turn, scope, asked)
    group = asked.group or ("category" if asked.metric == "category_share" else "")
    asked = replace(asked, group=group)
    if asked.metric == "trend" or group == "quarter":
        return stats_groups.by_quarter(turn, scope, asked)
    if group == "person":
        return query_find.list_of(turn, scope, asked.wanted, asked.parts, group=group)
    counted = asked.wanted.states or asked.wanted.overdue_on
    if (
        counted
        and asked.metric == "summary"
        and group in ("", "unit")
        and not asked.chart
        and asked.wanted.rows is None
    ):
        return query_find.list_of(turn, scope, asked.wanted, asked.parts, group=group)
    if group == "unit":
        return stats_groups.by_unit(turn, scope, asked)
    if group:
        return stats_groups.by_kind(turn, scope, asked)
    return _one(turn, scope, asked)


def _one(turn: Turn, scope: Scope, asked: Question) -> Done:
    """One figure, or the summary; never without its 口径."""
    metric, subject = asked.metric, asked.subject
    if metric in SHARES:
        share = SHARES[metric]
        of = metric_counts.of_measure(asked.wanted, scope, share)
        return _said(turn, of, metric_words.one(metric, metric_counts.tally(turn, of), subject), share.formula)
    say = _OTHERS.get(metric)
    of = Asked(asked.wanted, scope, deep=metric in ("mean_days", "new"))
    if say is None:
        return _summary(turn, of, asked)
    return _said(turn, of, say(turn, of, asked), FORMULAS[metric])


def _said(turn: Turn, of: Asked, text: str, formula: str) -> Done:
    frozen = metric_counts.note(turn, of)
    return Done("\n".join(line for line in (text, frozen, FORMULA.format(formula)) if line))


def _summary(turn: Turn, of: Asked, asked: Question) -> Done:
    done = _said(turn, of, metric_words.summary(metric_counts.tally(turn, of), asked.subject), FORMULAS["summary"])
    if asked.chart:
        rows = metric_counts.by_group(turn, of, "unit")
        stats_pictures.send(turn, stats_pictures.states(f"{asked.subject}各单位问题状态", rows))
    return done


def _days(turn: Turn, of: Asked, asked: Question) -> str:
    days = metric_counts.days_taken(turn, of)
    if not days:
        return f"{asked.subject}还没有销号的问题，平均整改天数—。"
    return f"{asked.subject}平均整改{metrics.mean(days)}天，中位数{metrics.median(days)}天（已销号{len(days)}条）。"


def _count(turn: Turn, of: Asked, asked: Question) -> str:
    return COUNTS[asked.metric].sentence(metric_counts.tally(turn, of), asked.subject)


def _in_hand(turn: Turn, of: Asked, asked: Question) -> str:
    """在办 is what is in hand now; the quarter in which something was registered has no part in it (domain.md 7.4)."""
    parts = {name: said for name, said in asked.parts.items() if name != "when"}
    wanted = replace(of.wanted, quarter="", registered_from=None, registered_to=None)
    many = metric_counts.tally(turn, replace(of, wanted=wanted)).in_hand
    return f"{query_wanted.figured(parts)}现在在办{many}条。"


_OTHERS: Mapping[str, Callable[[Turn, Asked, Question], str]] = {
    "mean_days": _days,
    "amount": _count,
    "recovered": _count,
    "accountability": _count,
    "new": _count,
    "in_hand": _in_hand,
}


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """`全部` after a ranking, with the rights and from the store as they are now."""
    scope, asked = query_find.scope_or_refuse(turn), Question.unpacked(spec)
    query_wanted.still_allowed(turn, asked.wanted)
    if asked.wanted.words:
        found = fulltext.search(turn.session, asked.wanted.words, asked.wanted, scope)
        asked = replace(asked, wanted=replace(asked.wanted, rows=found.rows if found.every else ()))
    return stats_groups.by_unit(turn, scope, asked, whole=True)
