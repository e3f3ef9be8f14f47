"""The gates before lock, session and any row: marks of state secrets, and whoever wants no name (domain.md 3.6 P6)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.messages import Inbound
from bot.understanding import gates

HAS_MARK = (
    "这条消息带有国家秘密标志，已停止接收：没有保存，也没有转发。企业微信不能传递国家秘密。\n"
    "请在手机上删除本条消息，改走机要渠道；不确定密级的，请先联系保密部门。"
)
_JOINTS = re.compile(r"[_\-—+.]+")  # what stands for a space in a file name


class Private(Protocol):
    """Hears before everybody else, and keeps nothing of who spoke."""

    async def hear(self, inbound: Inbound, is_talking: Callable[[str], Awaitable[bool]]) -> str | None:
        """What to answer in the response, "" for nothing; None for an ordinary message."""


def marked_name(name: str) -> bool:
    """Whether a file's name carries the mark of a state secret: `机密★方案.docx`, `秘密_图纸(2).pdf`."""
    return bool(name) and (gates.secret_mark(name) or gates.secret_mark(_JOINTS.sub(" ", name)))


def is_marked(inbound: Inbound) -> bool:
    """Whether the message must not be taken in at all. Nothing of it is stored or logged, nor who wrote it."""
    text = inbound.text or inbound.event_key
    return bool(text and gates.secret_mark(text)) or (inbound.media is not None and marked_name(inbound.media.name))
