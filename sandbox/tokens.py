"""Access tokens: issue, lifetime, early death (wecom.md 3.1)."""

from __future__ import annotations

import hmac
import secrets
import time

from sandbox.errors import ApiError
from sandbox.faults import Faults
from sandbox.settings import Settings


class Tokens:
    """The tokens of the one app, in memory."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self._settings = settings
        self._faults = faults
        self._alive: dict[str, float] = {}  # token -> monotonic end
        self.issued = 0

    def issue(self, corp_id: str, secret: str) -> dict[str, object]:
        if corp_id != self._settings.corp_id:
            raise ApiError(40013)
        if not hmac.compare_digest(secret.encode(), self._settings.secret.encode()):
            raise ApiError(40001)
        if self._faults.tokens_replace:
            self._alive.clear()
        token = secrets.token_urlsafe(48)
        self._alive[token] = time.monotonic() + self._faults.token_seconds
        self.issued += 1
        return {"access_token": token, "expires_in": int(self._faults.token_seconds)}

    def check(self, token: str | None) -> None:
        if not token:
            raise ApiError(41001)
        end = self._alive.get(token)
        if end is None:
            raise ApiError(40014)
        if time.monotonic() >= end:
            raise ApiError(42001)

    def kill(self, token: str | None) -> None:
        """Ends a token early; from then on it is expired (42001)."""
        if token in self._alive:
            self._alive[token] = 0.0

    def kill_all(self) -> None:
        for token in self._alive:
            self._alive[token] = 0.0
