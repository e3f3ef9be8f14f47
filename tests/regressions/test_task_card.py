"""收到 by one person must not keep the task from the others."""

from __future__ import annotations

from tests.flows.findings import LIAISON, NUMBER, OFFICE, seed
from tests.flows.harness import Rehearsal


async def test_a_task_waiting_for_the_morning_is_told_although_somebody_has_answered(world: Rehearsal) -> None:
    await seed(world)
    await world.turn_to("2026-11-23 20:30")
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    assert "已交办" in await world.say(OFFICE, "确认")
    assert world.told("hx_jianshe") == []
    assert "整改中" in await world.say(LIAISON, f"收到 {NUMBER}")
    await world.turn_to("2026-11-24 08:30")
    assert any("整改任务" in words and NUMBER in words for words in world.told("hx_jianshe"))
