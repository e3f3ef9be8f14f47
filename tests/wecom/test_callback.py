"""The callback's two doors over real HTTP: what is answered, what is refused, and that nothing makes a 500."""

from __future__ import annotations

import asyncio
import io
import logging
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import pytest
import xmltodict
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler
from yarl import URL

from bot.errors import OutcomeUnknown, StoreUnavailable
from bot.messages import Inbound, Kind
from bot.strangers import Stranger
from bot.wecom import callback
from bot.wecom.callback import Answer, Callback
from bot.wecom.crypto import Envelope
from tests.wecom import wire

PATH = "/wecom/callback"
HELLO = wire.message(Content="<![CDATA[查 WT-2026-0123]]>")


class Bench:
    """A served callback and what it handed on."""

    def __init__(self) -> None:
        self.got: list[tuple[Inbound, float]] = []
        self.delivered: list[Answer] = []
        self.old_keys: set[str] = set()
        self.now = float(wire.NOW)
        self.tick = 100.0
        self.answer: Callable[[], Awaitable[Answer | None]] = self.nothing
        self.failing_mark = False
        self.requests: list[web.Request] = []
        self.finished = asyncio.Event()
        self.url = ""
        self.http: ClientSession
        self.callback = Callback(
            Envelope(wire.TOKEN, wire.KEY, wire.CORP), self.receive, self.mark, self.known,
            now=lambda: self.now, monotonic=lambda: self.tick,
        )  # fmt: skip

    async def nothing(self) -> Answer | None:
        return None

    def say(self, text: str, row: int | None = 7) -> None:
        async def answer() -> Answer:
            return Answer(text, row)

        self.answer = answer

    def fail(self, error: Exception) -> None:
        async def answer() -> Answer:
            raise error

        self.answer = answer

    async def receive(self, inbound: Inbound, deadline: float) -> Answer | None:
        self.got.append((inbound, deadline))
        return await self.answer()

    def mark(self, answer: Answer) -> None:
        self.delivered.append(answer)
        if self.failing_mark:
            raise RuntimeError

    async def known(self, key: str) -> bool:
        if "broken" in self.old_keys:
            raise StoreUnavailable
        return key in self.old_keys

    async def post(self, body: bytes | str, query: str) -> tuple[int, str]:
        async with self.http.post(f"{self.url}?{query}", data=body) as response:
            return response.status, await response.text()

    async def deliver(self, message: bytes, **more: str) -> tuple[int, str]:
        encrypted = wire.encrypt(message)
        return await self.post(wire.envelope(encrypted), wire.query(encrypted, **more))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        made.requests.append(request)
        try:
            return await handler(request)
        finally:
            made.finished.set()

    app = web.Application(middlewares=[watch])
    app.add_routes(made.callback.routes(PATH))
    async with TestServer(app) as server, ClientSession() as http:
        made.url, made.http = str(server.make_url(PATH)), http
        yield made


def opened(body: str) -> dict[str, str]:
    sealed = xmltodict.parse(body)["xml"]
    assert sealed["MsgSignature"] == wire.sign(sealed["TimeStamp"], sealed["Nonce"], sealed["Encrypt"])
    fields: dict[str, str] = xmltodict.parse(wire.decrypt(sealed["Encrypt"]))["xml"]
    return fields


async def test_url_verification_answers_the_bytes(bench: Bench) -> None:
    encrypted = wire.encrypt(b"1616140317555161061")
    async with bench.http.get(f"{bench.url}?{wire.query(encrypted, echostr=encrypted)}") as response:
        assert (response.status, await response.read()) == (200, b"1616140317555161061")
        assert response.content_type == "text/plain"
    bench.now += 10**6  # the replay window is for POST only
    for name in ("msgsignature", "signature"):
        query = wire.query(encrypted, echostr=encrypted).replace("msg_signature", name)
        async with bench.http.get(f"{bench.url}?{query}") as response:
            assert response.status == 200


async def test_url_verification_with_a_bare_plus(bench: Bench) -> None:
    encrypted = next(e for e in (wire.encrypt(b"%d" % n) for n in range(999)) if "+" in e)
    query = wire.query(encrypted) + "&echostr=" + quote(encrypted, safe="+")
    async with bench.http.get(URL(f"{bench.url}?{query}", encoded=True)) as response:
        assert response.status == 200


@pytest.mark.parametrize("query", ["", "echostr=x", "msg_signature=%ff&echostr=%00&timestamp=&nonce=%F0%9F"])
async def test_url_verification_refuses(bench: Bench, query: str) -> None:
    async with bench.http.get(f"{bench.url}?{query}") as response:
        assert (response.status, await response.read()) == (403, b"")


async def test_a_recorded_message_is_not_opened_by_the_other_door(bench: Bench) -> None:
    """Its signature covers the same three parts there: whoever holds a proxy's record would read it without the key."""
    encrypted = wire.encrypt(HELLO)
    async with bench.http.get(f"{bench.url}?{wire.query(encrypted, echostr=encrypted)}") as response:
        assert (response.status, await response.read()) == (400, b"")


async def test_the_answer_goes_back_in_the_response(bench: Bench) -> None:
    bench.say("WT-2026-0123 整改中 ]]> <b>")
    status, body = await bench.deliver(HELLO)
    assert status == 200
    fields = opened(body)
    assert fields["Content"] == "WT-2026-0123 整改中 ]]> <b>"
    assert (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]) == ("mycreate", wire.CORP, "text")
    assert bench.delivered == [Answer("WT-2026-0123 整改中 ]]> <b>", 7)]
    ((inbound, deadline),) = bench.got
    assert (inbound.text, inbound.kind, deadline) == ("查 WT-2026-0123", Kind.TEXT, 103.5)


async def test_no_answer_is_an_empty_200(bench: Bench) -> None:
    assert await bench.deliver(HELLO) == (200, "")
    bench.say("")
    assert await bench.deliver(HELLO) == (200, "")
    assert bench.delivered == []


async def test_what_cannot_be_said_here_stays_with_its_row(bench: Bench) -> None:
    bench.say("长" * 2000)
    assert await bench.deliver(HELLO) == (200, "")
    bench.say("已确认")
    assert await bench.deliver(wire.event("template_card_event", EventKey="k")) == (200, "")
    assert bench.got[-1][1] == 100.0  # that deadline is over: the turn owes its answer at once

    async def slow() -> Answer:
        bench.tick += 4.6
        return Answer("迟了", 8)

    bench.answer = slow
    assert await bench.deliver(HELLO) == (200, "")
    assert bench.delivered == []


async def test_a_word_without_a_row_is_said_all_the_same(bench: Bench) -> None:
    bench.say("长" * 2000, row=None)
    assert len(opened((await bench.deliver(HELLO))[1])["Content"]) == 682
    bench.fail(StoreUnavailable())
    status, body = await bench.deliver(wire.event("template_card_event", EventKey="k"))
    assert (status, opened(body)["Content"]) == (200, StoreUnavailable.wording)


async def test_a_failing_store_is_answered_in_words(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    for error in (StoreUnavailable(), RuntimeError("机密"), KeyError("机密")):
        bench.fail(error)
        status, body = await bench.deliver(HELLO)
        assert (status, opened(body)["Content"]) == (200, StoreUnavailable.wording)
    bench.fail(RuntimeError())
    assert await bench.deliver(wire.event("batch_job_result", person="sys")) == (200, "")
    assert "机密" not in caplog.text and "0123" not in caplog.text and "RuntimeError" in caplog.text


async def test_what_may_be_stored_is_asked_again_until_it_is_known(bench: Bench) -> None:
    outcomes = iter([OutcomeUnknown(), StoreUnavailable(), None])

    async def answer() -> Answer:
        if (error := next(outcomes)) is not None:
            raise error
        return Answer("已登记", 7)

    bench.answer = answer
    status, body = await bench.deliver(HELLO)
    assert (status, opened(body)["Content"], len(bench.got)) == (200, "已登记", 3)


@pytest.mark.parametrize(("error", "age"), [(OutcomeUnknown(), 0), (StoreUnavailable(), 5), (RuntimeError(), 5)])
async def test_what_may_be_stored_is_not_answered_at_all(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception, age: int
) -> None:
    """未成功 might be untrue, and a 200 would be the last that the platform says of it: it must repeat.

    What is five seconds old was brought before, and that attempt may have been stored, here or by another process.
    """
    monkeypatch.setattr(callback, "_GIVEN_UP_AFTER", -1.0)
    bench.fail(error)
    with pytest.raises(ClientError):
        await bench.deliver(HELLO, timestamp=str(wire.NOW - age))


async def test_a_failing_mark_does_not_spoil_the_response(bench: Bench) -> None:
    bench.say("好")
    bench.failing_mark = True
    assert (await bench.deliver(HELLO))[0] == 200
    assert len(bench.delivered) == 1


async def test_the_platform_hangs_up_before_the_answer(bench: Bench) -> None:
    asked, go = asyncio.Event(), asyncio.Event()

    async def late() -> Answer:
        asked.set()
        await go.wait()
        return Answer("没人听见", 9)

    bench.answer = late
    call = asyncio.create_task(bench.deliver(HELLO))
    await asked.wait()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    async with asyncio.timeout(5):
        while bench.requests[0].transport is not None:  # until the server has seen it
            await asyncio.sleep(0.01)
        go.set()
        await bench.finished.wait()
    assert bench.delivered == []


async def test_old_timestamps(bench: Bench) -> None:
    for stamp in (wire.NOW - 601, wire.NOW + 601, 0):
        assert await bench.deliver(HELLO, timestamp=str(stamp)) == (403, "")
    assert (await bench.deliver(HELLO, timestamp=str(wire.NOW - 599)))[0] == 200
    bench.got.clear()
    bench.old_keys = {"m:4561255354251345929"}
    bench.say("和上次一样")
    status, body = await bench.deliver(HELLO, timestamp=str(wire.NOW - 9000))
    assert (status, opened(body)["Content"], len(bench.got)) == (200, "和上次一样", 1)
    bench.old_keys = {"broken"}
    assert await bench.deliver(HELLO, timestamp=str(wire.NOW - 9000)) == (403, "")
    for odd in ("", "-5", "1e9", "１２", "9" * 20):
        assert await bench.deliver(HELLO, timestamp=odd) == (400, "")


async def test_only_a_caller_without_the_token_is_a_stranger(bench: Bench) -> None:
    """A clock that went wrong must not shut the platform out."""
    seen: list[type[web.StreamResponse]] = []
    handler = bench.callback.post

    async def look(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        seen.append(type(response))
        return response

    app = web.Application()
    app.router.add_post(PATH, look)
    encrypted = wire.encrypt(HELLO)
    async with TestServer(app) as server:
        bench.url = str(server.make_url(PATH))
        await bench.deliver(HELLO, timestamp=str(wire.NOW - 601))
        await bench.deliver(wire.message(Content="x", ChatId="wr1"))
        await bench.post(wire.envelope(encrypted), wire.query(encrypted).replace("signature=", "signature=0"))
        await bench.post(b"nothing", "")
        await bench.post(b"x" * 1_000_001, "")
    assert seen == [web.Response, web.Response, Stranger, Stranger, Stranger]


async def test_the_window_can_be_off(bench: Bench) -> None:
    bench.callback._window = 0
    assert (await bench.deliver(HELLO, timestamp="1409659813"))[0] == 200


async def test_what_is_not_for_us(bench: Bench) -> None:
    encrypted = wire.encrypt(HELLO)
    assert await bench.post(wire.envelope(encrypted, "wwother"), wire.query(encrypted)) == (403, "")
    other = wire.encrypt(HELLO, "wwother")
    assert await bench.post(wire.envelope(other), wire.query(other)) == (403, "")
    assert await bench.deliver(wire.message(Content="x", ChatId="wr1")) == (403, "")
    assert bench.got == []


async def test_a_big_body(bench: Bench) -> None:
    async with bench.http.post(bench.url, data=io.BytesIO(b"x" * (1024 * 1024 + 1))) as response:
        assert (response.status, await response.read()) == (413, b"")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 65536

    async with bench.http.post(bench.url, data=chunks()) as response:
        assert response.status == 413


async def raw(bench: Bench, text: bytes) -> bytes:
    host, port = re.findall(r"//([^:]+):(\d+)", bench.url)[0]
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "tail",
    [
        b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n0\r\n\r\n",
        b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"Content-Length: 400\r\n\r\nabcd",
        b"Content-Length: -4\r\n\r\nabcd",
        b"Content-Length: 0\r\n\r\n",
    ],
)
async def test_broken_bodies(bench: Bench, tail: bytes) -> None:
    answer = await raw(bench, b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + tail)
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:80]


async def test_thousands_of_mutated_callbacks(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Each is refused with a 4xx without content, or is the very same message; never a 500."""
    caplog.set_level(logging.CRITICAL)
    dice = random.Random(20261122)
    encrypted = wire.encrypt(HELLO)
    good_body, good_query = wire.envelope(encrypted), wire.query(encrypted)

    def spoil(data: bytes) -> bytes:
        place = dice.randrange(len(data))
        match dice.randrange(5):
            case 0:
                return data[:place]
            case 1:
                return data[:place] + bytes([dice.randrange(256)]) + data[place + 1 :]
            case 2:
                return data[:place] + data[place + 1 :]
            case 3:
                return data[:place] + data[place : place + 40] + data[place:]
            case _:
                return data[:place] + bytes(dice.randrange(256) for _ in range(dice.randrange(1, 9))) + data[place:]

    for _ in range(1500):
        body, query = good_body, good_query
        if dice.random() < 0.6:
            body = spoil(body)
        else:
            query = quote(spoil(query.encode()), safe="=&%")
        async with bench.http.post(URL(f"{bench.url}?{query}", encoded=True), data=body) as response:
            text = await response.text()
            assert text == "" and response.status in (200, 400, 403), (response.status, text)
    # Signed by somebody who holds the secrets, but spoiled inside.
    for _ in range(800):
        inside = spoil(HELLO)
        status, text = await bench.deliver(inside)
        assert text == "" and status in (200, 400, 403)
    for _ in range(300):
        cipher = wire.encrypt_raw(bytes(dice.randrange(256) for _ in range(16 * dice.randrange(1, 6))))
        assert (await bench.post(wire.envelope(cipher), wire.query(cipher)))[0] in (400, 403)
    assert all(isinstance(inbound, Inbound) for inbound, _ in bench.got)
