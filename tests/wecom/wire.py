"""The platform's side of the envelope, written a second time so that a mistake of ours cannot hide in both."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "QDG6eK"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"
NOW = 1_800_000_000


def sign(timestamp: str, nonce: str, encrypted: str, token: str = TOKEN) -> str:
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, encrypted])).encode()).hexdigest()


def cipher() -> Cipher[modes.CBC]:
    key = base64.b64decode(KEY + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt_raw(plain: bytes) -> str:
    worker = cipher().encryptor()
    return base64.b64encode(worker.update(plain) + worker.finalize()).decode()


def frame(message: bytes, receiver: str = CORP) -> bytes:
    return b"0123456789abcdef" + struct.pack(">I", len(message)) + message + receiver.encode()


def pad(plain: bytes) -> bytes:
    count = 32 - len(plain) % 32
    return plain + bytes([count]) * count


def encrypt(message: bytes, receiver: str = CORP) -> str:
    return encrypt_raw(pad(frame(message, receiver)))


def decrypt(encrypted: str) -> bytes:
    worker = cipher().decryptor()
    plain = worker.update(base64.b64decode(encrypted)) + worker.finalize()
    plain = plain[: -plain[-1]]
    (size,) = struct.unpack(">I", plain[16:20])
    return plain[20 : 20 + size]


def query(encrypted: str, timestamp: int | str = NOW, nonce: str = "1372623149", **more: str) -> str:
    stamp = str(timestamp)
    values: Mapping[str, str] = {
        "msg_signature": sign(stamp, nonce, encrypted), "timestamp": stamp, "nonce": nonce, **more,
    }  # fmt: skip
    return urlencode(values)


def envelope(encrypted: str, to_user: str = CORP) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{to_user}]]></ToUserName><AgentID><![CDATA[218]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()


def message(
    kind: str = "text", *, number: str | None = "4561255354251345929", person: str = "mycreate", **extra: str
) -> bytes:
    """A decrypted message; `extra` holds raw XML by element name."""
    fields = {
        "ToUserName": CORP, "FromUserName": person, "CreateTime": "1409659813", "MsgType": kind,
        **extra, **({"MsgId": number} if number else {}), "AgentID": "218",
    }  # fmt: skip
    return ("<xml>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items()) + "</xml>").encode()


def event(name: str, *, person: str = "mycreate", **extra: str) -> bytes:
    return message("event", number=None, person=person, Event=name, **extra)
