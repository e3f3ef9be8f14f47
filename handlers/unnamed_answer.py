"""Answering who gave no name: words for his mailbox, which he fetches with his receipt; nobody is messaged (2.6-6)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import UserError
from bot.flow import Ask, Done, Reply, Step, Turn
from handlers import lead_access, lead_steps, texts
from handlers.rules.lead_permissions import LeadAction, Sight
from storage.matters import Lead

MOST = 1000  # characters
_NOT_YOURS = "反馈由承办人登记。"


def is_unnamed(lead: Lead) -> bool:
    """Whether it came by the anonymous path."""
    return lead.reporter == ""


def start(turn: Turn, lead: Lead) -> Reply:
    """A question or a result, at any time: `XS-2026-7K3M 反馈反映人：请补充是哪一家`."""
    _may(turn, lead)
    words = str(turn.draft.get("words") or "")
    if not words:
        return Ask(f"{lead.number} 给反映人留什么话？要问的、结果都可以；他凭回执码来看，不会推送。", "mailbox_words")
    if len(words) > MOST:
        return Ask(f"留言请在{MOST}字以内，请重新写。", "mailbox_words")
    lines = [f"请确认 {lead.number} 在回执码下留言：", words, "反映人凭回执码查看，不推送；下一次入库后可见。"]
    return lead_steps.confirm(lead, "给反映人留言", lines, "mailbox_confirm")


def take_words(turn: Turn) -> Reply:
    words = lead_steps.words_said(turn)
    if words:
        turn.draft["words"] = words
    return start(turn, _lead(turn))


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Done("好的，没有留言。")
    if turn.meaning.intent != "confirm":
        return take_words(turn)
    lead = _lead(turn)
    _may(turn, lead)
    if turn.box is None or not turn.box.answer(lead.number, str(turn.draft["words"]), texts.today_of(turn)):
        raise UserError("没有留成，请稍后再试。")
    turn.record(lead.number, "mailbox_answered")
    turn.recent["numbers"] = [lead.number]
    return Done(f"{lead.number} 的留言已收下，下一次入库后反映人凭回执码可见。")


def _lead(turn: Turn) -> Lead:
    return lead_access.get(turn, turn.draft["number"], LeadAction.VIEW_STATUS)


def _may(turn: Turn, lead: Lead) -> None:
    """Who handles it, or may read it."""
    for action in (LeadAction.FEED_BACK, LeadAction.VIEW_CONTENT):
        if lead_access.verdict(turn, lead, action) is Sight.FULL:
            return
    raise UserError(_NOT_YOURS, keep=False)


STEPS: Mapping[str, Step] = {"mailbox_words": take_words, "mailbox_confirm": take_confirm}
