"""What the steps of a lead share: which lead, the confirmation, the move with its event, and who was faster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.errors import Overtaken
from bot.flow import Ask, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import texts
from handlers.rules.lead_states import LEAD_LABELS, L, LeadState, after, may_move
from storage import lead_moves
from storage.lead_moves import Piece
from storage.matters import Lead

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
WHICH = "请带上线索编号，如 XS-2026-7K3M。"
WHICH_AGAIN = "请回复线索编号，如 XS-2026-7K3M；不办了回复“取消”。"


def said(turn: Turn) -> str:
    """The lead's number in this message, or ""."""
    slots = turn.meaning.slots
    numbers = [slots.get("number"), *(slots.get("numbers") or ())]
    return next((str(one) for one in numbers if str(one).startswith("XS-")), "")


def take_number(turn: Turn, step: str) -> Ask | None:
    """Put the number that was asked for into the draft; the question once more, under `step`, when none was said."""
    number = said(turn)
    if not number:
        return Ask(WHICH_AGAIN, step)
    turn.draft["number"] = number
    return None


def words_said(turn: Turn) -> str:
    """The words of an answer that was asked for; "" for a bare 确认, 否 or a single sign."""
    words = str(turn.meaning.slots.get("reason") or turn.text).strip()
    return "" if len(words) < 2 or turn.meaning.intent in ("confirm", "deny") else words


def label(lead: Lead) -> str:
    return LEAD_LABELS[LeadState(lead.state)]


def confirm(lead: Lead, title: str, lines: Sequence[str], step: str) -> Ask:
    """The whole of what was understood; the card holds the number alone."""
    card = Card(CardKind.BUTTONS, title=title, facts=(("编号", lead.number),), buttons=BUTTONS)
    return Ask("\n".join([*lines, texts.CONFIRM]), step, card)


def moved(turn: Turn, lead: Lead, row: L, action: str, *pieces: Piece, **values: Any) -> None:
    """The move with its event; raises who was faster."""
    if not may_move(row, lead.state) or not lead_moves.move(
        turn.session, lead, lead.state, after(row, lead.state), turn.entry(action), *pieces, **values
    ):
        raise overtaken(lead)


def kept(turn: Turn, lead: Lead, action: str, *pieces: Piece, **values: Any) -> None:
    """What changes without a move, with its event."""
    if not lead_moves.keep(turn.session, lead, turn.entry(action), *pieces, **values):
        raise overtaken(lead)


def overtaken(lead: Lead) -> Overtaken:
    return Overtaken(f"{lead.number} 刚刚有人办理过，现在是“{label(lead)}”，这次没有提交。", keep=False)


def settled_again(turn: Turn, lead: Lead) -> None:
    """Nobody has moved it since the confirmation was shown."""
    lead_moves.lock(turn.session, lead)
    if lead.state != turn.draft["state"]:
        raise Overtaken(f"{lead.number} 刚刚有人办理过，这次没有提交。", keep=False)


def told_words(turn: Turn, told: Sequence[str]) -> str:
    """`已告知何敏。`, or nothing when nobody had to be told."""
    return f"已告知{texts.names(turn, told)}。" if told else ""
