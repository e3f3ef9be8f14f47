"""A small bot of its own for trying the stand-in: it echoes, and its answers can be told beforehand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox import xml
from sandbox.crypto import Envelope
from sandbox.settings import Settings

Fields = dict[str, Any]
Answer = Callable[[Fields], Fields | None]


def echo(fields: Fields) -> Fields | None:
    """`你说：…` for a text, nothing for the rest."""
    return {"MsgType": "text", "Content": f"你说：{fields['Content']}"} if fields["MsgType"] == "text" else None


class EchoBot:
    """Opens callbacks with the stand-in's own cipher and remembers them in order."""

    def __init__(self, settings: Settings) -> None:
        self._envelope = Envelope(settings.token, settings.aes_key, settings.corp_id)
        self.answer: Answer = echo
        self.before: Callable[[int], Awaitable[int]] | None = None  # gets the call's number, gives a status
        self.got: list[Fields] = []
        self.raw: list[bytes] = []
        self.calls = 0
        self.clock = datetime.fromisoformat("2026-12-10T09:00:00+08:00")
        self.turn_seconds = 0.0
        self.at_stop: Callable[[], Awaitable[object]] | None = None  # runs at each day of a turn

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/wecom/callback", self._verify)
        app.router.add_post("/wecom/callback", self._post)
        app.router.add_get("/rehearsal/clock", self._tell_clock)
        app.router.add_post("/rehearsal/clock", self._turn_clock)
        return app

    async def _verify(self, request: web.Request) -> web.Response:
        query = request.query
        self._envelope.verify(query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"])
        return web.Response(body=self._envelope.open(query["echostr"]))

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.calls += 1
        self.raw.append(body)
        status = await self.before(self.calls) if self.before else 200
        if status != 200:
            return web.Response(status=status)
        encrypted, query = xml.text(xml.read(body), "Encrypt"), request.query
        self._envelope.verify(query["msg_signature"], query["timestamp"], query["nonce"], encrypted)
        root = xml.read(self._envelope.open(encrypted))
        fields: Fields = {child.tag: child.text or "" for child in root}
        fields["Options"] = [option.text for option in root.iter("OptionId")]
        self.got.append(fields)
        answer = self.answer(fields)
        return web.Response(body=self.sealed(fields, answer) if answer else b"")

    def sealed(self, fields: Fields, answer: Fields) -> bytes:
        inner = {
            "ToUserName": fields["FromUserName"],
            "FromUserName": fields["ToUserName"],
            "CreateTime": int(time.time()),
            **answer,
        }
        encrypted = self._envelope.seal(xml.write(inner))
        signature = self._envelope.sign("1700000000", "nonce", encrypted)
        return xml.write({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": 1700000000, "Nonce": "nonce"})

    async def _tell_clock(self, _request: web.Request) -> web.Response:
        return web.json_response({"now": self.clock.isoformat(), "rate": 1})

    async def _turn_clock(self, request: web.Request) -> web.Response:
        wanted = datetime.fromisoformat((await request.json())["now"])
        while self.turn_seconds > 0 and self.clock + timedelta(days=1) < wanted:
            self.clock += timedelta(days=1)
            if self.at_stop:
                await self.at_stop()
            await asyncio.sleep(self.turn_seconds)
        self.clock = wanted
        return web.json_response({"now": self.clock.isoformat(), "rate": 1})
