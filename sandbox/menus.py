"""The app's menu of up to three buttons (wecom.md 3.7)."""

from __future__ import annotations

from typing import Any

from sandbox import limits
from sandbox.errors import ApiError
from sandbox.hub import Hub


class Menu:
    """The one menu of the one app."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.buttons: list[dict[str, Any]] = []

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        limits.validate(body, "menu")
        for button in body["button"]:
            if not button.get("sub_button") and not button.get("type"):
                raise ApiError(40017)
        self._set(body["button"])
        return {}

    def get(self) -> dict[str, Any]:
        if not self.buttons:
            raise ApiError(46003)
        return {"button": self.buttons}

    def delete(self) -> dict[str, Any]:
        self._set([])
        return {}

    def _set(self, buttons: list[dict[str, Any]]) -> None:
        self.buttons = buttons
        self._hub.tell("menu", button=buttons)
