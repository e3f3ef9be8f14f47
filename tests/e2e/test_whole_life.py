"""The whole life of one finding by five people over real HTTP, from the report to 销号 and on to its second round.

The chapters follow each other on one rig. After every step it is held who was told: each once, and nobody else.
"""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.documents import document, picture, sheet
from tests.e2e.processes import run_py
from tests.e2e.rig import Rig
from tests.e2e.stages import CONFIRM
from tests.e2e.telling import Telling, kept

AUDIT, OFFICE, LIAISON, HEAD, DIRECTOR = "hx_shenji", "hx_ban", "hx_jianshel", "hx_jianshe", "hx_zhuren"
NUMBER, HIDDEN = "WT-2026-0001", "未查询到该编号，或您无权查看。"
PHOTO, LIST = picture("现场"), document("备用金清理明细")
RECEIPT = picture("收款回单")


@pytest.fixture(scope="module")
def life(make_rig: MakeRig) -> Telling:
    return Telling(make_rig())


@pytest.fixture
def rig(life: Telling) -> Rig:
    return life.rig


def test_01_the_auditor_reports_and_it_is_registered(life: Telling, rig: Rig) -> None:
    life.say(AUDIT, "报送问题：恒信建设备用金7个月没清，一共4.2万元，11月20日发现", "恒信建设", "4.2万元", CONFIRM)
    life.click(AUDIT, "确认提交", NUMBER, "李敏", told={OFFICE: (f"待交办 {NUMBER}",)})
    row = rig.finding(NUMBER)
    assert (row["state"], row["source"], row["amount_fen"]) == ("registered", "HX-SJ", 4_200_000)


def test_02_the_office_assigns_it_in_two_stages(life: Telling, rig: Rig) -> None:
    order = "交办 0001 恒信建设 责任人周涛，分两个节点：12月18日完成清理，1月29日完成入账"
    life.say(OFFICE, order, "周涛", "分阶段整改", "12月18日 周五完成清理", CONFIRM)
    task = f"整改任务 {NUMBER}"
    life.say(OFFICE, "确认", "已登记 → 已交办", "周涛", "王建国", told={LIAISON: (task,), HEAD: (task,)})
    assert [row["name"] for row in rig.read("SELECT name FROM milestones ORDER BY id")] == ["完成清理", "完成入账"]


def test_03_the_unit_takes_it_on(life: Telling, rig: Rig) -> None:
    life.rig.click(LIAISON, f"收到 {NUMBER}")
    heard = life.hear()
    assert set(heard) == {LIAISON} and "已交办 → 整改中" in "\n".join(heard[LIAISON])
    assert rig.finding(NUMBER)["state"] == "rectifying"


def test_04_progress_with_a_picture(life: Telling, rig: Rig) -> None:
    life.say(LIAISON, "0001 整改进展：已收回2.5万元，60%", "60%", "2.5万元", CONFIRM)
    life.send(LIAISON, "image", "现场.jpg", PHOTO, "佐证：1个图片或文件", CONFIRM)
    news = "周涛填报进展，完成度60%"
    life.say(LIAISON, "确认", "第1次进展", "秦岚", told={AUDIT: (news,), OFFICE: (news,)})
    _stored(rig, PHOTO)


def test_05_a_document_is_kept_and_sent_back(life: Telling, rig: Rig) -> None:
    life.say(LIAISON, "这是0001的佐证", "请把图片或文件发来")
    life.send(LIAISON, "file", "清理明细.docx", LIST, "清理明细.docx", CONFIRM)
    news = "补充佐证文件1个"
    life.say(LIAISON, "确认", "1份 → 2份", told={AUDIT: (news,), OFFICE: (news,)})
    _stored(rig, LIST)
    life.say(AUDIT, "看0001的佐证", "共2份佐证", "2 清理明细.docx")
    life.say(AUDIT, "全部", told={AUDIT: ("", "")})
    sent = life.attachments(AUDIT)
    assert [(one["name"], one["data"]) for one in sent] == [("现场.jpg", PHOTO), ("清理明细.docx", LIST)]
    assert life.say("hx_wuliul", "看0001的佐证") == HIDDEN


def _stored(rig: Rig, data: bytes) -> None:
    """On our disk under its SHA-256, and named so by the row of evidence."""
    sha256 = hashlib.sha256(data).hexdigest()
    assert kept(rig, sha256).read_bytes() == data
    assert rig.one("SELECT count(*) FROM evidence WHERE sha256 = ? AND refused = ''", sha256) == 1


def test_06_a_document_with_a_macro_is_refused(life: Telling, rig: Rig) -> None:
    bad = document("备用金台账", macro=True)
    refusal = "“台账.docm”没有收下：含有宏"
    life.send(LIAISON, "file", "台账.docm", bad, "台账.docm", told={LIAISON: (refusal,)})
    life.say(LIAISON, "取消", "已取消")
    assert not kept(rig, hashlib.sha256(bad).hexdigest()).exists()
    assert rig.one("SELECT count(*) FROM evidence") == 2


def test_07_a_stage_is_done(life: Telling, rig: Rig) -> None:
    life.say(LIAISON, "0001第一个节点完成了", "未完成 → 已完成", CONFIRM)
    news = "节点“完成清理”已完成"
    life.say(LIAISON, "确认", "节点1/2", told={AUDIT: (news,), OFFICE: (news,)})


def test_08_a_later_date_is_asked_for_and_granted(life: Telling, rig: Rig) -> None:
    order = "0001 申请延期至2027年2月26日，原因：一名原经办人离职，对账要等"
    life.say(LIAISON, order, "2027年1月29日 周五 → 2027年2月26日 周五", CONFIRM)
    asked = f"待批延期 {NUMBER}"
    life.say(LIAISON, "确认", "批准前仍按2027年1月29日", told={AUDIT: (asked,), OFFICE: (asked,)})
    assert rig.finding(NUMBER)["due"] == "2027-01-29"
    life.say(LIAISON, "同意0001延期", "您不能办理")
    life.click(OFFICE, "同意延期", "2027年2月26日 周五", CONFIRM)
    granted = f"延期获批 {NUMBER}"
    life.say(OFFICE, "确认", "周涛", told={LIAISON: (granted,), HEAD: (granted,)})
    assert rig.finding(NUMBER)["due"] == "2027-02-26"
    rig.until(lambda: _greyed(rig, AUDIT, asked), "the other approver's card is still alive")


def _greyed(rig: Rig, person: str, title: str) -> bool | None:
    cards = [entry for entry in rig.messages(person) if entry["kind"] == "template_card"]
    return any(title in str(entry["card"]) and entry["closed"] for entry in cards) or None


def test_09_acceptance_is_applied_for_with_all_that_it_wants(life: Telling, rig: Rig) -> None:
    life.say(LIAISON, "0001 申请验收", "原因", "问责")
    life.say(LIAISON, "制度缺失，批评教育1人", "原因：制度缺失", "问责：批评教育1人", CONFIRM)
    more = "措施：全部收回入账，修订了备用金办法；挽回金额：4.2万元"
    life.say(LIAISON, more, "措施：全部收回入账", "挽回金额：4.2万元", CONFIRM)
    life.say(LIAISON, "确认", "整改中 → 待验收", "秦岚", told={AUDIT: (f"待验收 {NUMBER}",)})
    row = rig.finding(NUMBER)
    assert (row["state"], row["recovered_fen"], row["root_cause"]) == ("pending_acceptance", 4_200_000, "制度缺失")
    life.say(LIAISON, f"同意销号 {NUMBER}", "只有验收人可以办理")
    life.say(HEAD, f"同意销号 {NUMBER}", "只有验收人可以办理")


def test_10_it_is_returned_once(life: Telling, rig: Rig) -> None:
    life.click(AUDIT, "退回", "理由")
    life.say(AUDIT, "收款回单缺一张，12月25日前补", "12月25日 周五", "第1次退回", CONFIRM)
    card = f"第1次退回 {NUMBER}"
    told = {LIAISON: (card,), HEAD: (card,)}
    life.say(AUDIT, "确认", "待验收 → 整改中", "12月25日", told=told)
    row = rig.finding(NUMBER)
    assert (row["state"], row["returned"], row["due"]) == ("rectifying", 1, "2026-12-25")


def test_11_applied_for_again_and_accepted_by_another_than_who_filled_it_in(life: Telling, rig: Rig) -> None:
    rig.turn_clock("2026-11-24T10:00:00")
    assert life.hear() == {}
    life.send(LIAISON, "image", "回单.jpg", RECEIPT, "图片1张", CONFIRM)
    news = "补充佐证图片1张"
    life.say(LIAISON, "确认", told={AUDIT: (news,), OFFICE: (news,)})
    asked = life.say(LIAISON, "0001 申请验收")
    if CONFIRM not in asked:
        life.say(LIAISON, "补了收款回单，4.2万元全部收回入账", "补了收款回单", CONFIRM)
    life.say(LIAISON, "确认", "待验收", told={AUDIT: (f"待验收 {NUMBER}",)})
    life.click(AUDIT, "通过", "待验收 → 已销号", CONFIRM)
    closed = "验收通过"
    life.say(AUDIT, "确认", "待验收 → 已销号", told={LIAISON: (closed,), HEAD: (closed,)})
    assert rig.finding(NUMBER)["state"] == "closed"
    accepted = rig.read('SELECT result, "by" FROM acceptances ORDER BY id')
    assert [(row["result"], row["by"]) for row in accepted] == [("returned", AUDIT), ("accepted", AUDIT)]


def test_12_every_step_stands_in_the_trail_and_the_chain_holds(life: Telling, rig: Rig) -> None:
    unsealed = (
        "SELECT count(*) FROM events e WHERE matter = ? AND NOT EXISTS (SELECT 1 FROM links WHERE event_id = e.id)"
    )
    rig.until(lambda: rig.one(unsealed, NUMBER) == 0 or None, "the sealer does not keep up", 15)
    life.say(OFFICE, f"留痕 {NUMBER}", "回复“全部”看全部")
    whole = life.say(OFFICE, "全部", "均已封存")
    steps = ("秦岚 报送", "秦岚 登记", "李敏 交办", "周涛 确认收到", "周涛 填报进展", "周涛 提供佐证", "周涛 申请延期",
             "李敏 审批延期", "周涛 申请验收", "秦岚 验收退回", "周涛 申请验收", "秦岚 验收通过")  # fmt: skip
    at = 0
    for step in steps:
        assert step in whole[at:], (step, whole)
        at = whole.index(step, at) + 1
    assert life.say("hx_wuliul", f"留痕 {NUMBER}") == HIDDEN
    done = run_py("verify", environment=rig.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    proved = re.search(r"通过：(\d+)条事件，逐环验证完好", done.stdout)
    assert proved and int(proved[1]) > len(steps), done.stdout


def test_13_reopening_opens_a_second_round(life: Telling, rig: Rig) -> None:
    life.say(DIRECTOR, "重启 0001，原因：抽查发现又挂账1.2万元，依据：抽查记录", "已销号", "第2轮", CONFIRM)
    card, news = "重启（第2轮）", "进入第2轮整改"
    told = {LIAISON: (card,), HEAD: (card,), AUDIT: (news,)}
    life.say(DIRECTOR, "确认", "已销号 → 已交办，第2轮", told=told)
    row = rig.finding(NUMBER)
    assert (row["state"], row["cycle"], row["closed_at"]) == ("assigned", 2, None)
    rounds = rig.read("SELECT seq, closed_by FROM cycles ORDER BY seq")
    assert [(one["seq"], one["closed_by"]) for one in rounds] == [(1, AUDIT), (2, "")]
    assert rig.one("SELECT count(*) FROM failures") == 0


HEADINGS = ("被审计单位", "存在的问题", "问题类别", "金额（万元）", "发现时间")
GOOD = ("恒信物流", "食堂采购没有比价", "采购", 3.5, "2026-11-18")
BAD = ("恒信房产", "样板间费用未经审批", "", None, "")


def test_14_a_report_with_its_count_is_filled_by_a_sheet(life: Telling, rig: Rig) -> None:
    """S33 and the batch intake over the wire: faults by line, nothing before 确认, and the count that is met."""
    before = rig.one("SELECT count(*) FROM findings")
    life.say(AUDIT, "登记专项报告：恒信物流经责审计，共2项，11月20日形成", "2项", CONFIRM)
    life.say(AUDIT, "确认", "BG-2026-0001", "0/2", told={OFFICE: ("BG-2026-0001",)})
    life.say(AUDIT, "批量导入", "归入 BG-2026-0001")
    preview = ("共2条，无误1条，有误1条", "[只导无误的]")
    life.send(AUDIT, "file", "台账.xlsx", sheet(HEADINGS, GOOD, BAD), "正在核对", told={AUDIT: preview})
    assert rig.one("SELECT count(*) FROM findings") == before
    life.say(AUDIT, "只导入无误的", "WT-2026-0002（恒信物流）", "已录 1/2，还差1条", told={OFFICE: ("WT-2026-0002",)})
    life.say(AUDIT, "批量导入")
    mended = sheet(HEADINGS, GOOD, ("恒信置业", *BAD[1:]))
    preview = ("共2条，无误1条", "[只导无误的]")
    life.send(AUDIT, "file", "台账改.xlsx", mended, "正在核对", told={AUDIT: preview})
    life.say(AUDIT, "只导入无误的", "WT-2026-0003（恒信置业）", "已录 2/2，数量已齐", told={OFFICE: ("WT-2026-0003",)})
    units = rig.read("SELECT unit FROM findings WHERE source = 'HX-SJ' AND number <> ? ORDER BY id", NUMBER)
    assert [row["unit"] for row in units] == ["WL", "ZY"]
    rig.turn_clock("2026-11-27T09:30:00")
    assert not any("BG-2026-0001" in text for texts in life.hear().values() for text in texts)
