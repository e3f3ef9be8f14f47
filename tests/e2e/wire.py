"""Callbacks written to the bot's socket by hand: exact bytes, exact order on the wire, any number at once."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from dataclasses import dataclass
from typing import Any

from sandbox import xml
from sandbox.crypto import Envelope
from sandbox.replies import Reply, open_reply
from tests.e2e.rig import SAMPLE

PATH = "/wecom/callback"
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A response; status 0 when none came."""

    status: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Sealed:
    """One request as it goes over the wire, every time the same bytes."""

    raw: bytes
    fields: Fields


class Wire:
    """A platform without patience or memory of its own; every MsgId is new."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.envelope = Envelope(SAMPLE.token, SAMPLE.aes_key, SAMPLE.corp_id)
        self._ids = itertools.count(secrets.randbits(40) << 20)

    def text(self, person: str, content: str) -> Fields:
        return {
            "ToUserName": SAMPLE.corp_id,
            "FromUserName": person,
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": content,
            "MsgId": next(self._ids),
            "AgentID": SAMPLE.agent_id,
        }

    def seal(self, fields: Fields) -> Sealed:
        return Sealed(self.request(xml.write(fields)), fields)

    def request(self, plain: bytes, *, keep_alive: bool = False) -> bytes:
        """A good request around any plaintext."""
        encrypted = self.envelope.seal(plain)
        outer = {"ToUserName": SAMPLE.corp_id, "AgentID": str(SAMPLE.agent_id), "Encrypt": encrypted}
        return self.post(xml.write(outer), self.query(encrypted), keep_alive=keep_alive)

    def query(self, encrypted: str) -> dict[str, str]:
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        signature = self.envelope.sign(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    def post(self, body: bytes, query: dict[str, str], *, keep_alive: bool = False) -> bytes:
        target = f"{PATH}?" + "&".join(f"{name}={value}" for name, value in query.items())
        closing = "keep-alive" if keep_alive else "close"
        head = (
            f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\nConnection: {closing}\r\n\r\n"
        )
        return head.encode() + body

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def deliver(self, sealed: Sealed, seconds: float = 5.0) -> Heard:
        """One attempt of the platform, which hangs up after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                reader, writer = await self.open()
                writer.write(sealed.raw)
                return await self.hear(reader, writer, sealed.fields)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return Heard(0, Reply())

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fields: Fields) -> Heard:
        """The response to what was written before; ends the connection."""
        try:
            raw = await reader.read()
        finally:
            writer.close()
        head, gap, body = raw.partition(b"\r\n\r\n")
        status = int(head.split()[1]) if gap else 0
        return Heard(status, open_reply(body, self.envelope, fields) if status == 200 else Reply())
