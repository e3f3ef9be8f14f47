"""A 确认 while something is still asked for answers nothing: it is no description of a finding."""

from __future__ import annotations

import pytest

from tests.flows.findings import FINANCE
from tests.flows.harness import Rehearsal


@pytest.mark.parametrize("words", ["确认", "好的", "是的"])
async def test_a_bare_word_is_no_description(world: Rehearsal, words: str) -> None:
    assert "具体是什么问题" in await world.say(FINANCE, "提交问题")
    assert "具体是什么问题" in await world.say(FINANCE, words)
    answer = await world.say(FINANCE, "恒信物流备用金7个月没清")
    assert "备用金7个月没清" in answer and f"\n{words}\n" not in answer, answer
