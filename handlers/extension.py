"""Applying for a later date: with a reason, decided by whom T10 names; the old date counts until then."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind
from handlers import access, choosing, extension_decision, extension_withdrawal, judging, rectification, tasks, texts
from handlers.assignment import due_line
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Extension

_LEAST = 3  # characters that may be a reason
_WHEN = re.compile(
    r"^(?:延|推|宽限|再给|改)|[\d一二两三四五六七八九十半]+个?(?:天|日|号|周|星期|月|季)|(?:周|星期)[一二三四五六日天]|月底|年底|元旦|春节"
)


def instead_of_new_due(turn: Turn) -> Done | None:
    """`0125的整改时限改到12月25日` is an extension in disguise: said so, to whoever may see the finding (T10)."""
    slots, numbers = turn.meaning.slots, choosing.numbers(turn)
    if slots.get("field") != "due" or not numbers:
        return None
    finding = access.get_visible(turn, numbers[0])
    value = slots.get("value")
    example = f"“{finding.number} 申请延期至{value}，原因：…”" if value else f"“{finding.number} 申请延期至…，原因：…”"
    return Done(
        f"整改时限不能直接改，须走延期申请：由责任单位发{example}，批准后生效。\n"
        f"{finding.number} 现在的时限是{choosing.due_words(turn, finding)}。"
    )


def start(turn: Turn) -> Reply:
    if extension_withdrawal.asked(turn):
        return extension_withdrawal.start(turn)
    _take(turn)
    found = tasks.meant(turn, "which", "要申请延期哪一条？")
    if isinstance(found, Ask):
        return found
    if found is None:
        return Done("您名下现在没有整改中的问题。请带上编号，如“WT-2026-0123 申请延期至12月31日，原因：…”。")
    return _open(turn, found)


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    if number is None:
        return Ask("请回复序号或编号；不办了回复“取消”。", "which")
    return _open(turn, tasks.reportable(turn, number))


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    said = slots.get("new_due") or slots.get("due") or slots.get("date")
    if said:
        draft["new_due"] = str(said)
    elif isinstance(slots.get("days"), int):
        draft["days"] = slots["days"]
    if slots.get("reason"):
        draft["reason"] = str(slots["reason"])


def _open(turn: Turn, finding: Finding) -> Reply:
    if not access.allowed(turn, Action.EXTEND, finding):
        raise UserError(f"{finding.number} 的延期由责任单位申请。", keep=False)
    tasks.must_be_in_hand(turn, finding)
    if any(row.state == "pending" for row in moves.extensions_of(turn.session, finding)):
        raise UserError(f"{finding.number} 已有一份延期申请在审批，请等批复。", keep=False)
    turn.draft["number"] = finding.number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _next(turn: Turn, finding: Finding) -> Reply:
    draft = turn.draft
    old = finding.due or day_of(turn.now)
    if draft.get("days") and not draft.get("new_due"):
        draft["new_due"] = (old + timedelta(days=draft["days"])).isoformat()
    asked = [] if draft.get("new_due") else [f"延到哪一天？（现在是{choosing.due_words(turn, finding)}）"]
    asked += [] if draft.get("reason") else ["原因是什么？"]
    if asked:
        return Ask(f"{finding.number} 申请延期。{' '.join(asked)}", "details")
    if date.fromisoformat(draft["new_due"]) <= max(old, day_of(turn.now) - timedelta(days=1)):
        draft.pop("new_due")
        draft.pop("days", None)
        return Ask(f"新的期限要晚于{choosing.due_words(turn, finding)}，也不能早于今天。延到哪一天？", "details")
    return _confirm(turn, finding)


def take_details(turn: Turn) -> Reply:
    finding, before = choosing.get(turn, turn.draft["number"]), dict(turn.draft)
    if choosing.elsewhere(turn, [finding.number], "apply_extension"):
        turn.draft.clear()
        return start(turn)
    _take(turn)
    words = turn.text.strip()
    if turn.meaning.intent in ("confirm", "deny"):
        return _next(turn, finding)
    if not turn.draft.get("reason") and words:
        plain = before.get("new_due") or before.get("days") or turn.draft == before
        turn.draft["reason"] = words if plain else _reason_beside(words)
    return _next(turn, finding)


def _reason_beside(words: str) -> str:
    """供应商资料没到齐，半个月: both questions answered at once; what tells of no date is the reason."""
    parts = [part.strip() for part in re.split(r"[，,。；;\n]", words)]
    return "，".join(part for part in parts if len(part) >= _LEAST and not _WHEN.search(part))


def _confirm(turn: Turn, finding: Finding) -> Ask:
    draft, today = turn.draft, day_of(turn.now)
    new, old = date.fromisoformat(draft["new_due"]), finding.due or today
    no = extension_decision.number_of_next(turn, finding)
    late = "已过原期限，按逾期后申请记；" if old < today else ""
    count = f"（第{no}次，{(new - old).days}天）"
    lines = [
        f"请确认延期申请 {finding.number}（{choosing.title(finding)}）：",
        f"{choosing.due_words(turn, finding)} → {due_line(new, today, turn.calendar)}{count}",
        f"理由：{draft['reason']}",
        f"{late}批准前仍按{wording.short_day(old, today)}计。",
        "要改直接说；" + texts.CONFIRM,
    ]
    facts = (("编号", finding.number), ("新期限", wording.day(new, today)), ("理由", draft["reason"]))
    card = Card(CardKind.BUTTONS, title="申请延期", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "confirm":
        return _commit(turn, finding)
    if choosing.elsewhere(turn, [finding.number], "apply_extension"):
        turn.draft.clear()
        return start(turn)
    before = dict(turn.draft)
    if turn.meaning.slots.get("field") == "due":
        turn.draft["new_due"] = str(turn.meaning.slots["value"])
    _take(turn)
    if turn.draft == before:
        return Ask("要改哪一项？直接说新的日期或理由；不改就" + texts.CONFIRM + "。", "confirm")
    return _next(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Reply:
    moves.lock(turn.session, finding)
    again = _open(turn, finding)  # its guards once more: somebody may have been faster
    if not isinstance(again, Ask) or again.step != "confirm":
        return again
    new, reason, today = date.fromisoformat(turn.draft["new_due"]), turn.draft["reason"], day_of(turn.now)
    late = finding.due is not None and finding.due < today
    applied = Extension(
        at=turn.now, by=turn.actor.userid, old_due=finding.due, new_due=new, reason=reason, state="pending",
        decided_by="", after_due=late,
    )  # fmt: skip
    moves.keep(turn.session, finding, turn.entry("apply_extension", reason), applied)
    if extension_decision.number_of_next(turn, finding) >= turn.policy.leading_group_extension:
        rectification.troubled(turn, finding, "ext")
    told = extension_decision.deciders(turn, finding, new)
    number = finding.number
    facts = (
        ("事项", choosing.title(finding)),
        ("单位", f"{finding.unit_name} {turn.actor.name}"),
        ("期限", f"{choosing.due_words(turn, finding)} → {wording.day(new, today)}"),
        ("理由", reason),
    )
    buttons = (Button("同意延期", f"同意{number}延期"), Button("不同意", f"{number} 延期申请不批准"))
    card = Card(CardKind.BUTTONS, title=f"待批延期 {number}", facts=facts, buttons=buttons)
    for person in told:
        turn.tell(person, card, group=extension_decision.group(finding), matter=number)
    old = choosing.due_words(turn, finding)
    return Done(f"{number} 已申请延期至{wording.day(new, today)}，批准前仍按{old}计。{choosing.told(turn, told)}。")


def _help(actor: Actor) -> str | None:
    if not actor.has("resp_person", "unit_liaison", "unit_head"):
        return None
    return "申请延期：WT-2026-0123 申请延期至12月31日，原因：…"


FLOW = Flow(
    name="extension",
    title="申请延期",
    intents=("apply_extension",),
    start=start,
    steps={
        "which": take_which,
        "details": take_details,
        "confirm": take_confirm,
        "which_back": extension_withdrawal.take_which,
        "back": extension_withdrawal.take_confirm,
    },
    help=_help,
)
