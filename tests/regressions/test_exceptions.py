"""除了0403: the numbers that are left out are not those that are accepted (8.2-10)."""

from __future__ import annotations

import pytest

from tests.flows.findings import FINANCE, applied, finding
from tests.flows.harness import Rehearsal

NUMBERS = ("WT-2026-0401", "WT-2026-0402", "WT-2026-0403")


async def _states(world: Rehearsal) -> list[str]:
    return [finding(world, number).state for number in NUMBERS]


@pytest.mark.parametrize("words", ["除了0403", "0403除外", "0403先不通过", "不要0403"])
async def test_what_is_left_out_of_the_list_stays(world: Rehearsal, words: str) -> None:
    for number in NUMBERS:
        await applied(world, number)
    assert "以下3条" in await world.say(FINANCE, "都通过吧")
    answer = await world.say(FINANCE, words)
    assert "以下2条" in answer and "0403" not in answer, answer
    await world.say(FINANCE, "确认")
    assert await _states(world) == ["closed", "closed", "pending_acceptance"]


@pytest.mark.parametrize("words", ["除了0403都通过", "都通过，除了0403"])
async def test_nor_is_it_when_all_is_said_at_once(world: Rehearsal, words: str) -> None:
    for number in NUMBERS:
        await applied(world, number)
    assert "0403" not in await world.say(FINANCE, words)
    await world.say(FINANCE, "确认")
    assert finding(world, NUMBERS[2]).state == "pending_acceptance"


async def test_what_alone_is_named_alone_is_accepted(world: Rehearsal) -> None:
    for number in NUMBERS:
        await applied(world, number)
    await world.say(FINANCE, "都通过吧")
    assert "以下1条" in await world.say(FINANCE, "0401，其他先不办")
    await world.say(FINANCE, "确认")
    assert await _states(world) == ["closed", "pending_acceptance", "pending_acceptance"]
