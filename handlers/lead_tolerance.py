"""Tolerance for honest errors (三个区分开来, S53): four parts, one of three outcomes, kept whole or not at all."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from handlers import lead_access, lead_contents, lead_steps, texts
from handlers.rules import lead_states
from handlers.rules.lead_permissions import LeadAction
from handlers.rules.lead_states import TOLERANCE_OUTCOMES, TOLERANCE_PARTS, L, may_move
from storage.matters import Lead

_LABELS = {
    "case": r"(?:适用)?情形", "basis": r"(?:决策)?(?:程序)?依据|决策程序", "gain": r"(?:有无)?(?:谋私|私利)",
    "approver": r"(?:批准|审批)(?:机构|单位|机关)?",
}  # fmt: skip


def start(turn: Turn) -> Reply:
    number = lead_steps.said(turn)
    if not number:
        raise UserError.hidden()
    turn.draft.update(number=number, parts={})
    _absorb(turn)
    return _next(turn)


def _absorb(turn: Turn) -> None:
    parts, slots, text = turn.draft["parts"], turn.meaning.slots, turn.text
    for name in TOLERANCE_PARTS:
        if slots.get(name):
            parts[name] = str(slots[name])
    for name, label in _LABELS.items():
        told = re.search(rf"(?:^|[，,。；;：:\s])(?:{label})\s*(?:是|为|[：:])\s*([^。；;\n]+)", text)
        if told:
            parts[name] = told[1].strip()
    plain = re.search(r"(?:没有|无|未|不存在)(?:任何)?(?:谋取)?(?:谋私|私利|利益输送)", text)
    if plain:
        parts.setdefault("gain", plain[0])
    outcome = slots.get("outcome") or next((code for code, words in TOLERANCE_OUTCOMES.items() if words in text), "")
    if outcome:
        turn.draft["outcome"] = str(outcome)


def _next(turn: Turn) -> Reply:
    lead, draft = _get(turn), turn.draft
    lacking = lead_states.tolerance_lacks(draft["parts"])
    if lacking:
        return Ask(f"请补：{'、'.join(lacking)}。", "tolerance_parts")
    if not draft.get("outcome"):
        return Ask(f"容错结论是哪一种？\n{texts.options(list(TOLERANCE_OUTCOMES.values()))}", "tolerance_outcome")
    draft["state"] = lead.state
    lines = [f"请确认 {lead.number} 容错认定：{TOLERANCE_OUTCOMES[draft['outcome']]}"]
    lines += [f"{words}：{draft['parts'][name]}" for name, words in TOLERANCE_PARTS.items()]
    return lead_steps.confirm(lead, "容错认定", lines, "tolerance_confirm")


def _get(turn: Turn) -> Lead:
    lead = lead_access.get(turn, turn.draft["number"], LeadAction.DISPOSE)
    if not may_move(L.TOLERATE, lead.state):
        raise UserError(f"{lead.number} 现在是“{lead_steps.label(lead)}”，处置中才能登记容错认定。", keep=False)
    return lead


def take_parts(turn: Turn) -> Reply:
    before: dict[str, Any] = dict(turn.draft["parts"])
    _absorb(turn)
    words = lead_steps.words_said(turn)
    if turn.draft["parts"] == before and words and not turn.draft.get("outcome"):
        name = next(name for name in TOLERANCE_PARTS if not turn.draft["parts"].get(name))
        turn.draft["parts"][name] = words  # a bare answer is for the first that is lacking
    return _next(turn)


def take_outcome(turn: Turn) -> Reply:
    at = texts.chosen(turn, list(TOLERANCE_OUTCOMES.values()))
    if at is not None:
        turn.draft["outcome"] = list(TOLERANCE_OUTCOMES)[at]
    _absorb(turn)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有登记。")
    if turn.meaning.intent != "confirm":
        _absorb(turn)
        return _next(turn)
    lead = _get(turn)
    lead_steps.settled_again(turn, lead)
    words = json.dumps(turn.draft["parts"], ensure_ascii=False)
    note = lead_contents.note(turn, lead, lead_contents.TOLERANCE, words)
    lead_steps.moved(turn, lead, L.TOLERATE, "lead_tolerance", note, tolerance=turn.draft["outcome"])
    turn.recent["numbers"] = [lead.number]
    return Done(f"{lead.number} 已登记容错认定：{TOLERANCE_OUTCOMES[turn.draft['outcome']]}。")


FLOW = Flow(
    name="lead_tolerance",
    title="容错认定",
    intents=("lead_tolerance",),
    start=start,
    steps={
        "tolerance_parts": take_parts, "tolerance_outcome": take_outcome, "tolerance_confirm": take_confirm,
    },
    secret=True,
)  # fmt: skip
