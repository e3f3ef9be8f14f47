"""The client against a server that misbehaves: every end of a call is one of four, and no secret leaks."""

from __future__ import annotations

import asyncio
import logging
import traceback

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from bot.messages import Button, Card, CardKind, Markdown, Text, TextCard
from bot.wecom import transport
from bot.wecom.outcomes import Action, Delivered, Failure, NotSent, Rejected, Unknown
from tests.e2e.processes import free_port
from tests.wecom import server
from tests.wecom.server import http, says
from tests.wecom.world import World, rejected

HELLO = Text("逾期提醒：WT-2026-0123")


async def test_a_text(world: World) -> None:
    world.platform.answers["message/send"] = {"invaliduser": "", "msgid": "MSG1"}
    assert await world.client.send("Zhou", HELLO) == Delivered("MSG1")
    ((_, query, body),) = [c for c in world.platform.calls if c[0] == "message/send"]
    assert query == {"access_token": "TOKEN-1"}
    assert body == {
        "touser": "Zhou", "agentid": 1000002, "msgtype": "text", "text": {"content": HELLO.content},
    }  # fmt: skip


async def test_bodies_are_raw_utf8(world: World) -> None:
    seen: list[bytes] = []

    async def look(request: web.Request) -> web.StreamResponse:
        seen.append(await request.read())
        return web.json_response({"errcode": 0})

    world.platform.fault("message/send", look, look)
    await world.client.send("zhou", HELLO)
    await world.client.send("zhou", Text("半个\ud800字"))
    assert "逾期提醒".encode() in seen[0] and b"\\u" not in seen[0]
    assert "半个?字".encode() in seen[1]


async def test_errors_are_counted_by_code_and_those_of_the_anonymous_path_are_not(world: World) -> None:
    def counted(code: str) -> float:
        return REGISTRY.get_sample_value("jiandu_wecom_errors_total", {"code": code}) or 0.0

    before = counted("81013"), counted("other"), counted("40007"), counted("no answer")
    world.platform.fault("message/send", says(81013), says(123456), http(502))
    for _ in range(3):
        await world.client.send("zhou", HELLO)
    world.platform.fault("media/get", says(40007), http(502))
    for _ in range(2):
        with pytest.raises(Failure):
            await world.client.fetch("MEDIA", 100)
    assert (counted("81013"), counted("other")) == (before[0] + 1, before[1] + 1)
    assert (counted("40007"), counted("no answer")) == (before[2], before[3] + 1)


async def test_every_kind(world: World) -> None:
    card = Card(CardKind.BUTTONS, "交办确认", task_id="t1", buttons=(Button("确认", "ok"),))
    world.platform.answers["message/send"] = {"response_code": "RC", "msgid": "M"}
    for message in (
        Markdown("**粗**"),
        TextCard("标" * 60, "说明" * 200, "https://example.com/x", "查看全部详情"),
        card,
        Card(CardKind.NOTICE, "季度报送", facts=(("截止", "12月31日"),)),
        Card(CardKind.NOTICE, "季度报送", url="https://example.com"),
    ):
        assert await world.client.send("zhou", message) == Delivered("M", "RC")
    kinds = [(b["msgtype"], b[b["msgtype"]]) for b in world.platform.bodies("message/send")]
    assert [kind for kind, _ in kinds] == ["markdown", "textcard", "template_card", "text", "template_card"]
    assert len(kinds[1][1]["title"].encode()) <= 128 and len(kinds[1][1]["description"].encode()) <= 512
    assert kinds[1][1]["btntxt"] == "查看全部"
    assert kinds[3][1]["content"] == "季度报送\n截止：12月31日"


async def test_the_duplicate_check(world: World) -> None:
    await world.client.send("zhou", HELLO, duplicate_check=True)
    (body,) = world.platform.bodies("message/send")
    assert (body["enable_duplicate_check"], body["duplicate_check_interval"]) == (1, 14400)


@pytest.mark.parametrize(
    "message",
    [
        Text("长" * 683), Text("  "), Markdown("x" * 2049), TextCard("t", "d", "ftp://x"), TextCard("", "d", "https://x"),
        Card(CardKind.BUTTONS, "标题", buttons=(Button("是", "y"),)), Card(CardKind.VOTE, "标题", task_id="t"),
    ],
)  # fmt: skip
async def test_what_the_wire_cannot_carry_is_refused_here(world: World, message: Text) -> None:
    rejected(await world.client.send("zhou", message), 40058, Action.GIVE_UP)
    assert world.platform.calls == []


@pytest.mark.parametrize("person", ["", "@all", "a|b", "sys", "x" * 129])
async def test_only_one_person_at_a_time(world: World, person: str) -> None:
    rejected(await world.client.send(person, HELLO), 60111, Action.DROP_MEMBER)
    assert world.platform.calls == []


async def test_invalid_receivers_are_seen_in_spite_of_errcode_0(world: World) -> None:
    world.platform.answers["message/send"] = {"invaliduser": "zhou"}
    rejected(await world.client.send("Zhou", HELLO), 60111, Action.DROP_MEMBER)
    world.platform.answers["message/send"] = {"unlicenseduser": "zhou"}
    assert rejected(await world.client.send("Zhou", HELLO), 701008, Action.DROP_MEMBER).tell_admin


async def test_many_at_once_fetch_one_token(world: World) -> None:
    outcomes = await asyncio.gather(*(world.client.send(f"p{n}", HELLO) for n in range(40)))
    assert all(isinstance(o, Delivered) for o in outcomes)
    assert world.platform.tokens == 1


@pytest.mark.parametrize("code", [40014, 42001, 40001])
async def test_a_dead_token_is_renewed_and_the_call_repeated_once(world: World, code: int) -> None:
    await world.client.send("zhou", HELLO)
    world.platform.fault("message/send", says(code))
    assert isinstance(await world.client.send("zhou", HELLO), Delivered)
    assert world.platform.tokens == 2 and len(world.platform.bodies("message/send")) == 3
    world.platform.fault("message/send", says(code), says(code))
    rejected(await world.client.send("zhou", HELLO), code, Action.BACKOFF)
    assert len(world.platform.bodies("message/send")) == 5


async def test_many_at_once_renew_a_dead_token_once(world: World) -> None:
    await world.client.send("zhou", HELLO)
    world.platform.valid.clear()
    outcomes = await asyncio.gather(*(world.client.send(f"p{n}", HELLO) for n in range(30)))
    assert all(isinstance(o, Delivered) for o in outcomes)
    assert world.platform.tokens == 2


async def test_a_wrong_secret_is_asked_about_once_a_minute(world: World) -> None:
    client = world.make(secret="wrong-secret")
    outcomes = [await client.send(f"p{n}", HELLO) for n in range(5)]
    for outcome in outcomes:
        assert "secret" in rejected(outcome, 40001, Action.BACKOFF).advice
    assert [path for path, _, _ in world.platform.calls] == ["gettoken"]
    with pytest.raises(Rejected):
        await client.check_token()


async def test_busy(world: World) -> None:
    world.platform.fault("message/send", says(-1))
    rejected(await world.client.send("zhou", HELLO), -1, Action.RETRY)
    assert isinstance(await world.client.send("zhou", HELLO), Delivered)


async def test_the_brake(world: World) -> None:
    world.platform.fault("message/send", says(45009), says(45009))
    first = rejected(await world.client.send("zhou", HELLO), 45009, Action.BRAKE)
    assert first.retry_after == 60 and first.tell_admin
    held = await world.client.send("other", HELLO)
    assert isinstance(held, NotSent) and (held.reason, held.retry_after) == ("brake", 60)
    with pytest.raises(NotSent):
        await world.client.departments()
    assert len(world.platform.bodies("message/send")) == 1
    world.clock += 61
    assert rejected(await world.client.send("zhou", HELLO), 45009, Action.BRAKE).retry_after == 120
    world.clock += 121
    assert isinstance(await world.client.send("zhou", HELLO), Delivered)
    world.platform.fault("message/send", says(45009))
    assert rejected(await world.client.send("zhou", HELLO), 45009, Action.BRAKE).retry_after == 60


async def test_the_untrusted_address_is_named(world: World) -> None:
    world.platform.fault("gettoken", says(60020))
    outcome = rejected(await world.client.send("zhou", HELLO), 60020, Action.BACKOFF)
    assert outcome.tell_admin and "203.0.113.9" in outcome.advice


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        (http(500), Unknown, "http 500"), (http(503), Unknown, "http 503"), (http(302), NotSent, "http"),
        (http(404), NotSent, "http"), (http(429), NotSent, "http"), (http(200, "<html>"), Unknown, "answer"),
        (http(200, "[]"), Unknown, "answer"), (http(200, "{}"), Unknown, "answer"),
        (http(200, '{"errcode": "0"}'), Unknown, "answer"), (server.reset, Unknown, "ServerDisconnectedError"),
        (server.half, Unknown, "ClientPayloadError"), (http(200, "[" * 100000), Unknown, "answer"),
    ],
)  # fmt: skip
async def test_unclear_ends(world: World, fault: server.Fault, kind: type, reason: str) -> None:
    world.platform.fault("message/send", fault)
    outcome = await world.client.send("zhou", HELLO)
    assert type(outcome) is kind and getattr(outcome, "reason", "") == reason
    assert len(world.platform.bodies("message/send")) == 1  # an unclear end is never repeated here


async def test_a_slow_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await world.platform.release.wait()
        return web.Response()

    monkeypatch.setattr(transport, "_QUICK", aiohttp.ClientTimeout(total=0.2, connect=0.1))
    world.platform.fault("message/send", slow)
    outcome = await world.client.send("zhou", HELLO)
    assert isinstance(outcome, Unknown) and outcome.reason == "timeout"
    world.platform.release.set()


@pytest.mark.parametrize("fault", [http(500), server.reset, http(200, "{}"), server.half])
async def test_without_a_token_nothing_was_sent(world: World, fault: server.Fault) -> None:
    world.platform.fault("gettoken", fault, fault, fault)
    outcome = await world.client.send("zhou", HELLO)
    assert isinstance(outcome, NotSent) and outcome.reason == "token"


@pytest.mark.parametrize("where", ["refused", "no address", "another scheme"])
async def test_no_connection(world: World, where: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    base = {
        "refused": f"http://127.0.0.1:{free_port()}",
        "no address": "http://", "another scheme": "gopher://x",
    }[where]  # fmt: skip
    client = world.make(base)
    outcome = await client.send("zhou", HELLO)
    assert isinstance(outcome, NotSent) and outcome.reason == "connect"
    with pytest.raises(Failure) as caught:
        await client.departments()
    told = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(caught.value) + repr(outcome)
    assert server.SECRET not in told and "access_token" not in told and caught.value.__context__ is None
    assert issubclass(aiohttp.ClientConnectorDNSError, transport._BEFORE_WRITING)  # no such host: the same end


async def test_no_secret_and_no_text_is_ever_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = repr(world.client._account)
    for fault in (server.reset, server.half, http(500), http(302), says(60020), says(40014), http(200, "x")):
        world.platform.fault("user/get", fault)
        world.platform.fault("message/send", fault)
        try:
            await world.client.get_user("zhou")
        except Failure as failure:
            told += "".join(traceback.format_exception(failure))
            assert failure.__cause__ is None and failure.__context__ is None
        told += repr(await world.client.send("zhou", HELLO))
    own = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith(("aiohttp.access", "asyncio")))
    for secret in (server.SECRET, "TOKEN-1", "TOKEN-2", "逾期提醒"):
        assert secret not in told and secret not in own


async def test_a_closed_session(world: World) -> None:
    await world.session.close()
    assert isinstance(await world.client.send("zhou", HELLO), NotSent)
