"""What people answer to reminders: 收到, a promised day, 已办, 延期 (domain.md 6.7)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage import answers
from storage.duties import AnswerGiven, Push
from storage.models import Event
from tests.flows.findings import (
    AUDIT,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    applied,
    assigned,
    finding,
    forget,
)
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

pytestmark = pytest.mark.begins("2026-12-07 10:00")

SECOND = "WT-2026-0125"
REPORT = "2026Q4:HX-CW"


def kept(world: Rehearsal) -> list[tuple[str, str, str, date | None]]:
    with world.session() as session:
        rows = session.scalars(select(AnswerGiven).order_by(AnswerGiven.id))
        return [(row.person, row.matter, row.kind, row.until) for row in rows]


def standing(world: Rehearsal) -> list[tuple[str, str, date | None]]:
    with world.session() as session:
        return [(row.person, row.matter, row.until) for row in answers.standing(session)]


def events(world: Rehearsal, *actions: str) -> list[tuple[str, str, object]]:
    with world.session() as session:
        found = session.scalars(select(Event).where(Event.action.in_(actions)).order_by(Event.id))
        return [(event.action, event.matter, event.after) for event in found]


def rungs(world: Rehearsal, person: str, matter: str = NUMBER) -> list[str]:
    """The rungs of which the person was told."""
    with world.session() as session:
        query = select(Push).where(Push.person == person, Push.matter == matter, Push.state == "told")
        return [f"{push.ladder} {push.rung}" for push in session.scalars(query.order_by(Push.told_at))]


@once
async def reminded(world: Rehearsal, due: str = "12月18日", day: str = "2026-12-15") -> None:
    """Three working days before the deadline, the reminder just came."""
    await assigned(world, due=due)
    await world.turn_to(f"{day} 10:00")
    forget(world)


@pytest.mark.begins("2026-11-23 10:00")
async def test_received_answers_the_reminder_and_is_kept(world: Rehearsal) -> None:
    await reminded(world)
    answer = await world.say(LIAISON, "收到")
    assert answer == f"{NUMBER} 已于11月23日 周一 10:00确认收到，12月18日 周五前完成。"
    assert kept(world)[-1] == (LIAISON, NUMBER, "ack", None)
    assert events(world, "acknowledge") == [("acknowledge", NUMBER, None)]


async def test_received_to_the_quarters_reminder(world: Rehearsal) -> None:
    await world.turn_to("2026-12-16 10:00")
    assert await world.say(FINANCE, "收到") == "好的，已记下：财务部2026年四季度监督工作信息，时限12月31日 周四。"
    assert kept(world) == [(FINANCE, REPORT, "ack", None)]


@pytest.mark.begins("2026-11-23 10:00")
async def test_received_of_who_only_follows_it_promises_nothing(world: Rehearsal) -> None:
    await reminded(world, due="12月4日", day="2026-12-09")
    assert "由责任单位办理" in await world.say(FINANCE, "12月15日前报")
    assert standing(world) == []


async def test_a_promise_says_what_it_does_and_moves_no_deadline(world: Rehearsal) -> None:
    await reminded(world)
    answer = await world.say(LIAISON, "周四前报")
    assert answer == (f"已记下：{NUMBER} 备用金长期未清，12月17日 周四前办好。此前不再提醒您；时限仍是12月18日 周五。")
    assert finding(world).due == date(2026, 12, 18)
    assert kept(world)[-1] == (LIAISON, NUMBER, "promise", date(2026, 12, 17))
    assert events(world, "promise") == [("promise", NUMBER, {"expect": "2026-12-17"})]


@pytest.mark.begins("2026-11-23 10:00")
async def test_a_promise_silences_that_person_until_he_is_asked_on_the_day(world: Rehearsal) -> None:
    await assigned(world, due="12月11日")
    await world.turn_to("2026-12-03 10:00")
    await world.say(LIAISON, "0123下周四前报")
    await world.turn_to("2026-12-10 10:00")
    told = [words for words in world.told(LIAISON) if NUMBER in words]
    assert told[-1].startswith(f"您答应今天（12月10日 周四）前办好{NUMBER} 备用金长期未清，办好了吗？")
    assert rungs(world, LIAISON) == ["promise T-0"], "neither T-7 nor T-3"
    await world.turn_to("2026-12-14 10:00")
    assert rungs(world, LIAISON)[1:] == ["rectification T-0", "rectification +1"]


async def test_superiors_hear_of_the_delay_all_the_same(world: Rehearsal) -> None:
    await reminded(world, due="12月11日", day="2026-12-08")
    answer = await world.say(LIAISON, "12月18日前报")
    assert "时限仍是12月11日 周五，过后照常计逾期、照常报告上级。要改时限请申请延期。" in answer
    await world.turn_to("2026-12-17 10:00")
    assert rungs(world, LIAISON)[-1] == "rectification T-3"
    assert rungs(world, HEAD) == ["rectification T-0", "rectification +1", "rectification +3"]
    assert rungs(world, FINANCE) == ["rectification +3"]


async def test_a_new_promise_takes_the_place_of_the_old_one(world: Rehearsal) -> None:
    await reminded(world, due="12月31日", day="2026-12-28")
    await world.say(LIAISON, "12月29日前报")
    await world.say(LIAISON, "12月30日前报")
    assert standing(world) == [(LIAISON, NUMBER, date(2026, 12, 30))]
    world.told(LIAISON)
    await world.turn_to("2026-12-29 20:00")
    assert not [words for words in world.told(LIAISON) if "您答应" in words]
    await world.turn_to("2026-12-30 20:00")
    assert len([words for words in world.told(LIAISON) if "您答应" in words]) == 1


@pytest.mark.parametrize("said", ["今天报", "12月15日前报"])
async def test_today_is_no_promise_and_another_day_is_asked_for(world: Rehearsal, said: str) -> None:
    await reminded(world)
    assert (await world.say(LIAISON, said)).startswith("12月15日 周二就是今天，不用登记。请说一个明天起的日期")
    assert standing(world) == []
    assert "12月17日 周四前办好" in await world.say(LIAISON, "周四")
    assert standing(world) == [(LIAISON, NUMBER, date(2026, 12, 17))]


async def test_a_promise_for_a_rest_day_is_pointed_out_and_asked_for_on_the_next_working_day(world: Rehearsal) -> None:
    await reminded(world)
    assert "12月19日 周六前办好（当天是休息日，12月21日 周一问您）" in await world.say(LIAISON, "周六前报")
    await world.turn_to("2026-12-21 12:00")
    assert "promise T-0" in rungs(world, LIAISON)
    await world.turn_to("2026-12-22 12:00")
    assert standing(world) == []


async def test_nobody_promises_for_ever(world: Rehearsal) -> None:
    await reminded(world)
    answer = await world.say(LIAISON, "明年3月31日前报")
    assert answer.endswith("最晚可以答应到2027年1月14日 周四；需要更久请申请延期。") and standing(world) == []


async def test_a_promise_ends_with_its_matter(world: Rehearsal) -> None:
    await world.turn_to("2026-12-16 10:00")
    await world.say(FINANCE, "12月22日前报")
    await world.say(FINANCE, "监督工作信息：检查2次，发现的问题已整改")
    await world.say(FINANCE, "确认")
    await world.say(FINANCE, "本季度无问题")
    assert "已报送" in await world.say(FINANCE, "确认")
    world.told(FINANCE)
    await world.turn_to("2026-12-23 10:00")
    assert not [words for words in world.told(FINANCE) if "您答应" in words]
    (said,) = events(world, "promise_ended")
    assert said == ("promise_ended", REPORT, {"person": FINANCE, "expect": "2026-12-22", "kept": True})


async def test_a_broken_promise_is_written_down(world: Rehearsal) -> None:
    await reminded(world)
    await world.say(LIAISON, "周四前报")
    await world.turn_to("2026-12-18 10:00")
    assert events(world, "promise_ended") == [
        ("promise_ended", NUMBER, {"person": LIAISON, "expect": "2026-12-17", "kept": False})
    ]


async def test_done_ends_nothing_but_names_what_is_missing(world: Rehearsal) -> None:
    await reminded(world)
    assert await world.say(LIAISON, "已办") == f"{NUMBER} 还差申请验收：回复“{NUMBER}申请验收”。"
    assert finding(world).state == "rectifying"
    assert kept(world)[-1] == (LIAISON, NUMBER, "done", None)
    assert events(world, "done_said") == [("done_said", NUMBER, None)]


async def test_done_of_what_is_done(world: Rehearsal) -> None:
    await reminded(world)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已全部清理；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法")
    assert "待验收" in await world.say(LIAISON, "确认")
    assert "已申请验收，等验收人处理" in await world.say(LIAISON, "已办")


async def test_done_of_a_report_that_lacks_a_half(world: Rehearsal) -> None:
    await world.turn_to("2026-12-16 10:00")
    answer = await world.say(FINANCE, "已办")
    assert answer.startswith("财务部2026年四季度还差：监督工作信息")


@pytest.mark.begins("2026-11-23 10:00")
async def test_an_acceptor_hears_what_waits_for_him(world: Rehearsal) -> None:
    await applied(world)
    await world.turn_to("2026-12-01 10:00")
    forget(world)
    assert f"同意请回复“同意销号 {NUMBER}”" in await world.say(FINANCE, "已办")
    assert "12月4日 周五前验收" in await world.say(FINANCE, "周五前报")


async def test_extension_as_an_answer_means_the_matter_reminded_of(world: Rehearsal) -> None:
    await assigned(world, SECOND, due="12月31日")
    await reminded(world)
    assert (await world.say(LIAISON, "延期")).startswith(f"{NUMBER} 申请延期。")


async def test_several_in_one_message_are_asked_about(world: Rehearsal) -> None:
    await assigned(world, SECOND, title="合同未会签")
    await reminded(world)
    asked = await world.say(LIAISON, "周四前报")
    assert asked.startswith("您说的是哪一件？") and NUMBER in asked and SECOND in asked
    await world.say(LIAISON, "都是")
    assert {matter for _, matter, _ in standing(world)} == {NUMBER, SECOND}


async def test_one_of_several(world: Rehearsal) -> None:
    await assigned(world, SECOND, title="合同未会签")
    await reminded(world)
    await world.say(LIAISON, "周四前报")
    await world.say(LIAISON, "0125")
    assert standing(world) == [(LIAISON, SECOND, date(2026, 12, 17))]


async def test_received_is_about_all_of_a_message(world: Rehearsal) -> None:
    await assigned(world, SECOND, title="合同未会签")
    await reminded(world)
    answer = await world.say(LIAISON, "收到")
    assert NUMBER in answer and SECOND in answer
    assert {matter for _, matter, kind, _ in kept(world)[-2:] if kind == "ack"} == {NUMBER, SECOND}


async def test_received_to_a_newer_task_is_about_the_task(world: Rehearsal) -> None:
    await reminded(world)
    await world.say(OFFICE, "报送问题：恒信建设合同未会签")
    await world.say(OFFICE, "确认")
    await world.say(OFFICE, "交办 0001 恒信建设 责任人周涛 12月31日前")
    await world.say(OFFICE, "确认")
    assert "WT-2026-0001：已交办 → 整改中" in await world.say(LIAISON, "收到")


async def test_the_morning_list_is_about_nothing_single(world: Rehearsal) -> None:
    await reminded(world, day="2026-12-16")
    before = kept(world)
    assert await world.say(LIAISON, "知道了") == "好的。有需要随时发“帮助”。"
    assert kept(world) == before


async def test_a_lead_of_which_he_was_never_told(world: Rehearsal) -> None:
    assert await world.say(OTHER, "收到 XS-2026-7K3M") == NOT_FOUND_OR_FORBIDDEN


@pytest.mark.begins("2026-11-23 10:00")
async def test_of_another_ladder_in_its_own_words(world: Rehearsal) -> None:
    """A special report whose findings lack: neither a finding nor a quarter's report."""
    await world.say(AUDIT, "登记专项报告：恒信置业经责审计，共3项，11月20日形成")
    assert "BG-2026-0001" in await world.say(AUDIT, "确认")
    await world.turn_to("2026-12-04 10:00")
    told = [words for words in world.told(AUDIT) if "BG-2026-0001" in words]
    assert told and rungs(world, AUDIT, "BG-2026-0001")
    assert (await world.say(AUDIT, "收到")).startswith("好的，已记下：BG-2026-0001 ")
    assert "系统里还没有登记办好" in await world.say(AUDIT, "已办")
    assert "BG-2026-0001" in await world.say(AUDIT, "12月10日前报")
    assert standing(world) == [(AUDIT, "BG-2026-0001", date(2026, 12, 10))]
    words = await world.say(AUDIT, "为什么提醒我")
    assert words.startswith("BG-2026-0001 ") and "依据：" in words and "下次12月10日 周四上午提醒您" in words
    assert await world.say(OTHER, "收到 BG-2026-0001") == NOT_FOUND_OR_FORBIDDEN
    world.told(AUDIT)
    await world.turn_to("2026-12-10 10:00")
    assert [words for words in world.told(AUDIT) if words.startswith("您答应今天（12月10日 周四）前办好BG-2026-0001")]
