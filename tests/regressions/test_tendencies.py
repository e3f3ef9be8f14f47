"""S19: what ends in 建议提醒 is a tendency that is reported, and nobody's wish to be urged."""

from __future__ import annotations

import pytest

from storage import moves
from tests.flows.findings import FINANCE
from tests.flows.harness import Rehearsal


@pytest.mark.parametrize(
    "words",
    [
        "提交一条苗头性问题：恒信建设应收账款账龄有拉长趋势，建议提醒",
        "报一条苗头性问题：恒信能源加油卡用量逐月上升，请提醒该单位",
    ],
)
async def test_s19_a_tendency_is_registered_though_a_reminder_is_proposed(world: Rehearsal, words: str) -> None:
    assert "不纳入整改率；将在90天后提醒复看" in await world.say(FINANCE, words)
    assert "已登记 WT-2026-0001" in await world.say(FINANCE, "确认")
    with world.session() as session:
        row = moves.find(session, "WT-2026-0001")
        assert row is not None and row.nature == "tendency"
