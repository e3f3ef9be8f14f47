"""One process holds the anonymous path; the others hand it what people write, before they store anything.

Which one it is stands as a lease in the store. What is handed over goes to 127.0.0.1 or the address that the other
process gave, sealed with a key that only processes of this installation can derive; nothing of it is logged.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from bot.anonymous import words
from bot.clock import real_now
from bot.gate import Private
from bot.messages import Inbound, Kind, Media
from bot.sealing import padding
from bot.strangers import Stranger
from bot.turns import Turns
from bot.understanding import gates
from storage import leases

NAME = "anonymous"
PATH = "/internal/anonymous"
LEASE = timedelta(seconds=10)
WITHIN = 2.5  # seconds; the platform waits 5
WITHIN_PICTURE = 15.0  # likewise, over its repeats: the holder fetches the picture first
FRESH = 30.0  # seconds that a signed hand-over is good for
LEAST = 8192  # bytes: no message of a usual length, and no answer, is told from another by its size
_NONCE = 12
_CARRIED = (Kind.TEXT, Kind.MENU_CLICK)

log = logging.getLogger("jiandu.anonymous")


@dataclass(slots=True)
class Relay:
    """In front of the path: hears it here while this process holds the lease, otherwise asks the holder.

    address: where the others reach this process, as `http://host:port`. secret: of the installation.
    """

    turns: Turns
    path: Private
    http: aiohttp.ClientSession
    address: str
    secret: bytes = field(repr=False)
    took_over: Callable[[], Awaitable[None]]
    _token: str = field(default_factory=lambda: secrets.token_hex(4))
    _until: float = 0.0

    async def hear(self, inbound: Inbound, is_talking: Callable[[str], Awaitable[bool]]) -> str | None:
        """As the path's; where the holder cannot be asked, only what is plainly ordinary passes."""
        if self._holds():
            return await self.path.hear(inbound, is_talking)
        holder = await self.turns.read(lambda session: leases.holder(session, NAME, real_now()))
        if holder is None or holder == self._holder():
            await self.tick()
            return (
                await self.path.hear(inbound, is_talking) if self._holds() else await self._alone(inbound, is_talking)
            )
        try:
            return await self._hand_over(holder.partition("|")[0], inbound, await is_talking(inbound.person))
        except (aiohttp.ClientError, TimeoutError, InvalidTag, ValueError) as error:
            log.warning("the anonymous path is out of reach: %s", type(error).__name__)
            return await self._alone(inbound, is_talking)

    async def tick(self) -> None:
        """Take the lease, or renew it; who takes it over tells of what lies in the file."""
        held = self._holds()
        began = time.monotonic()
        if await self.turns.run(self._take):
            self._until = began + LEASE.total_seconds() - 1.0
            if not held:
                await self.took_over()
        else:
            self._until = 0.0

    async def stop(self) -> None:
        """Give the lease back, so that another process takes over at once."""
        self._until = 0.0
        await self.turns.run(lambda session: leases.give_back(session, NAME, self._holder()))

    async def serve(self, request: web.Request) -> web.Response:
        """A colleague's question. Whoever cannot seal it finds nothing here."""
        try:
            asked = self._opened(await request.read())
        except (InvalidTag, ValueError):
            return Stranger(status=404)
        if abs(real_now().timestamp() - float(asked["sent"])) > FRESH or not self._holds():
            return web.Response(status=404)

        async def talking(_person: str) -> bool:
            return bool(asked["talking"])

        said = await self.path.hear(_unpacked(asked), talking)
        return web.Response(body=self._sealed({"said": said}))

    def _holds(self) -> bool:
        return time.monotonic() < self._until

    def _holder(self) -> str:
        return f"{self.address}|{self._token}"

    def _take(self, session: Session) -> bool:
        return leases.take(session, NAME, self._holder(), real_now(), LEASE)

    async def _hand_over(self, address: str, inbound: Inbound, talking: bool) -> str | None:
        body = self._sealed(_packed(inbound, talking) | {"sent": real_now().timestamp()})
        timeout = aiohttp.ClientTimeout(total=WITHIN_PICTURE if inbound.kind is Kind.IMAGE else WITHIN)
        async with self.http.post(f"{address}{PATH}", data=body, timeout=timeout) as response:
            if response.status != 200:
                raise ValueError("refused")
            said = self._opened(await response.read())["said"]
        return None if said is None else str(said)

    async def _alone(self, inbound: Inbound, is_talking: Callable[[str], Awaitable[bool]]) -> str | None:
        """Nobody can say whether he is in the midst of a report: then he is asked to say it again in a while."""
        if inbound.kind is Kind.IMAGE:
            return words.LATER
        if inbound.kind not in _CARRIED:
            return None if inbound.kind is Kind.CARD_CLICK else ""
        said = inbound.event_key or inbound.text
        wished = gates.secrecy_wish(said) or gates.receipt_code(said)
        passes = not wished and (gates.ordinary(said) or await is_talking(inbound.person))
        return None if passes else words.LATER

    def _sealed(self, said: dict[str, Any]) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        plain = padding.pad(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"), LEAST)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, PATH.encode())

    def _opened(self, body: bytes) -> dict[str, Any]:
        """Raises InvalidTag or ValueError."""
        plain = AESGCM(self.secret).decrypt(body[:_NONCE], body[_NONCE:], PATH.encode())
        read: dict[str, Any] = json.loads(padding.unpad(plain))
        return read


def secret_of(encoding_aes_key: str) -> bytes:
    """The key of the hand-over: derived from what every process of the installation has, and nobody else."""
    return hmac.new(encoding_aes_key.encode(), b"jiandu/anonymous/hand-over", hashlib.sha256).digest()


def _packed(inbound: Inbound, talking: bool) -> dict[str, Any]:
    media = inbound.media.media_id if inbound.media is not None and inbound.kind is Kind.IMAGE else ""
    return {
        "kind": str(inbound.kind), "person": inbound.person, "key": inbound.key, "text": inbound.text,
        "event_key": inbound.event_key, "at": inbound.at.isoformat(), "talking": talking, "media": media,
    }  # fmt: skip


def _unpacked(asked: dict[str, Any]) -> Inbound:
    at, media = datetime.fromisoformat(asked["at"]), Media(asked["media"]) if asked["media"] else None
    return Inbound(
        Kind(asked["kind"]), asked["person"], asked["key"], at, asked["text"], asked["event_key"], media=media
    )
