"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.understanding import lazily
from bot.understanding.engine import Understanding
from bot.understanding.lazily import compile_all, lazy
from tests.understanding import samples

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_it_answers_as_the_pattern_does() -> None:
    late, soon = lazy(r"(?P<kind>[a-z]+)\d", re.IGNORECASE), re.compile(r"(?P<kind>[a-z]+)\d", re.IGNORECASE)
    for said in ("", "WT1", "a1 b2 c"):
        found = soon.search(said)
        assert bool(late.search(said)) == bool(found)
        assert [m["kind"] for m in late.finditer(said)] == [m["kind"] for m in soon.finditer(said)]
        assert late.sub("-", said) == soon.sub("-", said)
    assert (late.pattern, late.flags, late.groupindex) == (soon.pattern, soon.flags, soon.groupindex)


def test_what_is_wrong_with_one_comes_out_when_all_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazily, "_MADE", [])
    lazy("(")
    with pytest.raises(re.error):
        compile_all()


def test_every_pattern_of_ours_is_one() -> None:
    compile_all()


def test_messages_leave_none_behind() -> None:
    engine, before = Understanding(samples.hengxin(), samples.workday), len(lazily._MADE)
    for said in (
        "报送问题：恒信物流备用金超过7个月没有清理",
        "0123退回，补充佐证",
        "移送XS-2026-0001",
        "12月5日开会，改到12月8日",
    ):
        engine.understand(said, now=NOW)
    assert len(lazily._MADE) == before


def test_two_wishes_are_told_from_two_halves_by_how_they_are_joined() -> None:
    """A comma before a figure joins nothing where no number stands before it."""
    engine = Understanding(samples.hengxin(), samples.workday)
    assert engine.understand("催一下碧源，0460", now=NOW).intent == "urge"
    assert engine.understand("197通过;199退回", now=NOW).intent == "multi_intent"
