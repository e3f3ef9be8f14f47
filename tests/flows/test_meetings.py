"""Meetings are called, moved and called off, and everybody who has to know is told (domain.md S29-S31)."""

from __future__ import annotations

import pytest

from tests.flows.gatherings import (
    AUDIT,
    CONFIRM,
    DIRECTOR,
    FINANCE,
    HEAD,
    HIDDEN,
    LEADER,
    NUMBER,
    OFFICE,
    UNIT_HEAD,
    WORKER,
    YEAR_START,
    actions,
    called,
    confirmed,
    forget,
    meeting,
    news,
    owed,
)
from tests.flows.harness import Rehearsal


async def test_s30_a_meeting_is_confirmed_registered_and_told(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, YEAR_START)
    assert "请确认登记年初领导小组会议" in asked
    assert "时间：2027年1月15日 周五 14:30" in asked
    assert "地点：三楼会议室" in asked
    assert "研究确定年度监督计划等5项" in asked
    assert "材料：2027年1月8日 周五前" in asked
    assert asked.endswith(CONFIRM)
    answer = await world.say(OFFICE, "确认")
    assert f"已登记 {NUMBER} 年初领导小组会议" in answer
    assert "采购部" in answer, "units without people are named"
    told = meeting(world)
    assert (told.kind, told.place, len(told.agenda), told.state) == ("year_start", "三楼会议室", 5, "planned")
    assert set(told.invited) == {LEADER, DIRECTOR, OFFICE, HEAD}
    for person in (LEADER, DIRECTOR, HEAD):
        assert any("会议通知" in words and "分析研判重大问题并提出处置意见" in words for words in world.told(person))
    assert any("1月8日 周五前交" in words for words in world.told(AUDIT))
    assert not news(world, UNIT_HEAD, "会议")
    assert actions(world, NUMBER) == ["call_meeting"]
    due = owed(world, NUMBER)
    assert (due["meeting"], due["minutes"], due["papers/HX-SJ"]) == ("2027-01-15", "2027-01-20", "2027-01-08")
    assert len([name for name in due if name.startswith("papers/")]) == 10


async def test_a_rest_day_is_pointed_out_and_corrected(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, "定一下：领导小组年初会议2027年1月16日下午2点半，三楼会议室")
    assert "1月16日 周六是休息日，最近的工作日是2027年1月15日 周五" in asked
    assert "材料：2027年1月11日 周一前" in asked, "five working days before"
    asked = await world.say(OFFICE, "改到1月15日下午3点")
    assert "时间：2027年1月15日 周五 15:00" in asked
    assert "休息日" not in asked
    asked = await world.say(OFFICE, "地点改成五楼会议室")
    assert "地点：五楼会议室" in asked
    await world.say(OFFICE, "确认")
    assert meeting(world).place == "五楼会议室"


async def test_what_is_missing_is_asked(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, "安排一下年初领导小组会议，1月15日")
    assert "几点开" in asked, asked
    asked = await world.say(OFFICE, "下午2点半，三楼会议室")
    assert "2027年1月15日 周五 14:30" in asked, asked
    assert "三楼会议室" in asked


async def test_a_bare_order_is_asked_for_the_day(world: Rehearsal) -> None:
    assert "哪天几点开" in await world.say(OFFICE, "安排一下年初领导小组会议")
    assert "几点开" in await world.say(OFFICE, "1月20日")
    asked = await world.say(OFFICE, "上午9点，五楼会议室")
    assert "2027年1月20日 周三 09:00" in asked
    asked = await world.say(OFFICE, "不用交材料")
    assert "材料：" not in asked
    await world.say(OFFICE, "确认")
    assert meeting(world).papers_due is None
    assert sorted(owed(world, NUMBER)) == ["meeting", "minutes"]


async def test_s29_the_window_is_called_until_a_bare_day_answers_it(world: Rehearsal) -> None:
    waiting = owed(world, "leading_group")
    assert waiting == {"meeting_window/2027-year_start": "2027-01-01", "meeting_late/2027-year_start": "2027-02-28"}
    await world.turn_to("2026-12-17 12:00")
    assert any("年初领导小组会议尚未安排（窗口1–2月）。回复日期即可登记。" in words for words in world.told(OFFICE))
    await world.turn_to("2027-01-04 09:30")
    assert any("年初领导小组会议尚未安排（窗口1–2月）。回复日期即可登记。" in words for words in world.told(OFFICE))
    asked = await world.say(OFFICE, "1月15日下午2点半")
    assert "请确认登记年初领导小组会议" in asked, asked
    assert "1月15日 周五 14:30" in asked
    assert "已登记 HY-2027-0001" in await world.say(OFFICE, "确认")
    assert owed(world, "leading_group") == {}


@pytest.mark.begins("2027-02-10 10:00")
async def test_s29_the_director_hears_ten_working_days_before_the_window_ends(world: Rehearsal) -> None:
    await world.turn_to("2027-02-11 20:00")
    assert not news(world, DIRECTOR, "尚未安排")
    await world.turn_to("2027-02-12 09:30")
    told = news(world, DIRECTOR, "年初领导小组会议尚未安排")
    assert len(told) == 1
    assert "还剩10个工作日" in told[0]
    await world.turn_to("2027-03-01 00:30")
    assert "meeting_late/2027-year_start" not in owed(world, "leading_group"), "the window is over"


async def test_a_meeting_called_off_opens_the_window_again(world: Rehearsal) -> None:
    await called(world)
    assert owed(world, "leading_group") == {}
    asked = await world.say(OFFICE, f"取消{NUMBER}")
    assert "10家单位的材料不再收" in asked
    assert "已安排 → 已取消" in await world.say(OFFICE, "确认")
    for person in (LEADER, HEAD, AUDIT):
        assert news(world, person, "会议取消")
    assert owed(world, NUMBER) == {}
    assert "meeting_window/2027-year_start" in owed(world, "leading_group")
    assert "已取消" in await world.say(OFFICE, f"{NUMBER}改到1月20日下午3点")


@pytest.mark.begins("2026-12-31 10:00")
async def test_a_meeting_moved_takes_its_reminders_along(world: Rehearsal) -> None:
    await called(world)
    asked = await world.say(OFFICE, f"{NUMBER}改到1月20日下午3点")
    assert "2027年1月15日 周五 14:30 → 2027年1月20日 周三 15:00" in asked
    assert "2027年1月8日 周五 → 2027年1月13日 周三" in asked, "material keeps its distance"
    await world.say(OFFICE, "确认")
    for person in (LEADER, HEAD, AUDIT):
        assert any("→ 2027年1月20日 周三 15:00" in words for words in world.told(person)), person
    due = owed(world, NUMBER)
    assert (due["meeting"], due["minutes"], due["papers/HX-SJ"]) == ("2027-01-20", "2027-01-25", "2027-01-13")
    assert actions(world, NUMBER) == ["call_meeting", "change_meeting"]
    await world.turn_to("2027-01-14 12:00")
    assert not news(world, LEADER, "明天")
    await world.turn_to("2027-01-19 09:30")
    assert any("明天（1月20日 周三） 15:00" in words for words in world.told(LEADER))


@pytest.mark.begins("2026-12-29 10:00")
async def test_the_agenda_is_called_for_and_topics_are_put_on_it(world: Rehearsal) -> None:
    await called(world)
    await world.turn_to("2026-12-31 09:30")
    asked = news(world, HEAD, "征集议题")
    assert len(asked) == 1
    assert not news(world, LEADER, "征集议题")
    answer = await confirmed(world, HEAD, f"{NUMBER} 议题：研究招采专项")
    assert "5项 → 6项" in answer
    assert news(world, OFFICE, "财务部高远提出议题“研究招采专项”")
    assert meeting(world).agenda[-1] == "研究招采专项（财务部提）"
    await world.turn_to("2027-01-14 09:30")
    assert any("含研究招采专项" in words and "明天" in words for words in world.told(LEADER))


async def test_s31_a_special_meeting_is_told_at_once_even_at_night(world: Rehearsal) -> None:
    await world.turn_to("2026-11-23 21:30")
    forget(world)
    answer = await confirmed(world, DIRECTOR, "临时会议，明天上午9点，议题：恒信资本账户冻结处置")
    assert "已告知陆正、李敏、高远" in answer
    assert "送达" not in answer
    for person in (LEADER, OFFICE, HEAD):
        told = news(world, person, "会议通知")
        assert len(told) == 1, person
        assert "恒信资本账户冻结处置" in told[0]
    assert meeting(world).kind == "ad_hoc"
    assert meeting(world).papers_due is None


async def test_an_ordinary_meeting_waits_for_the_morning(world: Rehearsal) -> None:
    await world.turn_to("2026-11-23 21:30")
    forget(world)
    assert "免打扰时段，11月24日 周二 08:00送达" in await confirmed(world, OFFICE, YEAR_START)
    assert not news(world, LEADER, "会议通知")
    await world.turn_to("2026-11-24 08:01")
    assert news(world, LEADER, "会议通知")


@pytest.mark.parametrize("person", [OFFICE, HEAD, FINANCE])
async def test_s31_only_the_director_or_the_leader_calls_a_special_one(world: Rehearsal, person: str) -> None:
    answer = await world.say(person, "临时会议，明天上午9点，议题：恒信资本账户冻结处置")
    assert "由监督办公室主任或监督工作领导小组组长陆正发起" in answer
    assert actions(world, NUMBER) == []


async def test_the_leader_may(world: Rehearsal) -> None:
    assert NUMBER in await confirmed(world, LEADER, "临时会议，明天上午9点，议题：恒信资本账户冻结处置")


async def test_members_do_not_call_the_leading_group(world: Rehearsal) -> None:
    assert "由监督办公室安排" in await world.say(HEAD, YEAR_START)


async def test_the_ordinary_meeting_stands_once(world: Rehearsal) -> None:
    await called(world)
    answer = await world.say(OFFICE, "定一下：领导小组年初会议2027年2月3日下午2点半")
    assert "已经安排了" in answer
    assert f"{NUMBER} 改到" in answer


async def test_a_foreign_employee_learns_nothing(world: Rehearsal) -> None:
    before = await world.say(WORKER, "年初领导小组会议什么时候开")
    await called(world)
    assert await world.say(WORKER, "年初领导小组会议什么时候开") == before
    assert "1月15日" not in before
    for words in (f"查 {NUMBER}", f"取消{NUMBER}", f"{NUMBER}改到1月20日下午3点", f"{NUMBER} 议题：加薪"):
        absent = await world.say(WORKER, words.replace(NUMBER, "HY-2026-0099"))
        assert await world.say(WORKER, words) == absent == HIDDEN, words


async def test_members_see_the_meeting_but_do_not_move_it(world: Rehearsal) -> None:
    await called(world)
    assert "1月15日 周五 14:30" in await world.say(HEAD, "年初领导小组会议什么时候开")
    assert "由监督办公室更改" in await world.say(HEAD, f"{NUMBER}改到1月20日下午3点")
    assert "由监督办公室更改" in await world.say(AUDIT, f"取消{NUMBER}")


async def test_what_is_not_planned_is_told_with_its_window(world: Rehearsal) -> None:
    answer = await world.say(LEADER, "年中领导小组会议什么时候开")
    assert answer == "年中领导小组会议尚未安排（窗口6–7月）。"


@pytest.mark.begins("2026-12-31 10:00")
async def test_leave_is_told_to_the_office_with_the_substitute(world: Rehearsal) -> None:
    await called(world)
    asked = await world.say(HEAD, "我请假，让刘洋参会")
    assert "由刘洋代为参会" in asked
    assert "已登记请假" in await world.say(HEAD, "确认")
    assert news(world, OFFICE, "高远请假，由刘洋代为参会")
    assert any("高远请您代为参会" in words for words in world.told(FINANCE))
    assert meeting(world).absences == {HEAD: "刘洋"}
    await world.turn_to("2027-01-14 09:30")
    assert any("明天" in words for words in world.told(FINANCE))
    assert not news(world, HEAD, "明天")


async def test_who_is_not_invited_asks_no_leave(world: Rehearsal) -> None:
    await called(world)
    assert "没有需要参加的会议" in await world.say(AUDIT, "我请假，让副主任参会")
    assert meeting(world).absences == {}
