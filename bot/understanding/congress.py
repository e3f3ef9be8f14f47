"""The wish to import the proposals of the workers' congress, told from every talk about proposals (domain.md S21)."""

from __future__ import annotations

from typing import Any

from bot.understanding.lazily import lazy

_HEAD = lazy(r"[^\n:。;!]{4,40}")
_MATTER = lazy(r"提案|议案")
_DO = lazy(r"(?<![不未没])(?:批量)?(?:导入|录入|归类|分类|上传)")
# What may stand beside the two; whatever else does makes it talk about proposals.
_BESIDE = lazy(
    r"职工代表大会|职代会|职工代表|职工|工会|本次|这次|今年|本届|征集|收集|收到|系统|进来|一下|一批|我们|想要|帮我|帮忙|麻烦|给我|excel|表格?|文件|[的了到来我想要请把将现先也吧下这那些,\s]|\d+|[一二三四五六七八九十]+|[条件份个批]"
)
_COUNT = lazy(r"(\d{1,3})\s*[条件份个]")


def imports(flat: str) -> dict[str, Any] | None:
    """`count` where it is said; None when no import is wished. flat: the message with its lines kept apart."""
    head = _HEAD.match(flat)
    if head is None or not _MATTER.search(head[0]) or not _DO.search(head[0]):
        return None
    if flat[head.end() :][:1] not in ("", "\n", ":", "。", ";", "!"):
        return None
    if _BESIDE.sub("", _MATTER.sub("", _DO.sub("", head[0], count=1), count=1)):
        return None
    told = _COUNT.search(head[0])
    return {"count": int(told[1])} if told else {}
