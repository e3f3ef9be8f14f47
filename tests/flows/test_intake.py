"""Batch intake (批量导入): a sheet is read, its faults are told line by line, and nothing is registered before 确认."""

from __future__ import annotations

from sqlalchemy import func, select

from bot import workbooks
from bot.messages import Sheet, Workbook
from handlers import intake
from storage import events
from storage.matters import Finding
from storage.models import Fetch
from tests.flows.harness import Rehearsal

AUDIT, LIAISON, OFFICE = "hx_shenji", "hx_jianshel", "hx_ban"
HEAD = ("被审计单位", "存在的问题", "问题类别", "金额（万元）", "发现时间")
GOOD = (
    ("恒信物流", "备用金7个月没清", "资金管理", 4.2, "2026-11-20"),
    ("恒信建设", "合同未经会签即用印", "合同履行", None, "2026-11-18"),
)
BAD = (("恒信房产", "样板间费用未经审批", "", None, ""), ("恒信置业", "", "", 3, ""))


def sheet(*rows: tuple[str | float | None, ...]) -> bytes:
    return workbooks.content(Workbook("台账.xlsx", (Sheet("Sheet1", HEAD, rows),)))


def registered(world: Rehearsal) -> int:
    with world.session() as session:
        return session.execute(select(func.count()).select_from(Finding)).scalar_one()


async def begin(world: Rehearsal, content: bytes, name: str = "台账.xlsx") -> list[str]:
    assert "请发 Excel 文件" in await world.say(AUDIT, "批量导入")
    assert "正在核对" in await world.file(AUDIT, name, content)
    return world.told(AUDIT)


async def test_a_good_sheet_is_shown_and_registered_after_confirmation(world: Rehearsal) -> None:
    preview, card = await begin(world, sheet(*GOOD))
    assert "共2条，无误2条" in preview
    assert "恒信物流｜财务资金·资金管理｜一般" in preview
    assert preview.endswith("回复“确认”提交，“取消”放弃")
    assert "[确认导入]" in card
    assert registered(world) == 0
    answer = await world.click(AUDIT, "确认导入")
    assert "已登记2条：WT-2026-0001、WT-2026-0002" in answer, answer
    with world.session() as session:
        first = session.scalars(select(Finding).order_by(Finding.id)).first()
        assert first is not None
        assert (first.unit, first.amount_fen, first.category, first.state) == ("WL", 4_200_000, "CW01", "registered")
        assert first.raw_text.startswith("被审计单位：恒信物流；存在的问题：备用金7个月没清")
        assert [e.action for e in events.history(session, "WT-2026-0002")] == ["submit", "register"]
    assert any("审计部" in words for words in world.told(OFFICE))


async def test_faults_are_told_by_line_and_nothing_is_applied_until_chosen(world: Rehearsal) -> None:
    preview, _ = await begin(world, sheet(*GOOD, *BAD))
    assert "共4条，无误2条，有误2条" in preview
    assert "第4行：没有找到责任单位“恒信房产”" in preview
    assert "第5行：没有问题描述" in preview
    assert "有误的不能导入" in await world.say(AUDIT, "确认")
    assert registered(world) == 0
    answer = await world.say(AUDIT, "只导入无误的")
    assert "已登记2条" in answer
    assert "第4、5行没有导入" in answer
    assert registered(world) == 2


async def test_all_or_nothing_by_sending_a_mended_sheet(world: Rehearsal) -> None:
    await begin(world, sheet(*GOOD, *BAD))
    assert "正在核对" in await world.file(AUDIT, "台账改.xlsx", sheet(*GOOD))
    assert "共2条，无误2条" in world.told(AUDIT)[0]
    assert "已登记2条" in await world.say(AUDIT, "确认")


async def test_the_same_sheet_twice_registers_nothing_twice(world: Rehearsal) -> None:
    await begin(world, sheet(*GOOD))
    await world.say(AUDIT, "确认")
    world.told(AUDIT)
    (preview,) = await begin(world, sheet(*GOOD))
    assert "WT-2026-0001 相同，已登记过" in preview
    assert "没有可以导入的" in preview
    assert registered(world) == 2


async def test_a_file_that_is_announced_with_its_count_is_waited_for(world: Rehearsal) -> None:
    """The contract's own example: the intent is that of a report, and importing is what is meant."""
    assert await world.say(AUDIT, "问题登记表见附件（Excel 共23条）") == intake.SEND_FILE
    await world.say(AUDIT, "取消")
    assert await world.say(AUDIT, "附件是现场检查的问题明细表，17条，批量导进去") == intake.SEND_FILE


async def test_cancel_registers_nothing(world: Rehearsal) -> None:
    await begin(world, sheet(*GOOD))
    assert "没有提交任何内容" in await world.say(AUDIT, "取消")
    assert registered(world) == 0


async def test_the_template_comes_on_request_and_is_taken_back(world: Rehearsal) -> None:
    assert "模板已发给您" in await world.say(AUDIT, "发我问题导入模板")
    sent = [one.message for one in world.channel.sent if isinstance(one.message, Workbook)]
    assert [book.name for book in sent] == ["问题导入模板.xlsx"]
    filled = workbooks.content(
        Workbook("x.xlsx", (Sheet("问题", sent[0].sheets[0].headings, (("恒信物流", "备用金没清"),)),))
    )
    await world.file(AUDIT, "问题导入模板.xlsx", filled)
    assert any("共1条，无误1条" in words for words in world.told(AUDIT))


async def test_what_is_no_sheet_is_refused_with_its_reason(world: Rehearsal) -> None:
    await world.say(AUDIT, "批量导入")
    assert "图片里的表格读不出来" in await world.picture(AUDIT)
    await world.file(AUDIT, "台账.xlsx", b"MZ\x90\x00" + b"\x00" * 200)
    assert any("没有收下" in words for words in world.told(AUDIT))
    await world.file(
        AUDIT, "通讯录.xlsx", workbooks.content(Workbook("x", (Sheet("一", ("姓名", "电话"), (("周涛", "1"),)),)))
    )
    assert any("没有认出表头" in words for words in world.told(AUDIT))


async def test_a_secrecy_mark_in_the_sheet_stops_it_and_nothing_is_kept(world: Rehearsal) -> None:
    await begin(world, sheet(("恒信物流", "机密★10年 某项目图纸外传", "", None, "")))
    assert registered(world) == 0
    with world.session() as session:
        row = session.scalars(select(Fetch)).one()
        assert (row.state, row.sha256) == ("refused", None)
        assert "图纸" not in str(row.facts)
    assert [path for path in world.files.rglob("*") if path.is_file()] == []


async def test_it_fills_a_special_report(world: Rehearsal) -> None:
    await world.say(AUDIT, "登记专项报告：恒信置业经责审计，共2项，11月20日形成")
    await world.say(AUDIT, "确认")
    assert "归入 BG-2026-0001" in await world.say(AUDIT, "批量导入")
    await world.file(AUDIT, "台账.xlsx", sheet(*GOOD))
    assert "BG-2026-0001 已录 2/2，数量已齐" in await world.say(AUDIT, "确认")


async def test_a_unit_submits_about_itself_only(world: Rehearsal) -> None:
    await world.say(LIAISON, "批量导入")
    await world.file(LIAISON, "台账.xlsx", sheet(*GOOD))
    assert any("第2行：您可以提交本单位的自查问题" in words for words in world.told(LIAISON))
    assert "已提交 WT-2026-0001（恒信建设）" in await world.say(LIAISON, "只导入无误的")
    assert registered(world) == 1


async def test_an_employee_is_told_whom_to_ask(world: Rehearsal) -> None:
    assert "监督部门" in await world.say("hx_zhigong", "批量导入")
