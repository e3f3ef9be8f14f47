"""Submitting findings, from the first word to the record and what the office hears."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.messages import Kind, Media
from storage import events
from storage.matters import Finding
from storage.models import Due
from storage.proceedings import Evidence
from tests.flows.harness import Rehearsal

WHOLE = "报送问题：恒信物流备用金7个月没清，一共4.2万"


def found(session: Session) -> list[Finding]:
    return list(session.scalars(select(Finding).order_by(Finding.id)))


async def test_one_message_is_read_back_confirmed_and_registered(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", WHOLE)
    assert "恒信物流" in asked
    assert "4.2万元" in asked
    assert "11月23日 周一" in asked
    assert "财务部" in asked
    assert asked.endswith("回复“确认”提交，“取消”放弃")
    card = world.last_card("hx_caiwu")
    assert [button.key for button in card.buttons] == ["确认", "取消"]
    assert len(card.facts) <= 4

    answer = await world.say("hx_caiwu", "确认")
    assert "已登记 WT-2026-0001" in answer
    assert "李敏" in answer
    with world.session() as session:
        (finding,) = found(session)
        assert (finding.state, finding.source, finding.unit, finding.amount_fen) == (
            "registered", "HX-CW", "WL", 4_200_000,
        )  # fmt: skip
        assert finding.found_at == date(2026, 11, 23)
        assert finding.raw_text == WHOLE
        assert [event.action for event in events.history(session, finding.number)] == ["submit", "register"]
    (told,) = [words for words in world.told("hx_ban") if "WT-" in words]
    assert "WT-2026-0001" in told


async def test_a_button_says_confirm(world: Rehearsal) -> None:
    await world.say("hx_caiwu", WHOLE)
    assert "WT-2026-0001" in await world.click("hx_caiwu", "确认")


async def test_only_what_is_missing_is_asked(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", "报送问题")
    assert "责任单位" in asked
    assert "什么问题" in asked
    asked = await world.say("hx_caiwu", "二公司")
    assert "什么问题" in asked
    assert "责任单位" not in asked
    asked = await world.say("hx_caiwu", "3笔采购应招未招")
    assert "恒信建设二公司" in asked
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (finding,) = found(session)
        assert finding.raw_text == "报送问题\n二公司\n3笔采购应招未招"


async def test_everything_can_be_corrected_before_it_is_confirmed(world: Rehearsal) -> None:
    await world.say("hx_caiwu", "报送问题：恒信置业3笔采购应招未招，128.6万元")
    asked = await world.say("hx_caiwu", "金额写错了，是12.86万不是128.6万")
    assert "128.6万元 → 12.86万元" in asked
    assert "恒信能源" in await world.say("hx_caiwu", "责任单位改成恒信能源")
    assert "恒信建设二公司" in await world.say("hx_caiwu", "不对不对 是二公司")
    assert "11月20日 周五" in await world.say("hx_caiwu", "发现时间是上周五")
    assert "5笔采购应招未招" in await world.say("hx_caiwu", "描述改成5笔采购应招未招")
    back = await world.say("hx_caiwu", "上一步")
    assert "5笔" not in back
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (finding,) = found(session)
        assert (finding.unit, finding.amount_fen, finding.found_at) == ("JS2", 12_860_000, date(2026, 11, 20))
        assert "金额写错了" in finding.raw_text


async def test_an_uncertain_amount_stays_in_its_words(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", "二公司项目部那个签证单 没有监理签字 大概四五十万吧 具体数我回头补")
    assert "大概四五十万（未计入合计，可稍后补）" in asked
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (finding,) = found(session)
        assert (finding.amount_fen, finding.amount_text) == (None, "大概四五十万")


@pytest.mark.parametrize(("answer", "count", "fen"), [("1", 1, 317_000_000), ("2", 2, 230_000_000)])
async def test_two_amounts_are_asked_about(world: Rehearsal, answer: str, count: int, fen: int) -> None:
    said = "我这边审计发现恒信能源有两份合同是先干后签的，金额嘛一份230万一份87万，麻烦登记一下"
    assert "317万元" in await world.say("hx_shenji", said)
    await world.say("hx_shenji", answer)
    await world.say("hx_shenji", "确认")
    with world.session() as session:
        rows = found(session)
        assert len(rows) == count
        assert rows[0].amount_fen == fen
        assert rows[0].supervision_type == "special"


async def test_several_findings_in_one_message_are_never_merged_silently(world: Rehearsal) -> None:
    said = "发现问题如下：1.差旅超标报销5人次，1.3万元；2.公车加油卡未实行一车一卡；3.业务招待无公函。单位恒信能源。"
    asked = await world.say("hx_caiwu", said)
    assert "1 分成3条登记" in asked
    assert "2 合并成一条" in asked
    assert "共3条" in await world.say("hx_caiwu", "1")
    assert "共2条" in await world.say("hx_caiwu", "删掉第3条")
    answer = await world.say("hx_caiwu", "确认")
    assert "WT-2026-0001、WT-2026-0002" in answer
    with world.session() as session:
        rows = found(session)
        assert [row.amount_fen for row in rows] == [1_300_000, None]
        assert {row.unit for row in rows} == {"NY"}
        assert all(row.raw_text.startswith(said) for row in rows)


async def test_two_units_become_two_findings_only_when_wanted(world: Rehearsal) -> None:
    said = "今天去抽查的时候发现好多地方消防通道堵了，还有灭火器过期，二公司和物流公司都有"
    assert "分成2条" in await world.say("hx_caiwu", said)
    await world.say("hx_caiwu", "1")
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        assert {row.unit for row in found(session)} == {"JS2", "WL"}


async def test_a_pasted_table_is_read_row_by_row(world: Rehearsal) -> None:
    said = "报送问题：\n单位\t问题描述\t金额（万元）\n物流\t备用金未清\t4.2\n二公司\t签证无监理签字\t约45万"
    asked = await world.say("hx_caiwu", said)
    assert "共2条" in asked
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        first, second = found(session)
        assert (first.unit, first.amount_fen) == ("WL", 4_200_000)
        assert (second.unit, second.amount_fen, second.amount_text) == ("JS2", None, "约45万")


async def test_the_same_words_within_a_day_are_noticed(world: Rehearsal) -> None:
    for _ in range(2):
        asked = await world.say("hx_caiwu", WHOLE)
        if "WT-2026-0001" not in asked:
            await world.say("hx_caiwu", "确认")
    assert "1 不再登记" in asked
    assert "没有重复登记" in await world.say("hx_caiwu", "1")
    with world.session() as session:
        assert len(found(session)) == 1


async def test_a_finding_about_a_leader_is_restricted_and_kept_from_the_staff(world: Rehearsal) -> None:
    await world.settle()
    world.told("hx_ban")  # what the office owes itself at the start of the day
    asked = await world.say("hx_caiwu", "报送问题：恒信物流总经理违规发放补贴")
    assert "涉及单位主要负责人，本条将按受限可见登记（仅来源监督主体、办公室主任、纪检监察机构可见）。确认？" in asked
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        assert found(session)[0].visibility == "restricted"
    assert world.told("hx_ban") == []
    (told,) = world.told("hx_zhuren")
    assert "WT-2026-0001" in told
    assert "总经理" not in told


async def test_officials_of_the_superior_body_are_not_entered(world: Rehearsal) -> None:
    answer = await world.say("hx_shenji", "报送问题：集团董事长违规用车")
    assert "12388" in answer
    with world.session() as session:
        assert found(session) == []


async def test_a_unit_reports_only_on_itself_and_the_office_registers(world: Rehearsal) -> None:
    asked = await world.say("hx_jianshel", "报送问题：项目部现金支付农民工工资")
    assert "恒信建设（自查）" in asked
    assert "已提交 WT-2026-0001" in await world.say("hx_jianshel", "确认")
    with world.session() as session:
        assert found(session)[0].state == "submitted"
    assert "本单位" in await world.say("hx_jianshel", "报送问题：恒信物流备用金没清")


async def test_employees_are_led_elsewhere_and_nothing_is_kept(world: Rehearsal) -> None:
    answer = await world.say("hx_zhigong", "报送问题：恒信物流备用金没清")
    assert "实名反映：" in answer
    assert "没有保存" in answer
    assert "系统管理员" in await world.say("hx_admin", "报送问题：恒信物流备用金没清")
    with world.session() as session:
        assert found(session) == []


async def test_a_picture_becomes_evidence(world: Rehearsal) -> None:
    await world.say("hx_caiwu", WHOLE)
    await world.hear("hx_caiwu", Kind.IMAGE, media=Media("MEDIA-1"))
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (evidence,) = session.scalars(select(Evidence))
        assert (evidence.kind, evidence.media_id) == ("image", "MEDIA-1")


async def test_a_finding_of_an_earlier_quarter_is_late(world: Rehearsal) -> None:
    said = "补报一条9月份的问题，当时漏了：恒信资本基金投后报告连续两期未出具"
    assert "补报" in await world.say("hx_caiwu", said)
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (finding,) = found(session)
        assert (finding.quarter, finding.late) == ("2026Q3", True)


async def test_a_suspected_offence_goes_on_as_a_lead(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", "帮我录入：恒信建设/招标/围标嫌疑/3家投标文件雷同/项目：博山安置房")
    assert "是否转为问题线索" in asked
    assert "仅线索管理人员可见" in await world.say("hx_caiwu", "转线索")
    assert "XS-2026-" in await world.say("hx_caiwu", "确认")
    with world.session() as session:
        assert found(session) == []


async def test_a_tendency_comes_back_after_ninety_days(world: Rehearsal) -> None:
    said = "提交一条苗头性问题：恒信能源采购部近三个月连续7单选同一家供应商，暂未发现违规，建议提醒。"
    assert "不纳入整改率；将在90天后提醒复看。" in await world.say("hx_caiwu", said)
    await world.say("hx_caiwu", "确认")
    with world.session() as session:
        (due,) = session.scalars(select(Due).where(Due.kind == "tendency"))
        assert (due.matter, due.day) == ("WT-2026-0001", "2027-02-22")  # the 90th day is a Sunday
    await world.turn_to("2027-02-22 08:30")
    assert not any("满90天" in words for words in world.told("hx_caiwu"))
    await world.turn_to("2027-02-22 10:00")
    (said,) = [words for words in world.told("hx_caiwu") if "满90天" in words]
    assert said.startswith("WT-2026-0001 苗头性问题登记已满90天，请复看是否消除。"), said


async def test_words_that_fit_nothing_are_asked_about(world: Rehearsal) -> None:
    await world.say("hx_caiwu", WHOLE)
    assert "没太明白" in await world.say("hx_caiwu", "这个怎么说呢你看着办吧，我这边一时半会儿也说不清楚")
    assert "请确认" in await world.say("hx_caiwu", "2")
    assert "已取消问题填报" in await world.say("hx_caiwu", "取消")


async def test_stray_words_never_stand_in_the_way_of_a_confirmation(world: Rehearsal) -> None:
    await world.say("hx_caiwu", WHOLE)
    assert "还没提交" in await world.say("hx_caiwu", "谢谢")
    assert "重大" in await world.say("hx_caiwu", "改成重大")
    assert "没太明白" in await world.say("hx_caiwu", "这个怎么说呢你看着办吧，我这边一时半会儿也说不清楚")
    assert "已登记 WT-2026-0001" in await world.say("hx_caiwu", "没问题")
    with world.session() as session:
        (finding,) = found(session)
        assert finding.severity == "major"
        assert "看着办" not in finding.desc


async def test_a_restart_between_question_and_answer_loses_nothing(world: Rehearsal) -> None:
    await world.say("hx_caiwu", WHOLE)
    await world.restart()
    assert "WT-2026-0001" in await world.say("hx_caiwu", "确认")
