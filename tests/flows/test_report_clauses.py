"""The clauses on reports, played through as domain.md tells them: S20 to S23, S34, S42, S51, S52, and 8.2-14."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot import workbooks
from bot.flow import Lexicon
from bot.gate import HAS_MARK
from bot.messages import Sheet, Workbook
from bot.understanding.engine import Understanding
from storage import events
from storage.matters import Finding, Lead, Urgent
from storage.types import Base
from tests.flows.harness import START, Rehearsal
from tests.flows.leads import ACCT, AUDIT, CONFIRM, DIRECTOR, MANAGER, NUMBER, OFFICE, WORKER, done, handed, quiet, told
from tests.flows.test_unnamed import _keys

UNDERSTANDING = Understanding(Lexicon(), lambda _: True)
UNION, LIAISON = "hx_gonghui", "hx_jianshel"
KICKBACK = "二公司项目部经理收供应商回扣"
PROPOSALS = (
    "建议增设职工书屋", "食堂二楼屋顶漏水半年没有修", "建议把体检改到每年一次", "希望增加通勤班车", KICKBACK,
    "恒信物流女职工体检两年未安排，建议尽快补上", "建议加强青年职工培训", "完善困难职工帮扶办法",
    "建议开设子女暑期托管班",
    "恒信能源高温补贴拖欠三个月", "建议改善停车场照明", "组织职工疗休养", "建议优化请假审批", "增加文体活动场地",
    "建议提高师带徒津贴",
)  # fmt: skip
COUNTED = "识别15条：3条疑似问题、1条疑似线索、11条建议，请逐条确认归类。"


def counts(world: Rehearsal) -> tuple[int, int]:
    with world.session() as session:
        return tuple(session.execute(select(func.count()).select_from(one)).scalar_one() for one in (Finding, Lead))  # type: ignore[return-value]


def kept(world: Rehearsal) -> str:
    """Every cell of every table, and every file."""
    with world.session() as session:
        cells = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    files = [path.read_bytes().decode("latin-1") for path in world.files.rglob("*") if path.is_file()]
    return "\n".join([*cells, *files])


async def test_s20_between_two_categories_the_submitter_chooses(world: Rehearsal) -> None:
    asked = await world.say(UNION, "党务公开栏半年没更新 恒信置业")
    assert "1 民主管理与职工权益·企务公开" in asked and "2 党的建设·组织建设" in asked
    assert "恒信置业｜党的建设·组织建设" in await world.say(UNION, "2")
    await world.say(UNION, "确认")
    with world.session() as session:
        assert session.scalars(select(Finding.category)).all() == ["DJ02"]
    assert any("恒信置业" in words for words in world.told(OFFICE))


async def test_s20_a_category_that_was_said_is_not_asked_again(world: Rehearsal) -> None:
    await world.say(UNION, "党务公开栏半年没更新 恒信置业")
    assert "｜党的建设·组织建设" in await world.say(UNION, "类别改成组织建设")
    assert "已登记" in await world.say(UNION, "确认")


async def test_s21_fifteen_proposals_are_sorted_and_each_suspected_one_is_confirmed(world: Rehearsal) -> None:
    assert "每行一条" in await world.say(UNION, "导入职代会提案 15 条")
    numbered = "\n".join(f"{at}. {one}" for at, one in enumerate(PROPOSALS, 1))
    asked = await world.say(UNION, numbered)
    assert asked.splitlines()[0] == COUNTED and "第2条（疑似问题）：食堂二楼屋顶漏水半年没有修" in asked
    assert counts(world) == (0, 0)
    assert "责任单位是哪家" in await world.say(UNION, "1")
    assert (await world.say(UNION, "恒信建设")).endswith(CONFIRM) and counts(world) == (0, 0)
    asked = await world.say(UNION, "确认")
    assert "已登记 WT-2026-0001" in asked and f"第5条（疑似线索）：{KICKBACK}" in asked
    asked = await world.say(UNION, "1")
    assert "请确认线索" in asked and "反映对象：项目部经理｜恒信建设二公司" in asked and counts(world) == (1, 0)
    asked = await world.say(UNION, "确认")
    number = NUMBER.search(asked)
    assert number is not None and "第6条（疑似问题）" in asked
    assert "第10条" in await world.say(UNION, "3")  # this one he calls a suggestion
    await world.say(UNION, "1")
    ended = await world.say(UNION, "确认")
    assert f"已登记3条（WT-2026-0001、{number[0]}、WT-2026-0002）" in ended
    assert "建议12条，不登记" in ended and "1. 建议增设职工书屋" in ended and "第12、13、14、15条" in ended
    assert counts(world) == (2, 1)
    with world.session() as session:
        assert session.scalars(select(Finding.category).order_by(Finding.id)).all() == ["MZ03", "RL01"]
        assert "report_lead" in [one.action for one in events.history(session, number[0])]
    assert any(number[0] in words for words in world.told(MANAGER))
    assert not any("回扣" in words for words in [*world.told(MANAGER), *world.told(OFFICE)])


async def test_s21_a_sheet_is_sorted_too_and_neither_it_nor_a_lead_is_kept_in_clear(
    world: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    rows = tuple((at, "职代会", one) for at, one in enumerate(PROPOSALS, 1))
    sheet = workbooks.content(Workbook("提案.xlsx", (Sheet("提案", ("序号", "届次", "提案内容"), rows),)))
    await world.say(UNION, "导入职代会提案")
    assert "马上发给您" in await world.file(UNION, "提案.xlsx", sheet)
    (heard,) = world.told(UNION)
    assert heard.startswith(COUNTED) and "第2条" in heard
    assert "回扣" not in kept(world)
    assert "第5条" in await world.say(UNION, "跳过")
    assert "回扣" not in kept(world)
    assert "请确认线索" in await world.say(UNION, "1")
    await world.say(UNION, "确认")
    world.told(UNION)
    assert "回扣" not in kept(world) and "回扣" not in caplog.text
    assert not [path for path in world.files.rglob("*") if path.is_file()]
    assert counts(world) == (0, 1)


async def test_s21_a_suspected_lead_meets_the_gates_of_a_lead(world: Rehearsal) -> None:
    said = "导入职代会提案：\n1、集团党委书记陆正收受礼金\n2、纪委办李主任打牌带彩，涉嫌违纪"
    assert "2条疑似线索" in await world.say(UNION, said)
    refused = await world.say(UNION, "1")
    assert "12388" in refused and "没有保存" in refused and "第2条（疑似线索）" in refused
    assert "纪委办、监督办不可见" in await world.say(UNION, "1")
    ended = await world.say(UNION, "确认")
    assert "没有登记：第1条" in ended
    with world.session() as session:
        assert [row.route for row in session.scalars(select(Lead))] == ["leader"]


async def test_s21_called_off_nothing_more_is_registered(world: Rehearsal) -> None:
    await world.say(UNION, "导入职代会提案：\n食堂二楼屋顶漏水，恒信建设没有修\n建议增设书屋")
    await world.say(UNION, "1")
    assert "没有登记" in await world.say(UNION, "取消")
    assert counts(world) == (0, 0) and "漏水" not in kept(world)


async def test_s21_what_the_person_says_of_one_counts_more_than_what_it_seems(world: Rehearsal) -> None:
    asked = await world.say(UNION, "导入职代会提案 3 条：\n食堂漏水没有修\n建议改善恒信建设停车场照明")
    assert "识别2条（您说的是3条，请核对）：1条疑似问题、1条建议" in asked
    assert "没有第9条" in await world.say(UNION, "第9条是问题")
    assert "请回复序号" in await world.say(UNION, "嗯这个嘛")
    assert "第1条（疑似问题）" in await world.say(UNION, "第2条是问题")
    assert "第2条（疑似问题）" in await world.say(UNION, "3")
    assert (await world.say(UNION, "1")).endswith(CONFIRM)
    assert "已登记 WT-2026-0001" in await world.say(UNION, "确认")


async def test_s21_lines_that_look_like_commands_are_proposals_all_the_same(world: Rehearsal) -> None:
    await world.say(UNION, "导入职代会提案")
    asked = await world.say(UNION, "报送问题：公示栏没有更新\n紧急：二楼消防栓损坏\n会议室请假审批建议优化")
    assert asked.startswith("识别3条：2条疑似问题、1条建议")
    with world.session() as session:
        assert session.scalars(select(Urgent)).all() == []


@pytest.mark.parametrize("person", [WORKER, LIAISON, AUDIT])
async def test_s21_only_the_union_and_the_office_import(world: Rehearsal, person: str) -> None:
    assert "由工会导入" in await world.say(person, "导入职代会提案 15 条")


async def test_s22_whoever_has_no_role_chooses_at_once(world: Rehearsal) -> None:
    asked = await world.say(WORKER, "反映情况")
    assert "1 实名" in asked and "2 匿名" in asked and "权限" not in asked
    assert "请写：反映谁" in await world.say(WORKER, "1")


@pytest.mark.parametrize("at", ["2026-11-24 03:10", "2026-11-28 15:00"])  # in the night, on a Saturday
async def test_s23_the_doors_are_open_at_any_hour(world: Rehearsal, at: str) -> None:
    _keys(world)
    world.open_anonymous()
    await world.turn_to(at)
    notice = await world.say(WORKER, "我想匿名反映个事")
    assert notice.startswith("【不记名反映】") and "直接写内容，写完发“结束”" in notice
    await world.say(WORKER, "车间主任每月多签加班，钱返他一半")
    answer = await world.say(WORKER, "结束")
    assert "回执码" in answer and "我们不会主动联系您" in answer and "删除本聊天" in answer
    number = (await done(world, "hx_wuliul", "实名反映：恒信物流调度收司机红包")).split("XS-2026-")[1][:4]
    assert f"XS-2026-{number}｜已收到" in await world.say("hx_wuliul", f"查 XS-2026-{number}")


SPYING = ("我们单位工程师被境外情报机构策反了", "老李像是间谍，天天往外发图纸", "有境外的人花钱让我拍军港")


@pytest.mark.parametrize("said", SPYING)
async def test_what_is_the_state_securitys_is_not_taken_without_a_name_either(world: Rehearsal, said: str) -> None:
    _keys(world)
    batch = world.open_anonymous()
    await world.say(WORKER, "匿名反映")
    await world.say(WORKER, "先说一句，这事很久了")
    assert "12339" in await world.say(WORKER, said)
    assert "12339" in await world.say(WORKER, f"匿名反映：{said}")
    assert "没有保存" in await world.say(WORKER, "就是上个月的事情")
    await batch.write()
    assert batch.vault.numbers() == set() and said[-6:] not in kept(world)
    with world.session() as session:
        assert (
            session.execute(text("SELECT count(*) FROM conversations WHERE person = :p"), {"p": WORKER}).scalar() == 0
        )


PAST = (
    "去年着火的那个仓库整改到哪一步了", "上次塔吊倒塌的事处理得怎么样了", "之前爆炸的锅炉处置到哪了",
    "前年的火灾责任追究落实了没有", "上个月二公司基坑塌方的事故调查有结果了吗",
)  # fmt: skip


@pytest.mark.parametrize("person", [LIAISON, WORKER])
@pytest.mark.parametrize("said", PAST)
async def test_s34_a_question_about_the_past_is_no_urgent_report(world: Rehearsal, said: str, person: str) -> None:
    assert "JJ-" not in await world.say(person, said)
    with world.session() as session:
        assert session.scalars(select(Urgent)).all() == []


@pytest.mark.parametrize("said", ["去年着火的仓库现在又着火了", "上次塌方的基坑刚刚又塌了，有人被埋"])
async def test_s34_what_happens_again_now_is_one(world: Rehearsal, said: str) -> None:
    assert "JJ-2026-0001" in await world.say(LIAISON, said)


@pytest.mark.parametrize("person", [LIAISON, WORKER])
async def test_leave_from_work_is_sent_where_it_belongs(world: Rehearsal, person: str) -> None:
    assert "直接上级或人力资源部门" in await world.say(person, "我要请假")
    assert "人力" in await world.say(person, "我想请三天假")


async def test_s42_a_lead_is_registered_and_its_reporter_told_no_more(world: Rehearsal) -> None:
    answer = await done(world, AUDIT, "报告问题线索一件：恒信建设项目经理赵磊虚增工程量")
    number = NUMBER.search(answer)
    assert number is not None
    assert answer.startswith(f"已登记线索 {number[0]}。内容仅线索管理人员可见。\n您可凭编号查询办理节点")


@pytest.mark.parametrize("said", ["7K3M", "MJS2", "XS-2026-7K3M"])
def test_s43_a_return_is_told_from_a_look_at_the_log(said: str) -> None:
    heard = UNDERSTANDING.understand(f"退回{said}，理由：缺操作日志复印件", now=START)
    assert heard.intent == "lead_decide" and heard.slots["decision"] == "return"
    assert heard.slots["reason"] == "缺操作日志复印件"


async def test_s43_a_reason_that_names_a_log_is_still_a_return(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    asked = await world.say(ACCT, f"退回{number}，理由：缺操作日志复印件")
    assert f"退回 {number}" in asked and "理由：缺操作日志复印件" in asked
    assert "已退回补材料" in await world.say(ACCT, "确认")


async def test_s51_s52_what_was_punished_after_the_accountability_body_was_through(world: Rehearsal) -> None:
    number = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    await done(world, ACCT, f"签收{number}")
    assert "已移送纪检监察机构" in await done(
        world, ACCT, f"违规追责核查中发现恒信资本有利益输送，现移送纪检，编号{number}"
    )
    await done(world, MANAGER, f"签收{number}")
    quiet(world)
    assert "已办结" in await done(world, ACCT, f"{number}已办结，违规追责")
    assert "党纪政务处分" in await done(world, MANAGER, f"{number}办结，给了党内警告")
    assert set(told(world, number)) <= {MANAGER, DIRECTOR, ACCT}


async def test_8_2_14_a_mark_of_a_state_secret_leaves_no_text_anywhere(
    world: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said = "绝密★10年 港口工程参数三百二十"
    assert await world.say(LIAISON, said) == HAS_MARK
    await world.say("hx_shenji", "批量导入")
    sheet = workbooks.content(Workbook("台账.xlsx", (Sheet("表", ("责任单位", "问题描述"), (("恒信建设", said),)),)))
    await world.file("hx_shenji", "台账.xlsx", sheet)
    await world.file("hx_shenji", "机密★港口方案.docx", b"PK\x03\x04 three hundred and twenty")
    assert "三百二十" not in kept(world) + caplog.text and "港口" not in kept(world)
    assert [path for path in Path(world.files).rglob("*") if path.is_file()] == []
