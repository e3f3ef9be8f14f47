"""Figures: how many, how many of them closed and overdue, and the shares by the formulas of domain.md 7.4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.errors import FOREIGN_UNIT, UserError
from bot.flow import Done, Turn
from handlers import access, common_faults, quarter_state, query_find, query_lists
from handlers.rules import categories, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import searches, units
from storage.searches import Figures, Scope, Wanted

NOT_YET = "趋势图还没有开放，先给您总数：\n"
_SUBMISSION = ("on_time_submit_rate", "submit_rate", "zero_share")
_LATER = ("common_issues", "trend", "common")


def start(turn: Turn) -> Done:
    metric = str(turn.meaning.slots.get("metric") or "summary")
    if metric in _SUBMISSION:
        return _submission(turn)
    if metric == "common_issues" and not turn.meaning.slots.get("chart"):
        return common_faults.show(turn)
    scope = query_find.scope_or_refuse(turn)
    wanted, subject = _wanted(turn)
    if metric == "category_share":
        return _shares(turn, scope, wanted, subject)
    if turn.meaning.slots.get("group_by") == "unit":
        return by_unit(turn, scope, wanted, subject, metric)
    compare = turn.meaning.slots.get("compare")
    if isinstance(compare, list | tuple) and len(compare) == 2:
        return _compared(turn, scope, wanted, [str(quarter) for quarter in compare], metric)
    text = _summary(searches.figures(turn.session, wanted, scope, day_of(turn.now)), subject)
    return Done((NOT_YET if metric in _LATER or turn.meaning.slots.get("chart") else "") + text)


def by_unit(turn: Turn, scope: Scope, wanted: Wanted, subject: str, metric: str, *, whole: bool = False) -> Done:
    """A line a unit, the best rate first; a rate without a denominator comes last."""
    rows = searches.figures_by_unit(turn.session, wanted, scope, day_of(turn.now))
    if not rows:
        return Done(f"{subject}没有已登记的问题。")
    name = "逾期率" if metric == "overdue_rate" else "销号率"
    ordered = sorted(rows, key=lambda row: _rank(row, metric))
    lines = [f"{at} {row.name or '单位待定'}｜{_detail(row, metric)}" for at, row in enumerate(ordered, 1)]
    heading = f"{subject}{name}，共{len(rows)}家："
    if whole:
        return query_lists.rest(turn, heading, lines)
    spec = {"kind": "stats", "wanted": query_find.packed(wanted), "subject": subject, "metric": metric}
    turn.recent["numbers"] = []
    return query_lists.first_page(turn, heading, lines, spec)


def again(turn: Turn, spec: dict[str, Any]) -> Done:
    wanted = query_find.still_allowed(turn, query_find.unpacked(spec["wanted"]))
    return by_unit(turn, query_find.scope_or_refuse(turn), wanted, spec["subject"], spec["metric"], whole=True)


def _wanted(turn: Turn) -> tuple[Wanted, str]:
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


def _summary(row: Figures, subject: str) -> str:
    """The four counts and the three shares."""
    overdue, closed = wording.percent(row.overdue, row.come_due), wording.percent(row.closed, row.counted)
    waiting = row.counted - row.closed - row.pending - row.in_hand
    rest = f"，待交办{waiting}" if waiting else ""
    lines = [
        f"{subject}问题共登记{row.counted}条：已销号{row.closed}，待验收{row.pending}，在办{row.in_hand}{rest}。",
        f"逾期{row.overdue}条（已到期{row.come_due}条，逾期率{overdue}）。",
        f"销号率{closed}，整改完成率{wording.percent(row.closed + row.pending, row.counted)}。",
    ]
    if row.amount_fen or row.vague_amounts:
        vague = f"；另有{row.vague_amounts}条金额不确定，未计入" if row.vague_amounts else ""
        lines.append(f"涉及金额{wording.money_fen(row.amount_fen)}{vague}。")
    return "\n".join(lines)


def _shares(turn: Turn, scope: Scope, wanted: Wanted, subject: str) -> Done:
    rows = searches.by_category(turn.session, wanted, scope)
    total = sum(many for _, many in rows)
    lines = [f"{categories.name_of(code)}｜{many}条｜{wording.percent(many, total)}" for code, many in rows]
    head = f"{subject}问题分类，共{total}条"
    return Done("\n".join([f"{head}：", *lines]) if rows else f"{subject}没有已登记的问题。")


def _compared(turn: Turn, scope: Scope, wanted: Wanted, quarters: list[str], metric: str) -> Done:
    lines = []
    for quarter in quarters:
        row = searches.figures(turn.session, replace(wanted, quarter=quarter), scope, day_of(turn.now))
        lines.append(f"{periods.short_name(quarter)}：{_detail(row, metric)}")
    return Done("\n".join(lines))


def _detail(row: Figures, metric: str) -> str:
    if metric == "overdue_rate":
        return f"逾期率{wording.percent(row.overdue, row.come_due)}（{row.overdue}/{row.come_due}）"
    return f"销号率{wording.percent(row.closed, row.counted)}（{row.closed}/{row.counted}）"


def _rank(row: Figures, metric: str) -> tuple[bool, float, str]:
    part, whole = (row.overdue, row.come_due) if metric == "overdue_rate" else (row.closed, row.counted)
    return whole == 0, -part / whole if whole else 0.0, row.name


def _submission(turn: Turn) -> Done:
    """On-time reporting of a quarter, for those who may see all units (domain.md 7.4)."""
    if not access.for_unit(turn, Action.QUERY_UNSUBMITTED):
        raise UserError(FOREIGN_UNIT)
    quarter = str(turn.meaning.slots.get("quarter") or periods.quarter_of(day_of(turn.now)))
    states = quarter_state.everybody(turn, quarter)
    done = [state for state in states if state.submitted_at is not None]
    on_time = [state for state in done if not state.late]
    none = [state for state in done if not state.findings]
    return Done(
        f"{periods.short_name(quarter)}报送：应报{len(states)}家，已报{len(done)}家，按期{len(on_time)}家。\n"
        f"按期报送率{wording.percent(len(on_time), len(states))}，报送率{wording.percent(len(done), len(states))}，"
        f"零报告占比{wording.percent(len(none), len(done))}。"
    )
