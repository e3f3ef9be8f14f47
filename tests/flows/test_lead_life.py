"""The whole life of a lead (3.5): accepted, triaged, handed over, signed for, disposed of, answered, closed."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from storage.matters import LeadNote
from storage.models import Event, Outbox
from tests.flows.harness import Rehearsal
from tests.flows.leads import (
    ACCT,
    AUDIT,
    CONFIRM,
    DIRECTOR,
    FINANCE,
    FINANCE_HEAD,
    HIDDEN,
    MANAGER,
    OFFICE,
    WORKER,
    actions,
    clocks,
    done,
    handed,
    lead,
    quiet,
    reported,
    slips,
    told,
)
from tests.flows.snapshots import once

NAMED = "实名反映：恒信能源仓库主管周强倒卖废铁，有过磅单"


async def test_accepted_its_named_reporter_hears_so_and_the_director_has_five_days(world: Rehearsal) -> None:
    number = await reported(world, NAMED, by=WORKER)
    asked = await world.say(MANAGER, f"{number}受理")
    assert asked.startswith(f"请确认受理：{number}\n停止时钟：受理告知（12月14日 周一）") and "处置意见" not in asked
    assert (await world.say(MANAGER, "确认")).startswith(f"{number} 已受理；")
    assert lead(world, number).state == "accepted"
    assert told(world, number) == {WORKER: [f"您反映的线索 {number} 已受理，将按规定办理。"]}
    assert clocks(world, number) == {"disposal": date(2026, 12, 23), "triage": date(2026, 11, 30)}


@pytest.mark.parametrize(
    ("reason", "kind", "words"),
    [
        ("不属于受理范围", "elsewhere", "请向12388或有关主管部门反映"),
        ("材料不全，请补充", "more", "请补充后再报"),
        ("重复反映", "repeat", ""),
    ],
)
async def test_not_accepted_with_its_class_of_reason(world: Rehearsal, reason: str, kind: str, words: str) -> None:
    number = await reported(world, NAMED, by=WORKER)
    asked = await world.say(MANAGER, f"{number}不予受理，理由：{reason}")
    assert asked.startswith("请确认不予受理（") and asked.splitlines()[0].endswith(f"：{number}")
    assert (await world.say(MANAGER, "确认")).startswith(f"{number} 已不予受理（")
    row = lead(world, number)
    assert (row.state, row.not_accepted) == ("not_accepted", kind)
    assert clocks(world, number) == {}
    heard = told(world, number).get(WORKER, [])
    assert (words in heard[0]) if words else heard == []  # a repeated report is answered once
    assert (await world.say(WORKER, f"查 {number}")).startswith(f"{number}｜已办结")


async def test_why_it_is_not_accepted_is_asked(world: Rehearsal) -> None:
    number = await reported(world)
    assert "不予受理的理由" in await world.say(MANAGER, f"{number}不予受理")
    assert (await world.say(MANAGER, "2")).endswith(CONFIRM)
    await world.say(MANAGER, "确认")
    assert lead(world, number).not_accepted == "elsewhere"


async def test_s43_the_elements_are_asked_two_at_a_time_and_the_missing_one_by_name(world: Rehearsal) -> None:
    number = await reported(world)
    await done(world, MANAGER, f"{number}受理")
    asked = await world.say(DIRECTOR, f"{number}那条转追责部门，涉嫌违规投资")
    assert asked == "还差：损失大小（无/一般/较大/重大）、情节轻重（轻微/一般/较重/严重）。"
    asked = await world.say(DIRECTOR, "较大，较重")
    assert asked == "还差：不良影响（无/一般/较大/重大）。"
    asked = await world.say(DIRECTOR, "一般")
    assert f"{number} → 追责部门" in asked and "性质 违规经营投资｜损失 较大｜情节 较重｜影响 一般" in asked
    assert asked.endswith(CONFIRM)
    quiet(world)
    answer = await world.say(DIRECTOR, "确认")
    assert answer == f"{number} 已移送追责部门。已通知许诺签收。"
    assert told(world, number)[ACCT][0].startswith(f"线索 {number} 已移送追责部门，请在11月25日 周三前签收。")
    row = lead(world, number)
    assert (row.state, row.destinations, row.nature) == ("transferred", ["acct"], "illegal_invest")
    assert (row.loss_level, row.gravity, row.impact) == ("large", "serious", "small")


async def test_s43_discipline_is_never_left_out(world: Rehearsal) -> None:
    number = await reported(world)
    await done(world, MANAGER, f"{number}受理")
    asked = await world.say(DIRECTOR, f"{number}转追责部门，违纪，损失一般，情节一般，影响一般")
    assert "必须包括纪检监察机构" in asked
    assert "纪检监察机构、追责部门" in await world.say(DIRECTOR, "纪检和追责")
    await world.say(DIRECTOR, "确认")
    assert slips(world, number) == {"disc": "sent", "acct": "sent"}


async def test_without_a_destination_the_elements_suggest_one(world: Rehearsal) -> None:
    number = await reported(world)
    asked = await world.say(DIRECTOR, f"分办{number}：涉嫌犯罪，损失重大，情节严重，影响较大")
    assert "纪检监察机构、追责部门、司法或上级机关" in asked and asked.endswith(CONFIRM)
    await world.say(DIRECTOR, "取消")
    asked = await world.say(DIRECTOR, f"分办{number}：管理问题，损失一般，情节轻微，影响无")
    assert "移送去向" in asked
    assert "财务部" in await world.say(DIRECTOR, "财务部")
    await world.say(DIRECTOR, "确认")
    assert slips(world, number) == {"func:HX-CW": "sent"}


async def test_the_offices_staff_drafts_and_the_director_decides(world: Rehearsal) -> None:
    number = await reported(world)
    await done(world, MANAGER, f"{number}受理")
    quiet(world)
    asked = await world.say(OFFICE, f"{number}转追责部门，违规投资，损失较大，情节一般，影响一般，附件：合同2份")
    assert "分办拟办意见" in asked and "由监督办主任审定" in asked and "合同2份" in asked
    assert "还没有移送。已请何敏审定" in await world.say(OFFICE, "确认")
    assert (lead(world, number).state, slips(world, number)) == ("accepted", {})
    assert told(world, number) == {
        DIRECTOR: [f"线索 {number} 有分办拟办意见。请审定后回复“{number} 同意分办”，要改去向直接说。"]
    }
    assert "已移送追责部门" in await done(world, DIRECTOR, f"{number} 同意分办")
    assert lead(world, number).drafted_by == ""


async def test_s42_signed_for_or_reminded_after_two_working_days(world: Rehearsal) -> None:
    number = await handed(world)
    quiet(world)
    await world.turn_to("2026-11-25 10:00")
    assert told(world, number)[MANAGER] == [f"{number}：签收时限11月25日 周三，今天到期。"]
    asked = await world.say(MANAGER, f"纪委办已签收 {number}")
    assert "附件清单：无" in asked and asked.endswith(CONFIRM)
    assert "已告知何敏" in await world.say(MANAGER, "确认")
    assert told(world, number)[DIRECTOR] == [f"线索 {number} 已由纪检监察机构签收。"]
    assert (lead(world, number).state, slips(world, number)) == ("signed", {"disc": "signed"})
    assert "sign" not in clocks(world, number)


async def test_sent_back_for_material_and_sent_again(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    quiet(world)
    assert "理由" in await world.say(ACCT, f"退回{number}")
    assert "缺合同复印件" in await world.say(ACCT, "缺合同复印件")
    await world.say(ACCT, "确认")
    assert (lead(world, number).state, slips(world, number)) == ("refused", {"acct": "refused"})
    heard = told(world, number)
    assert set(heard) == {DIRECTOR} and "合同" not in heard[DIRECTOR][0]
    assert "理由：缺合同复印件" in await world.say(DIRECTOR, f"{number} 退回理由是什么")
    assert await world.say(ACCT, f"看{number}的内容") == HIDDEN  # it is his no longer
    await done(world, DIRECTOR, f"{number}移送追责部门，附件：合同复印件2份")
    assert slips(world, number) == {"acct": "sent"}
    assert "合同复印件2份" in await world.say(ACCT, f"签收{number}")


async def test_s50_the_three_clocks_of_the_accountability_body(world: Rehearsal) -> None:
    await world.turn_to("2026-11-24 09:30")
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    answer = await done(world, ACCT, f"签收{number}")
    assert "快报5、实时报告15、初核30个工作日：12-01 / 12-15 / 2027-01-06（2027年日历未核" in answer
    running = clocks(world, number)
    assert [running[part] for part in ("flash", "realtime", "prelim")] == [
        date(2026, 12, 1), date(2026, 12, 15), date(2027, 1, 6)
    ]  # fmt: skip
    assert "快报已完成" in await done(world, ACCT, f"{number}快报已报")
    assert "flash" not in clocks(world, number)
    quiet(world)
    await world.turn_to("2026-12-15 10:00")
    assert told(world, number)[ACCT][-1] == f"{number}：实时报告时限12月15日 周二，今天到期。"
    assert "经分管负责人批准" in await world.say(ACCT, f"{number}初核延长30个工作日")
    assert "2月" in await done(world, ACCT, f"{number}初核延长30个工作日，已经分管领导批准")
    assert "已经延长过一次" in await world.say(ACCT, f"{number}初核延长10个工作日，分管领导已批准")
    assert "6个月" in await done(world, ACCT, f"{number}启动核查")
    assert clocks(world, number)["verify"] == date(2027, 6, 15)


async def test_below_the_standard_of_reporting_the_first_two_end(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失一般，情节一般，影响一般")
    await done(world, ACCT, f"签收{number}")
    await done(world, ACCT, f"{number}不达报告标准")
    assert {"flash", "realtime"} & set(clocks(world, number)) == set() and "prelim" in clocks(world, number)


async def test_s51_the_accountability_body_hands_it_to_the_discipline_body_too(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    await done(world, ACCT, f"签收{number}")
    quiet(world)
    answer = await done(world, ACCT, f"违规追责核查中发现恒信资本有利益输送，现移送纪检，编号{number}")
    assert "已移送纪检监察机构" in answer
    assert told(world, number)[MANAGER][0].startswith(f"线索 {number} 已移送纪检监察机构，请在")
    assert slips(world, number) == {"acct": "signed", "disc": "sent"}
    assert lead(world, number).destinations == ["acct", "disc"]
    assert "已经移送" in await world.say(ACCT, f"{number}移送纪检")


@once
async def signed(world: Rehearsal, said: str = NAMED, by: str = WORKER, elements: str = "") -> str:
    number = await handed(world, said=said, by=by, elements=elements or "违纪，损失一般，情节一般，影响一般")
    await done(world, MANAGER, f"签收{number}")
    return number


async def test_disposed_of_answered_within_fifteen_days_and_closed(world: Rehearsal) -> None:
    number = await signed(world)
    await done(world, MANAGER, f"{number}谈话函询，函已发，回函期15个工作日")
    assert lead(world, number).state == "disposal"
    assert clocks(world, number)["inquiry"] == date(2026, 12, 14)
    await done(world, MANAGER, f"{number}函询已回复")
    assert clocks(world, number)["inquiry_report"] == date(2026, 12, 23)
    await done(world, MANAGER, f"{number}初核期限2027-03-01")
    assert clocks(world, number)["prelim_disc"] == date(2027, 3, 1)
    asked = await world.say(MANAGER, f"{number}办结了")
    assert "办理结果是哪一类" in asked and "8 转问题整改" in asked
    assert "失实澄清" in await world.say(MANAGER, "1")
    answer = await world.say(MANAGER, "确认")
    assert "纪检监察机构已办结：失实澄清" in answer and "12月14日 周一前反馈实名反映人" in answer
    assert clocks(world, number) == {"feedback": date(2026, 12, 14)}
    assert "请先反馈" in await world.say(MANAGER, f"{number}结案")
    quiet(world)
    assert "已反馈反映人" in await done(world, MANAGER, f"{number}反馈反映人：经核实不属实，已当面说明")
    heard = told(world, number)
    assert heard == {WORKER: [f"您反映的线索 {number} 有结果反馈，发“查 {number}”查看。"]}
    assert "反馈：经核实不属实，已当面说明" in await world.say(WORKER, f"查 {number}")
    assert "已结案：失实澄清" in await done(world, MANAGER, f"{number}结案")
    row = lead(world, number)
    assert (row.state, row.result_class, clocks(world, number)) == ("closed", "unfounded", {})
    assert (await world.say(WORKER, f"查 {number}")).startswith(f"{number}｜已办结")


async def test_of_one_that_nobody_signed_with_his_name_no_answer_is_owed(world: Rehearsal) -> None:
    number = await signed(world, said="报告问题线索：恒信能源仓库主管倒卖废铁", by=AUDIT)
    assert "可以结案" in await done(world, MANAGER, f"{number}办结，结果谈话提醒")
    assert lead(world, number).state == "feedback"
    assert "已结案：谈话提醒、批评教育" in await done(world, MANAGER, f"{number}结案")


async def test_every_body_is_through_before_it_is_closed(world: Rehearsal) -> None:
    said = "报告问题线索：恒信能源仓库主管倒卖废铁"
    number = await handed(world, "纪检和财务部", said=said)
    await done(world, MANAGER, f"签收{number}")
    await done(world, FINANCE_HEAD, f"签收{number}")
    assert clocks(world, number)["func"] == date(2026, 12, 21)
    assert "财务部还在办理" in await done(world, MANAGER, f"{number}办结，结果谈话提醒")
    assert "还在财务部办理" in await world.say(MANAGER, f"{number}结案")
    assert "可以结案" in await done(world, FINANCE_HEAD, f"{number}已办结，转问题整改")
    assert await world.say(FINANCE, f"看{number}的内容") == HIDDEN  # the department's liaison is not in it


async def test_s52_what_was_punished_flows_back(world: Rehearsal) -> None:
    number = await signed(world, said="报告问题线索：恒信能源仓库主管倒卖废铁", by=AUDIT)
    asked = await world.say(MANAGER, f"{number}办结了，给了党内警告，违规追责那边要不要再追一下")
    assert asked.startswith("是否推送反向衔接待办给追责部门？")
    assert "同时推送反向衔接待办" in await world.say(MANAGER, "1")
    quiet(world)
    assert "已推送反向衔接待办。追责部门还在办理" in await world.say(MANAGER, "确认")
    assert told(world, number) == {
        ACCT: [f"反向衔接待办：依据纪检认定事实研究违规追责（编号 {number}）。\n签收请回复“签收 {number}”。"]
    }
    await done(world, ACCT, f"签收{number}")
    seen = await world.say(ACCT, f"看{number}的内容")
    assert "纪检认定结论" in seen and "废铁" not in seen  # the finding, not the process
    await done(world, ACCT, f"{number}已办结，违规追责")
    assert "已结案" in await done(world, MANAGER, f"{number}结案")


async def test_s53_tolerance_has_four_parts_or_nothing_is_closed(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    await done(world, ACCT, f"签收{number}")
    await done(world, ACCT, f"{number}拟初步核实")
    assert "适用容错须先补：适用情形、决策程序依据、有无谋私、批准机构" in await world.say(
        ACCT, f"{number}办结，予以容错免责"
    )
    asked = await world.say(ACCT, f"{number} 拟适用容错，探索性试点失败")
    assert asked == "请补：决策程序依据、有无谋私、批准机构。"
    assert "请补：批准机构" in await world.say(ACCT, "决策程序依据：董事会集体决策；无谋私")
    assert "容错结论" in await world.say(ACCT, "批准机构：集团党委会")
    asked = await world.say(ACCT, "1")
    assert "适用情形：探索性试点失败" in asked and "批准机构：集团党委会" in asked and asked.endswith(CONFIRM)
    await world.say(ACCT, "确认")
    assert lead(world, number).tolerance == "exempt"
    assert "已办结：容错免责" in await done(world, ACCT, f"{number}办结，予以容错免责")


async def test_shelved_looked_at_again_and_taken_up(world: Rehearsal) -> None:
    number = await signed(world, said="报告问题线索：恒信能源仓库主管倒卖废铁", by=AUDIT)
    await done(world, MANAGER, f"{number}暂存待查，2027年3月1日再看")
    row = lead(world, number)
    assert (row.state, row.review_on, clocks(world, number)) == (
        "shelved",
        date(2027, 3, 1),
        {"review": date(2027, 3, 1)},
    )
    await done(world, MANAGER, f"{number}拟谈话函询")
    assert lead(world, number).state == "disposal"
    other = await reported(world)
    await done(world, MANAGER, f"{other}暂存待查")
    await done(world, MANAGER, f"{other}拟初步核实")
    assert lead(world, other).state == "accepted"  # nobody had signed for it yet


async def test_taken_up_again_because_of_a_new_clue(world: Rehearsal) -> None:
    number = await signed(world, said="报告问题线索：恒信能源仓库主管倒卖废铁", by=AUDIT)
    await done(world, MANAGER, f"{number}办结，结果失实")
    assert "结案的才能重启" in await world.say(MANAGER, f"重启{number}，新线索：补交了录音")
    await done(world, MANAGER, f"{number}结案")
    quiet(world)
    assert "什么新线索" in await world.say(MANAGER, f"重启{number}")
    assert "补交了录音" in await world.say(MANAGER, "补交了录音")
    await world.say(MANAGER, "确认")
    row = lead(world, number)
    assert (row.state, row.cycle, row.result_class, row.destinations) == ("reopened", 2, "", [])
    assert told(world, number) == {DIRECTOR: [f"线索 {number} 有新线索，已重启，待受理。"]}
    await done(world, MANAGER, f"{number}受理")
    assert lead(world, number).state == "accepted"


async def test_s54_who_knew_when_stands_in_the_ledger_and_nothing_of_the_matter(world: Rehearsal) -> None:
    number = await signed(world)
    await done(world, MANAGER, f"{number}谈话函询")
    await done(world, MANAGER, f"{number}办结，结果失实，查无实据")
    await done(world, MANAGER, f"{number}反馈反映人：经核实周强没有倒卖")
    await done(world, MANAGER, f"{number}结案")
    assert actions(world, number) == [
        "report_lead", "lead_recusal", "lead_register", "lead_accept", "lead_recusal", "lead_triage", "lead_routing",
        "lead_transfer", "lead_sign", "lead_dispose", "lead_done", "lead_feed_back", "lead_close",
    ]  # fmt: skip
    await world.turn_to("2027-02-01 10:00")
    with world.session() as session:
        pushed = [row.body for row in session.scalars(select(Outbox).where(Outbox.answer.is_(False)))]
        ledger = [[row.before, row.after, row.reason] for row in session.scalars(select(Event))]
        kept = [row.kind for row in session.scalars(select(LeadNote))]
    written = json.dumps([pushed, ledger], ensure_ascii=False)
    assert not [word for word in ("周强", "废铁", "过磅单", "查无实据", "没有倒卖") if word in written]
    assert {"result", "feedback"} <= set(kept)


async def test_a_number_is_enough_for_nobody_else(world: Rehearsal) -> None:
    """Every step by everybody who has no part in it: the words for what does not exist (2.5)."""
    number = await handed(world)
    steps = (
        "{}受理", "{}拟初步核实", "{}移送纪检", "签收{}", "退回{}，理由：缺材料", "{}办结，结果失实", "{}结案",
        "{}反馈反映人：已说明",
        "重启{}，新线索：录音", "{}快报已报", "{} 拟适用容错，探索性试点失败", "看{}的内容", "{}同意分办",
    )  # fmt: skip
    before = actions(world, number)
    for person in (FINANCE, "hx_jianshel", "hx_wuliul", WORKER, "hx_admin", ACCT, FINANCE_HEAD, "nobody"):
        for step in steps:
            await forget(world)
            here = await world.say(person, step.format(number))
            await forget(world)
            absent = await world.say(person, step.format("XS-2026-9ZZZ"))
            assert here == absent, (person, step)
            await world.say(person, "取消")
    assert actions(world, number) == before


async def forget(world: Rehearsal) -> None:
    from sqlalchemy import delete
    from sqlalchemy.orm import Session

    from storage.models import Conversation, Refusal

    def work(session: Session) -> None:
        session.execute(delete(Refusal))
        session.execute(delete(Conversation))

    await world.turns.run(work)
