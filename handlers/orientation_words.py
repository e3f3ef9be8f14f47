"""The fixed wording of orientation: topics of help, guesses, kinds of message that cannot be used."""

from __future__ import annotations

from handlers import texts

CLASSIFIED = "这条消息带有国家秘密标志，没有保存。企业微信不能传递国家秘密，请改走机要渠道。"
_SAFE = "脱险后发“紧急：”加内容，监督办公室会马上收到；刚才的内容没有保存。"
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
    "channels": "在这里就能反映：实名发“实名反映：”加内容，匿名发“匿名反映”。\n"
    "也可以写信、投意见箱；上级纪检监察机关的举报电话是12388。\n"
    "实名的，收到之日起15个工作日内告知是否受理，办结后15个工作日内反馈；匿名的凭回执码查。",
    "own_report": "实名报的，发“查”加当时给您的编号，如“查 XS-2026-7K3M”。\n匿名反映的，发“查回执”加16位回执码。\n"
    "办理内容不对外提供，只能看到办到哪一步。",
    "extension": "首次且不超过30天：来源部门或监督办公室批。\n"
    "第2次、超过30天或重大问题：办公室主任批；第3次：领导小组批。\n"
    "请在到期前申请，批准前仍按原时限计。",
}
# Matters of another door: who is to be called, and that nothing of it stays here.
DOORS = {
    "12339": "请立即拨打国家安全机关举报电话12339。本渠道不登记、不处置这类情况，刚才的内容没有保存。",
    "12388": f"{texts.SUPERIOR}\n{texts.NOT_KEPT}",
    "110": f"请马上拨打110，有人受伤同时拨120，先保证自己安全。\n{_SAFE}",
    "119": f"请马上拨打119，先撤人，有人受伤同时拨120。\n{_SAFE}",
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
    "register": ("登记", "登记 WT-2026-0123"), "ask_more": ("退回补正", "0141退回补正：加理由"),
    "complete": ("补正", "补正 0141：加补充的内容"), "reject": ("不予登记", "0141不予登记，理由：…"),
    "merge": ("并案", "0141并到0123"), "withdraw": ("撤回", "撤回 WT-2026-0123，理由：…"),
    "decide_withdraw": ("答复撤销", "同意撤销 WT-2026-0123"),
    "convert_to_lead": ("转线索", "WT-2026-0123 转线索，理由：…"),
    "reopen": ("重启", "重启 WT-2026-0123，原因：…，依据：…"),
    "objection": ("提交异议", "提交异议 WT-2026-0123：加理由"),
    "answer_objection": ("答复异议", "答复 WT-2026-0123 的异议：…，异议不成立"),
    "suggest": ("提醒建议", "建议审计部关注0123的合同主体"), "supervise": ("重点督办", "0123列为重点督办"),
    "trail": ("查办理记录", "留痕 WT-2026-0123"), "evidence": ("佐证", "看0125的佐证"),
    "milestone": ("整改节点", "0125分两个节点：12月20日清理，1月31日入账"),
    "co_units": ("配合单位", "0123请财务部配合"),
    "spot_check": ("抽查", "抽查0123"), "batch_intake": ("批量导入", "批量导入"),
    "submit_special_report": ("登记专项报告", "登记专项报告：加报告名称和项数"),
    "special_status": ("查专项报告", "专项报告清单"), "delegate": ("请人代理", "我下周休假，代理人李敏"),
    "appoint": ("任免", "任命周涛为恒信建设联络员"), "sub_office": ("子级办公室", "启用恒信建设子级办公室，专人王建国"),
    "self_check": ("体系自查", "体系自查"), "correct": ("更正登记", "0123类别改为采购招标"),
    "decide_extension": ("批复延期", "同意延期 WT-2026-0123"),
}  # fmt: skip
NAMES = {intent: name for intent, (name, _) in GUESSES.items()}  # intents as people call them
