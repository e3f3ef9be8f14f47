"""Special reports (S33): registered with their number of findings, filled, and chased until the count is met."""

from __future__ import annotations

from storage import events, special_reports
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

AUDIT, LIAISON, OFFICE = "hx_shenji", "hx_jianshel", "hx_ban"
NUMBER = "BG-2026-0001"


@once
async def registered(world: Rehearsal, count: int = 2) -> str:
    answer = await world.say(AUDIT, f"登记专项报告：恒信置业经责审计，共{count}项，11月20日形成")
    assert "请确认登记专项报告" in answer, answer
    return await world.say(AUDIT, "确认")


async def test_s33_a_report_is_registered_with_its_count(world: Rehearsal) -> None:
    answer = await registered(world, 11)
    assert NUMBER in answer
    assert "当前已录 0/11" in answer
    assert "模板" in answer
    assert any(NUMBER in words for words in world.told(OFFICE))
    with world.session() as session:
        report = special_reports.find(session, NUMBER)
        assert report is not None
        assert (report.count, report.source) == (11, "HX-SJ")
        assert [event.action for event in events.history(session, NUMBER)] == ["register_report"]


async def test_what_is_missing_is_asked(world: Rehearsal) -> None:
    answer = await world.say(AUDIT, "登记一份专项报告")
    assert "几个问题" in answer, answer
    answer = await world.say(AUDIT, "恒信置业招采专项检查，共3项")
    assert "请确认登记专项报告" in answer, answer
    assert "3项" in answer


async def test_s33_two_are_missing_and_are_asked_for_after_three_working_days(world: Rehearsal) -> None:
    await registered(world, 2)
    await world.say(AUDIT, f"报送问题：{NUMBER} 恒信置业合同付款比例超约定，11月18日发现")
    answer = await world.say(AUDIT, "确认")
    assert f"{NUMBER} 已录 1/2，还差1条" in answer, answer
    world.told(AUDIT)
    await world.turn_to("2026-11-26 09:20")
    assert any(f"{NUMBER} 尚缺 1 条" in words for words in world.told(AUDIT))
    await world.turn_to("2026-12-01 09:20")
    assert any("尚缺 1 条" in words for words in world.told(AUDIT))  # and again, until it is met
    await world.say(AUDIT, f"报送问题：{NUMBER} 恒信置业样板间费用未经审批列支，11月18日发现")
    assert f"{NUMBER} 已录 2/2，数量已齐" in await world.say(AUDIT, "确认")
    world.told(AUDIT)
    await world.turn_to("2026-12-09 09:20")
    assert not any("尚缺" in words for words in world.told(AUDIT))


async def test_a_wrong_count_is_corrected_with_before_and_after(world: Rehearsal) -> None:
    await registered(world, 3)
    answer = await world.say(AUDIT, f"{NUMBER} 共2条")
    assert "3项 → 2项" in answer, answer
    assert "3项 → 2项" in await world.say(AUDIT, "确认")


async def test_a_foreign_report_sounds_like_none(world: Rehearsal) -> None:
    await registered(world)
    absent = await world.say(LIAISON, "BG-2026-0999还差多少")
    assert await world.say(LIAISON, f"{NUMBER}还差多少") == absent
    assert "无权查看" in absent
    assert "还差2条" in await world.say(OFFICE, f"{NUMBER}还差多少")


async def test_only_its_own_body_fills_it(world: Rehearsal) -> None:
    await registered(world)
    await world.say("hx_caiwu", f"报送问题：{NUMBER} 恒信物流备用金7个月没清")
    answer = await world.say("hx_caiwu", "确认")
    assert "已登记" in answer
    assert "已录" not in answer


async def test_a_unit_does_not_register_reports(world: Rehearsal) -> None:
    assert "监督部门登记" in await world.say(LIAISON, "登记专项报告：自查报告，共2项")
