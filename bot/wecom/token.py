"""One access token: fetched once for all who wait, renewed early, dropped when WeCom disowns it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.metrics import TOKENS
from bot.wecom.outcomes import Action, Failure, Rejected

_EARLY = 300.0  # seconds before expiry, or a tenth of a short life
_AFTER_REJECTION = 60.0  # many fetches with a wrong secret block the corp's gettoken for an hour (wecom.md 3.1)
_AFTER_BUSY = 3.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """seconds: how long it still lives. life: how long it lived in all, 0 when that is the same. asked: of WeCom, now;
    otherwise another process did."""

    token: str = field(repr=False)
    seconds: float
    life: float = 0.0
    asked: bool = True


Ask = Callable[[], Awaitable[Fetched]]


class Sharing(Protocol):
    """Where several processes have one token between them."""

    async def get(self, ask: Ask, stale: str) -> Fetched:
        """Theirs, unless it is `stale`; otherwise what `ask` brings, for all of them."""
        ...


class Token:
    """`get` gives a token that should be valid. `ask` asks WeCom and raises a Failure when it gets none."""

    def __init__(self, ask: Ask, clock: Callable[[], float] = time.monotonic, sharing: Sharing | None = None) -> None:
        self._ask = ask
        self._clock = clock
        self._sharing = sharing
        self._token = ""
        self._dropped = ""
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
            self._token, self._dropped = "", token

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
            fetched = await self._fetched()
        except Rejected as rejection:
            TOKENS.labels("rejected").inc()
            self._rejection = rejection
            self._rejected_until = self._clock() + (
                _AFTER_BUSY if rejection.action is Action.RETRY else _AFTER_REJECTION
            )
            raise
        except Failure:
            TOKENS.labels("lost").inc()
            raise
        TOKENS.labels("fetched" if fetched.asked else "shared").inc()
        now = self._clock()
        self._rejection = None
        self._token = fetched.token
        self._ends_at = now + fetched.seconds
        self._renew_at = self._ends_at - min(_EARLY, (fetched.life or fetched.seconds) / 10)
        return self._token

    async def _fetched(self) -> Fetched:
        if self._sharing is None:
            return await self._ask()
        return await self._sharing.get(self._ask, self._token or self._dropped)

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
