"""Splitting by bytes, and the passive reply's XML."""

from __future__ import annotations

import re

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Kind
from bot.wecom import reply, split
from bot.wecom.parse import parse_inbound
from tests.wecom.wire import event, message

texts = st.text(alphabet=st.sampled_from("ab 汉字，。\n\t😀é"), max_size=400)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(texts, st.integers(4, 60))
def test_nothing_is_lost_and_every_part_fits(text: str, limit: int) -> None:
    parts = split.split_text(text, limit)
    assert all(part.strip() and len(part.encode()) <= limit for part in parts)
    assert bare("".join(parts)) == bare(text)
    assert parts == [text] or len(text.encode()) > limit or not text.strip()


@given(st.lists(st.text(alphabet="汉字ab", min_size=1, max_size=20), min_size=1, max_size=60))
def test_short_lines_are_never_broken(lines: list[str]) -> None:
    parts = split.split_text("\n".join(lines), 100)
    assert "\n".join(parts).split("\n") == lines


def test_the_wire_limit() -> None:
    assert split.split_text("汉" * 682 + "ab") == ["汉" * 682 + "ab"]
    assert [len(p.encode()) for p in split.split_text("汉" * 683)] == [2046, 3]
    lines = [f"{n:04d} " + "问题" * 20 for n in range(200)]
    parts = split.split_text("\n".join(lines))
    assert "\n".join(parts).split("\n") == lines
    assert all(len(part.encode()) <= 2048 for part in parts) and len(parts) == 13


def test_a_long_line_breaks_after_a_pause() -> None:
    assert split.split_text("一二三四五。六七八九", 24) == ["一二三四五。", "六七八九"]


def test_blank_and_impossible() -> None:
    assert split.split_text("") == split.split_text(" \n ") == split.split_text("\n" * 5000) == []
    with pytest.raises(ValueError, match="limit"):
        split.split_text("x", 3)
    assert split.fits("\ud800" * 3)


@given(st.text(max_size=200))
def test_any_text_survives_the_reply(text: str) -> None:
    fields = xmltodict.parse(reply.text_reply("zhou", "ww1", text, 1_800_000_000), strip_whitespace=False)["xml"]
    legal = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    assert (fields["Content"] or "") == re.sub("\r\n?", "\n", legal)
    assert (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]) == ("zhou", "ww1", "text")
    assert fields["CreateTime"] == "1800000000"


def test_nothing_can_be_injected() -> None:
    evil = "]]></Content><MsgType>news</MsgType><Content><![CDATA["
    assert xmltodict.parse(reply.text_reply("zhou", "ww1", evil, 1))["xml"]["Content"] == evil
    assert xmltodict.parse(reply.button_reply("zhou", "ww1", evil, 1))["xml"]["Button"]["ReplaceName"] == evil


def test_too_long_is_refused_and_never_cut() -> None:
    reply.text_reply("zhou", "ww1", "x" * 2048, 1)
    with pytest.raises(ValueError, match="reply"):
        reply.text_reply("zhou", "ww1", "x" * 2049, 1)


def test_which_kinds_take_text() -> None:
    def takes(data: bytes) -> bool:
        return reply.takes_text(parse_inbound(data))

    assert takes(message(Content="x")) and takes(message("hologram"))
    assert takes(event("click", EventKey="k")) and takes(event("enter_agent")) and takes(event("view"))
    assert not takes(event("template_card_event", EventKey="k"))
    assert not takes(event("unsubscribe")) and not takes(event("low_active"))
    assert Kind.CARD_MENU not in reply._TAKES_TEXT
