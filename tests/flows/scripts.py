"""One table of everything the bot can do: the world before, who says what up to the last word, what it does."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot import workbooks
from bot.messages import Sheet, Workbook
from tests.flows.findings import AUDIT, DIRECTOR, FINANCE, LIAISON, NUMBER, OFFICE
from tests.flows.worlds import LEAD, REOPEN, SENT, TALK, TARGET, YES

DISCIPLINE, SECOND, WORKER = "hx_jiwei", "hx_caiwufz", "hx_zhigong"
FRESH = "WT-2026-0001"
MEETING, ITEM, JOINT = "HY-2026-0001", "DB-2026-0001", "LJ-2026-0001"
VISIT = "财务部12月22日去恒信能源检查资金"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
SHEET = workbooks.content(
    Workbook(
        "台账.xlsx",
        (
            Sheet(
                "Sheet1",
                ("被审计单位", "存在的问题", "问题类别", "金额（万元）", "发现时间"),
                (
                    ("恒信物流", "备用金7个月没清", "资金管理", 4.2, "2026-11-20"),
                    ("恒信建设", "合同未经会签即用印", "合同履行", None, "2026-11-18"),
                ),
            ),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, or without content a picture."""

    name: str = ""
    content: bytes = field(default=b"", repr=False)


Line = str | Upload


@dataclass(frozen=True, slots=True)
class Script:
    """A talk from its first word to its last.

    actions: what the ledger then holds more, in order. kept: how many messages already do something before the last
    one (a look into the record, an urgent report). matter: the finding it is about, when it exists before.
    """

    name: str
    flow: str
    world: str
    person: str
    said: tuple[Line, ...]
    actions: tuple[str, ...]
    matter: str = NUMBER
    looks: bool = False
    anybody: bool = False  # it takes no post
    lets_go: bool = False  # its first question is dropped when it is not answered


MEASURES = "措施：已全部清理并入账；佐证：银行回单"
CAUSES = "原因：制度缺失；问责：批评教育1人；制度：备用金办法"
SCRIPTS: tuple[Script, ...] = (
    Script(
        "finding",
        "finding_submit",
        "nothing",
        FINANCE,
        ("报送问题", "恒信物流", "备用金7个月没清，4.2万", YES),
        ("submit", "register"),
        "",
    ),
    Script(
        "own_finding", "finding_submit", "nothing", LIAISON, ("报送问题：本单位备用金7个月没清", YES), ("submit",), ""
    ),
    Script(
        "two_findings",
        "finding_submit",
        "nothing",
        FINANCE,
        ("报送问题：恒信能源出差补助重复报销 3860块，还有恒信置业的食堂承包没招标", "1", YES),
        ("submit", "register", "submit", "register"),
        "",
    ),
    Script(
        "finding_as_lead",
        "finding_submit",
        "nothing",
        FINANCE,
        ("帮我录入：恒信建设/招标/围标嫌疑/3家投标文件雷同/项目：博山安置房", "转线索", YES),
        ("report_lead", "lead_recusal"),
        "",
        anybody=True,
    ),
    Script(
        "congress",
        "congress",
        "nothing",
        "hx_gonghui",
        ("导入职代会提案", "恒信能源高温补贴拖欠三个月\n建议增设职工书屋", "1", YES),
        ("submit", "register"),
        "",
    ),
    Script("alerts", "alerts", "nothing", OFFICE, ("预警",), (), "", looks=True, anybody=True),
    Script(
        "sheet",
        "intake",
        "nothing",
        AUDIT,
        ("批量导入", Upload("台账.xlsx", SHEET), YES),
        ("submit", "register") * 2,
        "",
    ),
    Script(
        "report",
        "special_report",
        "nothing",
        AUDIT,
        ("登记一份专项报告", "恒信置业招采专项检查，共3项", YES),
        ("register_report",),
        "",
    ),
    Script(
        "report_count",
        "special_report",
        "report",
        AUDIT,
        ("BG-2026-0001 共2条", YES),
        ("correct_report",),
        "BG-2026-0001",
    ),
    Script(
        "lead",
        "lead_submit",
        "nothing",
        FINANCE,
        ("报告问题线索", "仓库主管倒卖废铁", "恒信能源", YES),
        ("report_lead", "lead_recusal"),
        "",
        anybody=True,
    ),
    Script(
        "employees_lead",
        "lead_submit",
        "nothing",
        WORKER,
        ("报告问题线索", "1", "恒信能源仓库主管倒卖废铁", YES),
        ("report_lead", "lead_recusal"),
        "",
        anybody=True,
        lets_go=True,
    ),
    Script(
        "urgent",
        "urgent",
        "nothing",
        LIAISON,
        ("紧急报告", "二公司基坑塌方，两人被困", "刚才9点半，在3号楼", "已送医院，现场停工"),
        ("urgent", "urgent_update", "urgent_update"),
        "",
        looks=True,
    ),
    Script("quarter", "quarter", "nothing", FINANCE, ("监督工作信息", "检查2次，约谈1人", YES), ("quarter_info",), ""),
    Script("no_issue", "quarter", "nothing", FINANCE, ("本季度无问题", YES), ("quarter_none",), ""),
    Script("taken_back", "correction", "declared", FINANCE, ("撤回无问题申报", YES), ("quarter_none_withdrawn",), ""),
    Script("who_owes", "quarter_status", "nothing", OFFICE, ("本季度哪些单位还没报",), (), "", looks=True),
    Script(
        "common_fault",
        "common_faults",
        "common",
        OFFICE,
        ("采纳共性问题 资金管理", "原因：授权不清", "建议：修订授权手册", YES),
        ("common_adopt",),
        "common:CW01",
    ),
    Script(
        "no_common_fault",
        "common_faults",
        "common",
        OFFICE,
        ("不采纳共性问题 资金管理", "已专项整治", YES),
        ("common_decline",),
        "common:CW01",
    ),
    Script("search", "queries", "two", OFFICE, ("有没有备用金的问题", "按金额排"), (), "", looks=True),
    Script("look", "queries", "assigned", OFFICE, (f"查 {NUMBER}",), (), looks=True),
    Script("list", "queries", "two", LIAISON, ("恒信建设的问题清单", "第2个"), (), "", looks=True),
    Script("trail", "trail", "assigned", OFFICE, (f"留痕 {NUMBER}",), ("trail_viewed",), looks=True),
    Script("assign", "assign", "bare", OFFICE, (f"交办 {NUMBER}", "恒信建设", "周涛", "12月18日前", YES), ("assign",)),
    Script("assign_which", "assign", "bare", OFFICE, ("交办", "0125", "周涛 12月18日前", YES), ("assign",), TARGET),
    Script("received", "acknowledgement", "handed_over", LIAISON, ("收到",), ("confirm_task",)),
    Script("progress", "progress", "assigned", LIAISON, (f"{NUMBER} 整改进展", "已收回3万元，60%", YES), ("progress",)),
    Script("progress_which", "progress", "two", LIAISON, ("填进展", "1", "已收回3万元，60%", YES), ("progress",), ""),
    Script(
        "application",
        "application",
        "assigned",
        LIAISON,
        (f"{NUMBER} 申请验收", MEASURES, CAUSES, YES),
        ("apply_acceptance",),
    ),
    Script("applications", "application", "ready", LIAISON, ("申请销号：123、125", YES), ("apply_acceptance",) * 2),
    Script(
        "evidence", "evidence", "assigned", LIAISON, ("这是0123的佐证", Upload("回单.pdf", PDF), YES), ("evidence",)
    ),
    Script("picture", "evidence", "two", LIAISON, (Upload(), "0125", YES), ("evidence",), TARGET),
    Script(
        "evidence_shown",
        "evidence",
        "pictured",
        FINANCE,
        ("看0123的佐证", "1"),
        ("evidence_viewed", "evidence_sent"),
        looks=True,
    ),
    Script("accept", "acceptance", "applied", FINANCE, (f"同意销号 {NUMBER}，整改到位", YES), ("accept",)),
    Script("accept_all", "acceptance", "both_applied", FINANCE, ("都通过吧", YES), ("accept",) * 2),
    Script("forward", "acceptance", "major", FINANCE, (f"同意销号 {NUMBER}", YES), ("propose_close",)),
    Script(
        "conditional",
        "acceptance",
        "applied",
        FINANCE,
        ("同意，但要补一份会议纪要", "1", YES),
        ("return",),
        lets_go=True,
    ),
    Script("return", "acceptance", "applied", FINANCE, (f"退回 {NUMBER}", "银行回单缺一张", YES), ("return",)),
    Script("return_submission", "acceptance", "submitted", OFFICE, ("退回0123", "缺发现时间", YES), ("ask_more",)),
    Script(
        "extension",
        "extension",
        "assigned",
        LIAISON,
        (f"{NUMBER} 申请延期", "12月31日", "诉讼未结", YES),
        ("apply_extension",),
    ),
    Script("extension_back", "extension", "later", LIAISON, ("撤回延期申请", YES), ("withdraw_extension",)),
    Script(
        "extension_agreed", "extension_decision", "later", OFFICE, (f"同意{NUMBER}延期", YES), ("decide_extension",)
    ),
    Script(
        "extension_refused",
        "extension_decision",
        "later",
        OFFICE,
        (f"不同意{NUMBER}延期，理由：可先清理", YES),
        ("decide_extension",),
    ),
    Script(
        "made_ongoing",
        "extension_decision",
        "later",
        OFFICE,
        (f"{NUMBER}转持续整改，每季度报一次进展", YES),
        ("decide_extension",),
    ),
    Script(
        "reopen", "reopening", "closed", OFFICE, (f"重启 {NUMBER}", "又发现3笔未清", "审计复核报告", YES), ("reopen",)
    ),
    Script("reopen_proposed", "reopening", "closed", FINANCE, (REOPEN, YES), ("propose_reopen",)),
    Script(
        "reopen_refused",
        "reopening",
        "asked_again",
        OFFICE,
        (f"不重启 {NUMBER}", "已另案处理", YES),
        ("refuse_reopen",),
    ),
    Script(
        "milestones",
        "milestones",
        "phased",
        LIAISON,
        ("设置节点", "0123", "12月20日完成清理，1月31日完成入账，3月底完善制度", YES),
        ("set_milestones",),
    ),
    Script("milestone_done", "milestones", "planned", LIAISON, ("0123节点完成了", "1", YES), ("milestone_done",)),
    Script("objection", "objection", "assigned", LIAISON, ("对0123有异议", "金额算错了，应为4万", YES), ("object",)),
    Script(
        "objection_answer",
        "objection_answer",
        "objected",
        FINANCE,
        ("答复0123的异议：不成立", "对账单与账面一致，金额无误", YES),
        ("answer_objection",),
    ),
    Script("supervise", "supervision", "assigned", OFFICE, ("0123列为重点督办", YES), ("supervise",)),
    Script("supervise_no_more", "supervision", "supervised", OFFICE, ("取消0123的重点督办", YES), ("supervise",)),
    Script("co_units", "co_units", "assigned", OFFICE, ("增加配合单位", "0123", "恒信物流", YES), ("add_co_units",)),
    Script("co_units_off", "co_units", "assisted", OFFICE, ("0123去掉配合单位恒信物流", YES), ("drop_co_units",)),
    Script("spot_check", "spot_check", "applied", OFFICE, ("0123办公室抽查", YES), ("spot_check",)),
    Script("suggestion", "suggestion", "assigned", DISCIPLINE, ("建议审计部关注0123的合同主体", YES), ("suggest",)),
    Script("classify", "correction", "assigned", OFFICE, ("0123类别改为采购招标", YES), ("classify",)),
    Script("reassign", "correction", "assigned", OFFICE, ("0123换个责任人，改成王建国", YES), ("reassign",)),
    Script("delegate", "delegation", "nothing", LIAISON, ("设置代理人", "陈静", "到12月4日", YES), ("delegate",), ""),
    Script(
        "delegate_no_more",
        "delegation",
        "delegated",
        LIAISON,
        ("取消代理", YES),
        ("delegation_ended",),
        "",
        anybody=True,
    ),
    Script("appoint", "appointment", "nothing", OFFICE, ("任命吴刚为联络员", "恒信物流", YES), ("appoint",), ""),
    Script("dismiss", "appointment", "nothing", OFFICE, ("周涛不再担任恒信建设联络员", YES), ("remove",), ""),
    Script(
        "sub_office",
        "sub_office",
        "nothing",
        DIRECTOR,
        ("启用恒信建设子级办公室", "王建国", YES),
        ("appoint", "sub_office"),
        "",
    ),
    Script(
        "sub_office_off",
        "sub_office",
        "sub_office",
        DIRECTOR,
        ("停用恒信建设子级办公室", YES),
        ("remove", "sub_office"),
        "",
    ),
    Script("talk", "talk", "nothing", DIRECTOR, ("约谈恒信建设王建国", "11月30日上午10点", YES), ("talk",), ""),
    Script(
        "talk_with", "talk", "nothing", DIRECTOR, ("约谈恒信建设总经理张伟，11月30日上午10点", "1", YES), ("talk",), ""
    ),
    Script(
        "talk_urgent", "talk", "nothing", DIRECTOR, ("约谈恒信建设王建国，11月24日上午10点", "1", YES), ("talk",), ""
    ),
    Script(
        "talk_prepared",
        "talk",
        "nothing",
        OFFICE,
        ("约谈恒信建设王建国，11月30日上午10点", YES),
        ("talk_prepare",),
        "",
    ),
    Script("talk_moved", "talk", "called", DIRECTOR, (f"约谈{TALK}改到12月1日上午9点", YES), ("talk_change",), TALK),
    Script("talk_off", "talk", "called", DIRECTOR, (f"取消约谈{TALK}", YES), ("talk_cancel",), TALK),
    Script("talk_asked", "talk", "called", OFFICE, ("恒信建设要不要约谈",), (), "", looks=True),
    Script(
        "lead_decide",
        "lead_decide",
        "lead",
        DISCIPLINE,
        (f"{LEAD}受理，拟初步核实", YES),
        ("lead_register", "lead_accept", "lead_dispose"),
        LEAD,
    ),
    Script(
        "lead_decide_asked",
        "lead_decide",
        "lead",
        DISCIPLINE,
        ("线索拟初步核实，承办人张伟", LEAD, YES),
        ("lead_register", "lead_accept", "lead_dispose"),
        LEAD,
    ),
    Script(
        "lead_not_accepted",
        "lead_decide",
        "lead",
        DISCIPLINE,
        (f"{LEAD}不予受理", "1", YES),
        ("lead_register", "lead_not_accept"),
        LEAD,
    ),
    Script(
        "lead_transfer",
        "lead_transfer",
        "accepted_lead",
        DIRECTOR,
        (f"{LEAD}移送纪检", "违纪，一般", "一般，无", YES),
        ("lead_recusal", "lead_triage", "lead_routing", "lead_transfer"),
        LEAD,
    ),
    Script("lead_drafted", "lead_transfer", "accepted_lead", OFFICE, (SENT, YES), ("lead_triage_draft",), LEAD),
    Script("lead_signed", "lead_signing", "sent_lead", DISCIPLINE, ("签收线索", YES), ("lead_sign",), LEAD),
    Script(
        "lead_refused", "lead_decide", "sent_lead", DISCIPLINE, (f"退回{LEAD}", "缺合同", YES), ("lead_refuse",), LEAD
    ),
    Script(
        "lead_inquiry",
        "lead_clocks",
        "inquired_lead",
        DISCIPLINE,
        (f"{LEAD}函询已回复", YES),
        ("lead_term_done",),
        LEAD,
    ),
    Script(
        "lead_tolerance",
        "lead_tolerance",
        "inquired_lead",
        DISCIPLINE,
        (f"{LEAD} 拟适用容错，试点失败", "决策程序依据：集体决策；无谋私", "批准机构：党委会", "1", YES),
        ("lead_tolerance",),
        LEAD,
    ),
    Script(
        "lead_done",
        "lead_decide",
        "inquired_lead",
        DISCIPLINE,
        (f"{LEAD}办结", "1", YES),
        ("lead_done", "lead_feed_back"),
        LEAD,
    ),
    Script("lead_closed", "lead_decide", "done_lead", DISCIPLINE, (f"{LEAD}结案", YES), ("lead_close",), LEAD),
    Script(
        "lead_rectified",
        "lead_decide",
        "done_lead",
        DISCIPLINE,
        (f"{LEAD}结案，转问题整改", "1", "恒信能源：废旧物资出库没有双人复核", YES),
        ("lead_close", "submit", "register", "lead_rectify"),
        LEAD,
    ),
    Script(
        "lead_answered",
        "lead_feedback",
        "answerable_lead",
        DISCIPLINE,
        (f"{LEAD}反馈反映人", "已当面说明", YES),
        ("lead_feed_back",),
        LEAD,
    ),
    Script(
        "lead_reopened",
        "lead_reopening",
        "closed_lead",
        DISCIPLINE,
        (f"重启{LEAD}", "有录音", YES),
        ("lead_reopen",),
        LEAD,
    ),
    Script("export", "export", "assigned", OFFICE, ("导出台账",), ("exported",), "", looks=True),
    Script("lead_export", "lead_export", "lead", DISCIPLINE, ("导出线索台账",), ("leads_exported",), "", looks=True),
    Script("lead_list", "lead_list", "lead", DISCIPLINE, ("线索清单",), ("lead_list_viewed",), "", looks=True),
    Script("lead_register", "lead_registering", "lead", OFFICE, (f"{LEAD} 登记", YES), ("lead_register",), LEAD),
    Script(
        "lead_approval",
        "lead_approval",
        "handled_lead",
        DISCIPLINE,
        (f"{LEAD} 同意承办人查看反映人", YES),
        ("lead_approve",),
        LEAD,
    ),
    Script("lead_log", "ledger_view", "lead", DISCIPLINE, (f"{LEAD} 操作日志",), ("ledger_viewed",), LEAD, looks=True),
    Script("lead_view", "lead_view", "lead", DISCIPLINE, (f"看{LEAD}的内容",), ("lead_viewed",), LEAD, looks=True),
    Script(
        "lead_reporter",
        "lead_view",
        "named_lead",
        DISCIPLINE,
        (f"看{LEAD}反映人身份", "1"),
        ("lead_reporter_viewed",),
        LEAD,
        looks=True,
        lets_go=True,
    ),
    Script("self_check", "self_check", "nothing", OFFICE, ("体系自查",), (), "", looks=True),
    Script("register", "registration", "undated", OFFICE, ("登记 0123", "11月3日", YES), ("register",)),
    Script("register_which", "registration", "undated", OFFICE, ("同意登记", "2", YES), ("register",), TARGET),
    Script("ask_more", "triage", "submitted", OFFICE, ("0123退回补正", "缺金额", YES), ("ask_more",)),
    Script("reject", "triage", "submitted", OFFICE, ("0123不予登记", "不属于监督事项", YES), ("reject",)),
    Script("merge", "triage", "submitted", OFFICE, ("0123并到0125", "重复反映", YES), ("merge", "take_in")),
    Script(
        "complete",
        "completion",
        "sent_back",
        FINANCE,
        ("补正 0123", "发现时间是11月3日，责任单位恒信建设", YES),
        ("complete",),
    ),
    Script("withdraw_own", "withdrawal", "own", LIAISON, ("撤回0001", YES), ("take_back",), FRESH),
    Script("withdraw", "withdrawal", "assigned", DIRECTOR, ("撤销0123", "重复录入", YES), ("withdraw",)),
    Script("ask_withdraw", "withdrawal", "assigned", OFFICE, ("撤销0123", "录重了", YES), ("ask_withdraw",)),
    Script("withdraw_agreed", "withdrawal_decision", "asked_away", DIRECTOR, ("同意撤销0123", YES), ("withdraw",)),
    Script(
        "withdraw_refused",
        "withdrawal_decision",
        "asked_away",
        DIRECTOR,
        ("不同意撤销0123，理由：问题属实", YES),
        ("refuse_withdraw",),
    ),
    Script(
        "convert",
        "conversion",
        "assigned",
        OFFICE,
        (f"{NUMBER}转为线索", "涉嫌侵占备用金", YES),
        ("report_lead", "convert_to_lead", "lead_recusal"),
    ),
    Script(
        "calendar", "calendar_days", "nothing", OFFICE, ("2027年2月13日上班", YES), ("calendar_changed",), "calendar"
    ),
    Script("new_rules", "new_rules", "outdated", OFFICE, ("按新规则重排提醒", YES), ("ladders_applied",), "policy"),
    Script("urge", "urging", "overdue", OFFICE, ("催办0123", YES), ("urge",)),
    Script("urge_whom", "urging", "overdue", OFFICE, ("帮我催办", "0123", YES), ("urge",)),
    Script("escalate", "escalating", "overdue", OFFICE, ("0123报给领导", YES), ("escalate",)),
    Script("why", "why", "overdue", LIAISON, (f"{NUMBER}为什么提醒我",), (), looks=True),
    Script("promise", "acknowledgement", "overdue", LIAISON, ("0123今天前报", "12月2日"), ("promise",)),
    Script(
        "meeting",
        "meeting",
        "nothing",
        OFFICE,
        ("安排一下年初领导小组会议，1月15日", "下午2点半，三楼会议室", YES),
        ("call_meeting",),
        "",
    ),
    Script(
        "special_meeting",
        "meeting",
        "nothing",
        DIRECTOR,
        ("临时会议，明天上午9点，议题：恒信资本账户冻结处置", YES),
        ("call_meeting",),
        "",
    ),
    Script(
        "conferred",
        "meeting",
        "nothing",
        SECOND,
        ("登记会商：审计部、财务部，议题两金压降，结论按月压降", YES),
        ("call_meeting",),
        "",
    ),
    Script(
        "collect",
        "meeting",
        "nothing",
        OFFICE,
        ("开会提醒各成员单位12月20日前交年度监督工作情况报告", YES),
        ("collect",) * 10,
        "",
    ),
    Script(
        "move_meeting", "meeting", "meeting", OFFICE, (f"{MEETING}改到1月20日下午3点", YES), ("change_meeting",), ""
    ),
    Script("call_off", "meeting", "meeting", OFFICE, (f"取消{MEETING}", YES), ("cancel_meeting",), ""),
    Script("topics", "meeting", "meeting", SECOND, (f"{MEETING} 议题：研究招采专项", YES), ("meeting_topics",), ""),
    Script("leave", "meeting", "meeting", SECOND, ("我请假，让副主任参会", YES), ("leave_meeting",), ""),
    Script("paper", "meeting", "meeting", AUDIT, ("交会议材料", "检查3次，发现问题5条", YES), ("hand_in",), ""),
    Script("owing", "meeting", "meeting", OFFICE, ("谁还没交材料",), (), "", looks=True),
    Script(
        "decide",
        "meeting",
        "held",
        OFFICE,
        ("处置意见：恒信资本专项核查，审计部牵头", "3月底", YES),
        ("hold_meeting", "decide"),
        "",
    ),
    Script("conclude", "meeting", "held", OFFICE, ("会议结论：同意年度监督计划", YES), ("hold_meeting",), ""),
    Script(
        "to_do", "item", "nothing", OFFICE, ("登记待办：恒信资本账户清理", "审计部，12月18日前", YES), ("decide",), ""
    ),
    Script("report_item", "item", "to_do", AUDIT, (f"{ITEM} 完成", YES), ("report_item",), ""),
    Script("move_item", "item", "to_do", OFFICE, (f"{ITEM} 改到12月25日", YES), ("move_item",), ""),
    Script("drop_item", "item", "to_do", OFFICE, (f"取消{ITEM}", YES), ("cancel_item",), ""),
    Script("items", "item", "to_do", OFFICE, ("待办清单",), (), "", looks=True),
    Script("plan", "item", "nothing", AUDIT, ("审计部12月8日去恒信能源检查", YES), ("plan_item",), ""),
    Script("apart", "item", "visiting", FINANCE, (VISIT, "仍然登记", YES), ("plan_item",), ""),
    Script("together", "item", "visiting", FINANCE, (VISIT, "合并", YES), ("propose_inspection",), ""),
    Script(
        "joint",
        "joint_inspection",
        "nothing",
        SECOND,
        ("采购类共性问题建议组织联合检查", "恒信物流", "采购部和审计部", YES),
        ("propose_inspection",),
        "",
    ),
    Script(
        "joint_agreed",
        "joint_inspection",
        "joint",
        DIRECTOR,
        (f"同意联合检查 {JOINT}", YES),
        ("approve_inspection", "merge_item", "plan_inspection", "plan_inspection"),
        "",
    ),
    Script(
        "joint_declined",
        "joint_inspection",
        "joint",
        DIRECTOR,
        (f"不同意联合检查 {JOINT}", "已有巡察安排", YES),
        ("decline_inspection",),
        "",
    ),
    Script("quarter_paper", "export", "nothing", OFFICE, ("生成四季度监督情况汇总报告",), ("paper_draft",), ""),
    Script(
        "addition",
        "quarter_paper",
        "nothing",
        OFFICE,
        ("补充汇总报告监督服务经营：推动清欠", YES),
        ("paper_draft",),
        "",
    ),
    Script(
        "urgent_told", "quarter_urgent", "urgent", DIRECTOR, ("JJ-2026-0001列入汇总报告", YES), ("urgent_told",), ""
    ),
    Script("bulletin", "bulletin", "offered", DIRECTOR, ("发布四季度通报", YES), ("bulletin_publish",), ""),
    Script("help", "orientation", "nothing", FINANCE, ("帮助",), (), "", looks=True),
)
