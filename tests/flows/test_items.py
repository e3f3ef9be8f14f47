"""Items are done, confirmed, moved and called off by those who may; their ladder follows (domain.md S30, 6.3)."""

from __future__ import annotations

from tests.flows.gatherings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    HIDDEN,
    LEADER,
    OFFICE,
    WORKER,
    actions,
    confirmed,
    forget,
    item,
    news,
    owed,
)
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

TODO = "登记待办：恒信资本账户清理，审计部牵头，12月18日前"
ITEM = "DB-2026-0001"


@once
async def entered(world: Rehearsal) -> None:
    await confirmed(world, OFFICE, TODO)
    assert owed(world, ITEM) == {"item": "2026-12-18"}
    forget(world)


async def test_the_owner_reports_and_the_office_confirms(world: Rehearsal) -> None:
    await entered(world)
    asked = await world.say(AUDIT, f"{ITEM} 完成：账户已全部清理")
    assert "进行中 → 已报告完成，等监督办公室确认" in asked
    assert "完成情况：账户已全部清理" in asked
    await world.say(AUDIT, "确认")
    assert owed(world, ITEM) == {}, "nobody is reminded while the office looks at it"
    told = news(world, OFFICE, f"待确认办结 {ITEM}")
    assert len(told) == 1
    assert "账户已全部清理" in told[0]
    assert "（待确认办结）" in await world.say(OFFICE, "待办清单")
    asked = await world.click(OFFICE, "确认办结")
    assert "已报告完成 → 已办结" in asked
    assert "已报告完成 → 已办结" in await world.say(OFFICE, "确认")
    done = item(world, ITEM)
    assert (done.state, done.done_by, done.note) == ("done", AUDIT, "账户已全部清理")
    assert news(world, AUDIT, "已办结")
    assert actions(world, ITEM) == ["decide", "report_item", "finish_item"]
    assert "已办结，不用再办理" in await world.say(AUDIT, f"{ITEM} 完成")


async def test_the_office_sends_a_report_back_with_a_new_day(world: Rehearsal) -> None:
    await entered(world)
    await confirmed(world, AUDIT, f"{ITEM} 完成")
    asked = await world.say(OFFICE, f"{ITEM} 改到12月25日")
    assert "12月18日 周五 → 12月25日 周五" in asked
    assert "秦岚报告的完成退回，继续办理" in asked
    await world.say(OFFICE, "确认")
    assert item(world, ITEM).done_at is None
    assert owed(world, ITEM) == {"item": "2026-12-25"}
    assert news(world, AUDIT, "12月18日 周五 → 12月25日 周五")


async def test_the_office_calls_it_off(world: Rehearsal) -> None:
    await entered(world)
    answer = await confirmed(world, OFFICE, f"取消{ITEM}")
    assert "进行中 → 已取消" in answer
    assert owed(world, ITEM) == {}
    assert news(world, AUDIT, "已取消，不再提醒")
    await world.turn_to("2026-12-18 12:00")
    assert not news(world, AUDIT, "账户清理")


async def test_the_owner_neither_moves_nor_calls_it_off(world: Rehearsal) -> None:
    await entered(world)
    for words in (f"{ITEM} 改到12月25日", f"取消{ITEM}"):
        assert "由监督办公室办理" in await world.say(AUDIT, words)
    assert actions(world, ITEM) == ["decide"]


async def test_what_is_foreign_sounds_like_what_is_absent(world: Rehearsal) -> None:
    await entered(world)
    for person in (WORKER, FINANCE):
        for words in (f"{ITEM} 完成", f"取消{ITEM}", f"{ITEM} 改到12月25日", f"查 {ITEM}"):
            absent = await world.say(person, words.replace(ITEM, "DB-2026-0099"))
            assert await world.say(person, words) == absent == HIDDEN, (person, words)
    assert "只对有关人员开放" in await world.say(WORKER, "待办清单")
    assert "没有您可以查看的" in await world.say(FINANCE, "待办清单")


async def test_the_leading_group_reads_but_does_not_report(world: Rehearsal) -> None:
    await entered(world)
    assert "恒信资本账户清理｜审计部牵头" in await world.say(LEADER, "待办清单")
    assert "由审计部报告完成" in await world.say(LEADER, f"{ITEM} 完成")


async def test_the_ladder_climbs_to_the_office_and_its_director(world: Rehearsal) -> None:
    await entered(world)
    await world.turn_to("2026-12-15 09:30")
    assert any("还剩3个工作日" in words for words in news(world, AUDIT, ITEM))
    await world.turn_to("2026-12-18 09:30")
    assert any("今天到期" in words for words in news(world, AUDIT, ITEM))
    assert not news(world, OFFICE, ITEM)
    await world.turn_to("2026-12-23 09:30")
    told = news(world, OFFICE, ITEM)
    assert len(told) == 1
    assert "已逾期3个工作日" in told[0]
    assert "审计部牵头" in told[0]
    assert not news(world, DIRECTOR, ITEM)
    await world.turn_to("2027-01-04 09:30")
    assert any("已逾期10个工作日" in words for words in news(world, DIRECTOR, ITEM))


async def test_members_enter_no_items(world: Rehearsal) -> None:
    assert "由监督办公室登记" in await world.say(HEAD, TODO)


async def test_a_long_list_goes_on_after_all(world: Rehearsal) -> None:
    for at in range(10):
        await confirmed(world, OFFICE, f"登记待办：账户清理{at}号，审计部牵头，12月18日前")
    answer = await world.say(OFFICE, "待办清单")
    assert "待办和计划10项" in answer
    assert "回复“全部”查看其余2条" in answer
    rest = await world.say(OFFICE, "全部")
    assert "DB-2026-0009" in rest
    assert "DB-2026-0010" in rest
