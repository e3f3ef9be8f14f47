"""The fixed wording of orientation: topics of help, guesses, kinds of message that cannot be used."""

from __future__ import annotations

CLASSIFIED = "这条消息带有国家秘密标志，没有保存。企业微信不能传递国家秘密，请改走机要渠道。"
SPY = "请立即拨打国家安全机关举报电话12339。本渠道不登记、不处置这类情况，刚才的内容没有保存。"
OPEN_MATTER = "您有一件事还没确认，回复“继续”接着办，“取消”放弃。"
KINDS = {
    "voice": "暂时听不了语音，请改发文字（可用键盘的语音输入转成文字）。",
    "video": "暂时看不了视频，请用文字说明，或发图片。",
    "location": "暂时用不上位置，请用文字写明单位和地点。",
    "link": "暂时打不开链接，请把内容用文字发来。",
}
OTHER_KIND = "这类消息暂时处理不了，请改发文字。发“帮助”看看我能做什么。"
MEDIA = "现在没有正在办的事，图片或文件没有保存。\n请先说要办什么，例如“WT-2026-0123 整改进展：制度已修订”，再发图片。"
TOPICS = {
    "submit_finding": "直接说就行：哪个单位、什么问题，金额和时间有就带上。\n"
    "例：报送问题：恒信物流备用金7个月没清，一共4.2万。\n缺什么我会问，您回复“确认”后发编号。",
    "finding_vs_lead": "问题：管理上不合规的事，登记后交办整改、验收销号，责任单位看得到。\n"
    "线索：涉嫌违纪违法的人和事，只有线索管理人员看得到，不进整改台账。\n"
    "拿不准先按线索报：报告问题线索：谁、什么事、什么凭据。",
    "extension": "首次且不超过30天：来源部门或监督办公室批。\n"
    "第2次、超过30天或重大问题：办公室主任批；第3次：领导小组批。\n"
    "请在到期前申请，批准前仍按原时限计。",
}
# What an uncertain message may have meant, in the person's words, and how to say it for certain.
GUESSES = {
    "submit_finding": ("报送问题", "报送问题：加内容"), "submit_lead": ("报告问题线索", "报告问题线索：加内容"),
    "urgent_report": ("紧急报告", "紧急：加内容"), "submit_progress": ("填报整改进展", "WT-2026-0123 整改进展：加内容"),
    "apply_extension": ("申请延期", "WT-2026-0123 申请延期至12月31日，原因：…"),
    "apply_acceptance": ("申请验收", "WT-2026-0123 申请验收"),
    "accept": ("同意销号", "同意销号 WT-2026-0123"),
    "return": ("退回整改", "退回 WT-2026-0123，理由：…"),
    "assign": ("交办", "交办 WT-2026-0123 恒信建设 责任人周涛 12月20日前"),
    "query_by_number": ("按编号查询", "查 WT-2026-0123"), "query_by_unit": ("查单位的问题清单", "恒信建设的问题清单"),
    "query_by_time": ("按时间查询", "本周到期的有哪些"), "query_overdue": ("看逾期清单", "逾期清单"),
    "query_stats": ("看统计", "统计"), "query_unsubmitted": ("看谁还没报", "还有谁没报"),
    "submit_quarter_info": ("报监督工作信息", "监督工作信息：加内容"),
    "declare_no_issue": ("申报本季度无问题", "本季度无问题"),
    "urge": ("催办", "催一下没报的"), "help": ("看帮助", "帮助"),
}  # fmt: skip
