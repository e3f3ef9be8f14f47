"""Applying for acceptance, accepting and returning (T7 to T9; domain.md S16, S47, 8.2)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage.proceedings import Acceptance, Consent, Evidence, Progress
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
    applied,
    assigned,
    change,
    finding,
    forget,
    reported_by,
    seed,
    waiting,
)  # fmt: skip
from tests.flows.harness import Rehearsal

SECOND = "hx_caiwufz"  # the finance department's head, the other acceptor
CONFIRM = "回复“确认”提交，“取消”放弃"


async def test_what_is_missing_is_asked_two_at_a_time(world: Rehearsal) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT, amount_fen=4200000)
    first = await world.say(LIAISON, f"{NUMBER} 申请验收")
    assert "措施" in first and "佐证" in first and "原因" not in first
    second = await world.say(LIAISON, "1、备用金已全部收回入账\n2、银行回单3张")
    assert "原因" in second and "问责" in second and "挽回" not in second
    third = await world.say(LIAISON, "制度缺失，已批评教育1人")
    assert "挽回" in third
    confirm = await world.say(LIAISON, "4.2万元")
    for words in ("备用金已全部收回入账", "银行回单3张", "制度缺失", "批评教育1人", "4.2万元"):
        assert words in confirm
    assert confirm.endswith(CONFIRM) and finding(world).state == "rectifying"
    done = await world.say(LIAISON, "确认")
    assert "整改中 → 待验收" in done and "秦岚" in done
    row = finding(world)
    assert (row.state, row.root_cause, row.accountability) == ("pending_acceptance", "制度缺失", "已批评教育1人")
    assert row.recovered_fen == 4200000 and row.applied_at is not None
    (card,) = world.told(AUDIT)
    assert "待验收" in card and "[通过][退回]" in card


async def test_reminders_stop_the_moment_it_is_applied_for(world: Rehearsal) -> None:
    await assigned(world)
    assert waiting(world)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已清理；佐证：银行回单；原因：制度缺失")
    await world.say(LIAISON, "确认")
    assert waiting(world) == {"+5": "2026-11-30", "+10": "2026-12-07"}  # the acceptor's term


async def test_no_evidence_no_application(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    asked = await world.say(LIAISON, "措施：已清理；佐证：没有")
    assert "没有佐证不能申请验收" in asked and finding(world).state == "rectifying"
    assert "原因" in await world.picture(LIAISON)
    await world.say(LIAISON, "制度缺失")
    await world.say(LIAISON, "确认")
    assert finding(world).state == "pending_acceptance"
    with world.session() as session:
        (row,) = session.scalars(select(Evidence))
        assert (row.kind, row.media_id) == ("image", "MEDIA1")


async def test_what_was_reported_is_not_asked_again(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已全部收回入账，100%")
    await world.say(LIAISON, "确认")
    asked = await world.say(LIAISON, f"{NUMBER} 申请验收")
    assert "措施" not in asked and "佐证" in asked and "原因" in asked


async def test_only_the_liaison_or_the_head_applies(world: Rehearsal) -> None:
    await assigned(world)
    assert "联络员或负责人" in await world.say(FINANCE, f"{NUMBER} 申请验收")
    assert await world.say(OTHER, f"{NUMBER} 申请验收") == NOT_FOUND_OR_FORBIDDEN
    assert "措施" in await world.say(HEAD, f"{NUMBER} 申请验收")


async def test_accepting_closes_and_everybody_hears(world: Rehearsal) -> None:
    await applied(world)
    asked = await world.say(FINANCE, f"同意销号 {NUMBER}，整改到位")
    assert "待验收 → 已销号" in asked and "整改到位" in asked and asked.endswith(CONFIRM)
    assert finding(world).state == "pending_acceptance"
    done = await world.say(FINANCE, "确认")
    assert "待验收 → 已销号" in done
    assert finding(world).state == "closed" and finding(world).closed_at is not None
    assert any("已由刘洋" in text and "验收通过" in text for text in world.told(LIAISON))
    assert actions(world)[-1] == "accept"
    with world.session() as session:
        (row,) = session.scalars(select(Acceptance))
        assert (row.result, row.by, row.opinion) == ("accepted", FINANCE, "整改到位")


async def test_two_acceptors_one_wins(world: Rehearsal) -> None:
    await applied(world)
    for person in (FINANCE, SECOND):
        await world.say(person, f"同意销号 {NUMBER}")
    await world.say(FINANCE, "确认")
    loser = await world.say(SECOND, "确认")
    assert "该问题已由刘洋于11月23日 周一 10:00验收" in loser
    with world.session() as session:
        assert len(list(session.scalars(select(Acceptance)))) == 1
    assert "该问题已由刘洋" in await world.click(SECOND, "通过")


async def test_the_unit_may_not_accept_its_own(world: Rehearsal) -> None:
    await applied(world)
    assert "只有验收人" in await world.say(LIAISON, f"同意销号 {NUMBER}")
    assert "只有验收人" in await world.say(HEAD, f"同意销号 {NUMBER}")
    assert finding(world).state == "pending_acceptance"


async def test_a_filler_of_the_source_may_not_accept(world: Rehearsal) -> None:
    await applied(world, source="HX-CW")
    await reported_by(world, FINANCE)
    assert "验收人不能是填报人" in await world.say(FINANCE, f"同意销号 {NUMBER}")
    assert "已销号" in await world.say(SECOND, f"同意销号 {NUMBER}")


async def test_audit_findings_need_accountability(world: Rehearsal) -> None:
    await applied(world, source="HX-SJ", submitted_by=AUDIT)
    await change(world, accountability="")
    answer = await world.say(AUDIT, f"同意销号 {NUMBER}")
    assert "来源为内部审计，销号前须填写问责情况" in answer
    assert finding(world).state == "pending_acceptance"


async def test_a_major_finding_is_the_directors(world: Rehearsal) -> None:
    await applied(world, severity="major")
    assert "办公室主任何敏确认销号" in await world.say(OFFICE, f"同意销号 {NUMBER}")
    await world.say(DIRECTOR, f"同意销号 {NUMBER}")
    assert "已销号" in await world.say(DIRECTOR, "确认")


async def test_returning_needs_a_reason_and_gives_ten_working_days(world: Rehearsal) -> None:
    await applied(world)
    assert "理由" in await world.click(FINANCE, "退回")
    asked = await world.say(FINANCE, "银行回单缺一张")
    assert "银行回单缺一张" in asked and "12月7日 周一" in asked and "第1次退回" in asked
    done = await world.say(FINANCE, "确认")
    assert "待验收 → 整改中" in done
    row = finding(world)
    assert (row.state, row.returned, row.due) == ("rectifying", 1, date(2026, 12, 7))
    assert waiting(world)["T-0"] == "2026-12-07"
    (card,) = world.told(LIAISON)
    assert "第1次退回" in card and "银行回单缺一张" in card and "12月7日 周一" in card
    assert actions(world)[-1] == "return"


async def test_a_weekend_is_pointed_out_on_return(world: Rehearsal) -> None:
    await applied(world)
    asked = await world.say(FINANCE, f"{NUMBER} 退回，佐证不充分，缺3间腾退证明，12月5日前补")
    assert "12月5日 周六" in asked and "休息日" in asked and "缺3间腾退证明" in asked
    await world.say(FINANCE, "确认")
    assert finding(world).due == date(2026, 12, 5)


async def test_after_a_return_new_evidence_is_wanted(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"退回 {NUMBER}，理由：佐证不充分")
    await world.say(FINANCE, "确认")
    await world.turn_to("2026-11-24 10:00")
    assert "佐证" in await world.say(LIAISON, f"{NUMBER} 申请验收")


async def test_a_consent_with_a_condition_is_none(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    answer = await world.say(FINANCE, "同意，但要补一份会议纪要")
    assert "没有记为通过" in answer and finding(world).state == "pending_acceptance"
    asked = await world.say(FINANCE, "1")
    assert "退回" in asked and "要补一份会议纪要" in asked
    await world.say(FINANCE, "确认")
    assert finding(world).state == "rectifying"


async def test_all_of_them_lists_and_accepts_only_the_listed(world: Rehearsal) -> None:
    for number in ("WT-2026-0123", "WT-2026-0125"):
        await applied(world, number)
    asked = await world.say(FINANCE, "都通过吧")
    assert "WT-2026-0123" in asked and "WT-2026-0125" in asked and asked.endswith(CONFIRM)
    await applied(world, "WT-2026-0131")
    done = await world.say(FINANCE, "确认")
    assert "已销号2条" in done
    states = {number: finding(world, f"WT-2026-{number}").state for number in ("0123", "0125", "0131")}
    assert states == {"0123": "closed", "0125": "closed", "0131": "pending_acceptance"}


async def test_nothing_to_accept(world: Rehearsal) -> None:
    assert "没有等您验收" in await world.say(FINANCE, "都通过吧")
    forget(world)


async def test_measures_before_a_label_and_money_beside_the_cause_are_taken(world: Rehearsal) -> None:
    await assigned(world, amount_fen=4_200_000)
    await world.say("hx_jianshel", "WT-2026-0123 整改进展：备用金已收回3万，60%")
    await world.say("hx_jianshel", "确认")
    await world.say("hx_jianshel", "WT-2026-0123 申请验收")
    await world.say("hx_jianshel", "备用金全部收回，修订了备用金办法；佐证：银行回单和新办法")
    text = await world.say("hx_jianshel", "原因是制度缺失，已挽回4.2万")
    assert "措施：备用金全部收回，修订了备用金办法" in text
    assert "原因：制度缺失；挽回金额：4.2万元" in text


async def test_t8_an_opinion_on_a_major_finding_goes_to_the_director_who_closes_it(world: Rehearsal) -> None:
    await applied(world, severity="major")
    asked = await world.say(FINANCE, f"同意销号 {NUMBER}，整改到位")
    assert "须由办公室主任何敏确认销号" in asked and "整改到位" in asked and asked.endswith(CONFIRM)
    await world.restart()
    assert "已报办公室主任何敏" in await world.say(FINANCE, "确认")
    assert finding(world).state == "pending_acceptance"
    assert "已由刘洋验收，正等办公室主任何敏" in await world.say(SECOND, f"同意销号 {NUMBER}")
    (card,) = [text for text in world.told(DIRECTOR) if "重大问题待确认" in text]
    assert "刘洋：整改到位" in card and "[通过][退回]" in card
    await world.click(DIRECTOR, "通过")
    assert "待验收 → 已销号" in await world.say(DIRECTOR, "确认")
    assert any("验收通过" in text for text in world.told(FINANCE))
    with world.session() as session:
        (row,) = session.scalars(select(Consent))
        assert (row.kind, row.state, row.by, row.decided_by) == ("close", "agreed", FINANCE, DIRECTOR)
    assert actions(world)[-2:] == ["propose_close", "accept"]


async def test_t9_a_second_return_is_shown_and_ends_the_opinion_that_waited(world: Rehearsal) -> None:
    await applied(world, severity="major")
    await change(world, returned=1)
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    await world.say(FINANCE, "确认")
    asked = await world.say(DIRECTOR, f"退回 {NUMBER}，理由：佐证不足")
    assert "第2次退回，列入约谈依据" in asked
    assert "第2次退回" in await world.say(DIRECTOR, "确认")
    with world.session() as session:
        assert [row.state for row in session.scalars(select(Consent))] == ["refused"]


async def test_8_2_10_all_of_them_leaves_out_what_only_the_director_closes(world: Rehearsal) -> None:
    await applied(world)
    await applied(world, "WT-2026-0125", severity="major")
    asked = await world.say(FINANCE, "都通过吧")
    assert "以下1条" in asked and "0125" not in asked and "另有1条" in asked
    await world.say(FINANCE, "确认")
    assert finding(world, "WT-2026-0125").state == "pending_acceptance"


async def test_s16_who_was_held_to_account_and_how_is_settled_in_words_and_numbers(world: Rehearsal) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已全部清理；佐证：银行回单")
    asked = await world.say(LIAISON, "原因：制度缺失；问责：已问责")
    assert "问责几人、什么方式" in asked
    asked = await world.say(LIAISON, "诫勉谈话2人、批评教育1人")
    assert "诫勉谈话2人、批评教育1人" in asked and asked.endswith(CONFIRM)
    await world.say(LIAISON, "确认")
    row = finding(world)
    assert (row.accountability_status, row.accountability_count) == ("done", 3)


async def test_s16_nobody_held_to_account_needs_its_reason(world: Rehearsal) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已全部清理；佐证：银行回单；原因：制度缺失")
    assert "写一句理由" in await world.say(LIAISON, "无需问责")
    await world.say(LIAISON, "无需问责，属历史遗留，责任人已退休")
    await world.say(LIAISON, "确认")
    row = finding(world)
    assert (row.accountability_status, row.accountability_count) == ("none", None)
    assert row.accountability == "无需问责，属历史遗留，责任人已退休"


async def test_s47_without_evidence_it_is_to_be_uploaded_first(world: Rehearsal) -> None:
    await assigned(world, "WT-2026-0125")
    assert "缺佐证材料，请上传后再申请。" in await world.say(LIAISON, "0125改完了 给消号吧")
    assert finding(world, "WT-2026-0125").state == "rectifying"


async def test_s48_a_repeated_or_common_fault_needs_the_institution_mended(world: Rehearsal) -> None:
    await assigned(world, is_repeat=True)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    asked = await world.say(LIAISON, "措施：已清理；佐证：银行回单；原因：制度缺失")
    assert "制度完善情况" in asked
    await world.say(LIAISON, "制度：恒建发〔2026〕45号《采购管理办法》")
    await world.say(LIAISON, "确认")
    assert finding(world).institution_fix == "恒建发〔2026〕45号《采购管理办法》"


async def test_s37_the_same_fault_in_three_units_is_common(world: Rehearsal) -> None:
    await assigned(world)
    for number, unit in (("WT-2026-0201", "WL"), ("WT-2026-0202", "NY")):
        await seed(world, number, unit=unit)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    assert "制度完善情况" in await world.say(LIAISON, "措施：已清理；佐证：银行回单；原因：制度缺失")


async def test_s48_what_should_stand_there_stops_the_acceptance_too(world: Rehearsal) -> None:
    await applied(world, is_repeat=True)
    await change(world, institution_fix="")
    assert "销号前须填写制度完善情况" in await world.say(FINANCE, f"同意销号 {NUMBER}")


async def test_8_2_12_an_approximate_recovery_enters_no_sum(world: Rehearsal) -> None:
    await assigned(world, amount_text="大概四五万")
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, "措施：已清理；佐证：银行回单；原因：制度缺失")
    asked = await world.say(LIAISON, "大概四五万")
    assert "约数，未计入合计" in asked
    await world.say(LIAISON, "确认")
    assert finding(world).recovered_fen is None
    with world.session() as session:
        (row,) = session.scalars(select(Progress))
        assert row.recovered_fen is None and "大概四五万（约数，未计入合计）" in row.text


async def test_p3_applying_for_several_lists_who_can_go_and_what_lacks(world: Rehearsal) -> None:
    for number in ("WT-2026-0123", "WT-2026-0125", "WT-2026-0131"):
        await assigned(world, number)
    for number in ("WT-2026-0123", "WT-2026-0125"):
        await world.say(LIAISON, f"{number} 整改进展：已清理，100%，佐证见附件银行回单")
        await world.say(LIAISON, "确认")
        await change(world, number, root_cause="制度缺失")
    asked = await world.say(LIAISON, "申请销号：123、125、131、999")
    assert "以下2条" in asked and "WT-2026-0131 还缺措施、佐证、原因" in asked and asked.endswith(CONFIRM)
    assert f"WT-2026-0999 {NOT_FOUND_OR_FORBIDDEN}" in asked
    await world.restart()
    done = await world.say(LIAISON, "确认")
    assert "已申请验收2条" in done and "刘洋" in done
    states = [finding(world, f"WT-2026-{number}").state for number in ("0123", "0125", "0131")]
    assert states == ["pending_acceptance", "pending_acceptance", "rectifying"]


async def test_p3_applying_for_several_none_of_which_can_go(world: Rehearsal) -> None:
    for number in ("WT-2026-0123", "WT-2026-0125"):
        await assigned(world, number)
    assert "都还不能申请" in await world.say(LIAISON, "申请销号：123、125")
    assert "都还不能申请" in await world.say(OTHER, "申请销号：123、125")


async def test_t8_nobody_accepts_through_the_post_of_one_who_filled_it_in(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, "11月23日到12月4日由孙丽代理我")
    assert "孙丽" in await world.say(FINANCE, "确认")
    assert "待验收 → 已销号" in await world.say("hx_gonghui", f"同意销号 {NUMBER}")
    await world.say("hx_gonghui", "取消")
    await reported_by(world, FINANCE)
    assert "验收人不能是填报人" in await world.say("hx_gonghui", f"同意销号 {NUMBER}")
    assert finding(world).state == "pending_acceptance"


async def test_an_amount_beside_other_fields_is_exact_and_a_bare_word_is_no_measure(world: Rehearsal) -> None:
    await assigned(world, amount_fen=4_200_000, recovered_fen=2_500_000)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    assert "措施" in await world.say(LIAISON, "确认")
    await world.say(LIAISON, "措施：已清理；佐证：银行回单")
    await world.say(LIAISON, "原因：制度缺失")
    asked = await world.say(LIAISON, "措施：全部收回入账，修订了备用金办法；挽回金额：4.2万元")
    assert "挽回金额：4.2万元" in asked and "约数" not in asked
    await world.say(LIAISON, "确认")
    assert finding(world).recovered_fen == 4_200_000


async def test_t7_what_is_said_with_the_application_is_not_asked_again(world: Rehearsal) -> None:
    await assigned(world)
    words = "措施：已全部清理并入账；佐证：银行回单；原因：制度缺失；挽回金额：无"
    answer = await world.say(LIAISON, f"{NUMBER} 申请验收：{words}")
    assert "回复“确认”提交" in answer, answer
    assert "措施：已全部清理并入账" in answer and "银行回单" in answer
