"""Carries callbacks to the bot: sealed, with the 5 s limit, repeats and one at a time per person (wecom.md 1.6)."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox import xml
from sandbox.crypto import Envelope
from sandbox.faults import Faults
from sandbox.replies import Reply, open_reply
from sandbox.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """One attempt's end: `http` 0 means that no response came."""

    http: int
    reply: Reply
    ms: float
    trouble: str = ""

    @property
    def arrived(self) -> bool:
        return self.http != 0


@dataclass(slots=True)
class Outcome:
    """How a callback fared over all its attempts. `status`: replied, empty, bad_reply, refused or lost."""

    attempts: list[Answer] = field(default_factory=list)
    ms: float = 0.0

    @property
    def reply(self) -> Reply:
        """The first reply with content: a repeat must bring the same one, and people see it once."""
        return next((a.reply for a in self.attempts if a.reply.kind and not a.reply.problem), self.attempts[-1].reply)

    @property
    def status(self) -> str:
        if not any(a.http == 200 for a in self.attempts):
            return "refused" if any(a.arrived for a in self.attempts) else "lost"
        if self.reply.problem:
            return "bad_reply"
        return "replied" if self.reply.kind else "empty"


class Courier:
    """One HTTP client towards the bot. Start it inside a running loop; close it at the end."""

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self._settings = settings
        self._faults = faults
        self._envelope = Envelope(settings.token, settings.aes_key, settings.corp_id)
        self._order: dict[str, asyncio.Lock] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def verify(self) -> bool:
        """The console's check when the address is saved (wecom.md 1.2): the bot must echo within 1 s."""
        echo = str(secrets.randbits(62))
        encrypted = self._envelope.seal(echo.encode())
        query = {**self._query(encrypted), "echostr": encrypted}
        try:
            timeout = aiohttp.ClientTimeout(total=1)
            async with self.session.get(self._settings.callback, params=query, timeout=timeout) as response:
                return response.status == 200 and await response.read() == echo.encode()
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def deliver(self, fields: dict[str, Any]) -> Outcome:
        """Delivers one callback to its end. A person's next one waits for this one; corp events (`sys`) do not wait."""
        person = str(fields["FromUserName"])
        if person == "sys":
            return await self._deliver(fields)
        async with self._order.setdefault(person, asyncio.Lock()):
            return await self._deliver(fields)

    async def once(self, fields: dict[str, Any]) -> Answer:
        """A single raw attempt, out of any order."""
        return await self._attempt(*self._sealed(fields), fields)

    async def _deliver(self, fields: dict[str, Any]) -> Outcome:
        body, query = self._sealed(fields)  # once: repeats carry the identical request
        outcome, started = Outcome(), time.monotonic()
        for number in range(1 + self._settings.repeats):
            began = time.monotonic()
            answer = await self._attempt(body, query, fields)
            outcome.attempts.append(answer)
            if self._settled(answer):
                break
            if number < self._settings.repeats:
                await asyncio.sleep(max(0.0, began + self._faults.repeat_seconds - time.monotonic()))
        outcome.ms = (time.monotonic() - started) * 1000
        for _ in range(self._faults.callback_repeat):
            outcome.attempts.append(await self._attempt(body, query, fields))
        return outcome

    def _settled(self, answer: Answer) -> bool:
        return answer.http == 200 or (answer.arrived and not self._faults.repeat_on_status)

    def _sealed(self, fields: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        encrypted = self._envelope.seal(xml.write(fields))
        outer = {"ToUserName": fields["ToUserName"], "AgentID": str(fields.get("AgentID", "")), "Encrypt": encrypted}
        return xml.write(outer), self._query(encrypted)

    def _query(self, encrypted: str) -> dict[str, str]:
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        return {
            "msg_signature": self._envelope.sign(timestamp, nonce, encrypted),
            "timestamp": timestamp,
            "nonce": nonce,
        }

    async def _attempt(self, body: bytes, query: dict[str, str], fields: dict[str, Any]) -> Answer:
        began = time.monotonic()
        try:
            status, answer = await self._exchange(body, query)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return Answer(0, Reply(), (time.monotonic() - began) * 1000, type(error).__name__)
        reply = open_reply(answer, self._envelope, fields) if status == 200 else Reply()
        return Answer(status, reply, (time.monotonic() - began) * 1000)

    async def _exchange(self, body: bytes, query: dict[str, str]) -> tuple[int, bytes]:
        if self._faults.network_down:
            raise ConnectionError("the network is switched off")
        timeout = aiohttp.ClientTimeout(total=self._faults.callback_timeout)
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        async with self.session.post(
            self._settings.callback, params=query, data=body, headers=headers, timeout=timeout
        ) as response:
            answer = await response.read()
        if self._faults.network_down:
            raise ConnectionError("the network was switched off meanwhile")
        return response.status, answer
