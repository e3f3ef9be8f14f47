"""Which module fills the slots of which intent."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.understanding import (
    corrections,
    describe,
    items,
    life,
    meetings,
    orders,
    posts,
    proceedings,
    queries,
    reading,
    reminders,
    reports,
    submission,
    talks,
    workdays,
)
from bot.understanding.lazily import lazy

Slots = dict[str, Any]


def _nothing(_: reading.Reading) -> Slots:
    return {}


def _quarter(r: reading.Reading) -> Slots:
    return {"quarter": queries.unsubmitted(r)["quarter"]}


def _declare(r: reading.Reading) -> Slots:
    """Only the quarter that is said to hold nothing: 三季度无，四季度还没统计."""
    out = _quarter(r)
    orgs = [h for h in r.departments() if len(h.codes) == 1]
    return {**out, **({"org": r.units.name(orgs[0].codes[0])} if orgs else {})}


def _quarter_info(r: reading.Reading) -> Slots:
    out = _quarter(r)
    found = describe.whole(r)
    head = re.match(r".{0,24}?(?:监督工作信息|工作信息|监督工作情况)(?:报送)?\s*[:,\s]\s*", r.flat[r.start :])
    if head and len(r.flat) - r.start - head.end() >= 2:
        found = describe.trim(r, r.start + head.end(), len(r.flat))
    if found:
        out["desc"] = found
    if r.has("NO_ISSUE"):
        out["no_issue"] = True
    return out


_SPECIAL_COMMAND = lazy(
    r"^(?:(?:登记|提交|报送|新增|录入|上报|报)(?:一?份|一?个|一下|下)?专项报告|专项报告(?:登记|提交|报送)?)\s*[:：,，\s]+"
)


def _special(r: reading.Reading) -> Slots:
    out = submission.place(r)
    kind = re.search(r"(?P<k>经济责任审计|离任审计|审计|专项检查|巡察|巡视|调研|评估|检查)", r.flat)
    names_of = {
        "经济责任审计": "审计报告",
        "离任审计": "审计报告",
        "审计": "审计报告",
        "专项检查": "专项检查报告",
        "巡察": "巡察报告",
        "巡视": "巡视报告",
        "调研": "调研报告",
        "评估": "评估报告",
        "检查": "检查报告",
    }
    out["report_type"] = names_of[kind["k"]] if kind else "专项报告"
    count = re.search(r"(?:问题|发现|共)[^,。;]{0,6}?(\d{1,4})\s*(?:项|条|个)", r.flat) or re.search(
        r"(?<!\d)(\d{1,4})\s*[项条个]问题", r.flat
    )
    if count:
        out["count"] = int(count[1])
    if said := describe.whole(r):
        out["desc"] = said = _SPECIAL_COMMAND.sub("", said)
        named = re.match(r"[^,，。;；\n共]{2,40}?(?:报告|审计|检查|巡察|调研|评估|经责)+", said)
        if named:
            out["report_name"] = named[0]
    formed = [d.toward(r.today, "past") for d in r.dates if d.kind == "day"]
    if formed:
        out["date"] = formed[-1].first.isoformat()
    return out


def only_no_issue(r: reading.Reading) -> bool:
    """Whether the quarter's information says nothing but that nothing was found."""
    head = re.search(r"信息(?:报送)?\s*[:,\s]", r.body)
    rest = r.body[head.end() :] if head else r.body
    return bool(
        re.fullmatch(
            r"[\s,。]*(?:本|[一二三四])?(?:季度)?(?:我部门?|本部门)?(?:无|没有|未发现|没发现)(?:任何)?(?:新增)?(?:问题|情况)[\s,。]*(?:特此报[送告])?[\s。]*",
            rest,
        )
    )


def _foreign(r: reading.Reading) -> Slots:
    return {**queries.asked_about(r), **submission.numbered(r)}


def _out_of_scope(r: reading.Reading) -> Slots:
    return {"refer": "人力/工会"} if re.search(r"工资|奖金|社保|公积金|年假|加班费|福利", r.flat) else {}


_FILL: Mapping[str, Callable[[reading.Reading], Slots]] = {
    "submit_finding": submission.finding, "submit_lead": reports.lead, "urgent_report": reports.urgent, "submit_progress": reports.progress,
    "anonymous_report": reports.anonymous, "followup_receipt": reports.receipt, "apply_extension": orders.extension, "decide_extension": orders.decide_extension,
    "apply_acceptance": orders.acceptance, "accept": orders.accept, "return": orders.send_back, "assign": orders.assign, "reopen": orders.reopen, "withdraw": orders.withdraw,
    "convert_to_lead": orders.to_lead, "transfer_lead": proceedings.transfer, "transfer_receipt": submission.numbered, "lead_decide": proceedings.decide_lead, "urge": reminders.urge,
    "escalate": reminders.escalate, "ack_reminder": reminders.acknowledge, "meeting": meetings.meeting, "interview": talks.interview, "item": items.item, "joint_inspection": proceedings.joint,
    "query_by_number": queries.by_number, "query_by_unit": queries.by_unit, "query_by_time": queries.by_time, "query_overdue": queries.overdue, "query_stats": queries.stats,
    "query_unsubmitted": queries.unsubmitted, "export_report": queries.export, "export_leads": queries.export_leads, "help": queries.help_topic, "correct": corrections.read, "declare_no_issue": _declare,
    "submit_quarter_info": _quarter_info, "submit_special_report": _special, "out_of_scope": _out_of_scope, "refer_out": lambda r: {"refer": "12339"},
    "forbidden_access": _foreign,
    "register": life.register, "ask_more": life.ask_more, "complete": life.complete, "reject": life.reject, "merge": life.merge, "decide_withdraw": life.decide_withdraw,
    "objection": life.objection, "answer_objection": life.answer_objection, "suggest": life.suggest, "supervise": life.supervise, "trail": life.trail, "evidence": life.evidence,
    "milestone": life.milestone, "co_units": life.co_units, "spot_check": life.spot_check, "batch_intake": life.batch, "special_status": life.special_status,
    "why_reminded": reminders.why, "next_reminder": reminders.about, "apply_policy": submission.numbered, "calendar_days": workdays.slots,
    "delegate": posts.delegate, "appoint": posts.appoint, "sub_office": posts.sub_office,
}  # fmt: skip


def fill(intent: str, r: reading.Reading) -> Slots:
    """The slots that belong to an intent; empty for one that has none."""
    return _FILL.get(intent, _nothing)(r)
