"""The least that an answer can cost: bare aiohttp and cryptography, one message in, the same words out."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import struct
import sys
import time
from xml.etree import ElementTree

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Echo:
    """One app's token and key."""

    def __init__(self, token: str, aes_key: str, corp_id: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._token, self._corp_id = token, corp_id

    async def answer(self, request: web.Request) -> web.Response:
        query = request.query
        encrypted = ElementTree.fromstring(await request.read()).findtext("Encrypt") or ""
        if query["msg_signature"] != self._sign(query["timestamp"], query["nonce"], encrypted):
            return web.Response(status=403)
        message = ElementTree.fromstring(self._open(encrypted))
        reply = (
            f"<xml><ToUserName><![CDATA[{message.findtext('FromUserName')}]]></ToUserName>"
            f"<FromUserName><![CDATA[{self._corp_id}]]></FromUserName><CreateTime>{int(time.time())}</CreateTime>"
            f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{message.findtext('Content')}]]></Content></xml>"
        )
        sealed = self._seal(reply.encode())
        signature = self._sign(query["timestamp"], query["nonce"], sealed)
        body = (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{query['timestamp']}</TimeStamp><Nonce><![CDATA[{query['nonce']}]]></Nonce></xml>"
        )
        return web.Response(text=body, content_type="application/xml")

    def _sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return hashlib.sha1("".join(sorted((self._token, timestamp, nonce, encrypted))).encode()).hexdigest()

    def _open(self, encrypted: str) -> bytes:
        worker = self._cipher.decryptor()
        plain = worker.update(base64.b64decode(encrypted)) + worker.finalize()
        (length,) = struct.unpack(">I", plain[16:20])
        return plain[20 : 20 + length]

    def _seal(self, message: bytes) -> str:
        plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + self._corp_id.encode()
        pad = 32 - len(plain) % 32
        worker = self._cipher.encryptor()
        return base64.b64encode(worker.update(plain + bytes([pad]) * pad) + worker.finalize()).decode()


def create_app() -> web.Application:
    """Token, key and corp id come from the environment."""
    echo = Echo(os.environ["BENCH_TOKEN"], os.environ["BENCH_AES_KEY"], os.environ["BENCH_CORP_ID"])
    app = web.Application()
    app.router.add_post("/wecom/callback", echo.answer)
    return app


if __name__ == "__main__":
    web.run_app(create_app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
