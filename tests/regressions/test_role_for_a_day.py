"""A word that names whom something goes to (主任) was taken for the day until which it holds, and the turn failed."""

from __future__ import annotations

import pytest

from handlers.rules import moments
from tests.flows.findings import LIAISON, OFFICE, seed
from tests.flows.harness import Rehearsal

FAILED = "没有办成"


def test_a_day_is_read_where_a_slot_holds_one() -> None:
    slots = {"to": "office_director", "until": None, "due": "2026-12-18", "time": "2026-12-02T15:00", "count": 3}
    assert moments.said(slots, "to", "due") == "2026-12-18"
    assert moments.said(slots, "time", "due") == "2026-12-02T15:00"
    assert moments.said(slots, "to", "until", "count", "nothing") == ""


@pytest.mark.parametrize(
    ("person", "begun", "said"),
    [
        (LIAISON, "我要请人代理，由刘洋代", "升级报给主任"),
        (OFFICE, "恒信建设的联络员换成周涛", "主任同意了"),
        (OFFICE, "发起联合检查，恒信建设的招标", "主任同意了"),
        (OFFICE, "新增督办事项：完善备用金管理制度", "等主任回来定了再办"),
    ],
)
async def test_a_role_in_the_answer_is_no_failure(world: Rehearsal, person: str, begun: str, said: str) -> None:
    await seed(world, unit=None)
    asked = await world.say(person, begun)
    assert FAILED not in asked
    assert FAILED not in await world.say(person, said)
