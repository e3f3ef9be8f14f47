"""The plainest wording of every intent of a finding's life, of the organisation and of batches, with its slots."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

from typing import Any

import pytest

from bot.understanding.engine import Understanding
from bot.understanding.meaning import Meaning
from tests.understanding import samples

ENGINE = Understanding(samples.hengxin(), samples.workday)
WT = "WT-2026-0141"
OLD = "WT-2026-0123"
EVI = "WT-2026-0125"


def say(text: str, *roles: str) -> Meaning:
    return ENGINE.understand(text, now=samples.NOW, roles=frozenset(roles))


PLAIN: list[tuple[str, str, dict[str, Any]]] = [
    ("登记 0141", "register", {"number": WT}),
    ("0141可以登记，类别采购", "register", {"number": WT, "category": "CG"}),
    ("同意登记WT-2026-0141", "register", {"number": WT}),
    ("登记 0141、0142", "register", {"numbers": [WT, "WT-2026-0142"]}),
    ("0141退回补正：缺责任单位和发现时间", "ask_more", {"number": WT, "reason": "缺责任单位和发现时间"}),
    ("让财务部把0141补充一下发生时间", "ask_more", {"number": WT, "reason": "发生时间"}),
    ("补正 0141：发现时间是11月3日，责任单位恒信建设", "complete", {"number": WT, "desc": "发现时间是11月3日，责任单位恒信建设"}),
    ("0141补充：责任单位是恒信建设", "complete", {"number": WT, "desc": "责任单位是恒信建设"}),
    ("0141不予登记，理由：不属于监督事项", "reject", {"number": WT, "reason": "不属于监督事项"}),
    ("0141并到0123", "merge", {"number": WT, "target": OLD}),
    ("把0141并案到0123，重复反映", "merge", {"number": WT, "target": OLD, "reason": "重复反映"}),
    ("撤回0141", "withdraw", {"number": WT}),
    ("撤销0123，录重了", "withdraw", {"number": OLD, "reason": "录重了"}),
    ("同意撤销0123", "decide_withdraw", {"number": OLD, "decision": "approve"}),
    ("不同意撤销0123，理由：问题属实", "decide_withdraw", {"number": OLD, "decision": "reject", "reason": "问题属实"}),
    ("重启0123，原因：又发现同类问题，依据：审计报告", "reopen", {"reason": "又发现同类问题", "basis": "审计报告"}),
    ("提交异议 0123：金额有误，附对账单", "objection", {"number": OLD, "reason": "金额有误，附对账单"}),
    ("0123这条不属实，删掉", "objection", {"number": OLD}),
    ("对0123有异议", "objection", {"number": OLD}),
    ("答复0123的异议：金额核实无误，异议不成立", "answer_objection", {"number": OLD, "decision": "dismissed", "reason": "金额核实无误，异议不成立"}),
    ("0123异议成立，金额更正为8万", "answer_objection", {"number": OLD, "decision": "upheld", "reason": "金额更正为8万"}),
    ("建议审计部关注0123的合同主体", "suggest", {"number": OLD, "target_org": "审计部", "desc": "关注0123的合同主体"}),
    ("0123列为重点督办", "supervise", {"number": OLD, "on": True}),
    ("取消0123的重点督办", "supervise", {"number": OLD, "on": False}),
    ("0123挂牌督办", "supervise", {"number": OLD, "on": True}),
    ("留痕 WT-2026-0123", "trail", {"number": OLD}),
    ("0123的办理记录", "trail", {"number": OLD}),
    ("0123谁改过", "trail", {"number": OLD}),
    ("0123流转过程", "trail", {"number": OLD}),
    ("这是0125的佐证", "evidence", {"number": EVI, "action": "give"}),
    ("刚才的照片是0125的佐证材料", "evidence", {"number": EVI, "action": "give"}),
    ("看0125的佐证", "evidence", {"number": EVI, "action": "show"}),
    ("把0125的附件发我", "evidence", {"number": EVI, "action": "show"}),
    ("看0125的第2个佐证", "evidence", {"number": EVI, "action": "show", "index": 2}),
    ("0125分三个节点：12月20日完成清理，1月31日完成入账，3月底完善制度", "milestone", {"number": EVI, "action": "set", "milestones": [{"name": "完成清理", "due": "2026-12-20"}, {"name": "完成入账", "due": "2027-01-31"}, {"name": "完善制度", "due": "2027-03-31"}]}),
    ("0125第一个节点完成了", "milestone", {"number": EVI, "action": "done", "index": 1}),
    ("0125请法务合规部和财务部配合", "co_units", {"number": EVI, "orgs": ["法务合规部", "财务部"]}),
    ("0125增加配合单位恒信物流", "co_units", {"number": EVI, "orgs": ["恒信物流"]}),
    ("0125办公室抽查", "spot_check", {"number": EVI}),
    ("抽查0125", "spot_check", {"number": EVI}),
    ("批量导入", "batch_intake", {"action": "import"}),
    ("怎么批量报", "batch_intake", {"action": "import"}),
    ("发我问题导入模板", "batch_intake", {"action": "template"}),
    ("台账模板", "batch_intake", {"action": "template"}),
    ("登记专项报告：恒信置业经责审计，共11项，11月20日形成", "submit_special_report", {"unit": "恒信置业", "count": 11, "date": "2026-11-20", "report_name": "恒信置业经责审计"}),
    ("BG-2026-0012录了几条", "special_status", {"number": "BG-2026-0012"}),
    ("BG-2026-0012还差多少", "special_status", {"number": "BG-2026-0012"}),
    ("专项报告清单", "special_status", {}),
    ("我下周休假，代理人李敏", "delegate", {"action": "set", "person": "李敏", "from": "2026-11-30", "to": "2026-12-06"}),
    ("11月30日到12月4日由周涛代理我", "delegate", {"action": "set", "person": "周涛", "from": "2026-11-30", "to": "2026-12-04"}),
    ("取消代理", "delegate", {"action": "end"}),
    ("任命周涛为恒信建设联络员", "appoint", {"action": "appoint", "person": "周涛", "unit": "恒信建设", "role": "unit_liaison"}),
    ("周涛不再担任恒信建设联络员", "appoint", {"action": "remove", "person": "周涛", "unit": "恒信建设", "role": "unit_liaison"}),
    ("周涛调到恒信物流任联络员，12月1日起", "appoint", {"action": "move", "person": "周涛", "unit": "恒信物流", "role": "unit_liaison", "from": "2026-12-01"}),
    ("免去王强的审计人员", "appoint", {"action": "remove", "person": "王强", "role": "audit_staff"}),
    ("启用恒信建设子级办公室，专人王建国", "sub_office", {"action": "on", "unit": "恒信建设", "person": "王建国"}),
    ("停用恒信建设子级办公室", "sub_office", {"action": "off", "unit": "恒信建设"}),
    ("体系自查", "self_check", {}),
    ("0141类别改为采购招标", "correct", {"number": WT, "field": "category"}),
    ("0123严重程度调成重大", "correct", {"number": OLD, "field": "severity", "value": "major"}),
    ("0123责任单位改成恒信物流", "correct", {"number": OLD, "field": "unit", "value": "恒信物流"}),
    ("0123同意延期", "decide_extension", {"number": OLD, "decision": "approve"}),
    ("0123不同意延期", "decide_extension", {"number": OLD, "decision": "reject"}),
    ("退回0123，理由：照片不清", "return", {"number": OLD, "reason": "照片不清"}),
    ("同意销号 0123", "accept", {"number": OLD}),
    ("0123转为问题线索，有人签字造假", "convert_to_lead", {"number": OLD}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "slots"), PLAIN)
def test_plain_wordings(text: str, intent: str, slots: dict[str, Any]) -> None:
    meaning = say(text)
    assert meaning.intent == intent
    assert slots.items() <= dict(meaning.slots).items()


REFERRED: list[tuple[str, str, dict[str, Any]]] = [
    ("这条退回，理由：照片不清", "return", {"ref": "this", "reason": "照片不清"}),
    ("刚才那个申请延期到年底", "apply_extension", {"ref": "last", "new_due": "2026-12-31"}),
    ("第二条同意销号", "accept", {"ref": 2}),
    ("最后一条登记", "register", {"ref": -1}),
    ("倒数第二条不予登记", "reject", {"ref": -2}),
    ("上面那条重点督办", "supervise", {"ref": "this", "on": True}),
    ("上一条有异议，金额不对", "objection", {"ref": "last"}),
    ("那条的佐证", "evidence", {"ref": "this", "action": "show"}),
    ("该问题申请验收", "apply_acceptance", {"ref": "this"}),
    ("这条收到", "ack_reminder", {"ref": "this"}),
    ("交办第二条", "assign", {"ref": 2, "index": 2}),
    ("这条", "query_by_number", {"ref": "this"}),
    ("刚才那个", "query_by_number", {"ref": "last"}),
    ("上一条", "query_by_number", {"ref": "last"}),
    ("那条怎么样了", "query_by_number", {"ref": "this"}),
    ("第二条", "select", {"index": 2}),
    ("第2个详细说说", "select", {"index": 2}),
    ("最后一条", "select", {"index": -1}),
    ("倒数第二条", "select", {"index": -2}),
    ("上面那条", "select", {"index": 1, "ref": "this"}),
    ("第二条和第三条都同意登记", "register", {"refs": [2, 3]}),
    ("这几条都登记", "register", {"ref": "these"}),
    ("1和3", "select", {"indexes": [1, 3]}),
    ("第一条和第三条", "select", {"indexes": [1, 3]}),
    ("0125", "query_by_number", {"number": EVI}),
    ("撤回刚才那条", "withdraw", {"ref": "last_submitted_by_me"}),
    ("撤回这条", "withdraw", {"ref": "this"}),
    ("第二条撤回", "withdraw", {"ref": 2}),
]


@pytest.mark.parametrize(("text", "intent", "slots"), REFERRED)
def test_matters_meant_without_their_number(text: str, intent: str, slots: dict[str, Any]) -> None:
    """P10: the intent and a `ref` by which a flow finds the one matter that was shown."""
    meaning = say(text)
    assert meaning.intent == intent
    assert slots.items() <= dict(meaning.slots).items()


@pytest.mark.parametrize(
    "text",
    [
        "第二条生产线的安全防护罩缺失，恒信能源",
        "违反《采购管理办法》第十二条，恒信物流三笔采购未招标",
        "这个项目未招标，恒信建设，金额80万",
        "那个供应商不在合格名录里，恒信物流照样付款",
        "那个我们检查恒信物流的时候发现合同没签",
        "这个月检查发现恒信能源灭火器过期",
        "第三季度检查发现恒信物流油卡混用",
    ],
)
def test_other_things_called_this_or_second(text: str) -> None:
    meaning = say(text, "member_liaison")
    assert meaning.intent == "submit_finding"
    assert "ref" not in meaning.slots


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("想给0001申请多半个月，供应商那边发票没开齐", "apply_extension", {"number": "WT-2026-0001", "days": 15}),
        ("统计重大问题", "query_stats", {"severity": "major"}),
        ("宏达酒店有哪些问题", "query_by_unit", {"unit_text": "宏达酒店"}),
        ("导出恒信物流的问题台账", "export_report", {"unit": "恒信物流"}),
    ],
)
def test_once_missed(text: str, intent: str, slots: dict[str, Any]) -> None:
    meaning = say(text, "office_staff")
    assert meaning.intent == intent
    assert slots.items() <= dict(meaning.slots).items()


SHORT: list[tuple[str, str, dict[str, Any]]] = [
    ("看佐证", "evidence", {"action": "show", "ref": "this"}),
    ("这是佐证", "evidence", {"action": "give", "ref": "this"}),
    ("佐证在这", "evidence", {"action": "give", "ref": "this"}),
    ("佐证呢", "evidence", {"action": "show", "ref": "this"}),
    ("异议不成立 0123", "answer_objection", {"number": OLD, "decision": "dismissed"}),
    ("异议成立，0123金额更正", "answer_objection", {"number": OLD, "decision": "upheld", "reason": "金额更正"}),
    ("制度：恒建发〔2026〕45号《采购管理办法》 0123", "submit_progress", {"number": OLD, "desc": "制度：恒建发〔2026〕45号《采购管理办法》"}),
    ("0123制度：恒建发〔2026〕45号《采购管理办法》", "submit_progress", {"number": OLD}),
    ("这条制度：恒建发〔2026〕45号《采购管理办法》", "submit_progress", {"ref": "this", "desc": "制度：恒建发〔2026〕45号《采购管理办法》"}),
    ("制度：恒建发〔2026〕45号《采购管理办法》", "submit_progress", {"ref": "this"}),
    ("0123来源报告改成BG-2026-0003", "correct", {"number": OLD, "field": "source_ref", "value": "BG-2026-0003"}),
    ("留痕 XS-2026-7K3M", "view_log", {"number": "XS-2026-7K3M"}),
    ("免去周涛的全部职务", "appoint", {"action": "remove", "person": "周涛"}),
    ("周涛离职了", "appoint", {"action": "remove", "person": "周涛"}),
    ("WT-2026-0123 延期申请转持续整改", "decide_extension", {"number": OLD, "decision": "convert_ongoing"}),
    ("第12条", "select", {"index": 12}),
    ("可以导excel吗", "batch_intake", {"action": "import"}),
    ("附件表格共35条问题，请导入", "submit_finding", {"batch": True, "count": 35}),
    ("把附件里的问题导进去", "batch_intake", {"action": "import"}),
    ("本月登记了几条", "query_stats", {"date_from": "2026-11-01", "date_to": "2026-11-30"}),
    ("把0123的线索移交纪委", "convert_to_lead", {"number": OLD}),
    ("0123移送纪委办公室", "convert_to_lead", {"number": OLD}),
    ("直接报董事会版台账", "export_report", {"report": "ledger", "format": "xlsx"}),
    ("导出审计部台账", "export_report", {"source_org": "审计部", "format": "xlsx"}),
    ("0123提醒一下审计部看看合同主体", "suggest", {"number": OLD, "target_org": "审计部", "desc": "看看合同主体"}),
    ("WT-2026-0123 申请验收：措施：已清理；佐证：回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法", "apply_acceptance", {"number": OLD}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "slots"), SHORT)
def test_once_missed_in_the_whole_life(text: str, intent: str, slots: dict[str, Any]) -> None:
    """S8, S12, S13, S44, S48 and the rest as they were typed in rehearsals."""
    meaning = say(text, "office_staff")
    assert meaning.intent == intent
    assert slots.items() <= dict(meaning.slots).items()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("提醒恒信物流盯一下0123", "urge"),
        ("0123退回，制度没附《采购管理办法》", "return"),
        ("0123已经移交纪委处理了", "submit_progress"),
        ("XS-2026-7K3M移送纪委", "transfer_lead"),
        ("能导成excel吗", "export_report"),
        ("逾期清单导一下", "query_overdue"),
        ("各单位的表都报了吗", "query_unsubmitted"),
        ("恒信建设会计周涛离职了，账没交接，备用金2万元未还", "submit_finding"),
        ("BG-2026-0012录了几条", "special_status"),
        ("0123进展：报告已交，见BG-2026-0012", "submit_progress"),
    ],
)
def test_neighbours_of_what_was_once_missed(text: str, intent: str) -> None:
    assert say(text, "office_staff").intent == intent


def test_a_unit_asks_for_lasting_rectification_and_decides_nothing() -> None:
    assert say("0123延期申请转持续整改", "unit_liaison").intent == "apply_extension"


@pytest.mark.parametrize("text", ["同意登记0141，但要补金额", "同意撤销0123，不过要先说明"])
def test_a_condition_is_no_consent_here_either(text: str) -> None:
    assert say(text, "office_staff").intent not in ("register", "decide_withdraw")


@pytest.mark.parametrize(
    "text",
    [
        "抽查",
        "这条登记",
        "代理人李敏",
        "第二条不予登记",
        "这是佐证",
        "佐证在这",
        "制度：恒建发〔2026〕45号《采购管理办法》",
    ],
)
def test_what_may_be_an_answer_leaves_no_open_form(text: str) -> None:
    assert not say(text, "office_staff").explicit


@pytest.mark.parametrize("text", ["登记 0141", "同意登记", "批量导入", "取消代理", "11月30日到12月4日由周涛代理我"])
def test_a_whole_command_does(text: str) -> None:
    assert say(text, "office_staff").explicit


def test_either_side_may_want_it_deleted() -> None:
    """S9: the unit objects, its source withdraws; nobody deletes."""
    assert say("把0123删了", "unit_liaison").intent == "objection"
    assert say("把0123删了", "member_liaison").intent == "withdraw"
