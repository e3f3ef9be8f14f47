"""Free reports of people without a role, beside their questions, commands and everyday news (domain.md 2.6-2)."""

from __future__ import annotations

import pytest

from bot.understanding import gates
from tests.understanding import corpora

TALK = corpora.sections("employee_talk.txt")


@pytest.mark.parametrize("section", [title for title in TALK if title.endswith("report")])
def test_a_report_is_heard(section: str) -> None:
    assert [message for message in TALK[section] if not gates.report_like(message)] == []


@pytest.mark.parametrize("section", [title for title in TALK if title.endswith("other")])
def test_everyday_talk_is_not_asked_about(section: str) -> None:
    assert [message for message in TALK[section] if gates.report_like(message)] == []


def test_what_is_said_of_whom_may_stand_behind_a_greeting() -> None:
    assert gates.report_like("你好，在吗，我们队长每次发奖金都要收一份")
    assert gates.report_like("我们科长报假发票，你们管不管？")
    assert not gates.report_like("WT-2026-0123 我们科长报假发票已整改")


def test_enough_of_both() -> None:
    assert len(TALK["report"]) >= 100
    assert len(TALK["other"]) >= 100
