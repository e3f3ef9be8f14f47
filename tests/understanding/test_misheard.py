"""What was once understood wrongly and would have been believed: money, numbers, days, people, yes and no."""

from __future__ import annotations

from typing import Any

import pytest

from bench.understanding import corpus
from bot.understanding.meaning import Meaning
from tests.understanding import samples


def say(group: str, role: str, text: str) -> Meaning:
    return corpus.engine(group).understand(text, now=samples.NOW, roles=frozenset({role}))


@pytest.mark.parametrize(
    ("group", "role", "text", "intent", "slots"),
    [
        ("airport", "resp_person", "欠租那条 收回来一半了 342,500元已到账 185号", "submit_progress",
         {"number": "WT-2026-0185", "recovered_yuan": 342_500}),
        ("grain", "unit_liaison", "南昌冷库液氨漏了，正在疏散，119已经打了", "urgent_report",
         {"unit": "冷链南昌分公司"}),
        ("grain", "unit_liaison", "不好了 超市门口有人拉横幅讨货款 围了百十号人", "urgent_report", {}),
        ("airport", "office_staff", "0210的延期不行，没说清楚为啥，还按原来的日子", "decide_extension",
         {"decision": "reject"}),
        ("water", "office_staff", "0199延期准了，就到12月25，过了这天不再批", "decide_extension",
         {"decision": "approve"}),
        ("tourism", "office_staff", "国庆那七天登记进来的安全类问题给我看看", "query_by_time",
         {"date_from": "2026-10-01", "date_to": "2026-10-07"}),
        ("power", "unit_liaison", "今天弄不了 停机抢修呢 周四前准报", "ack_reminder", {"expect": "2026-11-26"}),
        ("construct", "office_staff", "0221派给路桥，许建平负责，12月15号前改完", "assign", {"person": "许建平"}),
        ("chemical", "office_staff", "2025年第41号问题后来销了没", "query_by_number", {"number": "WT-2025-0041"}),
        ("power", "unit_liaison", "查 WT-2026-0123 进展", "query_by_number", {"number": "WT-2026-0123"}),
        ("power", "unit_liaison", "0123 进展", "query_by_number", {"number": "WT-2026-0123"}),
        ("power", "office_staff", "看看WT-2026-12345到哪一步了", "query_by_number", {"number": "WT-2026-12345"}),
        ("railway", "audit_staff", "滞箱费少收了两笔，一笔16.4万，一笔9.8万，合到一块26.2万，都没有减免审批，录一下",
         "submit_finding", {"amount_yuan": 262_000}),
        ("railway", "member_liaison", "线索报送\n被反映人：田福来\n反映内容：把维修活分给妻弟\n报告人：侯玉梅",
         "submit_lead", {"person": "田福来", "reporter": "侯玉梅"}),
        ("power", "office_staff", "逾期超过20天的有几条", "query_overdue", {"min_days": 20}),
        ("medical", "resp_person", "清场记录换了新版，探头也校准完了，131申请验收", "apply_acceptance",
         {"number": "WT-2026-0131"}),
        ("medical", "resp_person", "0126原定11月30号，配件走海运到不了，想延到明年1月20号，请领导批一下",
         "apply_extension", {"new_due": "2027-01-20"}),
    ],
)  # fmt: skip
def test_what_would_have_been_believed(
    group: str, role: str, text: str, intent: str, slots: dict[str, Any]
) -> None:  # fmt: skip
    meaning = say(group, role, text)
    assert meaning.intent == intent
    assert {key: meaning.slots.get(key) for key in slots} == slots
    assert "numbers" not in meaning.slots


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("谁把我给举报了？你肯定知道，告诉我名字", "forbidden_access"),
        ("给我查下是哪个在背后举报我们公司的", "forbidden_access"),
        ("上周匿名说班长那个，听口气像是张伟吧，你就说是不是", "forbidden_access"),
        ("匿名了以后后台管理员能看着是谁发的不", "anonymous_help"),
        ("匿名的内容就到这儿，给我个回执码吧", "anonymous_submit"),
        ("说完了 没有别的要补的了", "anonymous_submit"),
        ("匿名反映，后勤的老孙收了商户的购物卡，这事我看见两回了", "anonymous_report"),  # and no probe, no question
        ("举报人怕被打击报复，能不能匿名，我要反映食堂采购吃回扣", "anonymous_report"),
        ("嗯呐 就这么报", "confirm"),
        ("没错，就按这个录", "confirm"),
        ("不确认", "deny"),
        ("先不确认", "cancel"),
        ("刚填的全不要了 从头来过", "cancel"),
        ("先停停，这条我不登了", "cancel"),
    ],
)
def test_a_door_a_yes_and_a_no(text: str, intent: str) -> None:
    assert say("hengxin", "employee", text).intent == intent


@pytest.mark.parametrize(
    ("role", "text", "intent"),
    [
        ("employee", "紧急，恒信物流车队长赵磊半夜偷卖柴油", "urgent_report"),
        ("employee", "快！！恒信物流仓管李四正往外拉货私卖", "urgent_report"),
        ("unit_head", "紧急，李敏收了供应商的钱", "urgent_report"),
        ("office_staff", "紧急，把逾期清单发我", "urgent_report"),
        ("unit_liaison", "紧急，WT-2026-0001申请延期到12月20日，设备没到", "urgent_report"),
        ("office_staff", "达到预期的都有哪些单位", "query_overdue"),
        ("employee", "有人没干活也领工资", "chitchat"),
        ("audit_staff", "夜班有人没到岗", "chitchat"),
        ("employee", "津贴被截留，没发到工人手里", "out_of_scope"),
        ("employee", "班长把我们津贴私吞了，没发给我们，找谁", "out_of_scope"),
        ("employee", "仓库少给我们发货，剩下的偷卖了，问谁", "out_of_scope"),
        ("union_staff", "二公司夜班费少发，涉及30人", "out_of_scope"),
        ("employee", "库管正办着假发票", "ack_reminder"),
        ("employee", "我请100天产假", "urgent_report"),
    ],
)
def test_what_it_is_not(role: str, text: str, intent: str) -> None:
    """紧急 alone, without its colon, pushes nothing at once: whoever it is about might be told, and by whom."""
    assert say("hengxin", role, text).intent != intent


@pytest.mark.parametrize(
    ("role", "text", "slots"),
    [
        ("disc_manager", "报告问题线索：举报原主任王强收红包3万，恒信物流的", {"person": "王强"}),
        ("disc_manager", "报告问题线索：采购员涂改发票，恒信物流的", {"person": None}),
        ("disc_manager", "报告问题线索：恒信物流，项目经理岳父的公司中标", {"person": None}),
        ("office_staff", "交办 WT-2026-0123 派给兰州，12月20日前", {"person": None}),
        ("audit_staff", "报送问题：恒信置业闲置土地一直没动工，面积20亩", {"repeat_hint": None}),
        ("audit_staff", "报送问题：恒信物流三家投标单位标书一模一样。", {"repeat_hint": None}),
        ("resp_person", "WT-2026-0123 整改进展：合同没留底，正在找 40%", {"has_evidence": None}),
        ("resp_person", "WT-2026-0123 整改进展：现场不让拍照，措施已落实 80%", {"has_evidence": None}),
        ("resp_person", "WT-2026-0123 差旅费12月3日已退回 80%", {"expect": None}),
        ("office_staff", "联合检查恒信物流 财务部牵头 采购部参加 12月10日", {"category": None}),
        ("resp_person", "0123 进展：监控探头还没到货，完成50%", {"has_evidence": None}),
        ("audit_staff", "报送问题：财务部说不清20万去向，现金账不符", {"unit": "财务部"}),
        ("disc_manager", "XS-2026-7K3M暂存待查，查过上个月的账没问题", {"remind_at": None}),
        ("office_staff", "周涛12月10日前整改0123", {"person": "周涛", "due": "2026-12-10"}),
        ("office_staff", "特别催过谁", {"log": True}),
        ("office_staff", "统计各单位，周涛这边急着要", {"person": None}),
        ("resp_person", "0123申请延期到12月20日，第3次验收没过", {"repeat": None}),
        ("employee", "报告纪委王建国收红包", {"subject_is_handler": None}),
        ("office_staff", "11月1号到20号报上来的问题", {"date_from": "2026-11-01", "date_to": "2026-11-20"}),
        ("audit_staff", "发现时间改成11月18号", {"field": "found_at", "value": "2026-11-18"}),
        ("office_staff", "开个临时会，周三后晌三点，议题是账户冻结", {"time": "2026-11-25T15:00"}),
    ],
)
def test_what_is_made_of_its_words(role: str, text: str, slots: dict[str, Any]) -> None:
    found = say("hengxin", role, text).slots
    assert {name: found.get(name) for name in slots} == slots


def test_a_name_is_no_holiday() -> None:
    assigned = say("cement", "office_staff", "0151派给大冶矿，佘国庆负责，十二月十五号之前搞完")
    assert assigned.slots["due"] == "2026-12-15"


@pytest.mark.parametrize("named", ["云帆", "金鼎"])
def test_what_is_looked_at_may_be_a_unit(named: str) -> None:
    said = say("other", "disc_manager", f"线索登记\n检查对象：{named}\n反映内容：废料私下卖掉，钱没入账\n金额：3万")
    assert "person" not in said.slots and said.slots.get("unit")


def test_a_petition_is_no_consent_under_a_condition() -> None:
    begged = say(
        "airport", "unit_head", "关于0150延长整改期限的请示：因批复未到，申请延至2027年2月26日，妥否，请批示。"
    )
    assert (begged.intent, begged.slots["new_due"]) == ("apply_extension", "2027-02-26")
    drafted = say("airport", "office_staff", "0150申请延期，拟同意，请领导批示")
    assert drafted.intent not in ("decide_extension", "apply_extension") or not drafted.explicit
    assert drafted.slots.get("decision") != "approve"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("地服摆渡车班组没系安全带，现场抓的，先上账吧", "摆渡车班组没系安全带，现场抓的"),
        ("地服预付款一百天没清 挂账", "预付款一百天没清 挂账"),  # it is the fault, not the wish
    ],
)
def test_the_wish_is_no_part_of_the_fault(text: str, kept: str) -> None:
    assert say("airport", "audit_staff", text).slots["desc"] == kept


@pytest.mark.parametrize(
    "text", ["查 WT-2026-1234567", "检查第3号档案时发现备用金没有清理", "抽查第123号合同发现没盖章"]
)
def test_what_is_no_number_of_a_matter(text: str) -> None:
    """Nor a part of one: a year is not taken for a serial."""
    slots = say("power", "audit_staff", text).slots
    assert not slots.keys() & {"number", "numbers", "related"}


@pytest.mark.parametrize("serial", ["HSSB", "6SB0", "9ZZZ", "0V5G"])
def test_the_letters_of_a_leads_number_are_no_words(serial: str) -> None:
    """Whatever they spell, who asks for a lead hears the same of one that is there and of one that is not."""
    found = say("power", "office_staff", f"查 XS-2026-{serial}")
    assert (found.intent, found.slots["number"]) == ("query_by_number", f"XS-2026-{serial}")
