"""Transcripts of people changing their minds: what is said in the middle goes where it belongs."""

from __future__ import annotations

from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

LIAISON, OFFICE, TASK = "hx_caiwu", "hx_ban", "hx_jianshel"


async def submit(world: Rehearsal, text: str) -> str:
    await world.say(LIAISON, f"报送问题：{text}")
    return await world.say(LIAISON, "确认")


async def test_a_confirmation_fits_on_a_phone_even_after_a_change(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：恒信物流备用金7个月没清，一共4万2")
    answer = await world.say(LIAISON, "发现时间是上周五")
    assert answer.startswith("已改：发现时间") and "请确认：" in answer
    assert "11月20日 周五" in answer and "4.2万元" in answer and answer.endswith("回复“确认”提交，“取消”放弃")
    assert len(answer.splitlines()) <= 5


async def test_each_unit_keeps_what_was_said_of_it(world: Rehearsal) -> None:
    both = "报送问题：恒信能源出差补助重复报销 3860块，还有恒信置业的食堂承包没招标"
    await world.say(LIAISON, both)
    answer = await world.say(LIAISON, "2")
    assert "恒信能源｜" in answer and "3860元" in answer and "食堂" not in answer
    await world.say(LIAISON, "取消")
    await world.say(LIAISON, both)
    answer = await world.say(LIAISON, "1")
    first, second = answer.split("\n2. ")
    assert "3860元" in first and "食堂" not in first
    assert second.startswith("恒信置业｜") and "食堂承包没招标" in second and "3860" not in second


async def test_an_addition_needs_no_colon(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：恒信物流备用金7个月没清")
    assert "已补充到问题描述" in await world.say(LIAISON, "再补充一下 审批单只有一个人签字")


async def test_another_number_in_the_middle_of_an_assignment_is_that_finding(world: Rehearsal) -> None:
    await submit(world, "恒信物流备用金7个月没清")
    await submit(world, "恒信建设大额资金支付没有集体研究")
    await world.say(OFFICE, "交办 WT-2026-0001 恒信物流 责任人陈静 12月18日前")
    answer = await world.say(OFFICE, "0002交给建设的周涛，12月15日前")
    assert "WT-2026-0002" in answer and "WT-2026-0001" not in answer and "12月15日 周二" in answer


async def test_days_in_a_requirement_are_no_due_date(world: Rehearsal) -> None:
    await submit(world, "恒信物流备用金7个月没清")
    await world.say(OFFICE, "交办 WT-2026-0001 恒信物流 责任人陈静 12月18日前")
    answer = await world.say(OFFICE, "要求三天内先报整改方案")
    assert "要求：三天内先报整改方案" in answer and "12月18日 周五" in answer


async def test_a_branch_is_served_by_the_unit_above_it(world: Rehearsal) -> None:
    await submit(world, "恒信建设二公司大额资金支付没有集体研究")
    answer = await world.say(OFFICE, "交办 WT-2026-0001 恒信建设二公司 责任人周涛 12月15日前")
    assert "恒信建设二公司；责任人：周涛" in answer
    await world.say(OFFICE, "确认")
    assert any("WT-2026-0001" in words for words in world.told(TASK))
    answer = await world.say(TASK, "WT-2026-0001 整改进展：已补办集体决策，60%")
    assert "请确认整改进展" in answer
    answer = await world.say(TASK, "改成70%")
    assert "70%" in answer and "60%" not in answer


async def test_a_unit_without_people_offers_the_ways_out(world: Rehearsal) -> None:
    await submit(world, "恒信资本对外投资没有做尽职调查")
    answer = await world.say(OFFICE, "交办 WT-2026-0001")
    assert "WT-2026-0001还不能交办" in answer and "换一个责任单位" in answer and "取消" in answer
    answer = await world.say(OFFICE, "恒信物流 陈静 12月18日前")
    assert "请确认交办 WT-2026-0001" in answer and "陈静" in answer


async def test_the_quarters_information_in_two_messages(world: Rehearsal) -> None:
    assert "请写" in await world.say("hx_gonghui", "监督工作信息")
    await world.say("hx_gonghui", "开了2次职代会联席会")
    answer = await world.say("hx_gonghui", "另外检查厂务公开3家")
    assert "开了2次职代会联席会；另外检查厂务公开3家" in answer
    await world.say("hx_gonghui", "取消")


async def test_a_confirmation_is_not_taken_for_the_words_of_an_option(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：恒信物流备用金7个月没清")
    await world.say(LIAISON, "那边院子里的树该修剪了吧")
    assert "已登记 WT-2026-0001" in await world.say(LIAISON, "确认")


async def test_an_employee_is_not_held_by_the_choice(world: Rehearsal) -> None:
    assert "1 实名" in await world.say("hx_zhigong", "反映情况")
    assert "1 实名" in await world.say("hx_zhigong", "没了")
    assert "先不选了" in await world.say("hx_zhigong", "没了")
    assert "1 实名" not in await world.say("hx_zhigong", "谢谢")


async def test_a_suggested_date_is_the_default_and_no_requirement(world: Rehearsal) -> None:
    await submit(world, "恒信物流备用金7个月没清，建议12月25日前整改完")
    answer = await world.say(OFFICE, "交办 WT-2026-0001 恒信物流 陈静")
    assert "时限：12月25日 周五（" in answer and "按来源部门建议" in answer and "要求：按要求整改到位" in answer
    answer = await world.say(OFFICE, "12月18日前")
    assert "时限：12月18日 周五" in answer


async def test_an_unsaid_date_is_said_to_be_a_default(world: Rehearsal) -> None:
    await submit(world, "恒信物流备用金7个月没清")
    assert "没说时限，按默认" in await world.say(OFFICE, "交办 WT-2026-0001 恒信物流 陈静")


@once
async def applying(world: Rehearsal) -> str:
    await submit(world, "恒信物流备用金7个月没清，一共4.2万元")
    await world.say(OFFICE, "交办 WT-2026-0001 恒信物流 责任人陈静 12月18日前")
    await world.say(OFFICE, "确认")
    await world.say("hx_wuliul", "WT-2026-0001 申请验收")
    await world.say("hx_wuliul", "措施：已收回备用金；佐证：银行回单")
    return await world.say("hx_wuliul", "原因：制度缺失；挽回：3万元")


async def test_an_application_is_changed_in_plain_words(world: Rehearsal) -> None:
    assert "请确认申请验收" in await applying(world)
    assert "原因：作风操守" in await world.say("hx_wuliul", "原因改成作风操守")
    assert "挽回金额：4.2万" in await world.say("hx_wuliul", "挽回4.2万元")
    answer = await world.say("hx_wuliul", "已修订备用金管理办法")
    assert "已收回备用金；已修订备用金管理办法" in answer and "请确认申请验收" in answer


async def test_reason_and_length_of_an_extension_in_one_answer(world: Rehearsal) -> None:
    await submit(world, "恒信建设出借银行账户")
    await world.say(OFFICE, "交办 WT-2026-0001 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    await world.say(TASK, "WT-2026-0001 申请延期")
    answer = await world.say(TASK, "供应商资料没到齐，半个月")
    assert "理由：供应商资料没到齐\n" in answer and "（第1次，15天）" in answer


async def test_a_confirmation_is_no_reason(world: Rehearsal) -> None:
    await submit(world, "恒信建设出借银行账户")
    await world.say(OFFICE, "交办 WT-2026-0001 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    await world.say(TASK, "WT-2026-0001 申请延期至2026-12-30")
    assert "原因是什么" in await world.say(TASK, "确认")


async def test_on_the_last_day_the_term_is_said_once(world: Rehearsal) -> None:
    await world.turn_to("2026-12-31 15:00")
    answer = await world.say("hx_gonghui", "监督工作信息：开了2次会")
    assert "今天截止（12月31日 周四）" in answer


async def test_several_are_told_apart_in_plain_words(world: Rehearsal) -> None:
    await world.say(LIAISON, "1.恒信能源出差补助重复报销 3860块 2.恒信置业的食堂承包没招标 3.物流油料台账对不上")
    answer = await world.say(LIAISON, "分开吧")
    assert "共3条" in answer and "恒信能源｜" in answer and "恒信置业｜" in answer
    answer = await world.say(LIAISON, "第三条不要")
    assert "共2条" in answer
    assert "WT-2026-0001、WT-2026-0002" in await world.say(LIAISON, "确认")


async def test_what_waits_for_assignment_is_a_list(world: Rehearsal) -> None:
    await submit(world, "恒信物流备用金7个月没清")
    answer = await world.say(OFFICE, "恒信物流待交办的问题清单")
    assert "恒信物流的待交办问题共1条" in answer


async def test_a_requirement_behind_the_date_is_kept(world: Rehearsal) -> None:
    await submit(world, "恒信建设出借银行账户")
    answer = await world.say(OFFICE, "交办 WT-2026-0001 恒信建设 责任人周涛 12月18日前，要求约谈项目经理")
    assert "要求：约谈项目经理" in answer and "时限：12月18日 周五" in answer


async def test_no_news_behind_the_button_is_asked_for_its_reason(world: Rehearsal) -> None:
    await submit(world, "恒信建设出借银行账户")
    await world.say(OFFICE, "交办 WT-2026-0001 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    await world.click(TASK, "填进展")
    assert "说一句原因" in await world.say(TASK, "没啥进展")
    answer = await world.say(TASK, "等供应商回函，预计12月初")
    assert "请确认整改进展" in answer and "没啥进展" not in answer


async def test_after_its_end_the_quarter_is_called_by_its_name(world: Rehearsal) -> None:
    await world.turn_to("2027-01-04 10:00")
    assert any("四季度无问题" in words for words in world.told("hx_gonghui"))
    answer = await world.say("hx_gonghui", "四季度无问题")
    assert "请确认申报：工会2026年四季度无问题" in answer


async def test_the_quarter_of_finding_is_corrected(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：恒信物流备用金7个月没清")
    answer = await world.say(LIAISON, "补充下 是2026年三季度发现的")
    assert "2026年三季度" in answer and "补报" in answer and "请确认：" in answer


async def test_the_first_of_a_list_is_assigned(world: Rehearsal) -> None:
    await submit(world, "恒信物流备用金7个月没清")
    await submit(world, "恒信建设出借银行账户")
    assert "共2条" in await world.say(OFFICE, "待交办的有哪些")
    assert "请确认交办 WT-2026-000" in await world.say(OFFICE, "交办第一个")
