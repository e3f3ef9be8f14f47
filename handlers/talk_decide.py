"""Adopting, declining and calling off: the director decides, the staff put their opinion before him (S46)."""

from __future__ import annotations

from typing import Any

from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    judging,
    obligations,
    talk_choice,
    talk_count,
    talk_plan,
    talk_reading,
    talk_rights,
    talk_told,
    talk_words,
    texts,
)  # fmt: skip
from storage import talks
from storage.gatherings import Talk

# What is done -> from which states, to which one, what the ledger calls it, what people call it.
_MOVES: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "adopt": (("suggested",), "adopted", "talk_adopt", "采纳"),
    "decline": (("suggested", "adopted"), "declined", "talk_decline", "不约谈"),
    "cancel": (("adopted", "planned"), "cancelled", "talk_cancel", "取消约谈"),
}
_NOTHING = {
    "adopt": "现在没有待决定的约谈建议。",
    "decline": "现在没有待决定的约谈建议。",
    "cancel": "现在没有已采纳或已安排的约谈。",
}


def start(turn: Turn) -> Reply:
    talk_rights.must_act(turn)
    do = turn.draft["do"]
    states, _, _, verb = _MOVES[do]
    absorb(turn)
    found = talk_choice.meant(turn, states, f"要{verb}哪一次约谈？", _NOTHING[do])
    if isinstance(found, Ask):
        return found
    turn.draft["number"] = found.number
    return following(turn)


def absorb(turn: Turn) -> None:
    said = talk_reading.reason(turn)
    if not said and turn.draft.get("asked") == "reason" and len(turn.text.strip()) > 1:
        said = turn.text.strip()
    if said:
        turn.draft["reason"] = said[:200]


def following(turn: Turn) -> Reply:
    decides = talk_rights.must_act(turn)
    draft = turn.draft
    talk = talk_choice.get_known(turn, draft["number"])
    states, new, _, verb = _MOVES[draft["do"]]
    talk_choice.must_be(turn, talk, *states)
    if draft["do"] == "adopt" and decides and talk.persons and talk.at is not None:
        talk_plan.take_over(turn, talk)  # the staff prepared it: one word more and it stands
        return talk_plan.following(turn)
    draft["asked"] = ""
    if draft["do"] == "decline" and not draft.get("reason"):
        draft["asked"] = "reason"
        return Ask(f"{talk.number} 不约谈的理由是什么？（一句话，记入台账）", "details")
    draft["state"] = talk.state
    lines = [f"请确认{verb}：{talk_words.line(turn, talk)}", *_grounds(turn, talk)]
    lines += [f"理由：{draft['reason']}"] if draft.get("reason") else []
    after = f"{talk_words.LABELS[talk.state]} → {talk_words.LABELS[new]}"
    lines += [after if decides else f"作为拟办意见报主任决定（{after}）", texts.CONFIRM]
    facts = (("编号", talk.number), ("意见", verb))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="约谈", facts=facts, buttons=judging.BUTTONS))


def _grounds(turn: Turn, talk: Talk) -> list[str]:
    """As they stand today, and as far as he may know them."""
    if turn.draft["do"] == "cancel":
        return []
    found = talk_count.for_person(turn, turn.actor.userid, talk_count.of_unit(turn, talk.unit))
    return [f"依据：{talk_words.grounds(found)}"] if found else ["依据：目前各项都未达到阈值"]


def enter(turn: Turn) -> Reply:
    decides = talk_rights.must_act(turn)
    draft = turn.draft
    talk = talk_choice.get_known(turn, draft["number"])
    _, new, action, verb = _MOVES[draft["do"]]
    reason = str(draft.get("reason") or "")
    if not decides:
        how = f"您决定后请回复“{talk.number} {verb}”" + ("并写理由。" if draft["do"] == "decline" else "。")
        return talk_told.opinion(turn, talk, verb, reason, how)
    before = talk_told.Before.of(talk)
    values: dict[str, Any] = {"state": new, "reason": reason, "decided_by": turn.actor.userid, "decided_at": turn.now}
    if not talks.change(turn.session, talk, draft["state"], turn.entry(action, reason), **values):
        raise talk_choice.overtaken(talk)
    if before.planned:
        obligations.end(turn, "talk", talk.number, met=False)
        talk_told.called_off(turn, talk, before.persons)
    turn.recent["numbers"] = [talk.number]
    return Done(_answer(turn, talk, before, reason))


def _answer(turn: Turn, talk: Talk, before: talk_told.Before, reason: str) -> str:
    why = f"，理由：{reason}" if reason else ""
    after = talk_words.LABELS[talk.state]
    unit = talk_words.unit_name(turn, talk)
    told = talk_told.news(turn, talk, f"{talk.number} {unit}：{turn.actor.name}决定“{after}”{why}。")
    called = f"已通知{texts.names(turn, list(before.persons))}不用参加。" if before.planned else ""
    how = ""
    if talk.state == "adopted":
        how = f"\n安排时间请发“约谈{unit}负责人，某月某日上午10点，我主持”。"
    return f"{talk.number} {unit}：{after}{why}。{called}{told}{how}"
