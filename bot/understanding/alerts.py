"""What is said of the alerts of business systems: the list of them, and how one of the list is judged (domain.md S58)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding.lazily import lazy

_LIST = lazy(
    r"(?:请|帮我|给我|我要|我想)?(?:查看|查|看看|看|列出|打开)?(?:一下|下)?(?:待研判|未研判|系统|业务)?的?预警(?:清单|列表|队列|信息|台账)?(?:有哪些|有几条|看看|看一下)?[\s。?!]*"
)
_AT = r"(?:第?\s*(?P<at>\d{1,3}|[一二三四五六七八九十])\s*(?:条|个|号)?)"
_ONE = lazy(
    rf"(?:把|对|将)?\s*(?:预警\s*{_AT}|{_AT.replace('at>', 'of>')}\s*(?:的)?预警)[\s,:]*(?P<said>\S.*)?", re.DOTALL
)
_REFUSE = lazy(r"不予?(?:登记|立|采纳)|不登记|不用登记|无需登记|误报|关闭|排除|驳回|忽略")
_REGISTER = lazy(
    r"(?:登记|转|立|列|作|定|报)(?:为|成|作)?(?:一条)?问题|^(?:请|同意|予以|准予)?登记(?:吧|一下)?[\s。!]*$"
)
_REASON = lazy(r"(?:理由|原因|因为)\s*(?:是|为|:)?\s*(?P<why>\S.*)$", re.DOTALL)
_NUMERALS = "一二三四五六七八九十"


def of(flat: str) -> dict[str, Any] | None:
    """action (list, show, register, refuse), index from 1, reason; None for anything else."""
    if len(flat) > 300 or "预警" not in flat[:16]:
        return None
    if _LIST.fullmatch(flat):
        return {"action": "list"}
    found = _ONE.fullmatch(flat)
    if found is None:
        return None
    place = found["at"] or found["of"]
    slots: dict[str, Any] = {"index": int(place) if place.isdigit() else _NUMERALS.index(place) + 1}
    said = (found["said"] or "").strip()
    why = _REASON.search(said)
    head = said[: why.start()] if why else said
    if _REFUSE.search(head):
        return {**slots, "action": "refuse", **({"reason": why["why"].strip()} if why else {})}
    if _REGISTER.search(head):
        return {**slots, "action": "register"}
    return {**slots, "action": "show"} if len(said) <= 6 else None
