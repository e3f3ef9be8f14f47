"""The finding that a command is about: as it was said, as it was shown last, the only candidate, or asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.errors import UserError
from bot.flow import Ask, Reply, Turn
from handlers import access, choosing
from handlers.rules.permissions import Action
from storage import moves
from storage.matters import Finding

_AGAIN = "请回复序号或编号，如 WT-2026-0123；不办了回复“取消”。"

_REASON = re.compile(r"[：:]|理由|原因|因为")
_DIGITS = re.compile(r"\d{3}")
_LISTED = re.compile(
    r"\d{3,4}号?\s*[、,，;；和及与跟\s]\s*(?:[Ww][Tt][-－—_ ]?)?(?:\d{4}[-－—_ ]?)?\d{3,4}(?![\d.元万年月])"
)


def one_by_one(turn: Turn) -> None:
    """Raises when several findings are told off for what is done to one at a time: none is dropped without a word."""
    head = _REASON.split(turn.text, maxsplit=1)[0]
    pointed = not _DIGITS.search(turn.text)  # 第一条和第二条
    if len(choosing.numbers(turn)) > 1 and (pointed or _LISTED.search(head)):
        raise UserError("这件事请一条一条办，先说其中一个编号。", keep=False)


def said(turn: Turn) -> list[str]:
    """The numbers of the message, or what its 这条 and 第二条 point at (domain.md P10)."""
    numbers = choosing.numbers(turn)
    pointed, shown = turn.meaning.slots.get("ref"), choosing.recent(turn)
    if numbers or pointed is None:
        return numbers
    if isinstance(pointed, int):
        return shown[pointed - 1 : pointed] if pointed > 0 else []
    return shown if len(shown) == 1 else []


def meant(turn: Turn, candidates: Sequence[Finding], question: str) -> str | Reply:
    """Its number; a question when it is not plain which one, answered at the step "which"."""
    numbers = said(turn)
    if numbers:
        turn.draft["rest"] = numbers[1:]
        return numbers[0]
    only = choosing.single(turn, candidates)
    if only is not None:
        return only.number
    if candidates:
        return choosing.ask_which(turn, candidates, "which", question)
    return Ask(f"{question}请回复编号，如 WT-2026-0123。", "which")


def answered(turn: Turn) -> str | Ask:
    """The number that the answer to that question means."""
    return choosing.chosen(turn) or Ask(_AGAIN, "which")


def shown_last(turn: Turn, action: Action) -> list[Finding]:
    """What was shown last, as far as the speaker may do `action` with it."""
    found = [moves.find(turn.session, number) for number in choosing.recent(turn)]
    return [finding for finding in found if finding and access.allowed(turn, action, finding)]


def rest(turn: Turn) -> str:
    """What is said of the other numbers of the message, which wait."""
    others = turn.draft.get("rest")
    return f"\n{'、'.join(others)} 请接着一条一条办。" if others else ""
