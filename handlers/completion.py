"""Completing what was sent back (T1b): only by its submitter; what he adds stands beside what he wrote before."""

from __future__ import annotations

import re
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, entries, judging, settling, texts
from handlers.finding_draft import DESC_LIMIT
from handlers.rules import categories, quarters
from handlers.rules.calendar import day_of
from storage import events, moves
from storage.matters import Finding

_ADDS_NOTHING = re.compile(r"\W*(?:我要?|请|来|去)?(?:补正|补充|补上|补一下)?(?:一下|材料|说明)?\W*.?")


def start(turn: Turn) -> Reply:
    numbers = choosing.numbers(turn)
    if numbers:
        return _open(turn, numbers[0])
    mine = [f for f in moves.in_state(turn.session, "need_more") if f.submitted_by == turn.actor.userid]
    if not mine:
        return Done("您没有待补正的问题。要补充某一条，请带上编号，如“补正 WT-2026-0123：…”。")
    only = choosing.single(turn, mine)
    if only is None:
        _take(turn)
        return choosing.ask_which(turn, mine, "which", "要补正哪一条？")
    return _open(turn, only.number)


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    if number is None:
        return Ask("请回复序号或编号；不办了回复“取消”。", "which")
    return _next(turn, _checked(turn, number))


def _open(turn: Turn, number: str) -> Reply:
    finding = _checked(turn, number)
    _take(turn)
    return _next(turn, finding)


def _checked(turn: Turn, number: str) -> Finding:
    finding = access.get_visible(turn, number)
    turn.draft["number"] = number
    if finding.submitted_by != turn.actor.userid:
        raise UserError(f"{number} 须由填报人本人补正。有情况要补充，请联系{texts.office_contact(turn)}。", keep=False)
    if finding.state == "submitted":
        office = texts.office_contact(turn)
        raise UserError(f"{number} 已提交，正等登记，不用补正。要改内容请联系{office}。", keep=False)
    if finding.state != "need_more":
        raise settling.overtaken(turn, finding)
    choosing.touched(turn, finding)
    return finding


def _take(turn: Turn) -> bool:
    """What this message adds: its words, and the fields that they fill."""
    said = str(turn.meaning.slots.get("desc") or "").strip()
    if turn.meaning.intent != "complete":
        said = turn.text.strip()
    if _ADDS_NOTHING.fullmatch(said):
        return False
    turn.draft.setdefault("added", []).append(said)
    turn.draft["changes"] = turn.draft.get("changes", {}) | entries.read(turn, beside=True)
    return True


def _next(turn: Turn, finding: Finding) -> Ask:
    if not turn.draft.get("added"):
        return Ask(f"{finding.number} 还差：{_wanted(turn, finding)}\n请直接写要补的内容，一两句即可。", "words")
    if question := entries.ambiguous(turn):
        return Ask(question, "words")
    changes = _changes(turn, finding)
    lines = [f"请确认补正 {finding.number}（{choosing.title(finding)}）："]
    lines.append(f"补充：{'；'.join(turn.draft['added'])}")
    if changes:
        lines.append("；".join(entries.lines(turn, finding, changes)))
    lines += ["状态：待补正 → 已提交", "还要补直接说；" + texts.CONFIRM]
    facts = (("编号", finding.number), ("补充", "；".join(turn.draft["added"])[:60]))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="补正", facts=facts, buttons=judging.BUTTONS))


def _wanted(turn: Turn, finding: Finding) -> str:
    """What the office asked for."""
    asked = [event for event in events.history(turn.session, finding.number) if event.action == "ask_more"]
    return asked[-1].reason if asked else "补充说明"


def _changes(turn: Turn, finding: Finding) -> entries.Changes:
    return entries.different(finding, turn.draft.get("changes", {}))


def take_words(turn: Turn) -> Reply:
    _take(turn)
    return _next(turn, _checked(turn, turn.draft["number"]))


def take_confirm(turn: Turn) -> Reply:
    finding = _checked(turn, turn.draft["number"])
    if turn.meaning.intent == "confirm":
        return _commit(turn, finding)
    if turn.meaning.intent == "deny":
        return Ask("还没有提交。要补什么、改什么直接说；不办了回复“取消”。", "confirm")
    _take(turn)
    return _next(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Done:
    moves.lock(turn.session, finding)
    finding = _checked(turn, finding.number)
    added, changes, before = "\n".join(turn.draft["added"]), _changes(turn, finding), finding.quarter
    values: dict[str, Any] = entries.columns(turn, changes)
    if "quarter" in values:
        values["late"] = values["quarter"] < quarters.quarter_of(day_of(finding.submitted_at))
    values["desc"] = f"{finding.desc}；{added}"[:DESC_LIMIT]
    values["raw_text"] = f"{finding.raw_text}\n{added}"
    settling.moved(turn, finding, "submitted", turn.entry("complete"), **values)
    settling.grey(turn, finding, f"已于{choosing.stamp(turn)}补正")
    told = settling.tell(turn, settling.office(turn, finding), finding, card(finding), f"{finding.number}:new")
    note = settling.quarter_line(turn, finding.source, before) if finding.quarter != before else ""
    if note or finding.quarter != before:
        settling.quarter_line(turn, finding.source, finding.quarter)
    return Done(f"{finding.number}：待补正 → 已提交。{settling.proof(turn, told)}{note}")


def card(finding: Finding) -> Card:
    """What the office gets when a submission comes back completed."""
    facts = (
        ("责任单位", finding.unit_name or "待定"), ("类别", categories.name_of(finding.category)),
        ("来源", finding.source_name),
    )  # fmt: skip
    number = finding.number
    buttons = (
        Button("登记", f"登记 {number}", Style.STRONG),
        Button("交办", f"交办 {number}"),
        Button("查看", f"查 {number}"),
    )
    return Card(CardKind.BUTTONS, f"已补正，待登记 {number}", facts=facts, buttons=buttons)


FLOW = Flow(
    name="completion",
    title="补正",
    intents=("complete",),
    start=start,
    steps={"which": take_which, "words": take_words, "confirm": take_confirm},
)
