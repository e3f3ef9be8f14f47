"""One access token per process: fetched once for all who wait, renewed early, dropped when WeCom disowns it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.wecom.outcomes import Action, Failure, Rejected

_EARLY = 300.0  # seconds before expiry, or a tenth of a short life
_AFTER_REJECTION = 60.0  # many fetches with a wrong secret block the corp's gettoken for an hour (wecom.md 3.1)
_AFTER_BUSY = 3.0


@dataclass(frozen=True, slots=True)
class Fetched:
    token: str = field(repr=False)
    seconds: float


class Token:
    """`get` gives a token that should be valid. `fetch` asks WeCom and raises a Failure when it gets none."""

    def __init__(self, fetch: Callable[[], Awaitable[Fetched]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._task: asyncio.Task[str] | None = None
        self._rejection: Rejected | None = None
        self._rejected_until = 0.0

    async def get(self) -> str:
        if self._token and self._clock() < self._renew_at:
            return self._token
        try:
            return await self._renewed()
        except Failure:
            if self._token and self._clock() < self._ends_at:  # renewing early failed; the old one still lives
                return self._token
            raise

    def invalidate(self, token: str) -> None:
        """Drop `token` if it is still the current one; a call that used an older one must not drop its successor."""
        if token == self._token:
            self._token = ""

    async def _renewed(self) -> str:
        if self._rejection is not None and self._clock() < self._rejected_until:
            raise self._copy(self._rejection)
        if self._task is None:
            self._task = asyncio.create_task(self._renew())
            self._task.add_done_callback(self._done)
        # Shielded: one caller who gives up must not take the token from the others.
        return await asyncio.shield(self._task)

    async def _renew(self) -> str:
        try:
            fetched = await self._fetch()
        except Rejected as rejection:
            self._rejection = rejection
            self._rejected_until = self._clock() + (
                _AFTER_BUSY if rejection.action is Action.RETRY else _AFTER_REJECTION
            )
            raise
        now = self._clock()
        self._rejection = None
        self._token = fetched.token
        self._ends_at = now + fetched.seconds
        self._renew_at = self._ends_at - min(_EARLY, fetched.seconds / 10)
        return self._token

    def _done(self, task: asyncio.Task[str]) -> None:
        self._task = None
        if not task.cancelled():
            task.exception()  # looked at, even if every caller has gone

    @staticmethod
    def _copy(rejection: Rejected) -> Rejected:
        """A fresh exception each time: a shared one would gather the tracebacks of everybody who met it."""
        return Rejected(
            rejection.errcode, rejection.action, rejection.advice,
            tell_admin=rejection.tell_admin, retry_after=rejection.retry_after,
        )  # fmt: skip
