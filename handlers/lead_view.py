"""Looking at a lead: its contents for those who handle it, its reporter for a reason; every look leaves its entry."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_access, lead_circle, lead_contents, lead_steps, lead_told, texts, unnamed_answer
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.lead_permissions import LeadAction, Sight
from handlers.rules.lead_states import TOLERANCE_PARTS
from storage import people
from storage.matters import Lead

# Why a reporter is looked up (2.4 留痕+理由): a class, since the ledger is read by more people than the lead is.
REASONS = {
    "acknowledge": "告知受理情况",
    "feed_back": "反馈办理结果",
    "verify": "核实、补充材料",
    "approved": "领导批准",
}
_CLOSED = "内容已加密，本程序打不开，请用离线阅读工具查看。"
_NOTES = (
    (lead_contents.REASON, "理由"), (lead_contents.MATERIAL, "附件清单"), (lead_contents.OPINION, "处置意见说明"),
    (lead_contents.RESULT, "结果说明"), (lead_contents.CLUE, "新线索"),
)  # fmt: skip


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        raise UserError.hidden()
    part = str(turn.meaning.slots.get("part") or "content")
    turn.draft.update(number=number, part=part)
    if part == "reporter":
        return _reporter(turn, _reason(str(turn.meaning.slots.get("reason") or "")))
    lead = _own(turn, number) or lead_access.get(turn, number, LeadAction.VIEW_CONTENT)
    lead_contents.record(turn, lead, lead.number, "lead_viewed", after={"part": part})
    turn.recent["numbers"] = [lead.number]
    return Done(_notes(turn, lead) if part == "notes" else _contents(turn, lead))


def _own(turn: Turn, number: str) -> Lead | None:
    """What he reported himself, if he may read that again (2.4); employees may not."""
    found = lead_access.find(turn, number)
    if found is None or found[1] is not Sight.THREE_STATES or turn.draft["part"] != "content":
        return None
    return found[0] if lead_access.verdict(turn, found[0], LeadAction.VIEW_OWN) is Sight.FULL else None


def _contents(turn: Turn, lead: Lead) -> str:
    if _only_the_finding(turn, lead):
        return _notes(turn, lead)
    if unnamed_answer.is_unnamed(lead) and not lead_contents.has_words(lead):
        return _unnamed(turn, lead)
    contents = lead_contents.read(turn, lead)
    if contents is None:
        return f"{lead.number}：{_CLOSED}"
    money = wording.money_fen(contents.amount_fen) if contents.amount_fen is not None else contents.amount_text
    proof = f"凭据：{contents.evidence or '未写'}{f'；金额：{money}' if money else ''}"
    said = f"{contents.raw_text}" if len(contents.raw_text) > len(contents.desc) else contents.desc
    at = wording.moment(lead.reported_at, texts.today_of(turn))
    seq = f"｜台账{lead.ledger_seq}号" if _may_see_seq(turn, lead) else ""
    return "\n".join(
        [
            f"{lead.number}｜{_state(turn, lead)}{seq}｜{at}报告",
            f"反映对象：{contents.subject or '未写明'}｜{contents.unit_name or '单位不详'}",
            f"内容：{said}",
            proof,
            "请勿截图、转发；本次查看已留痕。",
        ]
    )


def _unnamed(turn: Turn, lead: Lead) -> str:
    """What was reported without a name, where the group reads in chat; the day is all that is known of when."""
    parts = turn.box.read(lead.number, turn.actor.userid) if turn.box is not None else None
    if parts is None:
        return f"{lead.number}：{_CLOSED}"
    seq = f"｜台账{lead.ledger_seq}号" if _may_see_seq(turn, lead) else ""
    day = day_of(lead.reported_at)
    monday = day - timedelta(days=day.weekday())  # no finer than the week
    said = [f"（{at}）{part}" for at, part in enumerate(parts, 1)] if len(parts) > 1 else [f"内容：{parts[0]}"]
    head = f"{lead.number}｜{lead_steps.label(lead)}{seq}｜{monday.month}月{monday.day}日当周不记名反映"
    ask = f"要问反映人，发“{lead.number} 反馈反映人：…”，他凭回执码看。"
    return "\n".join([head, *said, ask, "请勿截图、转发，不得查找反映人；本次查看已留痕。"])


def _state(turn: Turn, lead: Lead) -> str:
    full = lead_access.verdict(turn, lead, LeadAction.VIEW_STATUS) is Sight.FULL
    return lead_steps.label(lead) if full else lead_told.three_states(turn, lead)


def _may_see_seq(turn: Turn, lead: Lead) -> bool:
    return lead_access.verdict(turn, lead, LeadAction.VIEW_SEQ) is Sight.FULL


def _only_the_finding(turn: Turn, lead: Lead) -> bool:
    """S52: what flowed back to the accountability body is what the discipline body found, not how it found it."""
    if lead.backflow != "pushed" or turn.actor.userid in lead_circle.managers(turn, lead):
        return False
    return lead_access.bodies_of(turn.actor) == {"acct"} and "acct" not in (lead.destinations or ())


def _notes(turn: Turn, lead: Lead) -> str:
    kinds = ((lead_contents.RESULT, "纪检认定结论"),) if _only_the_finding(turn, lead) else _NOTES
    lines = [f"{label}：{words}" for kind, label in kinds for words in lead_contents.notes(turn, lead, kind)[-1:]]
    if kinds is _NOTES:
        lines += _tolerance(turn, lead)
    return "\n".join([f"{lead.number}｜{lead_steps.label(lead)}", *(lines or ["没有另写的说明。"])])


def _tolerance(turn: Turn, lead: Lead) -> list[str]:
    kept = lead_contents.notes(turn, lead, lead_contents.TOLERANCE)[-1:]
    parts = json.loads(kept[0]) if kept else {}
    return [f"容错·{TOLERANCE_PARTS[name]}：{parts[name]}" for name in TOLERANCE_PARTS if parts.get(name)]


def _reason(words: str) -> str:
    """The class of a reason that was said, or ""."""
    marks = {
        "acknowledge": ("告知", "受理"),
        "feed_back": ("反馈", "结果"),
        "verify": ("核实", "补充", "了解"),
        "approved": ("批准",),
    }
    return next((name for name, said in marks.items() if any(word in words for word in said)), "")


def _reporter(turn: Turn, reason: str) -> Reply:
    """Who reported it under his name: with a reason, and an entry that says so (2.4)."""
    number = turn.draft["number"]
    lead = lead_access.get(turn, number, LeadAction.VIEW_STATUS)
    if lead_access.verdict(turn, lead, LeadAction.VIEW_REPORTER, reasoned=True) is not Sight.FULL:
        raise UserError("反映人身份只有纪检线索管理员可以查看，查看须说明理由并留痕。", keep=False)
    if not lead.real_name:
        raise UserError(f"{lead.number} 不是实名反映，没有可查看的反映人身份。", keep=False)
    if not reason:
        return Ask(f"查看反映人身份要说明理由（留痕）：\n{texts.options(list(REASONS.values()))}", "view_reason")
    turn.record(lead.number, "lead_reporter_viewed", after={"reason": reason})
    turn.recent["numbers"] = [lead.number]
    actor = people.actor(turn.session, lead_contents.reporter(turn, lead), day_of(turn.now))
    where = f"（{actor.unit_name}）" if actor.unit_name else ""
    return Done(f"{lead.number} 反映人：{actor.name}{where}。\n查看理由：{REASONS[reason]}，已留痕。请严格保密。")


def take_reason(turn: Turn) -> Reply:
    at = texts.chosen(turn, list(REASONS.values()))
    return _reporter(turn, list(REASONS)[at] if at is not None else _reason(turn.text))


FLOW = Flow(
    name="lead_view",
    title="查看线索",
    intents=("lead_view",),
    start=start,
    steps={"view_reason": take_reason},
    secret=True,
    fleeting=True,
)
