"""The question that is asked most is understood without looking further, and says what looking would have said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.understanding import gates, plainly
from bot.understanding.engine import Understanding
from tests.understanding import samples

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ASKED = (
    "查 WT-2026-0001", "查WT-2026-0123", "查询 wt-2026-0042", "查一下WT-2025-9999。", " 查 WT-2026-12345 ",
    "查\nWT-2026-0007？",
)  # fmt: skip
OTHERS = (
    "查 0001", "查 WT-2026-0000", "查 WT-2026-001", "查 WT-2026-1234567", "查 XS-2026-0001", "WT-2026-0001",
    "查 WT-2026-0001 进展",
    "查 WT-2026-0001 匿名", "查 WT-2026-0001,WT-2026-0002", "别查 WT-2026-0001",
    "查 WT-2126-00０1", "查 WT-1926-0001", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Understanding:
    return Understanding(samples.hengxin(), samples.workday)


@pytest.mark.parametrize("message", ASKED)
@pytest.mark.parametrize("roles", [frozenset[str](), frozenset({"office_staff"}), frozenset({"lead_officer"})])
def test_it_means_what_the_whole_reading_says(
    engine: Understanding, monkeypatch: pytest.MonkeyPatch, message: str, roles: frozenset[str]
) -> None:
    quick = engine.understand(message, now=NOW, roles=roles)
    assert plainly.read(message) == quick
    monkeypatch.setattr(plainly, "read", lambda _message: None)
    assert engine.understand(message, now=NOW, roles=roles) == quick
    assert quick.slots["number"] == plainly.asked_about(message)


@pytest.mark.parametrize("message", ASKED)
def test_no_gate_would_have_held_it_back(message: str) -> None:
    assert gates.ordinary(message)
    assert not gates.secret_mark(message)
    assert gates.secrecy_wish(message) == ""
    assert gates.code_kind(message) == ""
    assert not gates.report_like(message)


@pytest.mark.parametrize("message", OTHERS)
def test_everything_else_is_read(message: str) -> None:
    assert plainly.read(message) is None


def test_words_of_every_day_are_kept_and_no_others(engine: Understanding) -> None:
    first = engine.understand("确认", now=NOW)
    assert engine.understand("确认", now=NOW) == first
    engine.understand("我反映个事", now=NOW)
    engine.understand("第2条", now=NOW)
    assert [message for message, _ in engine._daily._known] == ["确认"]
