"""Charts: pictures of the right size that show what they are given, whatever it is."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot import charts
from bot.channel import WeComChannel
from bot.messages import Attachment, Chart, ChartKind, Series, pack, unpack
from bot.wecom.outcomes import Delivered
from tests.engine.world import kept, parcel

LONG = "恒信物流有限责任公司第二分公司（筹备组）以及其他名字非常非常长的单位" * 3
NOTE = "口径：已销号÷应整改（按轮次）；不足3条的单位并入“其他”。"


def chart(kind: ChartKind, values: Sequence[float | None], **given: Any) -> Chart:
    shown = tuple("—" if value is None else f"{value:g}" for value in values)
    labels = given.pop("labels", tuple(f"第{at}项" for at in range(len(values))))
    series = given.pop("series", (Series("登记", tuple(values), shown),))
    return Chart("图.png", kind, given.pop("title", "采购类问题趋势"), labels, series, given.pop("note", NOTE), **given)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert picture.format == "PNG"
    return picture.convert("L")


def dark(picture: Image.Image, top: int = 0, bottom: int | None = None) -> int:
    part = picture.crop((0, top, picture.width, bottom or picture.height))
    return sum(part.histogram()[:200])


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("many", [0, 1, 4, 60, 75])
def test_any_number_of_values_makes_a_picture(kind: ChartKind, many: int) -> None:
    one = chart(kind, [float(at * at % 17) for at in range(many)])
    picture = opened(charts.png(one))
    assert picture.size == (charts.WIDTH, charts.drawn(one)[1])
    assert dark(picture) > 1000  # ink, not paper


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("values", [[0.0], [0.0, 0.0, 0.0], [None], [None, 3.0, None], [10.0**12, 1.0]])
def test_nothing_zero_and_enormous_do_no_harm(kind: ChartKind, values: list[float | None]) -> None:
    for percent in (False, True):
        assert dark(opened(charts.png(chart(kind, values, percent=percent)))) > 1000


@pytest.mark.parametrize("kind", list(ChartKind))
def test_words_are_really_drawn(kind: ChartKind) -> None:
    """With and without them: a missing font draws nothing, without an error."""
    values = [3.0, 5.0]
    bare = chart(kind, values, title="", note="", labels=("", ""), series=(Series("", (3.0, 5.0), ("", "")),))
    for more in ({"title": "采购类问题趋势"}, {"note": NOTE}, {"labels": ("恒信建设", "恒信物流")}):
        given = {"title": "", "note": "", "labels": ("", ""), "series": bare.series} | more
        assert dark(opened(charts.png(chart(kind, values, **given)))) > dark(opened(charts.png(bare))) + 300, more


def test_chinese_letters_are_not_boxes() -> None:
    """Two letters that differ are drawn differently; a font without them draws the same box for both."""
    one, other = (charts.png(chart(ChartKind.BARS, [1.0], title=letter * 8)) for letter in ("销", "逾"))
    assert one != other


def test_a_longer_bar_for_more() -> None:
    few, more = (opened(charts.png(chart(ChartKind.BARS, [share], percent=True))) for share in (20.0, 80.0))
    assert dark(more) > dark(few) * 1.5


def _texts(one: Chart) -> list[ElementTree.Element]:
    return [part for part in ElementTree.fromstring(charts.drawn(one)[0]).iter() if part.tag.endswith("text")]


@pytest.mark.parametrize("kind", list(ChartKind))
@pytest.mark.parametrize("words", [LONG, "<script>&\"'</text>", "坏\x00字\x1b符\ud800\ufffe", "多\n行\t字", "🙂" * 40])
def test_what_people_typed_is_text_and_stays_on_the_page(kind: ChartKind, words: str) -> None:
    series = (Series(words, (1.0, 2.0), ("1", "2")), Series("另", (2.0, 1.0), ("2", "1")))
    one = chart(kind, [1.0, 2.0], title=words, note=words, labels=(words, "乙"), series=series)
    assert dark(opened(charts.png(one))) > 1000
    for part in _texts(one):
        wide = charts._width(part.text or "", int(part.attrib["font-size"]))
        left = float(part.attrib["x"]) - (wide / 2 if part.attrib["text-anchor"] == "middle" else 0)
        assert left >= 0 and left + wide <= charts.WIDTH + 1, part.text


def test_numbers_title_and_formula_stand_on_the_picture() -> None:
    words = [part.text for part in _texts(chart(ChartKind.BARS, [12.0, 7.0]))]
    assert {"采购类问题趋势", "第0项", "第1项", "12", "7"} <= set(words)
    assert "".join(word for word in words if word)[-len(NOTE) :] == NOTE


def test_a_series_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="each label"):
        charts.png(chart(ChartKind.BARS, [1.0], labels=("甲", "乙")))


def test_packed_and_unpacked_it_is_the_same() -> None:
    one = chart(ChartKind.LINE, [1.0, None], percent=True)
    kind, body = pack(one)
    assert unpack(kind, json.loads(json.dumps(body))) == one


class _Client:
    """Keeps what it is to send."""

    def __init__(self) -> None:
        self.sent: list[Attachment] = []
        self.read: list[bytes] = []

    async def send(self, _person: str, message: Any, **_more: Any) -> Any:
        self.sent.append(message)
        self.read.append(await asyncio.to_thread(Path(message.path).read_bytes))
        return Delivered(msgid="1")


async def test_it_is_drawn_when_it_goes_out_and_sent_as_a_picture() -> None:
    client = _Client()
    channel = WeComChannel(client)  # type: ignore[arg-type]
    one = chart(ChartKind.BARS, [1.0, 2.0])
    for _ in range(2):
        assert (await channel.deliver(parcel("P1", one), kept)).state == "sent"
    first, second = client.sent
    assert first == second and first.image and first.name == "图.png"
    assert client.read[0] == charts.png(one)
    channel.close()


def test_every_point_and_piece_tells_its_number_however_wide_or_narrow() -> None:
    shown = ("0元", "12.3457亿元", "9.9999亿元", "8.8888亿元")
    line = Series("涉及金额", (0.0, 1.2e9, 9.9e8, 8.8e8), shown)
    svg, _ = charts.drawn(Chart("a.png", ChartKind.LINE, "趋势", ("一", "二", "三", "四"), (line,), "口径。"))
    assert all(f">{one}<" in svg for one in shown)
    pieces = (Series("已销号", (1.0,), ("1",)), Series("在办", (400.0,), ("400",)), Series("待验收", (2.0,), ("2",)))
    svg, _ = charts.drawn(Chart("b.png", ChartKind.STACKED, "状态", ("恒信建设",), pieces, "口径。"))
    assert ">400<" in svg and "已销号1，待验收2" in svg
