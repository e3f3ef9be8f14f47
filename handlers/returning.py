"""Returning a finding to its unit: with a reason, a new date and the count of returns (T9)."""

from __future__ import annotations

import re
from datetime import date

from bot.errors import Overtaken
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import choosing, judging, rectification, stages, task_card, texts
from handlers.assignment import due_line
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import moves
from storage.matters import Finding
from storage.proceedings import Acceptance

_NO_REASON = re.compile(
    r"\W*(?:没有?(?:什么)?(?:理由|原因)?|无(?:理由|原因)?|不想说|不为什么|确认|确定|是的?|对的?|好的?)\W*"
)
TROUBLED_RETURNS = 2  # domain.md 6.3: from here on the leading group hears of it
_COMMAND = re.compile(r"^\s*(?:退回|打回|不通过|驳回)\s*(?:[Ww][Tt][-\s]?\d{4}[-\s]?)?\d{0,5}号?\s*$")


def offer(finding: Finding) -> Ask:
    return Ask(
        f"{finding.number} 没有记为通过：附条件的同意不能销号，要整改到位才行。\n"
        "1 按您说的条件退回，请责任单位补齐\n2 先放着，到位后再验收",
        "conditional",
    )


def take_conditional(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    index, words = texts.chosen(turn, ["退回", "先放着"]), turn.text.strip()
    if index == 0 or turn.meaning.intent in ("return", "confirm"):
        turn.draft.update({"decision": "returned", "words": turn.draft["conditional"]})
        return begin(turn, finding)
    if index == 1 or turn.meaning.intent == "deny":
        return Done(f"好的，{finding.number} 仍是待验收，没有变动。")
    return Ask(f"“{words[:20]}”没太明白。回复“1”退回，“2”先放着。", "conditional")


def begin(turn: Turn, finding: Finding) -> Reply:
    judging.check(turn, finding, accepting=False)
    if turn.draft["decision"] == "accepted":
        turn.draft.pop("words", None)  # an opinion in favour is no reason to return
    turn.draft["decision"] = "returned"
    judging.take_words(turn)
    return ask_or_confirm(turn, finding)


def ask_or_confirm(turn: Turn, finding: Finding) -> Ask:
    if not turn.draft.get("words"):
        return Ask(f"退回 {finding.number} 要写理由：哪里不到位、要补什么？（可带新期限，如“12月5日前补”）", "reason")
    return _confirm_return(turn, finding)


def take_reason(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    judging.take_words(turn)
    if turn.meaning.slots.get("date"):
        turn.draft["due"] = str(turn.meaning.slots["date"])
    if not turn.meaning.slots.get("reason") and not (_COMMAND.match(turn.text) or _NO_REASON.fullmatch(turn.text)):
        turn.draft["words"] = turn.text.strip()
    return ask_or_confirm(turn, finding)


def new_due(turn: Turn) -> date:
    said = turn.draft.get("due")
    if said:
        return date.fromisoformat(said)
    return turn.calendar.add_workdays(day_of(turn.now), turn.policy.return_workdays)


def _confirm_return(turn: Turn, finding: Finding) -> Ask:
    today, due = day_of(turn.now), new_due(turn)
    if due < today:
        turn.draft.pop("due")
        return Ask(f"{wording.day(due, today)}已经过了。新的期限定在哪天？（今天或以后）", "confirm_return")
    by_default = "" if turn.draft.get("due") else f"（默认{turn.policy.return_workdays}个工作日）"
    lines = [
        f"请确认退回 {finding.number}（{choosing.title(finding)}，{finding.unit_name}）：",
        f"理由：{turn.draft['words']}",
        f"时限：{choosing.due_words(turn, finding)} → {due_line(due, today, turn.calendar)}{by_default}",
        f"状态：待验收 → 整改中，{_nth(finding.returned + 1)}",
        "要改直接说；" + texts.CONFIRM,
    ]
    facts = (("编号", finding.number), ("理由", turn.draft["words"]), ("新时限", wording.day(due, today)))
    card = Card(CardKind.BUTTONS, title="退回整改", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm_return", card)


def _nth(count: int) -> str:
    """The second return counts towards a talk with the unit (T9)."""
    return f"第{count}次退回" + ("，列入约谈依据" if count > 1 else "")


def take_confirm(turn: Turn) -> Reply:
    finding, slots = choosing.get(turn, turn.draft["number"]), turn.meaning.slots
    said = slots.get("due") or slots.get("new_due") or slots.get("date")
    said = said or (slots.get("value") if slots.get("field") == "due" else None)
    if said:
        turn.draft["due"] = str(said)
    elif turn.meaning.intent == "confirm":
        return _return(turn, finding)
    elif turn.meaning.intent == "deny":
        return Ask("哪里要改？直接说新的理由或期限；不办了回复“取消”。", "confirm_return")
    elif turn.text.strip():
        turn.draft["words"] = turn.text.strip()
    return _confirm_return(turn, finding)


def _return(turn: Turn, finding: Finding) -> Reply:
    judging.check(turn, finding, accepting=False)
    if new_due(turn) < day_of(turn.now):
        return _confirm_return(turn, finding)  # it was confirmed on a later day: the date is asked for again
    due, reason = new_due(turn), turn.draft["words"]
    decision = Acceptance(at=turn.now, by=turn.actor.userid, result="returned", opinion=reason, new_due=due)
    follow = stages.moved(turn, finding, finding.due, due)
    moved = moves.move(
        turn.session, finding, "pending_acceptance", "rectifying", turn.entry("return", reason), decision, *follow,
        *judging.settled_opinions(turn, finding, "refused"), due=due, returned=finding.returned + 1, applied_at=None,
    )  # fmt: skip
    if not moved:
        raise Overtaken(judging.overtaken(turn, finding), keep=False)
    judging.close(turn, finding, "已退回")
    rectification.plan(turn, finding)
    if finding.returned == TROUBLED_RETURNS:
        rectification.troubled(turn, finding, "ret")
    stages.plan(turn, finding)
    told = task_card.send(turn, finding, f"第{finding.returned}次退回", note=f"理由：{reason}")
    choosing.touched(turn, finding)
    words = wording.day(due, day_of(turn.now))
    return Done(
        f"{finding.number}：待验收 → 整改中（{_nth(finding.returned)}），新时限{words}。{choosing.told(turn, told)}。"
    )
