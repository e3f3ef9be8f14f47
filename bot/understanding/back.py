"""What the bot would ask back after one message: the missing slots of an intent, or which intent was meant."""

# ruff: noqa: E501 - tables read better one entry a line

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.understanding.meaning import Meaning

MOST = 2  # things asked at a time (contract.md)
_NUMBER = ("number", "numbers", "ref", "refs", "number_options")

# Intent -> what it needs (domain.md 5.1), in the order in which it is asked: slots of which one is enough, question.
_NEEDS: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "submit_finding": ((("unit", "units", "items", "batch"), "责任单位是哪家？"), (("desc", "items", "batch"), "具体是什么问题？")),
    "submit_lead": ((("desc", "sensitive_subject"), "具体是什么情况？"),),
    "urgent_report": ((("desc",), "发生了什么事，在哪里？"),),
    "followup_receipt": ((("receipt",), "请发完整的16位回执码。"),),
    "query_by_number": ((_NUMBER, "要查哪个编号？"),),
    "query_by_unit": ((("unit", "units", "person", "source_org", "org", "status", "all"), "要查哪个单位？"),),
    "submit_progress": ((_NUMBER, "是哪个编号的进展？"), (("desc", "percent", "has_evidence", "recovered_yuan"), "进展到哪一步了？")),
    "apply_extension": ((_NUMBER, "哪个编号要延期？"), (("new_due", "days", "workdays"), "延到哪一天？"), (("reason",), "延期的理由是什么？")),
    "decide_extension": ((_NUMBER, "是哪个编号的延期？"),),
    "apply_acceptance": ((_NUMBER, "哪个编号申请验收？"),),
    "accept": (((*_NUMBER, "bulk"), "同意哪个编号销号？"),),
    "return": ((_NUMBER, "退回哪个编号？"), (("reason",), "退回的理由是什么？")),
    "assign": ((_NUMBER, "交办哪个编号？"), (("unit", "units", "person", "lead_org"), "交给哪个单位或谁？"), (("due", "days", "rect_type"), "什么时候改完？")),
    "reopen": ((_NUMBER, "重启哪个编号？"), (("reason",), "重启的原因是什么？")),
    "withdraw": ((_NUMBER, "撤回哪个编号？"),),
    "convert_to_lead": ((_NUMBER, "哪个编号转线索？"),),
    "transfer_lead": ((_NUMBER, "移送哪条线索？请发编号。"), (("target", "targets"), "移送到纪检、追责部门还是职能部门？")),
    "transfer_receipt": ((_NUMBER, "签收哪条线索？请发编号。"),),
    "lead_decide": ((_NUMBER, "是哪条线索？请发编号。"),),
    "interview": ((("unit", "units", "person", "org", "orgs", "number", "list"), "约谈哪个单位或谁？"),),
    "urge": (((*_NUMBER, "scope", "unit", "units", "person", "org"), "催办哪一条，或哪个单位？"),),
    "correct": ((("field", "target", "value", "org"), "要改哪一项，改成什么？"),),
}  # fmt: skip


def ask(meaning: Meaning, names: Mapping[str, str]) -> str | None:
    """The question in Chinese, two things at most; None when one message says all that is needed.

    names: how an intent is called to people; an intent without a name is never offered.
    """
    if meaning.intent == "unknown":
        return _which(meaning, names)
    slots = meaning.slots
    if meaning.intent == "multi_intent":
        named = [names[str(one)] for one in slots.get("intents") or () if str(one) in names]
        return f"您说了几件事（{'、'.join(named)}），先办哪一件？" if named else "您说了几件事，先办哪一件？"
    questions = [*_ambiguous(meaning), *_missing(meaning.intent, slots, bool(meaning.unit_options))]
    return "".join(questions[:MOST]) or None


def likeliest(meaning: Meaning, names: Mapping[str, str]) -> list[str]:
    """The two or three intents worth offering when nothing was decided, best first."""
    return [intent for intent, _ in meaning.options if intent in names][:3]


def _which(meaning: Meaning, names: Mapping[str, str]) -> str:
    offered = [names[intent] for intent in likeliest(meaning, names)]
    if not offered:
        return "没太明白。要办什么事，换个说法再讲一次好吗？"
    if len(offered) == 1:
        return f"没太明白。您是想{offered[0]}吗？"
    return f"没太明白。您是想 {'，还是 '.join(f'{at} {name}' for at, name in enumerate(offered, 1))}？"


def _ambiguous(meaning: Meaning) -> list[str]:
    """What fits two things is asked, never guessed."""
    out = []
    slots = meaning.slots
    if len(meaning.unit_options) > 1 and not slots.get("unit"):
        out.append(f"是哪个单位：{_listed(meaning.unit_options)}？")
    if slots.get("number_options"):
        out.append(f"是哪个编号：{_listed(slots['number_options'])}？")
    if meaning.intent == "submit_finding" and slots.get("units"):
        out.append(f"涉及{'、'.join(map(str, slots['units']))}，责任单位是哪家，还是各登记一条？")
    return out


def _listed(options: Any) -> str:
    return "、".join(f"{at} {name}" for at, name in enumerate(options, 1))


def _missing(intent: str, slots: Mapping[str, Any], unit_asked: bool) -> list[str]:
    given = {key for key, value in slots.items() if value not in (None, "", [], ())}
    return [
        question
        for enough, question in _NEEDS.get(intent, ())
        if not given.intersection(enough) and not (unit_asked and "unit" in enough)
    ]
