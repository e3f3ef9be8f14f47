"""Figures in groups: units ranked, sources, categories, states, quarters; two quarters compared; what is common."""

from __future__ import annotations

from dataclasses import replace

from bot.flow import Done, Turn
from handlers import metric_counts, metric_words, query_find, query_lists, stats_pictures
from handlers.metric_counts import Asked
from handlers.metric_words import FORMULA, LEAST, OTHERS, Share
from handlers.rules import categories, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from storage.figures import Tally
from storage.searches import Scope, Wanted

QUARTERS = 4  # of a trend, and of what counts as common (domain.md 7.5)
_TOP = 8
_MERGED = f"不足{LEAST}条的单位并入“{OTHERS}”"
_HEADS = {"source": "按来源", "category": "分类", "state": "按状态"}
_STATES = {
    "registered": "待交办", "assigned": "已交办", "rectifying": "整改中", "ongoing": "持续整改",
    "pending_acceptance": "待验收", "closed": "已销号",
}  # fmt: skip


def by_unit(turn: Turn, scope: Scope, wanted: Wanted, subject: str, metric: str, *, whole: bool = False) -> Done:
    """A line a unit, the highest share first; units with fewer than three findings as one, at the end."""
    share = metric_words.share_of(metric)
    asked = metric_counts.of_share(wanted, scope, share)
    large, rest, many = metric_words.merged(metric_counts.by_group(turn, asked, "unit"))
    if not large and rest is None:
        return Done(f"{subject}没有已登记的问题。")
    ordered = metric_words.best_first(large, share)
    lines = [f"{at} {row.name or '单位待定'}｜{_detail(row, share)}" for at, row in enumerate(ordered, 1)]
    lines += [f"{OTHERS}（{many}家）｜{_detail(rest, share)}"] if rest else []
    note = metric_words.FORMULA.format(f"{share.formula}；{_MERGED}")
    heading = f"{subject}{share.name}，共{len(large) + many}家{metric_counts.note(turn, asked)}："
    turn.recent["numbers"] = []
    if whole:
        return query_lists.rest(turn, heading, lines)
    if turn.meaning.slots.get("chart"):
        drawn = [*ordered, replace(rest, name=f"{OTHERS}（{many}家）")] if rest else ordered
        stats_pictures.send(turn, stats_pictures.ranking(f"{subject}各单位{share.name}", drawn, share, note))
    spec = {"kind": "stats", "wanted": query_find.packed(wanted), "subject": subject, "metric": metric}
    return Done(f"{query_lists.first_page(turn, heading, lines, spec).text}\n{note}")


def by_kind(turn: Turn, scope: Scope, wanted: Wanted, subject: str, metric: str, by: str) -> Done:
    """By source, category or state: how many, and their part of the whole or their own share."""
    share = metric_words.SHARES.get(metric) if by != "state" else None
    asked = metric_counts.of_share(wanted, scope, share) if share else Asked(wanted, scope)
    rows = metric_counts.by_group(turn, asked, by)
    if not rows:
        return Done(f"{subject}没有已登记的问题。")
    total = sum(row.counted for row in rows)
    named = [replace(row, name=_name(row.name, by)) for row in rows]
    lines = [_kind_line(row, total, share, by) for row in named[:_TOP]]
    lines += [f"其余{len(named) - _TOP}项共{sum(row.counted for row in named[_TOP:])}条"] if len(named) > _TOP else []
    note = FORMULA.format(share.formula if share else "条数按问题轮次计，占比为占应整改的比例")
    if turn.meaning.slots.get("chart"):
        title = f"{subject}问题{_HEADS[by].removeprefix('按')}分布" if by != "category" else f"{subject}问题类别分布"
        stats_pictures.send(turn, stats_pictures.parts(title, named, total, share, note))
    head = f"{subject}问题{_HEADS[by]}，共{total}条{metric_counts.note(turn, asked)}："
    return Done("\n".join([head, *lines, note]))


def by_quarter(turn: Turn, scope: Scope, wanted: Wanted, subject: str, metric: str) -> Done:
    """Four quarters up to this one, or those of the year that was named; with the line that shows them (S59)."""
    share = metric_words.SHARES.get(metric)
    asked = metric_counts.of_share(wanted, scope, share) if share else Asked(wanted, scope)
    names = _quarters(turn, wanted)
    rows = [replace(metric_counts.tally(turn, asked.quarter(name)), name=name) for name in names]
    frozen = [name for name in names if metric_counts.frozen(turn, asked.quarter(name)) is not None]
    lines = [f"{periods.short_name(row.name)}：{_quarter_line(row, share)}" for row in rows]
    formula = share.formula if share else "按归属季度计登记，含补报；已销号为其中截至统计日已销号的"
    kept = f"；{'、'.join(periods.short_name(name) for name in frozen)}按季度报告定稿数据" if frozen else ""
    note = FORMULA.format(formula + kept)
    if metric == "trend" or turn.meaning.slots.get("chart") or any(word in turn.text for word in ("趋势", "走势")):
        title = f"{subject or '全部'}{share.name if share else '问题'}{len(names)}个季度趋势"
        stats_pictures.send(turn, stats_pictures.trend(title, rows, share, note))
    return Done("\n".join([f"{subject}{share.name if share else '问题'}，{len(names)}个季度：", *lines, note]))


def compared(turn: Turn, scope: Scope, wanted: Wanted, subject: str, names: list[str], metric: str) -> Done:
    """Two quarters side by side, and by how much the share went up or down."""
    share = metric_words.share_of(metric)
    asked = metric_counts.of_share(wanted, scope, share)
    about = subject.removesuffix(periods.short_name(wanted.quarter)) if wanted.quarter else subject
    rows, lines = [], []
    for name in names:
        mine = asked.quarter(name)
        rows.append(replace(metric_counts.tally(turn, mine), name=name))
        lines.append(f"{about}{periods.short_name(name)}：{_detail(rows[-1], share)}{metric_counts.note(turn, mine)}")
    change, note = _change(share, *rows), FORMULA.format(share.formula)
    if turn.meaning.slots.get("chart"):
        stats_pictures.send(turn, stats_pictures.trend(f"{about}{share.name}对比", rows, share, note))
    return Done("\n".join([*lines, *([change] if change else []), note]))


def _quarters(turn: Turn, wanted: Wanted) -> list[str]:
    this = periods.quarter_of(day_of(turn.now))
    first, last = wanted.registered_from, wanted.registered_to
    if first and last and (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31):
        return [name for name in (f"{first.year}Q{at}" for at in range(1, 5)) if name <= this] or [f"{first.year}Q1"]
    names = [wanted.quarter or this]
    while len(names) < QUARTERS:
        names.insert(0, periods.previous_quarter(names[0]))
    return names


def _detail(row: Tally, share: Share) -> str:
    return f"{share.name}{metric_words.value(share, row)}"


def _name(key: str, by: str) -> str:
    if by == "category":
        return categories.name_of(key)
    return _STATES.get(key, key) if by == "state" else key or "来源待定"


def _kind_line(row: Tally, total: int, share: Share | None, by: str) -> str:
    if share is not None:
        return f"{row.name}｜{_detail(row, share)}"
    closed = "" if by == "state" else f"｜已销号{row.closed}条"
    return f"{row.name}｜{row.counted}条｜{wording.percent(row.counted, total)}{closed}"


def _quarter_line(row: Tally, share: Share | None) -> str:
    if share is not None:
        return metric_words.value(share, row)
    late = f"（补报{row.late}条）" if row.late else ""
    return f"登记{row.findings}条{late}，已销号{row.closed}条"


def _change(share: Share, before: Tally, after: Tally) -> str:
    """`逾期率下降3.2个百分点。`, of the shares as they are written; empty where one has no denominator."""
    one, two = share.of(before), share.of(after)
    if not one.denominator or not two.denominator:
        return ""
    by = wording.points(two.text, one.text)
    if by == 0:
        return f"{share.name}持平。"
    return f"{share.name}{'上升' if by > 0 else '下降'}{abs(by)}个百分点。"
