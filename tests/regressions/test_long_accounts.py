"""An account that no column holds is answered, and brings no turn down (wecom.md 3.9)."""

from __future__ import annotations

from tests.flows.harness import Rehearsal


async def test_a_member_of_a_linked_corporation_is_told_so(anywhere: Rehearsal) -> None:
    assert "不属于本单位" in await anywhere.say(f"ww{'a' * 18}/{'b' * 60}", "报送问题：恒信物流备用金没清")


async def test_the_longest_account_of_our_own_is_heard(anywhere: Rehearsal) -> None:
    assert "没有" in await anywhere.say("b" * 64, "取消")
