"""The cipher against Tencent's published vectors (wecom.md 1.4), and against everything that is almost right."""

from __future__ import annotations

import base64
import struct
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from sandbox.crypto import CipherError, Envelope

TOKEN, AES_KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
HELLO = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
ENVELOPE = Envelope(TOKEN, AES_KEY, CORP)


def test_first_vector() -> None:
    assert ENVELOPE.sign("1409659589", "263014780", ECHO) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert ENVELOPE.open(ECHO) == b"1616140317555161061"


def test_second_vector() -> None:
    ENVELOPE.verify("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", HELLO)
    root = ElementTree.fromstring(ENVELOPE.open(HELLO))
    assert root.findtext("Content") == "hello"
    assert root.findtext("MsgId") == "4561255354251345929"
    assert root.findtext("AgentID") == "218"


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(message: bytes) -> None:
    sealed = ENVELOPE.seal(message)
    assert ENVELOPE.open(sealed) == message
    assert len(base64.b64decode(sealed)) % 32 == 0


def _raw(plain: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def _plain(message: bytes, corp: str = CORP, length: int | None = None) -> bytes:
    return b"r" * 16 + struct.pack(">I", len(message) if length is None else length) + message + corp.encode()


def _padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


@pytest.mark.parametrize(
    ("encrypted", "why"),
    [
        ("", "blocks"),
        ("***", "base64"),
        (base64.b64encode(b"x" * 15).decode(), "blocks"),
        (_raw(b"a" * 31 + b"\x00"), "padding"),
        (_raw(b"a" * 31 + b"\x21"), "padding"),
        (_raw(b"a" * 29 + b"\x02\x03\x03"), "padding"),
        (_raw(b"\x20" * 32), "too short"),
        (_raw(_padded(_plain(b"hi", length=9999))), "length"),
        (_raw(_padded(_plain(b"hi", corp="another"))), "receiver"),
    ],
)
def test_almost_right_is_refused(encrypted: str, why: str) -> None:
    with pytest.raises(CipherError, match=why):
        ENVELOPE.open(encrypted)


def test_wrong_signature_is_refused() -> None:
    with pytest.raises(CipherError, match="signature"):
        ENVELOPE.verify("0" * 40, "1409659589", "263014780", ECHO)


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="43"):
        Envelope(TOKEN, "c2hvcnQ", CORP)
