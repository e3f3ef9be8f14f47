"""Corrections outside any conversation: nothing registered is edited by a word."""

from __future__ import annotations

from tests.flows.findings import OFFICE, assigned, finding
from tests.flows.harness import Rehearsal


async def test_a_new_date_is_an_extension(world: Rehearsal) -> None:
    await assigned(world)
    answer = await world.say(OFFICE, "0123的整改时限改到12月25日")
    assert "延期" in answer
    assert str(finding(world).due) == "2026-12-18"


async def test_a_new_person_is_a_reassignment(world: Rehearsal) -> None:
    await assigned(world)
    answer = await world.say(OFFICE, "0123换个责任人，周涛调走了，改成王建国")
    assert "王建国" in answer and "确认" in answer
    await world.say(OFFICE, "确认")
    assert finding(world).resp_person == "hx_jianshe"
