"""Registering what was submitted (T2): its category, unit and day are said back, corrected at will, then it counts."""

from __future__ import annotations

import re
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, entries, judging, parties, settling, texts
from handlers.rules import categories, quarters, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves
from storage.matters import Finding
from storage.people import Actor

_ALL = re.compile(r"都|全部|全都|一起|统统|这几条|[两三四五六七八]条")
_AS_SUBMITTED = re.compile(r"(?:按|就按|用|以)?提交(?:日|时间|那天|当天)|不清楚|不知道")


def start(turn: Turn) -> Reply:
    changes = entries.read(turn, beside=True)
    changes.pop("amount", None)
    turn.draft["changes"] = changes
    numbers = choosing.numbers(turn)
    if numbers:
        return _open(turn, numbers)
    waiting = waiting_for(turn)
    if not waiting:
        return Done("现在没有等您登记的问题。要登记某一条，请带上编号，如“登记 WT-2026-0123”。")
    if len(waiting) > 1 and _ALL.search(turn.text):
        return _open(turn, [finding.number for finding in waiting[: choosing.SHOWN]])
    only = choosing.single(turn, waiting)
    return _open(turn, [only.number]) if only else choosing.ask_which(turn, waiting, "which", "要登记哪一条？")


def waiting_for(turn: Turn) -> list[Finding]:
    """What was submitted and waits for the speaker."""
    found = moves.in_state(turn.session, "submitted")
    return [finding for finding in found if access.allowed(turn, Action.REGISTER, finding)]


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, [number]) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which")


def _open(turn: Turn, numbers: list[str]) -> Reply:
    findings = [access.get_visible(turn, number) for number in numbers]
    for finding in findings:
        _check(turn, finding)
    turn.draft["numbers"] = [finding.number for finding in findings]
    choosing.touched(turn, *findings)
    return _next(turn)


def _check(turn: Turn, finding: Finding) -> None:
    if not access.allowed(turn, Action.REGISTER, finding):
        office = texts.office_contact(turn)
        raise UserError(f"登记由来源部门或监督办公室办理，{finding.number} 请联系{office}。", keep=False)
    if finding.state == "need_more":
        raise UserError(f"{finding.number} 已退回填报人补正，补正后再登记。", keep=False)
    if finding.state != "submitted":
        raise settling.overtaken(turn, finding)
    if turn.draft["changes"] and not access.allowed(turn, Action.CLASSIFY, finding):
        raise UserError(f"{finding.number} 的类别和单位由{texts.office_contact(turn)}更正，请先联系。", keep=False)


def _findings(turn: Turn) -> list[Finding]:
    return [choosing.get(turn, number) for number in turn.draft["numbers"]]


def _next(turn: Turn, note: str = "") -> Ask:
    findings = _findings(turn)
    undated = [finding for finding in findings if finding.found_at is None]
    if undated and not turn.draft["changes"].get("found_at") and not turn.draft.get("as_submitted"):
        which = "、".join(finding.number for finding in undated)
        return Ask(f"{note}{which} 还差发现时间，是哪一天？（不清楚就回“按提交日”）", "found_at")
    return _confirmation(turn, findings, note)


def take_found_at(turn: Turn) -> Reply:
    if _AS_SUBMITTED.search(turn.text):
        turn.draft["as_submitted"] = True
        return _next(turn)
    _absorb(turn)
    return _next(turn)


def _absorb(turn: Turn) -> bool:
    changes = entries.read(turn, beside=True)
    changes.pop("amount", None)
    turn.draft["changes"] = turn.draft["changes"] | changes
    return bool(changes)


def _changes_for(turn: Turn, finding: Finding) -> entries.Changes:
    """What registering sets for this one; a day that was said for several goes to those that have none."""
    changes: entries.Changes = dict(turn.draft["changes"])
    if len(turn.draft["numbers"]) > 1 and finding.found_at is not None:
        changes.pop("found_at", None)
    if finding.found_at is None and not changes.get("found_at"):
        changes["found_at"] = day_of(finding.submitted_at).isoformat()
    return entries.different(finding, changes)


def _confirmation(turn: Turn, findings: list[Finding], note: str) -> Ask:
    if len(findings) > 1:
        lines = [f"请确认登记以下{len(findings)}条："]
        lines += [f"{at} {finding.number} {_brief(turn, finding)}" for at, finding in enumerate(findings, 1)]
    else:
        lines = [f"请确认登记 {findings[0].number}（{choosing.title(findings[0])}）：", *_detailed(turn, findings[0])]
    lines.append("状态：已提交 → 已登记")
    lines.append("哪里不对直接说，如“类别改成采购招标”；" + texts.CONFIRM)
    facts = (("编号", "、".join(turn.draft["numbers"])), ("状态", "已提交 → 已登记"))
    card = Card(CardKind.BUTTONS, title="登记问题", facts=facts, buttons=judging.BUTTONS)
    return Ask(note + "\n".join(lines), "confirm", card)


def _detailed(turn: Turn, finding: Finding) -> list[str]:
    changes = _changes_for(turn, finding)

    def said(field: str) -> str:
        new = entries.shown(turn, field, changes.get(field, entries.now(finding, field)))
        old = entries.shown(turn, field, entries.now(finding, field))
        return f"{entries.LABELS[field]}：{old} → {new}" if field in changes else f"{entries.LABELS[field]}：{new}"

    rest = [said(field) for field in changes if field not in ("category", "unit", "found_at")]
    return [f"{said('category')}；{said('unit')}", "；".join([said("found_at"), *rest])]


def _brief(turn: Turn, finding: Finding) -> str:
    row = {field: entries.now(finding, field) for field in ("unit", "category", "found_at")}
    row |= _changes_for(turn, finding)
    unit = entries.shown(turn, "unit", row["unit"])
    day = entries.shown(turn, "found_at", row["found_at"])
    return f"{choosing.title(finding)}（{unit}，{categories.name_of(row['category'])}，{day}发现）"


def take_confirm(turn: Turn) -> Reply:
    if question := entries.ambiguous(turn):
        return Ask(question, "confirm")
    if turn.meaning.intent in ("confirm", "register") and not entries.read(turn, beside=True):
        return _commit(turn)
    if turn.meaning.intent == "deny":
        return Ask("还没有登记。哪里要改直接说，如“类别改成采购招标”；不办了回复“取消”。", "confirm")
    if not _absorb(turn):
        return _next(turn, "没太明白，这一步还没登记。\n")
    for finding in _findings(turn):
        _check(turn, finding)
    return _next(turn)


def _commit(turn: Turn) -> Done:
    findings, told, notes = _findings(turn), [], ""
    for finding in findings:
        moves.lock(turn.session, finding)
        _check(turn, finding)
        heard, note = _register(turn, finding)
        told += heard
        notes += note
    choosing.touched(turn, *findings)
    numbers = "、".join(finding.number for finding in findings)
    follows = f"\n下一步回复“交办 {findings[0].number}”。" if access.allowed(turn, Action.ASSIGN, findings[0]) else ""
    return Done(f"{numbers}：已提交 → 已登记。{settling.proof(turn, told)}{follows}{notes}")


def _register(turn: Turn, finding: Finding) -> tuple[list[str], str]:
    """T2 of one finding; who was told of it, and what it does to the source's quarter."""
    values: dict[str, Any] = entries.columns(turn, _changes_for(turn, finding))
    if "quarter" in values:
        values["late"] = values["quarter"] < quarters.quarter_of(day_of(finding.submitted_at))
    before = finding.quarter
    settling.moved(turn, finding, "registered", turn.entry("register"), **values)
    settling.grey(turn, finding, settling.stamped(turn, "登记"))
    told = settling.tell(turn, settling.office(turn, finding), finding, card(turn, finding), f"{finding.number}:new")
    words = f"{finding.number} {choosing.title(finding)}：已由{turn.actor.name}登记，待交办。"
    others = [person for person in settling.sources(turn, finding) if person not in told]
    told += settling.tell(turn, others, finding, words)
    return told, _quarter_note(turn, finding, before)


def _quarter_note(turn: Turn, finding: Finding, before: str) -> str:
    if finding.quarter == before:
        return ""
    settling.quarter_line(turn, finding.source, finding.quarter)
    return settling.quarter_line(turn, finding.source, before)


def card(turn: Turn, finding: Finding) -> Card:
    """What the office gets of a finding that is registered and waits to be assigned."""
    found = wording.day(finding.found_at, day_of(turn.now)) if finding.found_at else "未填"
    about = (("事项", choosing.title(finding)),) if finding.visibility == "normal" else ()
    facts = (
        *about, ("责任单位", finding.unit_name or "待定"), ("类别", categories.name_of(finding.category)),
        ("来源", finding.source_name), ("发现时间", found),
    )  # fmt: skip
    number = finding.number
    buttons = (Button("交办", f"交办 {number}", Style.STRONG), Button("查看", f"查 {number}"))
    return Card(CardKind.BUTTONS, f"待交办 {number}", facts=facts, buttons=buttons)


def _help(actor: Actor) -> str | None:
    return "登记：登记 WT-2026-0123" if actor.has(*parties.OFFICE) else None


FLOW = Flow(
    name="registration",
    title="登记",
    intents=("register",),
    start=start,
    steps={"which": take_which, "found_at": take_found_at, "confirm": take_confirm},
    help=_help,
)
