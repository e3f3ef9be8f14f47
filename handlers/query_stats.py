"""Figures: counts, each indicator of domain.md 7.4 by its name, by groups, compared, as a trend; with its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Turn
from handlers import common_faults, metric_counts, metric_words, query_find, stats_groups, stats_pictures, stats_reports
from handlers.metric_counts import Asked
from handlers.metric_words import FORMULA, FORMULAS, SHARES
from handlers.rules import categories, metrics, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from storage import units
from storage.searches import Scope, Wanted

_REPORTS = ("on_time_submit_rate", "submit_rate", "zero_share")


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
    wanted, subject = wanted_of(turn)
    compare = slots.get("compare")
    if isinstance(compare, list | tuple) and len(compare) == 2:
        return stats_groups.compared(turn, scope, wanted, subject, [str(quarter) for quarter in compare], metric)
    return _grouped(turn, scope, wanted, subject, metric) or _one(turn, scope, wanted, subject, metric)


def _grouped(turn: Turn, scope: Scope, wanted: Wanted, subject: str, metric: str) -> Done | None:
    group = turn.meaning.slots.get("group_by")
    if metric == "trend" or group == "quarter":
        return stats_groups.by_quarter(turn, scope, wanted, subject, metric)
    if group == "unit":
        return stats_groups.by_unit(turn, scope, wanted, subject, metric)
    if metric == "category_share" and group is None:
        group = "category"
    if group in ("source", "category", "state"):
        return stats_groups.by_kind(turn, scope, wanted, subject, metric, str(group))
    return None


def _one(turn: Turn, scope: Scope, wanted: Wanted, subject: str, metric: str) -> Done:
    """One figure, or the summary; never without its 口径."""
    if metric in SHARES:
        share = SHARES[metric]
        asked = metric_counts.of_share(wanted, scope, share)
        text = metric_words.one(metric, metric_counts.tally(turn, asked), subject)
        return _said(turn, asked, text, share.formula)
    say = _OTHERS.get(metric)
    asked = Asked(wanted, scope, deep=metric in ("mean_days", "new"))
    if say is None:
        return _summary(turn, asked, subject)
    return _said(turn, asked, say(turn, asked, subject), FORMULAS[metric])


def _said(turn: Turn, asked: Asked, text: str, formula: str) -> Done:
    frozen = metric_counts.note(turn, asked)
    return Done("\n".join(line for line in (text, frozen, FORMULA.format(formula)) if line))


def _summary(turn: Turn, asked: Asked, subject: str) -> Done:
    done = _said(turn, asked, metric_words.summary(metric_counts.tally(turn, asked), subject), FORMULAS["summary"])
    if turn.meaning.slots.get("chart"):
        rows = metric_counts.by_group(turn, asked, "unit")
        stats_pictures.send(turn, stats_pictures.states(f"{subject}各单位问题状态", rows))
    return done


def _days(turn: Turn, asked: Asked, subject: str) -> str:
    days = metric_counts.days_taken(turn, asked)
    if not days:
        return f"{subject}还没有销号的问题，平均整改天数—。"
    return f"{subject}平均整改{metrics.mean(days)}天，中位数{metrics.median(days)}天（已销号{len(days)}条）。"


def _amount(turn: Turn, asked: Asked, subject: str) -> str:
    row = metric_counts.tally(turn, asked)
    return metric_words.money(f"{subject}涉及金额", row.amount_fen, row.vague)


def _recovered(turn: Turn, asked: Asked, subject: str) -> str:
    return metric_words.money(f"{subject}挽回金额", metric_counts.tally(turn, asked).recovered_fen, 0)


def _accountability(turn: Turn, asked: Asked, subject: str) -> str:
    return f"{subject}问责{metric_counts.tally(turn, asked).accountability}人次。"


def _new(turn: Turn, asked: Asked, subject: str) -> str:
    row = metric_counts.tally(turn, asked)
    late = f"，其中补报{row.late}条" if row.late else ""
    return f"{subject}新登记{row.findings}条{late}。"


def _in_hand(turn: Turn, asked: Asked, subject: str) -> str:
    """在办 is what is in hand now; the quarter in which something was registered has no part in it (domain.md 7.4)."""
    wanted = asked.wanted
    if wanted.quarter or wanted.registered_from:
        subject = subject.removesuffix(periods.short_name(wanted.quarter)) if wanted.quarter else ""
        asked = replace(asked, wanted=replace(wanted, quarter="", registered_from=None, registered_to=None))
    return f"{subject}现在在办{metric_counts.tally(turn, asked).in_hand}条。"


_OTHERS: Mapping[str, Callable[[Turn, Asked, str], str]] = {
    "mean_days": _days,
    "amount": _amount,
    "recovered": _recovered,
    "accountability": _accountability,
    "new": _new,
    "in_hand": _in_hand,
}


def again(turn: Turn, spec: dict[str, Any]) -> Done:
    """`全部` after a ranking, with the rights and from the store as they are now."""
    wanted = query_find.still_allowed(turn, query_find.unpacked(spec["wanted"]))
    scope = query_find.scope_or_refuse(turn)
    return stats_groups.by_unit(turn, scope, wanted, spec["subject"], spec["metric"], whole=True)


def wanted_of(turn: Turn) -> tuple[Wanted, str]:
    """What the figures are about, and how it is named."""
    slots, wanted, subject = turn.meaning.slots, Wanted(), ""
    if slots.get("unit_text"):
        raise UserError(FOREIGN_UNIT)
    if slots.get("unit") or slots.get("units"):
        codes, subject = query_find.units_wanted(turn)
        wanted = replace(wanted, units=codes)
    source = units.find_by_name(turn.session, str(slots["source_org"])) if slots.get("source_org") else None
    if source is not None:
        wanted, subject = replace(wanted, source=source.code), f"{subject}{source.name}来源"
    if slots.get("quarter"):
        wanted = replace(wanted, quarter=str(slots["quarter"]))
        subject += periods.short_name(wanted.quarter)
    if slots.get("date_from") and not slots.get("quarter"):
        first, last = (
            date.fromisoformat(slots["date_from"]),
            date.fromisoformat(slots.get("date_to") or slots["date_from"]),
        )
        wanted = replace(wanted, registered_from=first, registered_to=last)
        subject += f"{wording.short_day(first, day_of(turn.now))}至{wording.short_day(last, day_of(turn.now))}登记的"
    if isinstance(slots.get("year"), int):
        year = slots["year"]
        wanted = replace(wanted, registered_from=date(year, 1, 1), registered_to=date(year, 12, 31))
        subject += f"{year}年"
    if slots.get("category"):
        wanted = replace(wanted, category=str(slots["category"]))
        subject += f"{categories.name_of(wanted.category)}类"
    if slots.get("severity"):
        wanted = replace(wanted, severity=str(slots["severity"]))
        subject += wording.severity_name(wanted.severity)
    return wanted, subject
