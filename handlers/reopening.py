"""A closed finding is taken up again: with reason and basis, as a new round beside the closed ones (T11)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, assignment, choosing, judging, naming, new_round, parties, proposals, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from storage import moves, people
from storage.matters import Finding
from storage.people import Actor

_REFUSES = re.compile(
    r"(?:不同意|不予|不批准?|不准|驳回|否决|暂不|不用|不必)[^，。；]{0,12}重启|(?<!要)不再?重启|别再?重启|重启[^，。；]{0,6}(?:不同意|不予|驳回|不批)"
)
_WHY, _BASIS = "为什么重启？（又发现什么、哪里整改不实）", "依据是什么？（如审计报告、复查记录）"
_LABELLED = re.compile(r"(?:^|[\s，,；;。])(原因|理由|依据|根据)(?:是|为|改成|改为)?\s*[：:]?\s*(?=\S)")
_ITEM = re.compile(r"(?:^|[\n；;])\s*[12①②][、.．)）\s]\s*")
_LONGEST = 400


def start(turn: Turn) -> Reply:
    _take(turn)
    if _REFUSES.search(turn.text):
        turn.draft["refuse"] = True
    numbers = _said(turn)
    if len(numbers) == 1:
        return _open(turn, numbers[0])
    if numbers:
        turn.draft["choices"] = numbers
        return Ask(f"是哪一条？\n{texts.options(numbers)}\n回复序号或编号即可。", "which")
    shown = naming.shown_last(turn, Action.REOPEN)
    found = naming.meant(turn, [one for one in shown if one.state == "closed"], "要重启哪一条？")
    return _open(turn, found) if isinstance(found, str) else found


def _said(turn: Turn) -> list[str]:
    """The number; of a bare serial those years' numbers that the speaker may see (P5), else the first of them."""
    options = [str(number) for number in turn.meaning.slots.get("number_options", ())]
    if not options:
        return naming.said(turn)[:1]
    seen = [number for number in options if (found := access.find_visible(turn, number)) and found[1] == "full"]
    return seen or options[:1]


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    for slot, name in (("reason", "reason"), ("basis", "basis")):
        if slots.get(slot):
            draft[name] = str(slots[slot])[:_LONGEST]
    said = slots.get("due") or slots.get("new_due")
    if said:
        draft["due"] = str(said)


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    if turn.draft.get("refuse"):
        return proposals.refuse(turn, finding)
    _check(turn, finding)
    proposals.adopt(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> bool:
    """Whether the speaker reopens it himself; False: he proposes it. Raises why neither."""
    verdict = access.allowed(turn, Action.REOPEN, finding)
    if not verdict and verdict.way is not Way.PROPOSE:
        office = texts.office_contact(turn)
        raise UserError(f"重启由来源部门或监督办公室决定。有新情况请联系{office}。", keep=False)
    if finding.state != "closed":
        raise UserError(f"{finding.number} 现在是“{tasks.label(finding)}”，只有已销号的问题可以重启。", keep=False)
    if not verdict:
        proposals.must_be_first(turn, finding)
    return bool(verdict)


def _next(turn: Turn, finding: Finding) -> Ask:
    draft = turn.draft
    asked = [name for name in ("reason", "basis") if not draft.get(name)]
    if asked:
        draft["asked"] = asked
        questions = {"reason": _WHY, "basis": _BASIS}
        lines = [questions[name] for name in asked]
        lines = lines if len(lines) == 1 else [f"{at} {line}" for at, line in enumerate(lines, 1)]
        return Ask("\n".join([f"{finding.number} 重启，还需要：", *lines]), "answers")
    return _confirm(turn, finding) if _check(turn, finding) else proposals.confirm(turn, finding)


def take_answers(turn: Turn) -> Reply:
    finding, words = choosing.get(turn, turn.draft["number"]), turn.text.strip()
    asked: list[str] = turn.draft.get("asked", [])
    said = _read(words, asked) if turn.meaning.intent not in ("confirm", "deny") else {}
    turn.draft |= {name: text[:_LONGEST] for name, text in said.items()}
    return _next(turn, finding)


def _read(words: str, asked: list[str]) -> dict[str, str]:
    """By labels, by items or lines, or the one thing that was asked."""
    labelled = _labelled(words)
    if labelled:
        return labelled
    parts = [part.strip() for part in _ITEM.split(words) if part.strip()]
    parts = parts if len(parts) > 1 else [part.strip() for part in words.splitlines() if part.strip()]
    if len(parts) == len(asked):
        return dict(zip(asked, parts, strict=True))
    return {asked[0]: words} if asked and words else {}


def _labelled(words: str) -> dict[str, str]:
    hits = list(_LABELLED.finditer(words))
    if not hits:
        return {}
    ends = [*[hit.start() for hit in hits[1:]], len(words)]
    names = {"原因": "reason", "理由": "reason", "依据": "basis", "根据": "basis"}
    found = {names[hit[1]]: words[hit.end() : end].strip(" \n，,；;。") for hit, end in zip(hits, ends, strict=True)}
    before = words[: hits[0].start()].strip(" \n，,；;。")
    if before and "reason" not in found:
        found["reason"] = before
    return {name: text for name, text in found.items() if text}


def _confirm(turn: Turn, finding: Finding) -> Ask:
    today = day_of(turn.now)
    person, due = _responsible(turn, finding), _due(turn, finding)
    if due < today:
        turn.draft.pop("due", None)
        return Ask(f"{wording.day(due, today)}已经过了。新的期限定在哪天？（今天或以后）", "confirm")
    said = "" if turn.draft.get("due") else "（没说时限，按默认）"
    closed = f"（{wording.day(day_of(finding.closed_at), today)}）" if finding.closed_at else ""
    lines = [f"请确认重启 {finding.number}（{choosing.title(finding)}）："]
    lines += [
        f"已销号{closed} → 已交办，第{finding.cycle + 1}轮；责任：{finding.unit_name} {choosing.names(turn, [person])}"
    ]
    lines += [f"新时限：{assignment.due_line(due, today, turn.calendar)}{said}"]
    lines += [f"原因：{turn.draft['reason']}；依据：{turn.draft['basis']}", "要改直接说；" + texts.CONFIRM]
    facts = (("编号", finding.number), ("轮次", f"第{finding.cycle + 1}轮"), ("新时限", wording.day(due, today)))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="重启", facts=facts, buttons=judging.BUTTONS))


def _due(turn: Turn, finding: Finding) -> date:
    return assignment.kind_and_due(turn, finding)[1]


def _responsible(turn: Turn, finding: Finding) -> str:
    """Whoever it was, while he serves the unit; else its liaison or head (T4: somebody in post)."""
    unit = assignment.unit_of(turn, finding)
    if unit is None or not assignment.in_being(unit, day_of(turn.now)):
        raise UserError(f"{finding.number} 的责任单位已停用，请联系系统管理员先调整。", keep=False)
    actor = people.actor(turn.session, finding.resp_person or "", day_of(turn.now))
    if finding.resp_person and parties.serves(turn.session, actor, unit):
        return finding.resp_person
    able = assignment.candidates(turn, unit)
    if not able:
        raise UserError(f"{unit.name}现在没有在岗的联络员和负责人，还不能重启 {finding.number}。", keep=False)
    return able[0]


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        return _changed(turn, finding)
    moves.lock(turn.session, finding)
    if not _check(turn, finding):
        return proposals.confirm(turn, finding)  # his right has ended since
    again = _confirm(turn, finding)
    if _due(turn, finding) < day_of(turn.now):
        return again
    kind, due = assignment.kind_and_due(turn, finding)
    told = new_round.open_round(turn, finding, _responsible(turn, finding), kind, due)
    choosing.touched(turn, finding)
    return Done(
        f"{finding.number}：已销号 → 已交办，第{finding.cycle}轮，时限{choosing.due_words(turn, finding)}。\n"
        f"{choosing.told(turn, told)}。"
    )


def _changed(turn: Turn, finding: Finding) -> Reply:
    before, words = dict(turn.draft), turn.text.strip()
    slots: dict[str, Any] = dict(turn.meaning.slots)
    said = slots.get("due") or slots.get("new_due") or slots.get("date")
    said = said or (slots.get("value") if slots.get("field") == "due" else None)
    if said:
        turn.draft["due"] = str(said)
    turn.draft |= {name: text[:_LONGEST] for name, text in _labelled(words).items()}
    if turn.draft == before:
        return Ask("要改哪一项？按“原因：…”“依据：…”或新期限说；不改就" + texts.CONFIRM + "。", "confirm")
    return _next(turn, finding)


def _help(actor: Actor) -> str | None:
    return "重启：重启 WT-2026-0123，原因：…，依据：…" if actor.has(*parties.OFFICE, "audit_staff") else None


FLOW = Flow(
    name="reopening",
    title="重启问题",
    intents=("reopen",),
    start=start,
    steps={
        "which": take_which,
        "answers": take_answers,
        "confirm": take_confirm,
        "propose": proposals.take_confirm,
        "refuse_reason": proposals.take_reason,
        "refuse": proposals.take_refusal,
    },
    help=_help,
)
