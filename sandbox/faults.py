"""The switches that break things on purpose: counts are used up, fractions are probabilities."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from sandbox.settings import Settings

Count = float  # >= 1: how often still; between 0 and 1: a probability that is never used up

_COUNTS = ("busy", "frequency", "expired_token", "http_500", "reset_before", "reset_after")
_KNOBS = ("token_seconds", "repeat_seconds", "callback_timeout")
_SWITCHES = ("network_down", "repeat_on_status", "member_limit", "tokens_replace")
_LISTS = ("unlicensed", "invisible")


class FaultError(ValueError):
    """A switch that does not exist, or a value that it cannot have."""


@dataclass
class Faults:
    """The present position of every switch."""

    settings: Settings
    busy: Count = 0  # errcode -1
    frequency: Count = 0  # errcode 45009
    expired_token: Count = 0  # errcode 42001, and the presented token is dead from then on
    http_500: Count = 0
    reset_before: Count = 0  # cut before the call has any effect
    reset_after: Count = 0  # cut after it took effect
    slow_ms: float = 0  # every API call waits so long first
    network_down: bool = False  # nothing passes in either direction
    callback_repeat: int = 0  # every callback is delivered so many times more
    only: str = ""  # API faults touch only paths that begin so, "/cgi-bin/message" or "message"
    token_seconds: float = field(init=False)
    repeat_seconds: float = field(init=False)
    callback_timeout: float = field(init=False)
    repeat_on_status: bool = field(init=False)
    member_limit: bool = field(init=False)
    tokens_replace: bool = field(init=False)
    unlicensed: list[str] = field(default_factory=list)  # in range but without a licence
    invisible: list[str] = field(default_factory=list)  # outside the app's visible range

    def __post_init__(self) -> None:
        for name in (*_KNOBS, "repeat_on_status", "member_limit", "tokens_replace"):
            setattr(self, name, getattr(self.settings, name))

    def state(self) -> dict[str, Any]:
        names = (*_COUNTS, "slow_ms", "callback_repeat", "only", *_KNOBS, *_SWITCHES, *_LISTS)
        return {name: getattr(self, name) for name in names}

    def clear(self) -> None:
        fresh = Faults(self.settings).state()
        for name, value in fresh.items():
            setattr(self, name, value)

    def change(self, wanted: dict[str, Any]) -> None:
        """Sets the named switches and leaves the others; an empty object clears all. All or nothing."""
        if not wanted:
            self.clear()
            return
        checked = {name: _checked(name, value) for name, value in _expanded(wanted).items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def touches(self, path: str) -> bool:
        """Whether API faults apply to this path (without the leading /cgi-bin/)."""
        wanted = self.only.removeprefix("/").removeprefix("cgi-bin/")
        return path.startswith(wanted)

    def strikes(self, name: str) -> bool:
        """Whether this fault happens now; uses up one of a count."""
        count = float(getattr(self, name))
        if count >= 1:
            setattr(self, name, count - 1 if count != int(count) else int(count) - 1)
            return True
        return count > 0 and random.random() < count


def _expanded(wanted: dict[str, Any]) -> dict[str, Any]:
    """`reset` is a short name for `reset_before`."""
    return {"reset_before" if name == "reset" else name: value for name, value in wanted.items()}


def _checked(name: str, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in (*_COUNTS, *_KNOBS, "slow_ms", "callback_repeat"):
        if not is_number or value < 0:
            raise FaultError(f"{name} must be a number of at least 0")
        return int(value) if name == "callback_repeat" else value
    if name in _SWITCHES:
        return bool(value)
    if name in _LISTS:
        if not isinstance(value, list):
            raise FaultError(f"{name} must be a list of userids")
        return [str(item) for item in value]
    if name == "only":
        return str(value or "")
    raise FaultError(f"unknown switch {name}")
