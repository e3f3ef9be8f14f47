"""The app's menu, checked against the wire's limits before it is sent (wecom.md 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_TOP, _SUB = 3, 5
_NAME, _SUB_NAME, _KEY, _URL = 16, 40, 128, 1024  # bytes


@dataclass(frozen=True, slots=True)
class MenuButton:
    """A button that says `key` (a click), opens `url`, or holds up to five others."""

    name: str
    key: str = ""
    url: str = ""
    sub: tuple[MenuButton, ...] = ()


def menu_body(buttons: Sequence[MenuButton]) -> dict[str, Any]:
    """The body of menu/create. Raises ValueError for a menu that WeCom would refuse."""
    if not 1 <= len(buttons) <= _TOP:
        raise ValueError("menu: 1 to 3 buttons")
    return {"button": [_top(button) for button in buttons]}


def _top(button: MenuButton) -> dict[str, Any]:
    if not button.sub:
        return _leaf(button, _NAME)
    if len(button.sub) > _SUB or any(inner.sub for inner in button.sub):
        raise ValueError("menu: at most 5 buttons below one, and no third level")
    return {"name": _bounded(button.name, _NAME), "sub_button": [_leaf(inner, _SUB_NAME) for inner in button.sub]}


def _leaf(button: MenuButton, name_limit: int) -> dict[str, Any]:
    name = _bounded(button.name, name_limit)
    if button.url:
        return {"type": "view", "name": name, "url": _bounded(button.url, _URL)}
    return {"type": "click", "name": name, "key": _bounded(button.key, _KEY)}


def _bounded(value: str, limit: int) -> str:
    if not value or len(value.encode()) > limit:
        raise ValueError(f"menu: 1 to {limit} bytes")
    return value
