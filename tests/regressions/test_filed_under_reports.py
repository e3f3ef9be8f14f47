"""S33: what is told one by one under a special report belongs to it, and recurs no more for that (S48)."""

from __future__ import annotations

from storage import moves
from tests.flows.findings import AUDIT
from tests.flows.harness import Rehearsal


async def test_s33_a_finding_of_a_report_is_no_repeated_one(world: Rehearsal) -> None:
    await world.say(AUDIT, "登记专项报告：恒信置业经责审计，共2项，11月20日形成")
    await world.say(AUDIT, "确认")
    asked = await world.say(AUDIT, "报送问题：BG-2026-0001 恒信置业账户未销，11月20日发现")
    assert "重复发生" not in asked and "请确认" in asked, asked
    assert "已录 1/2" in await world.say(AUDIT, "确认")
    with world.session() as session:
        row = moves.find(session, "WT-2026-0001")
        assert row is not None and (row.is_repeat, row.repeat_of, row.source_ref) == (False, "", "BG-2026-0001")


async def test_what_names_an_earlier_finding_still_recurs(world: Rehearsal) -> None:
    await world.say(AUDIT, "报送问题：恒信置业账户未销，11月20日发现")
    await world.say(AUDIT, "确认")
    asked = await world.say(AUDIT, "报送问题：恒信置业又发现账户未销，和WT-2026-0001一样，11月21日发现")
    assert "关联WT-2026-0001" in asked, asked
