"""What comes over HTTP: the service as `run.py serve` composes it, on a port of this machine."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import asyncio
import io
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import aiohttp
from aiohttp import web
from yarl import URL

import run
from bot.config import Config
from bot.messages import Kind
from bot.service import Rehearsal as Clock
from bot.understanding.engine import Understanding
from bot.wecom.crypto import BadCallback
from bot.wecom.parse import parse_inbound
from tests.flows.harness import START, Rehearsal
from tests.fuzz import dice as dices
from tests.fuzz import wire
from tests.fuzz.dice import Dice
from tests.fuzz.doors_chat import OWN_WORDS, PASSING
from tests.fuzz.running import Door, Knock
from tests.fuzz.samples import ALERT, SAMPLE
from tests.fuzz.watching import Fault, LogWatch, Tables, differing
from tests.wecom import server as platform

KEY = "k" * 32
PATH = "/wecom/callback"
# What the service does by itself, whatever is asked: leases, its token, its clock, what is due, what the ledger chains.
OWN = (
    "leases",
    "shared_tokens",
    "rehearsal",
    "dues",
    "anchor",
    "pushes",
    "links",
    "counters",
    "audits",
    "presence",
    "processes",
    "sends",
    "brakes",
    "contacts",
)
_PATIENCE = aiohttp.ClientTimeout(total=30)


@dataclass(slots=True)
class Served:
    """The running service, seen from outside."""

    url: str
    port: int
    http: aiohttp.ClientSession
    tables: Tables
    log: LogWatch
    understanding: Understanding

    def acts(self, said: bytes) -> bool:
        """Whether this does something by design; that is the business of other tests."""
        try:
            heard = parse_inbound(said)
        except BadCallback:
            return False
        if heard.kind is Kind.CONTACT_CHANGE:
            return True
        words = heard.text or heard.event_key
        return bool(words) and self.understanding.understand(words, now=START).intent in OWN_WORDS

    async def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> int:
        """The status; 0 where the service hung up."""
        try:
            where = URL(f"{self.url}{path}", encoded=True)
        except ValueError:
            return 0
        try:
            sent = None if body is None else io.BytesIO(body)
            async with self.http.request(method, where, data=sent, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, ConnectionError, ValueError):
            return 0


@asynccontextmanager
async def served(folder: Path, log: LogWatch) -> AsyncIterator[Served]:
    """No limit for strangers: every case is to reach what lies behind it."""
    world = Rehearsal(folder)
    world.turns.close()
    wecom = platform.Platform()
    wecom.files = defaultdict(lambda: (b"not what it says", {"Content-Type": "image/png"}))
    runner = web.AppRunner(wecom.app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    config = Config.model_validate(_settings(folder, runner.addresses[0][1]))
    service = run._service(config, Clock(START, 0.0))
    await service.start("127.0.0.1", 0)
    tables = Tables(folder / "store.db", but=(*PASSING, *OWN))
    before = tables.contents()
    async with aiohttp.ClientSession(timeout=_PATIENCE) as http:
        bot = Served(f"http://127.0.0.1:{service.port}", service.port, http, tables, log, world.world.understanding)
        while await bot.ask("GET", "/readyz") != 200:
            await asyncio.sleep(0.05)
        yield bot
        if await bot.ask("GET", "/readyz") != 200:
            raise Fault("not ready any more")
    await service.stop()
    await runner.cleanup()
    if changed := differing(before, tables.contents()):
        raise Fault(f"rows were changed in {changed}")
    tables.close()


def _settings(folder: Path, port: int) -> dict[str, object]:
    return {
        "server": {"strangers_per_minute": 0},
        "wecom": {"corp_id": SAMPLE.corp_id, "agent_id": SAMPLE.agent_id, "secret": platform.SECRET, "token": SAMPLE.token,
                  "encoding_aes_key": SAMPLE.aes_key, "api_base": f"http://127.0.0.1:{port}"},
        "store": {"url": f"sqlite:///{folder}/store.db"}, "files": {"directory": folder / "files"},
        "anonymity": {"file": folder / "anonymous.db", "pepper_file": folder / "pepper", "desk_key_file": folder / "desk"},
        "ingest": {"keys": {"erp": KEY, "oa": "o" * 32}, "sources": {"erp": "HX-CW"}, "per_minute": 1_000_000},
        "rehearsal": {"enabled": True},
    }  # fmt: skip


@asynccontextmanager
async def _callback(folder: Path, log: LogWatch) -> AsyncIterator[Knock]:
    sent: list[str] = []
    async with served(folder, log) as bot:

        async def knock(dice: Dice) -> str:
            way = dice.random()
            if way < 0.1:
                return await _raw(dice, bot)
            query, body = wire.refused(dice, time.time())
            if way < 0.3:
                encrypted = wire.ENVELOPE.seal(dice.choice((b"<xml>x</xml>", b"12345")))
                asked = wire.query(encrypted, time.time()) | {"echostr": encrypted}
                asked[dice.choice(list(asked))] = dices.sound(dice.choice((*dices.SNIPPETS, asked["nonce"] + "1")))
                status = await bot.ask("GET", f"{PATH}?{urlencode(asked)}")
                _expect(status, status in range(400, 500))
            elif way < 0.75:
                status = await bot.ask("POST", f"{PATH}?{query}", body)
                _expect(status, status in range(400, 500) or status == 0)
            else:
                mark = dices.canary(dice)
                said = wire.hostile(dice, time.time(), mark)
                if bot.acts(said):
                    return "left out: does what it says"
                query, body = wire.signed(said, time.time())
                for _ in range(dice.choice((1, 1, 1, 2, 4))):  # repeats and replays too
                    status = await bot.ask("POST", f"{PATH}?{query}", body)
                _expect(status, status == 200 or status in range(400, 500))
                sent.append(mark)
            if found := log.take(sent[-20:]):
                raise Fault("; ".join(found[:3]))
            return str(status)

        yield knock


def _expect(status: int, well: bool) -> None:
    if not well:
        raise Fault(f"status {status}")


async def _raw(dice: Dice, bot: Served) -> str:
    """Bytes on the socket that are hardly HTTP; the answer is a 4xx or the line is cut."""
    query, body = wire.refused(dice, time.time())
    head = (
        f"POST {PATH}?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
    try:
        writer.write(dices.raw(dice, head + body[:5000]))
        writer.write_eof()
        async with asyncio.timeout(30):
            said = await reader.read(400)
    except (ConnectionError, OSError):
        said = b""
    finally:
        writer.close()
    status = said.split(b" ")[1] if said.startswith(b"HTTP/1.") else b"cut"
    _expect(0, status.startswith(b"4") or status == b"cut" or (status == b"200" and b"ready" in said))
    return f"raw {status.decode()}"


@asynccontextmanager
async def _alerts(folder: Path, log: LogWatch) -> AsyncIterator[Knock]:
    async with served(folder, log) as bot:
        kept = Tables(folder / "store.db", but=(*PASSING, *OWN))
        seen = kept.counts()

        async def knock(dice: Dice) -> str:
            mark = dices.canary(dice)
            good = dice.random() < 0.85
            key = KEY if good else dices.sound(dice.choice((*dices.SNIPPETS, KEY + "x", KEY[:-1], KEY.upper())))
            headers = {"Authorization": quote(f"Bearer {key}", safe=" =-")}
            headers |= dice.choice(
                ({}, {}, {}, {"Content-Encoding": "gzip"}, {"Content-Type": "text/x; charset=nothing"})
            )
            status = await bot.ask(
                "POST", "/ingest/alert", dices.as_json(dice, ALERT | {"id": mark, "title": mark}), headers
            )
            _expect(status, status in ((200, 400, 413, 422, 0) if good else (401, 0)))
            if found := log.take([mark]):
                raise Fault("; ".join(found[:3]))
            now = kept.counts()
            changed = {name: now[name] - seen[name] for name in now if now[name] != seen[name]}
            seen.update(now)
            allowed = {200: {"alerts": 1, "events": 1}, 422: {"events": 1}}.get(status, {})
            if any(allowed.get(name) != more for name, more in changed.items()):
                raise Fault(f"status {status} changed {changed}")
            return str(status)

        yield knock
        bot.tables.names[:] = [name for name in bot.tables.names if name not in ("alerts", "events")]
        kept.close()


PATHS = (
    PATH,
    "/healthz",
    "/readyz",
    "/metrics",
    "/rehearsal/clock",
    "/ingest/alert",
    "/internal/anonymous",
    "/",
    "/favicon.ico",
    "/static/../run.py",
)


@asynccontextmanager
async def _pages(folder: Path, log: LogWatch) -> AsyncIterator[Knock]:
    async with served(folder, log) as bot:

        async def knock(dice: Dice) -> str:
            path, method = (
                dice.choice(PATHS),
                dice.choice(("GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "TRACE", "PATCH", "X")),
            )
            if dice.random() < 0.3:
                path = quote(dices.sound(dices.words(dice, (path,), 3000)), safe=dice.choice(("", "/", "/%?&=#")))
                path = path if path.startswith("/") else f"/{path}"
            if dice.random() < 0.3:
                path += "?" + urlencode({dices.sound(dices.anything(dice, 5)): dices.sound(dices.anything(dice, 9))})
            body = None
            if method in ("POST", "PUT", "PATCH"):
                moment = START + timedelta(seconds=-dice.randrange(10**9))
                body = dices.as_json(dice, {"now": moment.isoformat(), "rate": 0})
                if b"20" in body and path.startswith("/rehearsal/clock") and _forward(body):
                    return "left out: turns the clock"
            headers = dice.choice(
                (
                    {},
                    {"X-Forwarded-For": "::ffff:1.2.3.4, x"},
                    {"Content-Type": "application/json; charset=x"},
                    {"Expect": "y"},
                )
            )
            status = await bot.ask(method, path, body, headers)
            _expect(status, status in (0, 200) or status in range(400, 500))
            return str(status)

        yield knock


def _forward(body: bytes) -> bool:
    """Whether a rehearsal would really turn: that changes things by design."""
    try:
        said = json.loads(body)["now"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return isinstance(said, str) and "2026-11-23" <= said < "2030"


DOORS = (
    Door("callback", 75, _callback, 2000),
    Door("alerts", 30, _alerts, 2000),
    Door("pages", 30, _pages, 3000),
)
