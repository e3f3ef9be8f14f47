"""Figures in groups: units ranked, sources, categories, states, quarters; two quarters compared; what is common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.flow import Done, Turn
from handlers import metric_counts, metric_words, query_lists, query_wanted, stats_pictures
from handlers.metric_counts import Asked
from handlers.metric_words import FORMULA, LEAST, OTHERS, Measure, Share
from handlers.query_wanted import Parts
from handlers.rules import categories, wording
from handlers.rules import quarters as periods
from handlers.rules.calendar import day_of
from storage.figures import Tally
from storage.grants import Scope
from storage.searches import Wanted

QUARTERS = 4  # of a trend, and of what counts as common (domain.md 7.5)
_TOP = 8
_MERGED = f"不足{LEAST}条的单位并入“{OTHERS}”"
_HEADS = {"source": "按来源", "category": "分类", "state": "按状态"}
_STATES = {
    "registered": "待交办", "assigned": "已交办", "rectifying": "整改中", "ongoing": "持续整改",
    "pending_acceptance": "待验收", "closed": "已销号",
}  # fmt: skip
_NOT_BY_UNIT = {"mean_days": "平均整改天数只算合计，这里按问题数列"}


@dataclass(frozen=True, slots=True)
class Question:
    """A figure that is asked for. group: `unit`, `source`, `category`, `state`, `quarter`. compare: two quarters or
    years. top: only so many of a ranking, of those with the least where `least` is set."""

    wanted: Wanted
    parts: Parts
    metric: str = "summary"
    group: str = ""
    compare: tuple[str, ...] = ()
    chart: bool = False
    top: int = 0
    least: bool = False

    @property
    def subject(self) -> str:
        return query_wanted.figured(self.parts)

    def packed(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "wanted": query_wanted.packed(self.wanted), "parts": self.parts, "metric": self.metric, "group": self.group,
            "compare": list(self.compare), "chart": self.chart, "top": self.top, "least": self.least,
        }  # fmt: skip

    @classmethod
    def unpacked(cls, kept: Mapping[str, Any]) -> Question:
        """What `packed` made, or of a list what stands in its stead."""
        group = "unit" if kept.get("group") is True else str(kept.get("group") or "")
        return cls(
            query_wanted.unpacked(kept["wanted"]), dict(kept.get("parts") or {}), str(kept.get("metric") or "summary"),
            group, tuple(kept.get("compare") or ()), bool(kept.get("chart")),
            int(kept.get("top") or 0), bool(kept.get("least")),
        )  # fmt: skip


def by_unit(turn: Turn, scope: Scope, asked: Question, *, whole: bool = False) -> Done:
    """A line a unit, the highest first; units with fewer than three findings as one, at the end."""
    measure, subject = metric_words.measure_of(asked.metric), asked.subject
    of = metric_counts.of_measure(asked.wanted, scope, measure)
    large, rest, many = metric_words.merged(metric_counts.by_group(turn, of, "unit"))
    if not large and rest is None:
        return Done(f"{_of(subject, '问题')}：没有已登记的。")
    ordered = metric_words.best_first(large, measure)
    ordered = ordered[::-1] if asked.least else ordered
    kept = ordered[: asked.top] if asked.top else ordered
    rest = rest if len(kept) == len(ordered) and not asked.top else None
    lines = [f"{at} {row.name or '单位待定'}｜{measure.line(row)}" for at, row in enumerate(kept, 1)]
    lines += [f"{OTHERS}（{many}家）｜{measure.line(rest)}"] if rest else []
    note = FORMULA.format("；".join(filter(None, (measure.formula, _NOT_BY_UNIT.get(asked.metric), _MERGED))))
    which = f"，{'最低' if asked.least else '最高'}的{len(kept)}家" if asked.top and len(kept) < len(ordered) else ""
    heading = f"{_of(subject, measure.name)}，共{len(large) + many}家{which}{metric_counts.note(turn, of)}："
    turn.recent["numbers"] = []
    if whole:
        return query_lists.rest(turn, heading, lines)
    if asked.chart:
        drawn = [*kept, replace(rest, name=f"{OTHERS}（{many}家）")] if rest else kept
        stats_pictures.send(turn, stats_pictures.ranking(_of(subject, f"各单位{measure.name}"), drawn, measure, note))
    spec = {"kind": "stats", **asked.packed()}
    return Done(f"{query_lists.first_page(turn, heading, lines, spec).text}\n{note}")


def by_kind(turn: Turn, scope: Scope, asked: Question) -> Done:
    """By source, category or state: how many, and their part of the whole or the figure that was asked for."""
    by, subject = asked.group, asked.subject
    measure = metric_words.find_measure(asked.metric) if by != "state" else None
    of = metric_counts.of_measure(asked.wanted, scope, measure) if measure else Asked(asked.wanted, scope)
    rows = metric_counts.by_group(turn, of, by)
    if not rows:
        return Done(f"{_of(subject, '问题')}：没有已登记的。")
    total = sum(row.counted for row in rows)
    named = [replace(row, name=_name(row.name, by)) for row in rows]
    lines = [_kind_line(row, total, measure, by) for row in named[:_TOP]]
    lines += [f"其余{len(named) - _TOP}项共{sum(row.counted for row in named[_TOP:])}条"] if len(named) > _TOP else []
    note = FORMULA.format(measure.formula if measure else "条数按问题轮次计，占比为占应整改的比例")
    if asked.chart:
        head = "类别分布" if by == "category" else f"{_HEADS[by].removeprefix('按')}分布"
        title = _of(subject, f"问题{measure.name if measure else ''}{head}")
        stats_pictures.send(turn, stats_pictures.parts(title, named, total, measure, note))
    what = f"，{measure.name}" if measure else ""
    head = f"{_of(subject, '问题')}{_HEADS[by]}{what}，共{total}条{metric_counts.note(turn, of)}："
    return Done("\n".join([head, *lines, note]))


def by_quarter(turn: Turn, scope: Scope, asked: Question) -> Done:
    """Four quarters up to this one, or those of the time that was named; with the line that shows them (S59)."""
    measure, parts = metric_words.find_measure(asked.metric), {k: v for k, v in asked.parts.items() if k != "when"}
    of = metric_counts.of_measure(asked.wanted, scope, measure) if measure else Asked(asked.wanted, scope)
    names, beyond = _quarters(turn, asked.wanted)
    rows = [replace(metric_counts.tally(turn, of.quarter(name)), name=name) for name in names]
    frozen = [name for name in names if metric_counts.frozen(turn, of.quarter(name)) is not None]
    lines = [f"{periods.short_name(row.name)}：{_quarter_line(row, measure)}" for row in rows]
    formula = measure.formula if measure else "按归属季度计登记，含补报；已销号为其中截至统计日已销号的"
    kept = f"；{'、'.join(periods.short_name(name) for name in frozen)}按季度报告定稿数据" if frozen else ""
    more = f"；趋势按整个季度计，不限于{asked.parts.get('when', '')}的" if beyond else ""
    note, subject = FORMULA.format(formula + kept + more), query_wanted.figured(parts)
    if asked.metric == "trend" or asked.chart or any(word in turn.text for word in ("趋势", "走势")):
        title = _of(subject or "全部", f"{measure.name if measure else '问题'}{len(names)}个季度趋势")
        stats_pictures.send(turn, stats_pictures.trend(title, rows, measure, note))
    head = f"{_of(subject, measure.name if measure else '问题')}，{len(names)}个季度："
    return Done("\n".join([head, *lines, note]))


def compared(turn: Turn, scope: Scope, asked: Question) -> Done:
    """Two quarters or years side by side, and by how much the figure went up or down."""
    measure = metric_words.measure_of(asked.metric)
    of = metric_counts.of_measure(asked.wanted, scope, measure)
    about = query_wanted.figured({name: said for name, said in asked.parts.items() if name != "when"})
    rows, lines = [], []
    for name in asked.compare:
        mine, period = _within(of, name), periods.short_name(name) if "Q" in name else f"{name}年"
        rows.append(replace(metric_counts.tally(turn, mine), name=name))
        lines.append(f"{about}{period}：{measure.line(rows[-1])}{metric_counts.note(turn, mine)}")
    change, note = _change(measure, *rows), FORMULA.format(measure.formula)
    if asked.chart:
        stats_pictures.send(turn, stats_pictures.trend(_of(about, f"{measure.name}对比"), rows, measure, note))
    return Done("\n".join([*lines, *([change] if change else []), note]))


def _of(subject: str, word: str) -> str:
    """`重大问题` and `问题分布` are `重大问题分布`."""
    return f"{subject.removesuffix('问题') if word.startswith('问题') else subject}{word}"


def _within(of: Asked, name: str) -> Asked:
    """Of a quarter, or of a year."""
    if "Q" in name:
        return of.quarter(name)
    year = int(name)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return replace(of, wanted=replace(of.wanted, quarter="", registered_from=first, registered_to=last))


def _quarters(turn: Turn, wanted: Wanted) -> tuple[list[str], bool]:
    """Which quarters a trend shows, and whether they go beyond the time that was named."""
    this = periods.quarter_of(day_of(turn.now))
    first, last = wanted.registered_from, wanted.registered_to
    if first and last and periods.quarter_of(first) != periods.quarter_of(last):
        names, end = [periods.quarter_of(first)], min(periods.quarter_of(last), this)
        while names[-1] < end:
            names.append(periods.next_quarter(names[-1]))
        whole = first == periods.quarter_start(names[0]) and last >= periods.quarter_end(periods.quarter_of(last))
        return names, not whole and last < day_of(turn.now)
    names = [wanted.quarter or (periods.quarter_of(last) if last else this)]
    while len(names) < QUARTERS:
        names.insert(0, periods.previous_quarter(names[0]))
    return names, bool(first)


def _name(key: str, by: str) -> str:
    if by == "category":
        return categories.name_of(key)
    return _STATES.get(key, key) if by == "state" else key or "来源待定"


def _kind_line(row: Tally, total: int, measure: Measure | None, by: str) -> str:
    if measure is not None:
        return f"{row.name}｜{measure.line(row)}"
    closed = "" if by == "state" else f"｜已销号{row.closed}条"
    return f"{row.name}｜{row.counted}条｜{wording.percent(row.counted, total)}{closed}"


def _quarter_line(row: Tally, measure: Measure | None) -> str:
    if measure is not None:
        return measure.shown(row)
    late = f"（补报{row.late}条）" if row.late else ""
    return f"登记{row.findings}条{late}，已销号{row.closed}条"


def _change(measure: Measure, before: Tally, after: Tally) -> str:
    """`逾期率下降3.2个百分点。`, of the shares as they are written; empty where one has no denominator."""
    if not isinstance(measure, Share):
        more = measure.number(after) - measure.number(before)
        name = measure.name
        return f"{name}持平。" if more == 0 else f"{name}{'增加' if more > 0 else '减少'}{measure.amount(abs(more))}。"
    one, two = measure.of(before), measure.of(after)
    if not one.denominator or not two.denominator:
        return ""
    by = wording.points(two.text, one.text)
    if by == 0:
        return f"{measure.name}持平。"
    return f"{measure.name}{'上升' if by > 0 else '下降'}{abs(by)}个百分点。"
