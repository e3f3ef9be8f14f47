"""Urgent reports: stored and pushed first, questions afterwards, whatever the hour."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage.matters import Urgent
from tests.flows.harness import CHINA, Rehearsal

SAID = "紧急：二公司塔吊出事了，一人受伤"


async def test_it_is_stored_and_pushed_at_once_even_at_night(world: Rehearsal) -> None:
    await world.turn_to("2026-11-23 23:05")
    await world.settle()
    world.told("hx_ban")  # what the office owes itself at the start of the day
    answer = await world.say("hx_jianshel", SAID)
    assert "JJ-2026-0001" in answer
    assert "1小时内向政府主管部门报告，本消息不替代法定报告" in answer
    assert "120" in answer
    assert "请补充" in answer
    for person in ("hx_ban", "hx_zhuren"):
        (told,) = world.told(person)
        assert "JJ-2026-0001" in told
        assert "塔吊出事了" in told
    sent = [one for one in world.channel.sent if one.person == "hx_zhuren"][-1]
    assert sent.at.astimezone(CHINA) == datetime(2026, 11, 23, 23, 5, tzinfo=CHINA)
    with world.session() as session:
        (report,) = session.scalars(select(Urgent))
        assert (report.unit, report.raw_text) == ("JS2", SAID)


async def test_answers_and_updates_go_to_the_same_number(world: Rehearsal) -> None:
    await world.settle()
    world.told("hx_ban")  # what the office owes itself at the start of the day
    await world.say("hx_jianshel", SAID)
    asked = await world.say("hx_jianshel", "刚才9点半，在3号楼")
    assert "JJ-2026-0001" in asked
    await world.say("hx_jianshel", "已送医院，现场停工")
    answer = await world.say("hx_jianshel", "紧急情况更新：伤者已脱离危险")
    assert "已补充到 JJ-2026-0001" in answer
    assert len(world.told("hx_ban")) == 4
    with world.session() as session:
        (report,) = session.scalars(select(Urgent))
        assert [one["text"] for one in report.updates][-1].endswith("伤者已脱离危险")
        assert len(report.updates) == 3


async def test_after_a_day_it_is_a_new_report(world: Rehearsal) -> None:
    await world.say("hx_jianshel", SAID)
    await world.say("hx_jianshel", "没了")
    await world.turn_to("2026-11-24 11:00")
    assert "JJ-2026-0002" in await world.say("hx_jianshel", "紧急情况更新：塔吊又倒了，一人受伤")


async def test_anybody_may_even_a_stranger(world: Rehearsal) -> None:
    await world.settle()
    world.told("hx_ban")  # what the office owes itself at the start of the day
    assert "JJ-2026-0001" in await world.say("somebody_else", "紧急：仓库着火了")
    (told,) = world.told("hx_ban")
    assert "仓库着火了" in told


async def test_a_bare_command_asks_what_happened(world: Rehearsal) -> None:
    assert "发生了什么" in await world.say("hx_jianshel", "紧急报告")
    assert "JJ-2026-0001" in await world.say("hx_jianshel", "二公司基坑塌方，两人被困")


async def test_it_breaks_into_another_conversation_which_then_goes_on(world: Rehearsal) -> None:
    await world.say("hx_caiwu", "报送问题：恒信物流备用金7个月没清，一共4.2万")
    assert "JJ-2026-0001" in await world.say("hx_caiwu", "紧急：恒信物流仓库着火")
    await world.say("hx_caiwu", "没了")
    assert "WT-2026-0001" in await world.say("hx_caiwu", "确认")


async def test_the_same_words_again_are_the_same_report(world: Rehearsal) -> None:
    await world.say("hx_jianshel", SAID)
    await world.say("hx_jianshel", "没了")
    assert "不再重复" in await world.say("hx_jianshel", SAID)
    with world.session() as session:
        assert len(session.scalars(select(Urgent)).all()) == 1
