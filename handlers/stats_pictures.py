"""The pictures beside figures: what is drawn of which counts (domain.md 7.5); drawing itself is the channel's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow import Turn
from bot.messages import Chart, ChartKind, Series
from handlers import metric_words
from handlers.metric_words import OTHERS, Measure, Share
from handlers.rules import quarters as periods
from handlers.rules import wording
from storage.figures import Tally

MOST = 30  # bars; more cannot be read on a phone


def send(turn: Turn, chart: Chart) -> None:
    """Owe the picture to the speaker."""
    turn.tell(turn.actor.userid, chart, urgent=True)


def ranking(title: str, rows: Sequence[Tally], measure: Measure, note: str) -> Chart:
    labels = [row.name or "单位待定" for row in rows]
    return _chart(ChartKind.BARS, f"{title}排名", labels, [_values(rows, measure)], note, isinstance(measure, Share))


def parts(title: str, rows: Sequence[Tally], total: int, measure: Measure | None, note: str) -> Chart:
    """Bars of how many, or of a share."""
    labels = [row.name for row in rows]
    if measure is not None:
        return _chart(ChartKind.BARS, title, labels, [_values(rows, measure)], note, isinstance(measure, Share))
    values = [float(row.counted) for row in rows]
    shown = [f"{row.counted}条 {wording.percent(row.counted, total)}" for row in rows]
    return _chart(ChartKind.BARS, title, labels, [Series("条数", tuple(values), tuple(shown))], note)


def trend(title: str, rows: Sequence[Tally], measure: Measure | None, note: str) -> Chart:
    """Lines over quarters, named by `row.name`."""
    labels = [_short(row.name) if "Q" in row.name else f"{row.name}年" for row in rows]
    if measure is not None:
        line = _values(rows, measure, plain=True)
        return _chart(ChartKind.LINE, title, labels, [line], note, isinstance(measure, Share))
    lines = [_counts("登记", [row.findings for row in rows]), _counts("已销号", [row.closed for row in rows])]
    return _chart(ChartKind.LINE, title, labels, lines, note)


def states(title: str, rows: Sequence[Tally]) -> Chart:
    """How each unit's findings stand, stacked; units with few are one."""
    large, rest, many = metric_words.merged(list(rows))
    shown = [*large, *([rest] if rest else [])]
    labels = [row.name or "单位待定" for row in large] + ([f"{OTHERS}（{many}家）"] if rest else [])
    pieces = [
        _counts("已销号", [row.closed for row in shown]),
        _counts("在办", [row.in_hand for row in shown]),
        _counts("待验收", [row.pending for row in shown]),
        _counts("待交办", [row.counted - row.closed - row.in_hand - row.pending for row in shown]),
    ]
    note = metric_words.FORMULA.format(f"按问题轮次计；不足{metric_words.LEAST}条的单位并入“{OTHERS}”")
    return _chart(ChartKind.STACKED, title, labels, pieces, note)


def _chart(
    kind: ChartKind, title: str, labels: Sequence[str], series: Sequence[Series], note: str, percent: bool = False
) -> Chart:
    if len(labels) > MOST:
        note = f"{note}只画前{MOST}项，共{len(labels)}项。"
        series = [Series(one.name, one.values[:MOST], one.shown[:MOST]) for one in series]
    return Chart(f"{title}.png", kind, title, tuple(labels[:MOST]), tuple(series), note, percent)


def _values(rows: Sequence[Tally], measure: Measure, *, plain: bool = False) -> Series:
    """plain: without what follows the number."""
    if isinstance(measure, Share):
        shown = [measure.of(row).text if plain else measure.shown(row) for row in rows]
    else:
        shown = [measure.amount(measure.number(row)) for row in rows]
    return Series(measure.name, tuple(measure.number(row) for row in rows), tuple(shown))


def _counts(name: str, values: Sequence[int]) -> Series:
    return Series(name, tuple(float(value) for value in values), tuple(str(value) for value in values))


def _short(quarter: str) -> str:
    """`26年四季度`."""
    return periods.short_name(quarter)[2:]
