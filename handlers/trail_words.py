"""The ledger in the words of the field: `11月23日 10:02 李敏 交办：已登记 → 已交办，恒信建设 周涛，时限12月18日`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from bot.flow import Turn
from handlers.rules import categories, wording
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.states import LABELS, FindingState
from storage import people
from storage.models import Event

LOOKS = frozenset({"trail_viewed", "evidence_viewed", "evidence_sent"})  # recorded, but nothing was done
OTHER = "办理"  # an action that has no verb of its own yet
VERBS: Mapping[str, str] = {
    "freeze_figures": "季度数据定稿",
    "submit": "报送", "register": "登记", "ask_more": "退回补正", "complete": "补正", "reject": "不予登记",
    "merge": "并案", "take_in": "并入", "assign": "交办", "reassign": "改派", "confirm_task": "确认收到",
    "promise": "回复预计时间", "progress": "填报进展", "apply_acceptance": "申请验收", "accept": "验收通过",
    "return": "验收退回", "apply_extension": "申请延期", "decide_extension": "审批延期", "withdraw": "撤销",
    "take_back": "撤回", "ask_withdraw": "申请撤销", "decide_withdraw": "审批撤销", "refuse_withdraw": "不同意撤销",
    "convert": "转线索", "convert_to_lead": "转线索", "reopen": "重启", "propose_reopen": "提议重启",
    "propose_close": "提议销号",
    "object": "提出异议", "answer_objection": "答复异议", "suggest": "提出建议", "supervise": "设定重点督办",
    "spot_check": "抽查", "add_co_units": "增加配合单位", "drop_co_units": "取消配合单位", "evidence": "提供佐证",
    "evidence_stored": "佐证入库", "evidence_refused": "佐证未收下", "set_milestones": "设定节点",
    "milestone_done": "完成节点", "correct": "更正", "classify": "调整分类", "handover": "移交责任人",
    "handed_over": "移交责任人", "move_unit": "随单位调整", "baseline": "建立留痕基准",
    "foreign_change": "发现系统外改动", "urge": "催办", "escalate": "升级督办", "acknowledge": "回复“收到”",
    "done_said": "回复“已办”", "promise_ended": "预计时间到期",
}  # fmt: skip

FIELDS: Mapping[str, str] = {
    "state": "状态", "source": "来源", "source_name": "来源", "supervision_type": "监督类型", "method": "监督方式",
    "quarter": "所属季度", "late": "补报", "found_at": "发现时间", "title": "标题", "desc": "问题描述",
    "raw_text": "报送原文", "category": "类别", "nature": "性质", "severity": "严重程度", "amount_fen": "金额",
    "amount_text": "金额", "recovered_fen": "已挽回", "basis": "依据", "unit": "责任单位", "unit_name": "责任单位",
    "unit_path": "单位层级", "resp_person": "责任人", "named_person": "责任人", "requirement": "整改要求",
    "rect_type": "整改类型", "due": "时限", "root_cause": "原因", "accountability": "问责",
    "institution_fix": "制度完善", "key_supervised": "重点督办", "visibility": "可见级别", "is_repeat": "重复发生",
    "repeat_of": "关联问题", "cycle": "轮次", "returned": "退回次数", "submitted_by": "报送人",
    "submitted_at": "报送时间", "assigned_by": "交办人", "assigned_at": "交办时间", "confirmed_at": "确认时间",
    "applied_at": "申请验收时间", "closed_at": "销号时间", "occurred_at": "发生时间", "content_domain": "内容领域",
    "control_phase": "控制环节", "focus": "监督重点", "subject_level": "对象层级", "source_ref": "专项报告",
    "loss_fen": "损失", "resp_leader": "责任领导", "tracker": "督办人", "accountability_status": "问责情况",
    "accountability_count": "问责人次", "merged_into": "并入", "lead_number": "线索", "spot_check": "办公室抽查",
    "review_on": "复看时间", "number": "整条记录", "progress": "进展", "evidence": "佐证", "acceptances": "验收意见",
    "extensions": "延期", "cycles": "整改轮次", "milestones": "节点", "co_units": "配合单位", "objections": "异议",
    "consents": "待同意事项",
}  # fmt: skip


_CUT = 40  # of a reason: the trail tells what was done, the matter itself has the words
_EXTENSION = {"approved": "同意延期", "rejected": "不同意延期", "converted_ongoing": "转持续整改"}
_OBJECTION = {"upheld": "异议成立", "dismissed": "异议不成立"}
_CONSENT = {"agreed": "同意", "refused": "不同意", "lapsed": "不再需要"}
_VISIBILITY = {"normal": "正常可见", "restricted": "受限可见"}
# Told by their names alone: long texts, and the number of a lead, which is not for everybody who may read this.
_NAMED = (
    "title", "desc", "requirement", "found_at", "occurred_at", "nature", "basis", "root_cause", "accountability",
    "institution_fix", "tracker", "resp_leader", "source", "review_on",
)  # fmt: skip


def verb(action: str) -> str:
    return VERBS.get(action, OTHER)


def labels(fields: Iterable[str]) -> str:
    """`时限、责任人`, each once."""
    return "、".join(dict.fromkeys(FIELDS.get(field, "其他") for field in fields))


def lines(turn: Turn, history: Iterable[Event]) -> Iterator[str]:
    """A line for each event."""
    today = day_of(turn.now)
    for event, who, done, what in parts(turn, history):
        local = event.at.astimezone(SHANGHAI)
        when = f"{wording.short_day(local.date(), today)} {local:%H:%M}"
        yield f"{when} {who} {done}" + (f"：{what}" if what else "")


def parts(turn: Turn, history: Iterable[Event]) -> Iterator[tuple[Event, str, str, str]]:
    """The same in its parts: who, what was done, what of it changed."""
    today, names = day_of(turn.now), _Names(turn)
    for event in history:
        foreign = f"（外部系统 {event.foreign_to}）" if event.foreign_to else ""
        yield event, names[event.actor], f"{verb(event.action)}{foreign}", "，".join(_parts(event, names, today))


class _Names(dict[str, str]):
    """Accounts -> names, each looked up once."""

    def __init__(self, turn: Turn) -> None:
        super().__init__({"system": "系统", "": "未定"})
        self._turn = turn

    def __missing__(self, userid: str) -> str:
        self[userid] = people.name_of(self._turn.session, userid)
        return self[userid]


def _parts(event: Event, names: _Names, today: date) -> Iterator[str]:
    before = event.before if isinstance(event.before, Mapping) else {}
    after = event.after if isinstance(event.after, Mapping) else {}
    if "state" in after and (new := _state(after["state"])):
        old = _state(before.get("state"))
        if old != new:
            yield f"{old} → {new}" if old else new
    if event.before is not None:
        changed = {name for name in after if name in before and after[name] != before[name]}
        yield from _responsibility(before, after, changed, names)
        yield from _facts(before, after, changed, today)
    yield from _beside(after, today)
    if event.reason.strip():
        flat = " ".join(event.reason.split())
        name = "意见" if event.action == "accept" else "理由"
        yield f"{name}：{flat if len(flat) <= _CUT else flat[: _CUT - 1] + '…'}"


def _responsibility(
    before: Mapping[str, Any], after: Mapping[str, Any], changed: set[str], names: _Names
) -> Iterator[str]:
    """`恒信建设 周涛` when there was nobody yet; otherwise from whom to whom."""
    unit = str(after.get("unit_name") or "")
    if "resp_person" in changed and not before["resp_person"]:
        yield f"{unit} {names[after['resp_person'] or '']}".strip()
        return
    if "unit_name" in changed:
        yield f"责任单位{before['unit_name'] or '未定'} → {unit or '未定'}"
    if "resp_person" in changed:
        yield f"责任人{names[before['resp_person']]} → {names[after['resp_person'] or '']}"


def _facts(before: Mapping[str, Any], after: Mapping[str, Any], changed: set[str], today: date) -> Iterator[str]:
    for name, words in _WORDS.items():
        if name in changed:
            old, new = (words(value, today) for value in (before[name], after[name]))
            yield f"{FIELDS[name]}{old} → {new}" if old else f"{FIELDS[name]}{new}"
    if "key_supervised" in changed:
        yield "列为重点督办" if after["key_supervised"] else "不再重点督办"
    if "spot_check" in changed:
        yield "由监督办公室抽查" if after["spot_check"] else "不再抽查"
    if "cycle" in changed:
        yield f"第{after['cycle']}轮整改"
    other = [name for name in _NAMED if name in changed]
    for word, names in (("填写", [n for n in other if not before[n]]), ("修改", [n for n in other if before[n]])):
        if names:
            yield f"{word}{labels(names)}"


def _beside(after: Mapping[str, Any], today: date) -> Iterator[str]:
    for row in _rows(after, "progress"):
        if row.get("percent") is not None:
            yield f"完成{row['percent']}%"
    for row in _rows(after, "extensions"):
        decided = _EXTENSION.get(str(row.get("state")))
        yield decided or f"申请延至{_day(row.get('new_due'), today)}"
    yield from (_OBJECTION[row["state"]] for row in _rows(after, "objections") if row.get("state") in _OBJECTION)
    yield from (_CONSENT[row["state"]] for row in _rows(after, "consents") if row.get("state") in _CONSENT)
    if units := [str(row["unit_name"]) for row in _rows(after, "co_units") if row.get("unit_name")]:
        yield f"配合单位{'、'.join(units)}"
    if rows := _rows(after, "evidence"):
        yield f"佐证{len(rows)}份"
    stages = [row for row in _rows(after, "milestones") if not row.get("dropped")]
    if stages and not (after.get("extensions") or after.get("acceptances")):  # these only take a stage along
        yield f"节点{len(stages)}个"


def _rows(after: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = after.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _state(value: Any) -> str:
    return LABELS[FindingState(value)] if value in set(FindingState) else ""


def _day(value: Any, today: date) -> str:
    try:
        return wording.short_day(date.fromisoformat(str(value)), today)
    except ValueError:
        return ""


def _money(value: Any, _today: date) -> str:
    return wording.money_fen(value) if isinstance(value, int) else ""


_WORDS: Mapping[str, Callable[[Any, date], str]] = {
    "due": _day,
    "category": lambda value, _: categories.name_of(str(value)),
    "severity": lambda value, _: wording.severity_name(str(value)),
    "amount_fen": _money,
    "recovered_fen": _money,
    "loss_fen": _money,
    "rect_type": lambda value, _: wording.RECT_TYPES.get(str(value), ""),
    "visibility": lambda value, _: _VISIBILITY.get(str(value), ""),
    "merged_into": lambda value, _: str(value or ""),
}
