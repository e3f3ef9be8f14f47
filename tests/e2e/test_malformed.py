"""Six thousand bad callbacks (more: `make fuzz`): never a 500, never a record, and the bot answers people as before."""

from __future__ import annotations

import asyncio
import base64
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from sandbox import xml
from tests.e2e.conftest import MakeRig
from tests.e2e.rig import SAMPLE, Rig
from tests.e2e.wire import PATH, Wire

MUTATIONS, EXAMPLES, BUNDLE = 2000, 100, 40  # 2 000 + 100 × 40 = 6 000
LANES = 24
TABLES = ("findings", "leads", "urgents", "progress", "outbox", "conversations")


@dataclass(frozen=True, slots=True)
class Bad:
    """One request that no platform sends; `signed` ones come from a platform gone mad."""

    query: str
    body: bytes
    signed: bool = False


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    """Without the limit for strangers, which would answer almost all of them 429 before they are read."""
    return make_rig(log_level="ERROR", settings={"JIANDU_SERVER__STRANGERS_PER_MINUTE": "0"})


def fire(rig: Rig, batch: list[Bad]) -> list[int]:
    return asyncio.run(_fire(rig, batch))


async def _fire(rig: Rig, batch: list[Bad]) -> list[int]:
    """Every status; a connection that the bot hung up on counts as 0."""
    statuses: list[int] = []
    todo = iter(batch)

    async def lane(http: aiohttp.ClientSession) -> None:
        for bad in todo:
            url = URL(f"http://127.0.0.1:{rig.bot_port}{PATH}?{bad.query}", encoded=True)
            try:
                async with http.post(url, data=bad.body) as response:
                    await response.read()
                    statuses.append(response.status)
            except (aiohttp.ClientError, OSError):
                statuses.append(0)

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
        await asyncio.gather(*(lane(http) for _ in range(LANES)))
    return statuses


def records(rig: Rig) -> dict[str, int]:
    return {table: rig.one(f"SELECT count(*) FROM {table}") for table in TABLES}


def alive(rig: Rig) -> None:
    assert rig.call(rig.bot_port, "GET", "/readyz")[0] == 200
    assert "报送问题" in rig.say("hx_caiwu", "帮助")


def test_mutations_of_good_callbacks(rig: Rig) -> None:
    rig.settle()
    wire, dice, before = Wire(rig.bot_port), random.Random(MUTATIONS), records(rig)
    heard = rig.one("SELECT count(*) FROM seen")
    batch = [_mutated(wire, dice) for _ in range(MUTATIONS)]
    statuses = fire(rig, batch)
    assert len(statuses) == MUTATIONS
    assert {status for status in statuses if not 400 <= status < 500 or status == 429} == set()
    assert records(rig) == before
    assert rig.one("SELECT count(*) FROM seen") == heard
    alive(rig)


def _mutated(wire: Wire, dice: random.Random) -> Bad:
    """A good submission with one thing wrong."""
    good = wire.text("hx_caiwu", "紧急：恒信建设工地坍塌")
    encrypted = wire.envelope.seal(xml.write(good))
    query = wire.query(encrypted)
    outer = {"ToUserName": SAMPLE.corp_id, "AgentID": str(SAMPLE.agent_id), "Encrypt": encrypted}
    way = dice.randrange(10)
    if way == 0:
        del query[dice.choice(list(query))]
    elif way == 1:
        name = dice.choice(list(query))
        query[name] = dice.choice(("", "0", "x" * 500, "中文", "\x00", query[name][::-1] + "1", "1e9", "-1", " "))
    elif way == 2:
        query["timestamp"] = str(int(query["timestamp"]) + dice.choice((-601, -86400, 700, 10**9)))
    elif way == 3:
        outer["Encrypt"] = _flipped(encrypted, dice)
    elif way == 4:
        outer["ToUserName"] = dice.choice(("", "ww0", SAMPLE.corp_id + "x"))
    elif way == 5:
        sealed = base64.b64encode(dice.randbytes(dice.choice((0, 15, 16, 32, 64, 160)))).decode()
        query, outer["Encrypt"] = wire.query(sealed), sealed
    elif way == 6:
        body = xml.write(outer)
        return Bad(urlencode(query), body[: dice.randrange(len(body) - 6)])
    elif way == 7:
        return Bad(urlencode(query), dice.choice(_BODIES))
    elif way == 8:
        plain = dice.choice(
            (b"", b"<xml>", b"{}", b"<xml></xml>", b"<a/>", b"\xff\xfe", b"<xml><MsgType>text</MsgType>")
        )
        encrypted = wire.envelope.seal(plain)
        query, outer["Encrypt"] = wire.query(encrypted), encrypted
    else:
        sealed = _lying(wire, xml.write(good), dice)
        query, outer["Encrypt"] = wire.query(sealed), sealed
    return Bad(urlencode(query), xml.write(outer))


def _flipped(encrypted: str, dice: random.Random) -> str:
    at = dice.randrange(len(encrypted))
    return encrypted[:at] + dice.choice("ABC+/=<&中\u2028") + "x" + encrypted[at + 1 :]


def _lying(wire: Wire, message: bytes, dice: random.Random) -> str:
    """Properly encrypted and signed, but the length, the receiver or the padding is not right."""
    way = dice.randrange(4)
    length = dice.choice((0xFFFFFFFF, 0x80000000, len(message) + 400, len(message) - 1)) if way == 0 else len(message)
    receiver = dice.choice((b"", b"ww1", SAMPLE.corp_id.encode() + b"1")) if way == 1 else SAMPLE.corp_id.encode()
    plain = dice.randbytes(16) + struct.pack(">I", length) + message + receiver
    pad = 32 - len(plain) % 32
    tail = bytes([pad]) * pad
    if way == 2:
        tail = bytes([dice.choice((0, 33, 255))]) * pad
    elif way == 3:
        tail = bytes([(pad + 1) % 32 + 1]) * (pad - 1) + bytes([pad]) if pad > 1 else b"\x00"
    encryptor = wire.envelope._cipher().encryptor()
    return base64.b64encode(encryptor.update(plain + tail) + encryptor.finalize()).decode()


_BODIES = (
    b"", b"<xml>", b"\x00" * 100, b"{}",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>",
    b"<xml>" + b"<a>" * 5000, b'{"Encrypt": "x"}', b"<xml><Encrypt></Encrypt></xml>",
    b"<xml><Encrypt><b/></Encrypt></xml>",
    "<xml><Encrypt>中文</Encrypt></xml>".encode("gbk"), b"<xml>" + b"<Encrypt>a</Encrypt>" * 2000 + b"</xml>",
    b"\xef\xbb\xbf<xml/>", b"<xml " + b"a='b' " * 3000 + b"/>", b"A" * 1_000_001,
)  # fmt: skip

_texts = st.text(max_size=60)
_wild = st.one_of(_texts, st.integers().map(str), st.sampled_from(("", "0", "-1", "text", "event", "sys", "1" * 400)))
_names = st.sampled_from((
    "ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "AgentID", "Event", "EventKey", "TaskId",
    "ResponseCode", "MediaId", "ChangeType", "SelectedItems", "PicUrl", "Label",
))  # fmt: skip


@st.composite
def _unsigned(draw: st.DrawFn) -> Bad:
    query = draw(st.dictionaries(st.one_of(st.sampled_from(("msg_signature", "timestamp", "nonce")), _texts), _wild))
    return Bad(urlencode({k: v.encode("utf-8", "replace") for k, v in query.items()}), draw(st.binary(max_size=300)))


@st.composite
def _mad(draw: st.DrawFn) -> dict[str, str]:
    """Well signed fields of any kind; never words, so that nothing may come of it but perhaps a polite sentence."""
    return draw(st.dictionaries(_names, _wild, max_size=8))


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(
    unsigned=st.lists(_unsigned(), min_size=BUNDLE // 2, max_size=BUNDLE // 2),
    mad=st.lists(_mad(), min_size=BUNDLE // 2, max_size=BUNDLE // 2),
)
def test_callbacks_made_up(rig: Rig, unsigned: list[Bad], mad: list[dict[str, str]]) -> None:
    wire = Wire(rig.bot_port)
    signed = [_signed(wire, fields) for fields in mad]
    before = rig.one("SELECT count(*) FROM findings"), rig.one("SELECT count(*) FROM leads")
    assert {status for status in fire(rig, unsigned) if not 400 <= status < 500} == set()
    assert {status for status in fire(rig, signed) if not (status == 200 or 400 <= status < 500)} == set()
    assert (rig.one("SELECT count(*) FROM findings"), rig.one("SELECT count(*) FROM leads")) == before
    assert rig.one("SELECT count(*) FROM failures") == 0


def _signed(wire: Wire, fields: dict[str, Any]) -> Bad:
    encrypted = wire.envelope.seal(
        xml.write({name: value.encode("utf-8", "replace").decode() for name, value in fields.items()})
    )
    outer = {"ToUserName": SAMPLE.corp_id, "AgentID": "1000002", "Encrypt": encrypted}
    return Bad(urlencode(wire.query(encrypted)), xml.write(outer), signed=True)


def test_alive_after_that(rig: Rig) -> None:
    alive(rig)


def _raw_requests(wire: Wire) -> Iterator[bytes]:
    """What a socket can say that is hardly HTTP."""
    good = wire.request(xml.write(wire.text("hx_caiwu", "紧急：恒信建设工地坍塌")))
    head, _, body = good.partition(b"\r\n\r\n")
    line = head.split(b"\r\n")[0]
    host = b"\r\nHost: x\r\n"
    for length in (b"-1", b"abc", b"1e3", b"99999999999999999999", b"0x10", b"", b"+5", b"5, 6"):
        yield line + host + b"Content-Length: " + length + b"\r\n\r\n" + body
    yield line + host + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + body
    yield line + host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    for chunks in (
        b"zz\r\nabc\r\n0\r\n\r\n",
        b"-5\r\nabc\r\n",
        b"ffffffffffffffff\r\nabc",
        b"5\r\nab",
        b"\r\n",
        b"3;x=y\r\nabcd\r\n0\r\n\r\n",
    ):
        yield line + host + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    yield line + host + b"Transfer-Encoding: gzip\r\n\r\n" + body
    yield line + host + b"Content-Encoding: gzip\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
    big = b"10000\r\n" + b"A" * 65536 + b"\r\n"
    yield line + host + b"Transfer-Encoding: chunked\r\n\r\n" + big * 20 + b"0\r\n\r\n"
    yield line + host + b"Content-Length: 2000000\r\n\r\n" + b"A" * 2_000_000
    yield line + host + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
    for method in (
        b"PUT",
        b"DELETE",
        b"PATCH",
        b"OPTIONS",
        b"TRACE",
        b"CONNECT",
        b"HEAD",
        b"get",
        b"\x00",
        b"P" * 9000,
    ):
        yield method + b" " + PATH.encode() + b" HTTP/1.1" + host + b"Connection: close\r\n\r\n"
    for first in (
        b"POST",
        b"",
        b"\r\n\r\n\r\n",
        b"POST / HTTP/9.9",
        b"POST /wecom/callback",
        b"\xff" * 200,
        b"GET / HTTP/1.1",
    ):
        yield first + b"\r\n\r\n"
    yield b"POST " + PATH.encode() + b"?" + b"a" * 70_000 + b" HTTP/1.1" + host + b"\r\n"
    yield line + host + b"X: " + b"y" * 70_000 + b"\r\n\r\n"
    yield line + host + b"".join(b"X%d: y\r\n" % at for at in range(2000)) + b"\r\n"
    yield line + b"\r\nHost: x\r\n broken: folded\r\nNo colon here\r\n\r\n"
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200  # TLS to a plain port
    yield b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield head + b"\r\n\r\n" + body[:-30]  # shorter than it says, then gone
    for echo in ("", "x", "A" * 3000, "%00", "%zz", quote_plus("中")):
        yield (
            f"GET {PATH}?msg_signature=a&timestamp=1&nonce=2&echostr={echo} HTTP/1.1".encode()
            + host
            + b"Connection: close\r\n\r\n"
        )
    for path in (
        b"/../etc/passwd",
        b"//",
        b"/%00",
        b"/wecom/callback/",
        b"*",
        b"http://x/wecom/callback",
        b"/rehearsal/clock",
    ):
        yield b"GET " + path + b" HTTP/1.1" + host + b"Connection: close\r\n\r\n"
    for clock in (
        b"",
        b"{}",
        b"[]",
        b'{"now": 5}',
        b'{"now": "x"}',
        b'{"now": "2020-01-01", "rate": -1}',
        b'{"now":"9999-12-31T23:59:59","rate":"nan"}',
    ):
        yield (
            b"POST /rehearsal/clock HTTP/1.1"
            + host
            + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(clock)
            + clock
        )


def test_raw_sockets(rig: Rig) -> None:
    rig.settle()
    before = records(rig)
    said = asyncio.run(_say_raw(rig))
    assert len(said) > 50
    statuses = [_status(answer) for _, answer in said]
    assert [(request[:80], answer[:80]) for request, answer in said if _status(answer) >= 500] == []
    assert sum(status == 0 for status in statuses) < len(statuses) / 2
    assert records(rig) == before
    alive(rig)


async def _say_raw(rig: Rig) -> list[tuple[bytes, bytes]]:
    requests = list(_raw_requests(Wire(rig.bot_port)))
    return list(zip(requests, await asyncio.gather(*(_exchange(rig.bot_port, one) for one in requests)), strict=True))


async def _exchange(port: int, request: bytes) -> bytes:
    """What the bot says in its first words; b"" when it waits for more or just hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    try:
        async with asyncio.timeout(1.5):
            writer.write(request)
            await writer.drain()
            return await reader.read(4096)
    except (OSError, TimeoutError):
        return b""
    finally:
        writer.close()


def _status(answer: bytes) -> int:
    parts = answer.split(b" ", 2)
    return int(parts[1]) if len(parts) > 1 and parts[0].startswith(b"HTTP/") and parts[1].isdigit() else 0
