"""Draws charts for a phone: figures -> SVG of our own -> PNG; without a network, with the font of a package."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from html import escape

import pylopdf_fonts_zh_cn
import resvg_py

from bot.messages import Chart, ChartKind, Series

WIDTH = 750  # pixels: what a phone shows without shrinking it
MOST_BARS = 60
_EDGE, _TITLE, _TEXT, _SMALL = 36, 34, 26, 22  # margins and type sizes in pixels
_BAR, _GAP = 40, 26  # a bar's height, and what lies between two
_INK, _GREY, _FAINT, _PAPER = "#1F2933", "#5B6670", "#D8DEE4", "#FFFFFF"
# Okabe and Ito's colours, told apart by the colour-blind too; in this order also by their lightness.
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_DARK = frozenset({"#0072B2", "#009E73", "#D55E00"})  # white letters are read on these
_FONT = "Noto Sans SC"


def png(chart: Chart) -> bytes:
    """The picture's bytes, WIDTH pixels wide; its height follows from how much there is to show."""
    svg, _ = drawn(chart)
    fonts = [str(pylopdf_fonts_zh_cn.sans_path())]
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=fonts, font_family=_FONT)


def drawn(chart: Chart) -> tuple[str, int]:
    """The SVG and its height in pixels. Raises ValueError where series and labels do not fit together."""
    if any(len(one.values) != len(chart.labels) or len(one.shown) != len(chart.labels) for one in chart.series):
        raise ValueError("a series has a value and a wording for each label")
    head, top = _head(chart)
    body, bottom = _nothing(top) if not chart.labels or not chart.series else _BODIES[chart.kind](chart, top)
    foot, height = _foot(chart, bottom)
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="{_FONT}">'
    paper = f'<rect width="{WIDTH}" height="{height}" fill="{_PAPER}"/>'
    return "".join([frame, paper, *head, *body, *foot, "</svg>"]), height


def _head(chart: Chart) -> tuple[list[str], int]:
    parts, y = [], _EDGE
    for line in _lines(chart.title, _TITLE, WIDTH - 2 * _EDGE, 2):
        y += _TITLE
        parts.append(_text(_EDGE, y, line, _TITLE, bold=True))
        y += 10
    if len(chart.series) > 1:
        legend, y = _legend(chart.series, y + 12)
        parts += legend
    return parts, y + 22


def _legend(series: Sequence[Series], y: int) -> tuple[list[str], int]:
    parts, x = [], _EDGE
    for at, one in enumerate(series):
        name = _cut(one.name, _SMALL, 300)
        wide = 34 + round(_width(name, _SMALL)) + 30
        if x + wide > WIDTH - _EDGE and x > _EDGE:
            x, y = _EDGE, y + _SMALL + 14
        parts += [_rect(x, y, 24, 24, _colour(at)), _text(x + 34, y + 21, name, _SMALL, _GREY)]
        x += wide
    return parts, y + _SMALL + 6


def _foot(chart: Chart, y: int) -> tuple[list[str], int]:
    parts: list[str] = []
    y += 12
    for line in _lines(chart.note, _SMALL, WIDTH - 2 * _EDGE, 4):
        y += _SMALL + 8
        parts.append(_text(_EDGE, y, line, _SMALL, _GREY))
    return parts, y + _EDGE


def _nothing(y: int) -> tuple[list[str], int]:
    return [_text(WIDTH / 2, y + 80, "没有数据", _TEXT, _GREY, anchor="middle")], y + 130


def _bars(chart: Chart, y: int) -> tuple[list[str], int]:
    """A label above its bar, as names are long and a phone is narrow; the number right of the bar."""
    only, parts = chart.series[0], list[str]()
    room = WIDTH - 2 * _EDGE - round(max(_width(shown, _TEXT) for shown in only.shown)) - 14
    top = _top(chart, [value for value in only.values if value is not None])
    for label, value, shown in list(zip(chart.labels, only.values, only.shown, strict=True))[:MOST_BARS]:
        parts.append(_text(_EDGE, y + _TEXT, _cut(label, _TEXT, WIDTH - 2 * _EDGE), _TEXT))
        y += _TEXT + 10
        long = round(room * max(value or 0.0, 0.0) / top)
        parts += [
            _rect(_EDGE, y, room, _BAR, "#F1F4F7"),
            _rect(_EDGE, y, max(long, 3 if value else 0), _BAR, _colour(0)),
        ]
        parts.append(_text(_EDGE + room + 14, y + _BAR - 10, shown, _TEXT))
        y += _BAR + _GAP
    return _cut_off(chart, parts, y)


def _stacked(chart: Chart, y: int) -> tuple[list[str], int]:
    """As bars, in pieces; each piece that is wide enough holds its number, and the whole stands right of the bar."""
    parts: list[str] = []
    sums = [sum(one.values[at] or 0.0 for one in chart.series) for at in range(len(chart.labels))]
    wholes = [f"{whole:g}" for whole in sums]
    room = WIDTH - 2 * _EDGE - round(max(_width(whole, _TEXT) for whole in wholes)) - 14
    top = _top(chart, sums)
    for at, label in enumerate(chart.labels[:MOST_BARS]):
        parts.append(_text(_EDGE, y + _TEXT, _cut(label, _TEXT, WIDTH - 2 * _EDGE), _TEXT))
        y += _TEXT + 10
        x = float(_EDGE)
        for place, one in enumerate(chart.series):
            long = room * (one.values[at] or 0.0) / top
            parts += _piece(x, y, long, one.shown[at], place)
            x += long
        parts.append(_text(x + 12, y + _BAR - 10, wholes[at], _TEXT))
        y += _BAR + _GAP
        narrow = [one for one in chart.series if not _fits(one.shown[at], room * (one.values[at] or 0.0) / top)]
        if said := "，".join(f"{one.name}{one.shown[at]}" for one in narrow if one.values[at]):
            parts.append(_text(_EDGE, y, _cut(said, _SMALL, WIDTH - 2 * _EDGE), _SMALL, _GREY))
            y += _SMALL + 8
    return _cut_off(chart, parts, y)


def _fits(shown: str, long: float) -> bool:
    """Whether a piece of this length holds its number; the others are written below the bar."""
    return _width(shown, _SMALL) + 4 <= long


def _piece(x: float, y: int, long: float, shown: str, place: int) -> list[str]:
    if long <= 0:
        return []
    colour = _colour(place)
    parts = [_rect(x, y, max(long - 2, 1), _BAR, colour)]
    if _fits(shown, long):
        ink = "#FFFFFF" if colour in _DARK else _INK
        parts.append(_text(x + (long - 2) / 2, y + _BAR - 12, shown, _SMALL, ink, anchor="middle"))
    return parts


def _cut_off(chart: Chart, parts: list[str], y: int) -> tuple[list[str], int]:
    left = len(chart.labels) - MOST_BARS
    if left > 0:
        parts.append(_text(_EDGE, y + _TEXT, f"其余{left}项未画出", _TEXT, _GREY))
        y += _TEXT + _GAP
    return parts, y - _GAP + 8


def _line(chart: Chart, y: int) -> tuple[list[str], int]:
    """Points with their numbers above; a gap where there is no value. Labels are thinned where they would touch."""
    y += 26
    high, many = 380, len(chart.labels)
    left, right = _EDGE + 34, WIDTH - _EDGE - 34
    xs = [left + (right - left) * (at + 0.5) / many for at in range(many)]
    top = _top(chart, [value for one in chart.series for value in one.values if value is not None])
    parts = [_rule(_EDGE, y + high * share, WIDTH - _EDGE) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    numbers: list[str] = []
    for place, one in enumerate(chart.series):
        points = [None if v is None else (x, y + high - high * v / top) for x, v in zip(xs, one.values, strict=True)]
        parts += _path(points, place)
        size = _TEXT if _every(one.shown, (right - left) / many) == 1 else _SMALL  # smaller before any is left out
        step = _every(one.shown, (right - left) / many, size=size)
        for at, point in enumerate(points):
            if at % step == 0 and point is not None:
                numbers.append(_number(point, one.shown[at], place, chart, at, size))
            elif point is None and len(chart.series) == 1 and at % step == 0:
                numbers.append(_text(xs[at], y + high - 12, one.shown[at], _TEXT, _GREY, anchor="middle", clear=True))
    parts += numbers
    step, under = (
        _every(chart.labels, (right - left) / many, most=170),
        y + high + (38 if len(chart.series) == 1 else 72),
    )
    for at in range(0, many, step):
        name = _cut(chart.labels[at], _SMALL, 170)
        parts.append(_text(xs[at], under, name, _SMALL, _GREY, anchor="middle"))
    return parts, under + 12


def _path(points: Sequence[tuple[float, float] | None], place: int) -> list[str]:
    parts, colour = list[str](), _colour(place)
    for one, two in itertools.pairwise(points):
        if one is not None and two is not None:
            ends = f'x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{two[0]:.1f}" y2="{two[1]:.1f}"'
            parts.append(f'<line {ends} stroke="{colour}" stroke-width="5" stroke-linecap="round"/>')
    size = 9 if len(points) <= 20 else 5
    for point in points:
        if point is not None:
            parts.append(_mark(point[0], point[1], size, place))
    return parts


def _mark(x: float, y: float, size: int, place: int) -> str:
    """Another shape for each series, so that colour is not all that tells them apart."""
    look = f'fill="{_colour(place)}" stroke="{_PAPER}" stroke-width="3"'
    if place % 2 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" {look}/>'
    return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}" {look}/>'


def _number(point: tuple[float, float], shown: str, place: int, chart: Chart, at: int, size: int) -> str:
    """Above the point, or below it for the lowest of several lines."""
    values = [one.values[at] for one in chart.series if one.values[at] is not None]
    mine = chart.series[place].values[at]
    below = len(values) > 1 and mine == min(v for v in values if v is not None) and values.index(mine) == place
    y = point[1] + 38 if below else point[1] - 18
    return _text(point[0], y, shown, size, _INK, anchor="middle", clear=True)


def _every(words: Sequence[str], room: float, most: int = WIDTH, size: int = _TEXT) -> int:
    """Each how many of them can be written without touching."""
    widest = min(max((_width(word, size) for word in words), default=0.0), most) + 10
    return max(1, -(-round(widest) // max(1, round(room))))


def _top(chart: Chart, values: Sequence[float]) -> float:
    """The value at the far end of the scale: 100 for shares, otherwise a little above the highest."""
    highest = max(values, default=0.0)
    if chart.percent:
        return max(100.0, highest)
    room = 1.15 if chart.kind is ChartKind.LINE else 1.0
    return highest * room if highest > 0 else 1.0


def _lines(text: str, size: int, room: int, most: int) -> list[str]:
    """The text in lines that fit; what goes beyond `most` of them ends in …."""
    lines, line = [], ""
    for letter in _clean(text):
        if _width(line + letter, size) > room and letter not in "，。；、：）％%":
            lines.append(line)
            line = ""
        line += letter
    lines += [line] if line else []
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(lines[most - 1] + "……", size, room)]


def _cut(text: str, size: int, room: float) -> str:
    cleaned = _clean(text)
    if _width(cleaned, size) <= room:
        return cleaned
    while cleaned and _width(cleaned + "…", size) > room:
        cleaned = cleaned[:-1]
    return cleaned + "…"


def _clean(text: str) -> str:
    """Without what XML cannot hold, and on one line."""
    return "".join(" " if one in "\r\n\t" else one for one in text if one in "\r\n\t" or _holds(one))


def _holds(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn") and letter not in "\ufffe\uffff"


def _width(text: str, size: int) -> float:
    """About how wide it will be: full-width letters take the whole of their size."""
    return sum(size if unicodedata.east_asian_width(one) in "WFA" else size * 0.58 for one in text)


def _text(
    x: float,
    y: float,
    words: str,
    size: int,
    ink: str = _INK,
    *,
    anchor: str = "start",
    bold: bool = False,
    clear: bool = False,
) -> str:
    """clear: a margin of paper around the letters, where lines pass behind them."""
    edge = f' stroke="{ink}" stroke-width="0.9"' if bold else ""  # the package holds one weight only
    edge = f' stroke="{_PAPER}" stroke-width="8" paint-order="stroke"' if clear else edge
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{ink}" text-anchor="{anchor}"'
    return f"<text {place}{edge}>{escape(_clean(words))}</text>"


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3" fill="{colour}"/>'


def _rule(left: float, y: float, right: float) -> str:
    return f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{_FAINT}" stroke-width="2"/>'


def _colour(place: int) -> str:
    return _COLOURS[place % len(_COLOURS)]


_BODIES = {ChartKind.BARS: _bars, ChartKind.STACKED: _stacked, ChartKind.LINE: _line}
