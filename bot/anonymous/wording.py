"""What the words on the anonymous path wish for, before any of them is kept: a report, a choice, a change."""

from __future__ import annotations

import re

from bot.understanding import controls, gates, hiding, text

BARE = 12  # characters: a wish alone, such as 我想匿名反映个事
_COMMAND = re.compile(r"(?:我(?:想|要)?)?匿名\s*(?:反映|举报|检举)?(?:个?(?:事|问题|情况))?\s*[:：,，]?\s*")
_CHANGE = re.compile(r"(?:改|转|换|变)(?:成|为|到|作)?\s*匿名")
_CHOICES = {"1": "anonymous", "匿名": "anonymous", "2": "named", "实名": "named", "实名保密": "named", "保密": "named"}


def changes(said: str) -> bool:
    """Whether a report by name is to lose the name: 把XS-2026-7K3M改成匿名."""
    return _CHANGE.search(said) is not None


def is_bare(said: str) -> bool:
    """Whether it says that something is to be reported, and nothing of it."""
    return len(text.flatten(_COMMAND.sub("", said, count=1))) <= BARE


def steering(said: str) -> str:
    """What words steer to that are no part of a report: cancel, confirm, anonymous_submit …; "" for all others."""
    flat = _flat(said)
    if hiding.gives_up(flat):
        return "cancel"
    control = controls.read(flat)
    return control[0] if control is not None else ""


def question(said: str) -> str:
    """followup_receipt or anonymous_help where the words ask of such reports and tell nothing; "" otherwise."""
    return hiding.question(_flat(said))


def _flat(said: str) -> str:
    return text.flatten(text.tidy(said))


def choice(said: str) -> str | None:
    """anonymous or named, the answer to 匿名 or 实名保密; None when it is neither."""
    chosen = _CHOICES.get(said.strip("。.、 ").removesuffix("反映"))
    return "anonymous" if chosen is None and gates.secrecy_wish(said) == "anonymous" else chosen
