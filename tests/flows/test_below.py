"""A unit that has none of its own is told of those below it (domain.md S4)."""

from __future__ import annotations

from tests.flows.findings import AUDIT, LIAISON
from tests.flows.harness import Rehearsal


async def test_what_is_below_is_mentioned_where_there_is_nothing_else(world: Rehearsal) -> None:
    await world.say(AUDIT, "报送问题：恒信建设二公司食堂采购未比价，类别采购，涉及2万元，11月18日发现")
    assert "已登记" in await world.say(AUDIT, "确认")
    said = await world.say(LIAISON, "我们单位还有几条没销号")
    assert said == "没有查到恒信建设的未销号问题。下属单位有1条，发“恒信建设及下属单位的未销号问题”查看。"
    assert "恒信建设二公司" in await world.say(LIAISON, "恒信建设及下属单位的未销号问题")
