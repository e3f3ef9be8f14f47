"""A reason is words that say why: 没有 or a bare 确认 is none (domain.md 8.2-9)."""

from __future__ import annotations

import pytest

from tests.flows.findings import FINANCE, applied, finding
from tests.flows.harness import Rehearsal


@pytest.mark.parametrize("words", ["没有", "无", "没有理由", "确认", "好的"])
async def test_nothing_is_returned_without_a_reason(world: Rehearsal, words: str) -> None:
    await applied(world)
    assert "要写理由" in await world.say(FINANCE, "退回 0123")
    assert "要写理由" in await world.say(FINANCE, words)
    await world.say(FINANCE, "确认")
    assert finding(world).state == "pending_acceptance"


async def test_a_reason_that_begins_so_counts(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, "退回 0123")
    assert "理由：没有银行回单" in await world.say(FINANCE, "没有银行回单")
    assert "待验收 → 整改中" in await world.say(FINANCE, "确认")
