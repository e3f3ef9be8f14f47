"""The envelope: Tencent's vectors, and every check that wecom.md 1.4 and 1.9 ask for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.messages import Kind
from bot.wecom.crypto import BadCallback, Envelope
from bot.wecom.parse import parse_inbound
from tests.wecom import wire

ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
ECHO_SIGNATURE = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
# Tencent's second published sample: a text message "hello".
HELLO = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


@pytest.fixture(scope="module")
def sealer() -> Envelope:
    return Envelope(wire.TOKEN, wire.KEY, wire.CORP)


def reason(sealer: Envelope, encrypted: str) -> str:
    with pytest.raises(BadCallback) as caught:
        sealer.open(encrypted)
    assert caught.value.__context__ is None or "content" not in str(caught.value)
    return caught.value.reason


def test_first_vector(sealer: Envelope) -> None:
    sealer.check(ECHO_SIGNATURE, "1409659589", "263014780", ECHO)
    assert sealer.open(ECHO) == b"1616140317555161061"


def test_second_vector(sealer: Envelope) -> None:
    sealer.check("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", HELLO)
    inbound = parse_inbound(sealer.open(HELLO))
    assert (inbound.kind, inbound.text, inbound.person) == (Kind.TEXT, "hello", "mycreate")
    assert (inbound.key, inbound.agent_id) == ("m:4561255354251345929", 218)
    assert inbound.at.timestamp() == 1409659813


def test_signature_covers_all_four(sealer: Envelope) -> None:
    for parts in (
        ("0" * 40, "1409659589", "263014780", ECHO),
        (ECHO_SIGNATURE, "1409659590", "263014780", ECHO),
        (ECHO_SIGNATURE, "1409659589", "263014781", ECHO),
        (ECHO_SIGNATURE, "1409659589", "263014780", ECHO[:-2]),
        ("é", "\ud800", "", ""),
    ):
        with pytest.raises(BadCallback, match="signature"):
            sealer.check(*parts)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_seal_and_open_agree_with_the_other_side(text: str) -> None:
    sealer = Envelope(wire.TOKEN, wire.KEY, wire.CORP)
    xml = sealer.seal(text, "77", "1800000000")
    encrypted = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", xml)
    signature = re.search(r"<MsgSignature><!\[CDATA\[(.*?)\]\]>", xml)
    assert encrypted and signature
    assert wire.decrypt(encrypted[1]) == text.encode() == sealer.open(encrypted[1])
    assert signature[1] == wire.sign("1800000000", "77", encrypted[1])
    assert sealer.open(wire.encrypt(text.encode())) == text.encode()


@pytest.mark.parametrize("count", range(1, 33))
def test_every_padding_length_opens(sealer: Envelope, count: int) -> None:
    text = b"x" * (64 - count - 20 - len(wire.CORP) + 32)
    plain = wire.pad(wire.frame(text))
    assert plain[-1] == count
    assert sealer.open(wire.encrypt_raw(plain)) == text


def test_padding_is_checked_byte_by_byte(sealer: Envelope) -> None:
    good = wire.pad(wire.frame(b"hello"))
    count = good[-1]
    for place in range(2, count + 1):
        bad = bytearray(good)
        bad[-place] ^= 1
        assert reason(sealer, wire.encrypt_raw(bytes(bad))) == "padding"
    for value in (0, 33, 255):
        assert reason(sealer, wire.encrypt_raw(good[:-1] + bytes([value]))) == "padding"
    assert reason(sealer, wire.encrypt_raw(bytes([17]) * 16)) == "padding"


def test_length_and_receiver(sealer: Envelope) -> None:
    assert reason(sealer, wire.encrypt_raw(wire.pad(b"r" * 16 + b"\x00\x00\x01\x00" + b"short"))) == "length"
    assert reason(sealer, wire.encrypt_raw(wire.pad(b"r" * 16 + b"\xff\xff\xff\xff" + b"short"))) == "length"
    assert reason(sealer, wire.encrypt_raw(wire.pad(b"r" * 18))) == "length"
    assert reason(sealer, wire.encrypt_raw(bytes([32]) * 32)) == "length"
    assert reason(sealer, wire.encrypt(b"hello", "wxother")) == "receiver"
    assert reason(sealer, wire.encrypt(b"hello", "")) == "receiver"


@pytest.mark.parametrize(
    "text", ["", "====", "AAAA", "A" * 23, "é" * 24, "AAAA AAAA", "\x00" * 24, ECHO[:-4], ECHO + "\n"]
)
def test_what_is_no_cipher_text(sealer: Envelope, text: str) -> None:
    assert reason(sealer, text) == "cipher"


@pytest.mark.parametrize("key", ["", "short", wire.KEY + "A", wire.KEY[:-1] + "!", wire.KEY[:-1]])
def test_a_bad_key_names_its_setting(key: str) -> None:
    with pytest.raises(ConfigError, match="encoding_aes_key") as caught:
        Envelope(wire.TOKEN, key, wire.CORP)
    assert not key or key not in str(caught.value)
