"""What time it is: real time for the machinery, and the bot's rehearsal clock for what people see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import aiohttp

CHINA = timezone(timedelta(hours=8))
_TURNING_TIMEOUT = aiohttp.ClientTimeout(total=1800)
_ASKING_TIMEOUT = aiohttp.ClientTimeout(total=1)


def real_now() -> datetime:
    return datetime.now(CHINA)


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


class ClockError(Exception):
    """The bot's clock did not answer, or refused."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class BusinessClock:
    """The bot's clock as last heard, carried on at its rate. Without a bot in rehearsal it is real time."""

    def __init__(self, callback: str, clock_url: str, changed: Callable[[], None]) -> None:
        parts = urlsplit(callback)
        self._url = clock_url or f"{parts.scheme}://{parts.netloc}/rehearsal/clock"
        self._base, self._rate, self._heard = real_now(), 1.0, time.monotonic()
        self._changed = changed
        self.rehearsal = False
        self.turning = False

    def now(self) -> datetime:
        # while the clock is being turned only what the bot itself says counts
        passed = 0.0 if self.turning else time.monotonic() - self._heard
        return self._base + timedelta(seconds=passed * self._rate)

    def state(self) -> dict[str, Any]:
        return {
            "now": stamp(self.now()),
            "rate": self._rate,
            "rehearsal": self.rehearsal,
            "turning": self.turning,
        }

    async def ask(self, session: aiohttp.ClientSession) -> None:
        """Hears the bot's clock. Keeps the former reading when the bot is away."""
        try:
            async with session.get(self._url, timeout=_ASKING_TIMEOUT) as response:
                if response.status == 200:
                    self._hear(await response.json())
                elif response.status == 404 and not self.turning:
                    self._fall_back()
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
            return

    async def turn(self, session: aiohttp.ClientSession, wanted: dict[str, Any]) -> dict[str, Any]:
        """Asks the bot to turn its clock forward and waits until it says that all is settled."""
        if self.turning:
            raise ClockError(409, "时钟正在转动，请稍候")
        self._base, self._heard, self.turning = self.now(), time.monotonic(), True
        self._changed()
        watch = asyncio.create_task(self._watch(session))
        try:
            answer = await self._post(session, wanted)
            self._hear(answer)
            return answer
        finally:
            watch.cancel()
            self._heard, self.turning = time.monotonic(), False
            self._changed()

    async def _post(self, session: aiohttp.ClientSession, wanted: dict[str, Any]) -> dict[str, Any]:
        try:
            async with session.post(self._url, json=wanted, timeout=_TURNING_TIMEOUT) as response:
                if response.status != 200:
                    raise ClockError(response.status, f"机器人拒绝拨动时钟（{response.status}）")
                answer: dict[str, Any] = await response.json()
                return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ClockError(502, "机器人没有应答，时钟未拨动") from error

    async def _watch(self, session: aiohttp.ClientSession) -> None:
        """Follows the bot through the stops of a turn, so that pushes carry the business time they belong to."""
        while True:
            await asyncio.sleep(0.25)
            before = self._base
            await self.ask(session)
            if self._base != before:
                self._changed()

    def _hear(self, answer: dict[str, Any]) -> None:
        moment = datetime.fromisoformat(str(answer["now"]))
        if moment.tzinfo is None:
            raise ValueError("a clock without a zone")
        self._base, self._rate = moment.astimezone(CHINA), float(answer.get("rate", 1))
        self._heard, self.rehearsal = time.monotonic(), True

    def _fall_back(self) -> None:
        self._base, self._rate, self._heard, self.rehearsal = real_now(), 1.0, time.monotonic(), False


async def every(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    """Acts now and then, until cancelled."""
    while True:
        await act()
        await asyncio.sleep(seconds)
