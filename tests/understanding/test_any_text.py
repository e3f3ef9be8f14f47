"""Any text is understood, in time that does not run away, and nothing comes of it that cannot be stored or sent."""

from __future__ import annotations

import json

import pytest

from bot.understanding import gates
from bot.understanding.engine import Understanding
from tests.fuzz.watching import alarm
from tests.understanding.samples import NOW, hengxin, workday

LONG = 60_000
ENGINE = Understanding(hengxin(), workday)
PIECES = ("\n", " \n", "\n1", "1", "一", "两", "４", "把", "请", "说了不", "恒信", "。\n", "不要")


@pytest.mark.parametrize("piece", PIECES, ids=map(repr, PIECES))
def test_one_piece_again_and_again(piece: str) -> None:
    """Newlines took 1.4 s at WeCom's 2048 bytes and 5.6 s at twice that, digits of a request's facts hours."""
    text = piece * (LONG // len(piece))
    with alarm(40):
        ENGINE.understand(text, now=NOW)
        gates.secrecy_wish(text)
        gates.report_like(text)
        gates.spying(text)


@pytest.mark.parametrize("text", ["\ud800", "报送问题：恒信物流\udfff采购未招标", "\udc80" * 500, "x\ud83d"])
def test_half_a_pair_is_no_text(text: str) -> None:
    meaning = ENGINE.understand(text, now=NOW)
    json.dumps([meaning.slots, meaning.options], ensure_ascii=False, default=str).encode()


def test_a_figure_of_any_length_is_read() -> None:
    assert ENGINE.understand("9" * 8000, now=NOW).intent == "unknown"


def test_how_somebody_wants_to_be_known_is_heard_at_the_end_of_a_long_account() -> None:
    account = "我们车间每月多签加班。" * 2000
    assert gates.secrecy_wish(account) == ""
    assert gates.secrecy_wish(f"{account}我要匿名举报，不要让人知道是我") == "anonymous"
    assert gates.secrecy_wish(f"我要匿名举报，不要让人知道是我。{account}") == "anonymous"
