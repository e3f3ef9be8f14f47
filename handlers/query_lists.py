"""Lists as people read them: the total first, eight lines, and the rest after “全部” (contract.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flow import Done, Turn

SHOWN = 8
MORE = "回复“全部”查看其余{count}条。"


def first_page(turn: Turn, heading: str, lines: Sequence[str], spec: dict[str, Any], *, more: int = 0) -> Done:
    """Eight lines at most. spec: what “全部” lists later, from the store as it is then. more: the total, if larger."""
    turn.recent["list"] = spec
    parts = [heading, *lines[:SHOWN]]
    if len(lines) > SHOWN:
        parts.append(MORE.format(count=max(more, len(lines)) - SHOWN))
    return Done("\n".join(parts))


def rest(turn: Turn, heading: str, lines: Sequence[str]) -> Done:
    """What the first page left out, or the whole when it has become that short."""
    turn.recent.pop("list", None)
    if len(lines) <= SHOWN:
        return Done("\n".join([heading, *lines]))
    return Done("\n".join([f"{heading.rstrip('：')}（接上，第{SHOWN + 1}条起）：", *lines[SHOWN:]]))
