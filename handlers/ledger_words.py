"""The ledger as its auditor reads it (domain.md 2.4 看操作日志): when, who, what was done; nothing of the matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.flow import Turn
from handlers import lead_contents, trail_words
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import events, people
from storage.models import Event

REPORTER = "反映人"
REPORTED = "report_lead"
_RULES: Mapping[str, str] = {"lead_recusal": "回避判定", "lead_routing": "分办规则判定"}  # nobody's decisions
# What is done to a lead in office. Whoever reported it himself does these under his name, all else as 反映人: a
# 受理 by 反映人 would say that he is one of the few who may.
_OFFICIAL: Mapping[str, str] = {
    "lead_register": "登记", "lead_accept": "受理", "lead_not_accept": "不予受理", "lead_triage_draft": "分办拟办",
    "lead_triage": "分办", "lead_transfer": "移送", "lead_sign": "签收", "lead_refuse": "退回补材料",
    "lead_dispose": "处置意见", "lead_shelve": "暂存待查", "lead_tolerance": "容错认定", "lead_done": "办结",
    "lead_back_flow": "反向衔接", "lead_feed_back": "反馈", "lead_close": "结案", "lead_reopen": "重启",
    "lead_term_done": "时限办结", "lead_term_set": "设定时限", "lead_term_start": "启动核查",
    "lead_term_extend": "延长时限", "lead_reporter_viewed": "查看反映人身份", "lead_approve": "批准查看反映人",
    "lead_approval_ended": "收回批准", "lead_rectify": "转问题整改", "mailbox_answered": "答复不记名反映人",
    "ledger_viewed": "查看操作日志",
}  # fmt: skip
_LOOKS: Mapping[str, str] = {
    REPORTED: "报告线索", "lead_late": "超期报告", "lead_viewed": "查看线索", "lead_unnamed": "改为不记名",
    "lead_list_viewed": "查看线索清单", "trail_viewed": "查看留痕",
    "evidence_viewed": "查看佐证", "exported": "导出", "overdue_sent": "发送逾期与督办清单",
    "leads_exported": "导出线索台账", "evidence_sent": "调取佐证", "refused_lookups": "多次查询被拒",
    "blocked": "涉密内容拦截", "policy": "调整设置", "import": "导入",
    "forgotten": "清除个人消息",
    "appoint": "任免", "delegate": "代理", "delegation_ended": "代理结束",
    "ladders_applied": "套用新规则", "calendar_changed": "调整日历", "quarter_submitted": "报送季度",
    "quarter_none": "报送本季度无问题", "quarter_info": "报送工作信息", "urgent": "紧急报告", "urgent_update": "续报",
    "urgent_told": "批准列入汇总报告", "urgent_untold": "不再列入汇总报告",
}  # fmt: skip
_VERBS = {**_RULES, **_OFFICIAL, **_LOOKS}
_NUMBER = re.compile(r"[A-Z]{2}-\d{4}-[0-9A-Z]{4,}")
_KINDS = {
    "leads": "线索清单",
    "security": "安全",
    "secrecy": "涉密",
    "ledger": "操作日志",
    "policy": "设置",
    "export": "导出",
    "people": "人员",
}


def lines(turn: Turn, history: Iterable[Event], *, named: bool) -> Iterator[str]:
    """A line for each event: `11月23日 10:02 张伟 受理`. named: with the matter's number before it."""
    today, reporters = day_of(turn.now), dict[str, set[str]]()
    for event in history:
        local = event.at.astimezone(SHANGHAI)
        matter = f"{_matter(event.matter)} " if named else ""
        foreign = f"（外部系统 {event.foreign_to}）" if event.foreign_to else ""
        when = f"{wording.short_day(local.date(), today)} {local:%H:%M}"
        yield f"{when} {matter}{_who(turn, event, reporters)} {_verb(event.action)}{foreign}"


def _verb(action: str) -> str:
    return _VERBS.get(action) or trail_words.verb(action)


def _matter(matter: str) -> str:
    return matter if _NUMBER.fullmatch(matter) else _KINDS.get(matter, "其他")


def _who(turn: Turn, event: Event, reporters: dict[str, set[str]]) -> str:
    """His name; of a lead never that of its reporter, also after it was made anonymous (2.6-10)."""
    if event.action == REPORTED or event.actor == lead_contents.REPORTER:
        return REPORTER
    if event.action in _RULES or event.actor == "system":
        return "系统"
    if event.matter.startswith("XS-") and event.action not in _OFFICIAL:
        known = reporters.get(event.matter)
        if known is None:
            history = events.history(turn.session, event.matter)
            known = reporters[event.matter] = {one.actor for one in history if one.action == REPORTED}
        if event.actor in known:
            return REPORTER
    return people.name_of(turn.session, event.actor)
