"""Several talks at once: what only began begins again, and an emergency finds room."""

from __future__ import annotations

from tests.flows.harness import Rehearsal

FORMS = ("报送问题：恒信物流备用金7个月没清", "监督工作信息：开展检查2次", "报告问题线索：恒信能源仓库主管倒卖废铁")


async def test_what_only_began_is_not_still_open_afterwards(world: Rehearsal) -> None:
    await world.say("hx_shenji", "报送问题")
    await world.say("hx_shenji", FORMS[0])
    answer = await world.say("hx_shenji", "确认")
    assert "已登记 WT-2026-0001" in answer
    assert "还没办完" not in answer


async def test_an_emergency_is_heard_in_the_middle_of_everything(world: Rehearsal) -> None:
    for form in FORMS:
        assert "回复“确认”提交" in await world.say("hx_caiwu", form)
    answer = await world.say("hx_caiwu", "紧急：恒信物流仓库着火")
    assert "JJ-2026-0001" in answer
    assert "已放下，没有提交" in answer
    assert any("JJ-2026-0001" in words for words in world.told("hx_ban"))
    assert "已登记的紧急报告不受影响" in await world.say("hx_caiwu", "取消")
