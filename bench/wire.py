"""Callbacks as WeCom would send them, sealed and laid out as HTTP bytes before any clock starts."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from sandbox import xml
from sandbox.crypto import Envelope
from sandbox.settings import Settings

PATH = "/wecom/callback"


@dataclass(frozen=True, slots=True)
class Callback:
    """One request, ready for the socket, and who says it. wanted: a pattern that the words of the answer must hold."""

    raw: bytes = field(repr=False)
    wanted: re.Pattern[str]
    person: str = ""


class Post:
    """Writes callbacks of one corp and app, and reads what comes back."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._envelope = Envelope(settings.token, settings.aes_key, settings.corp_id)
        self._ids = itertools.count(time.time_ns() // 1000)  # a MsgId is never used twice, over restarts either

    def text(self, person: str, content: str, wanted: str | re.Pattern[str]) -> Callback:
        """A text message; its timestamp is now, so it is fresh for `replay_window_seconds`."""
        second, serial = int(time.time()), next(self._ids)
        fields = {
            "ToUserName": self._settings.corp_id, "FromUserName": person, "CreateTime": second, "MsgType": "text",
            "Content": content, "MsgId": serial, "AgentID": self._settings.agent_id,
        }  # fmt: skip
        encrypted = self._envelope.seal(xml.write(fields))
        body = xml.write(
            {"ToUserName": self._settings.corp_id, "Encrypt": encrypted, "AgentID": self._settings.agent_id}
        )
        return Callback(self._request(body, encrypted, str(second), str(serial)), re.compile(wanted), person)

    def _request(self, body: bytes, encrypted: str, second: str, nonce: str) -> bytes:
        signature = self._envelope.sign(second, nonce, encrypted)
        query = urlencode({"msg_signature": signature, "timestamp": second, "nonce": nonce})
        head = (
            f"POST {PATH}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def read(self, body: bytes) -> str:
        """The words of a passive reply, its signature checked; "" for an empty body. Raises ValueError for others."""
        if not body:
            return ""
        reply = xml.read(body)
        encrypted, second, nonce = (xml.text(reply, name) for name in ("Encrypt", "TimeStamp", "Nonce"))
        self._envelope.verify(xml.text(reply, "MsgSignature"), second, nonce, encrypted)
        return xml.text(xml.read(self._envelope.open(encrypted)), "Content")
