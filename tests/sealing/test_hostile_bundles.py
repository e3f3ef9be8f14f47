"""Whoever has an officer's public key may seal anything to it: the reader shows a line or nothing, and never fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.sealing import envelope, lead_bundle, pairs, reader
from bot.sealing.bundle import BadBundle, Item
from bot.sealing.contents import context
from bot.sealing.lead_bundle import LeadItem
from tests.sealing.reports import DAY

MINE = pairs.new_pair()
NUMBER = "XS-2026-7K3M"


def lead(content: bytes, number: str = NUMBER) -> LeadItem:
    return LeadItem(number, (("lead", "", envelope.seal([MINE.public], content, context("lead", number))),))


@pytest.mark.parametrize(
    "content",
    [b"x", b"[]", b"5", b"[" * 50_000, b'{"a":' * 50_000, b'{"amount_fen": true, "userid": {}}', b'{"amount_fen": -1}'],
    ids=range(7),
)
def test_a_lead_that_is_none_shows_nothing(content: bytes) -> None:
    assert [line for line in lead_bundle.lines(lead(content), [MINE]) if "金额" in line or "线索" in line] == []


def test_an_amount_without_end_is_left_out() -> None:
    (line,) = lead_bundle.lines(lead(json.dumps({"subject": "张三", "amount_fen": 10**400}).encode()), [MINE])
    assert line == "  反映对象：张三"


@pytest.mark.parametrize("number", ["XS\x1b[2J", "", "XS 1", 5, None, "X" * 65])
def test_the_number_is_one_that_a_terminal_may_be_shown(tmp_path: Path, number: object) -> None:
    path = tmp_path / "leads"
    path.write_text('{"bundle": "leads", "version": 1}\n' + json.dumps({"record": number, "envelopes": []}) + "\n")
    with pytest.raises(BadBundle, match="第2行损坏"):
        lead_bundle.read(path)


@pytest.mark.parametrize(
    "content", [b"[" * 50_000, b'{"named": ' * 50_000, b'{"named": [], "parts": 1e999}'], ids=range(3)
)
def test_a_manifest_that_is_none_is_not_opened(content: bytes) -> None:
    sealed = envelope.seal([MINE.public], content, context("manifest", "a"))
    assert reader.manifest(Item("a", DAY, "7K3MQ", MINE.public, sealed, ()), [MINE]) is None
