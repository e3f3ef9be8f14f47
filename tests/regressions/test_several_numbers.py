"""Of several findings told off in one breath none is dropped without a word (domain.md P5)."""

from __future__ import annotations

import pytest

from tests.flows.findings import DIRECTOR, FINANCE, LIAISON, OFFICE, applied, assigned
from tests.flows.harness import Rehearsal

ONE_BY_ONE = "请一条一条办"


async def _two(world: Rehearsal) -> None:
    for number in ("WT-2026-0701", "WT-2026-0702"):
        await assigned(world, number)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (LIAISON, "0701、0702整改进展：已清理 60%"),
        (LIAISON, "0701和0702申请延期至2026-12-31，原因：下雨"),
        (OFFICE, "同意0701、0702延期"),
        (OFFICE, "0701、0702类别改为采购招标"),
        (DIRECTOR, "同意撤销0701、0702"),
    ],
)
async def test_what_is_done_to_one_is_not_done_to_the_first_of_two(world: Rehearsal, person: str, words: str) -> None:
    await _two(world)
    assert ONE_BY_ONE in await world.say(person, words)


async def test_two_are_not_returned_as_one(world: Rehearsal) -> None:
    for number in ("WT-2026-0701", "WT-2026-0702"):
        await applied(world, number)
    assert ONE_BY_ONE in await world.say(FINANCE, "退回0701、0702，理由：回单不全")
    assert "请确认退回 WT-2026-0701" in await world.say(FINANCE, "退回0701，理由：与0702的回单相同")


async def test_a_number_that_is_only_mentioned_is_no_second_matter(world: Rehearsal) -> None:
    await _two(world)
    assert "请确认整改进展 WT-2026-0701" in await world.say(LIAISON, "0701整改进展：已与0702一并清理，60%")
