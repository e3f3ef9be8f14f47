"""Stages of a phased rectification, the quarterly nodes of 持续整改, and handing on between units (3.2, T4, T6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.config import Policy
from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage.proceedings import CoUnit, Milestone
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    actions,
    assigned,
    change,
    finding,
    forget,
    seed,
    waiting,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

CONFIRM = "回复“确认”提交，“取消”放弃"
PLAN = "0123分三个节点：12月20日完成清理，1月31日完成入账，3月底完善制度"


def stages(world: Rehearsal) -> list[Milestone]:
    with world.session() as session:
        rows = list(session.scalars(select(Milestone).order_by(Milestone.id)))
        session.expunge_all()
        return rows


def standing(world: Rehearsal) -> list[tuple[str, date]]:
    return [(row.name, row.due) for row in stages(world) if not row.dropped]


@once
async def phased(world: Rehearsal) -> None:
    await assigned(world, due="2027年3月31日")


@once
async def planned(world: Rehearsal) -> None:
    await phased(world)
    assert (await world.say(LIAISON, PLAN)).endswith(CONFIRM)
    await world.say(LIAISON, "确认")
    forget(world)


async def test_t4_a_phased_rectification_has_at_least_one_stage(world: Rehearsal) -> None:
    await phased(world)
    assert finding(world).rect_type == "phased"
    assert standing(world) == [("完成整改", date(2027, 3, 31))]


async def test_t4_stages_are_set_with_the_assignment(world: Rehearsal) -> None:
    await seed(world)
    asked = await world.say(OFFICE, "交办 0123 恒信建设 责任人周涛，分两个节点：12月20日完成清理，1月29日完成入账")
    assert "12月20日 周日完成清理" in asked and "2027年1月29日 周五完成入账" in asked and "分阶段整改" in asked
    await world.say(OFFICE, "确认")
    assert standing(world) == [("完成清理", date(2026, 12, 20)), ("完成入账", date(2027, 1, 29))]
    assert finding(world).due == date(2027, 1, 29)


async def test_the_liaison_replaces_the_plan_and_the_old_one_is_kept(world: Rehearsal) -> None:
    await phased(world)
    asked = await world.say(LIAISON, PLAN)
    assert "原来：2027年3月31日 周三完成整改" in asked and "现在：12月20日 周日完成清理" in asked
    assert len(stages(world)) == 1
    done = await world.say(LIAISON, "确认")
    assert "节点1个 → 3个" in done
    assert [row.dropped for row in stages(world)] == [True, False, False, False]
    assert any("12月20日 周日完成清理" in text for text in world.told(FINANCE))
    assert actions(world)[-1] == "set_milestones"
    card = await world.say(LIAISON, f"查 {NUMBER}")
    assert "节点0/3，下一个12月20日 周日完成清理" in card


async def test_a_stage_is_done_once_and_shown(world: Rehearsal) -> None:
    await planned(world)
    asked = await world.say(LIAISON, "0123第一个节点完成了")
    assert "未完成 → 已完成" in asked and asked.endswith(CONFIRM)
    await world.restart()
    done = await world.say(LIAISON, "确认")
    assert "未完成 → 已完成" in done and "节点1/3" in done
    assert any("节点“完成清理”已完成" in text for text in world.told(FINANCE))
    assert "已于11月23日" in await world.say(LIAISON, "0123第一个节点完成了")
    (row,) = [row for row in stages(world) if row.done_at is not None]
    assert (row.name, row.done_by) == ("完成清理", LIAISON)


async def test_a_stage_after_the_due_date_is_an_extension(world: Rehearsal) -> None:
    await assigned(world)  # until 12月18日
    asked = await world.say(LIAISON, "0123分两个节点：12月10日完成清理，1月31日完成入账")
    assert "晚于整改时限12月18日 周五" in asked and "申请延期" in asked
    asked = await world.say(LIAISON, "12月10日完成清理，12月18日完成入账")
    assert "立行立改 → 分阶段整改" in asked
    await world.say(LIAISON, "确认")
    assert finding(world).rect_type == "phased" and finding(world).due == date(2026, 12, 18)


async def test_who_plans_stages_and_who_does_not(world: Rehearsal) -> None:
    await phased(world)
    assert "由责任单位联络员、负责人或交办人定" in await world.say(FINANCE, PLAN)
    assert await world.say(OTHER, PLAN) == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(OTHER, PLAN.replace("0123", "0999")) == NOT_FOUND_OR_FORBIDDEN
    assert "由责任单位报完成" in await world.say(OFFICE, "0123第一个节点完成了")
    assert (await world.say(OFFICE, PLAN)).endswith(CONFIRM)
    assert "已取消" in await world.say(OFFICE, "取消") and len(stages(world)) == 1


async def test_the_stage_is_reminded_of_on_its_day_and_not_when_done(world: Rehearsal) -> None:
    await planned(world)
    await world.turn_to("2026-12-18 09:16")  # the working day before Sunday 12-20
    await world.settle()
    assert any("第1个节点“完成清理”应于12月20日 周日完成" in text for text in world.told(LIAISON))
    await world.say(LIAISON, "0123第2个节点完成了")
    await world.say(LIAISON, "确认")
    await world.turn_to("2027-01-29 18:00")
    await world.settle()
    assert not any("完成入账" in text for text in world.told(LIAISON)[1:])


async def test_t10_the_last_stage_moves_with_the_due_date(world: Rehearsal) -> None:
    await phased(world)
    await world.say(LIAISON, f"{NUMBER} 申请延期至2027年4月20日，原因：诉讼未结")
    await world.say(LIAISON, "确认")
    await world.say(OFFICE, f"同意{NUMBER}延期")
    await world.say(OFFICE, "确认")
    assert standing(world) == [("完成整改", date(2027, 4, 20))]


async def test_3_2_a_report_moves_the_node_of_an_ongoing_one_to_the_next_quarter(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, "交办 0123 恒信建设 责任人周涛 持续整改")
    await world.say(OFFICE, "确认")
    row = finding(world)
    assert (row.rect_type, row.due, row.review_on) == ("ongoing", date(2026, 12, 31), date(2028, 11, 23))
    await world.say(LIAISON, f"{NUMBER} 整改进展：本季已清理三笔")
    done = await world.say(LIAISON, "确认")
    assert "12月31日 周四 → 2027年3月31日 周三" in done
    assert finding(world).due == date(2027, 3, 31) and waiting(world, ladder="rectification")["T-0"] == "2027-03-31"
    assert waiting(world, ladder="review") == {"T-0": "2028-11-23"}
    await world.say(LIAISON, f"{NUMBER} 整改进展：又清理一笔")
    await world.say(LIAISON, "确认")
    assert finding(world).due == date(2027, 3, 31)  # this quarter is served already
    assert waiting(world, ladder="review") == {"T-0": "2028-11-23"}


async def test_3_2_when_its_time_is_up_it_is_reviewed(world: Rehearsal) -> None:
    world.world.policy = Policy(ongoing_review_months=2)  # 24 by default; the days between are all alike
    await seed(world)
    await world.say(OFFICE, "交办 0123 恒信建设 责任人周涛 持续整改")
    await world.say(OFFICE, "确认")
    forget(world)
    await world.turn_to("2027-01-25 09:16")
    await world.settle()
    assert any("持续整改已满2个月，请复核" in text for text in world.told(FINANCE))


async def test_t6_between_units_only_the_office_hands_on(world: Rehearsal) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT)
    refused = await world.say(AUDIT, f"{NUMBER}改派给恒信物流 责任人陈静")
    assert "只能由监督办公室办理" in refused and finding(world).unit == "JS"
    asked = await world.say(OFFICE, f"{NUMBER}改派给恒信物流 责任人陈静")
    assert "恒信建设 → 恒信物流" in asked and "周涛 → 陈静" in asked
    await world.say(OFFICE, "确认")
    row = finding(world)
    assert (row.unit, row.resp_person, row.due) == ("WL", OTHER, date(2026, 12, 18))
    for person in (LIAISON, HEAD):
        assert any("不再收到这条的提醒" in text for text in world.told(person))
    assert any("改派" in text for text in world.told(OTHER))
    await world.turn_to("2026-12-15 09:16")
    await world.settle()
    assert world.told(OTHER) and not world.told(LIAISON) and not world.told(HEAD)
    assert await world.say(LIAISON, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN


async def test_t4_units_named_as_assisting_are_let_in_with_the_assignment(world: Rehearsal) -> None:
    await seed(world)
    asked = await world.say(OFFICE, "交办0123，牵头审计部，配合工会，12月18日前")
    assert "责任单位：恒信建设 → 审计部" in asked and "配合：工会" in asked
    await world.say(OFFICE, "确认")
    with world.session() as session:
        assert [row.unit for row in session.scalars(select(CoUnit))] == ["HX-GH"]
    assert any("请工会配合整改" in text for text in world.told("hx_gonghui"))
    await world.say("hx_gonghui", f"{NUMBER} 整改进展：已提供职工访谈记录")
    assert "已记录" in await world.say("hx_gonghui", "确认")
    assert any("配合单位工会 孙丽" in text for text in world.told(AUDIT))


async def test_the_card_shows_round_and_key_supervision(world: Rehearsal) -> None:
    await assigned(world)
    await change(world, key_supervised=True, cycle=2)
    assert "WT-2026-0123｜整改中｜第2轮｜重点督办" in await world.say(DIRECTOR, f"查 {NUMBER}")


async def test_t9_the_last_stage_moves_with_the_date_of_a_return(world: Rehearsal) -> None:
    await planned(world)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已清理；佐证：银行回单；原因：制度缺失")
    await world.say(LIAISON, "确认")
    await world.say(FINANCE, f"退回 {NUMBER}，理由：佐证不充分，4月16日前补")
    assert "4月16日" in await world.say(FINANCE, "确认")
    assert standing(world)[-1] == ("完善制度", date(2027, 4, 16))
