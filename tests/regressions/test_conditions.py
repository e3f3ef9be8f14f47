"""A consent that leaves something to be brought later is none, however it is said (domain.md 8.2-11)."""

from __future__ import annotations

import pytest

from tests.flows.findings import FINANCE, applied, finding
from tests.flows.harness import Rehearsal

LATER = (
    "0123先通过吧后面补",
    "0123通过，回单后补",
    "0123同意销号，请尽快补交发票",
    "0123暂且通过",
    "0123基本同意",
    "0123附条件通过",
    "等补了回单0123就通过",
    "销号吧0123，回头再补个制度",
    "同意销号0123，3日内补齐回单",
)
PLAIN = (
    "同意销号0123",
    "同意销号0123，请后续持续关注",
    "同意销号0123，后来补交的回单已核对了",
    "0123补偿款已付，同意销号",
)


@pytest.mark.parametrize("words", LATER)
async def test_what_is_to_be_brought_later_is_not_accepted(world: Rehearsal, words: str) -> None:
    await applied(world)
    assert "请确认销号" not in await world.say(FINANCE, words)
    await world.say(FINANCE, "确认")
    assert finding(world).state == "pending_acceptance"


@pytest.mark.parametrize("words", ["确认，但要补一份回单", "确认，回单后补"])
async def test_nor_is_it_at_the_confirmation(world: Rehearsal, words: str) -> None:
    await applied(world)
    assert "请确认销号" in await world.say(FINANCE, "同意销号 0123")
    assert "没有记为通过" in await world.say(FINANCE, words)
    assert finding(world).state == "pending_acceptance"


@pytest.mark.parametrize("words", PLAIN)
async def test_a_remark_is_no_condition(world: Rehearsal, words: str) -> None:
    await applied(world)
    assert "请确认销号" in await world.say(FINANCE, words)
    assert "已销号" in await world.say(FINANCE, "确认")
