"""What other systems say: wishes in the `requests` table, and the platform's answers to our calls."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.messages import Attachment, Card, CardKind, Text
from bot.requests import Requests
from bot.wecom.client import WeComClient
from bot.wecom.limits import Brake
from bot.wecom.outcomes import Delivered, Failure
from bot.wecom.transport import Account, open_session
from handlers import requested
from handlers.registry import FLOWS
from storage import contacts
from tests.flows.findings import NUMBER, assigned
from tests.flows.harness import START, Rehearsal
from tests.fuzz import dice as dices
from tests.fuzz.dice import Dice
from tests.fuzz.doors_chat import PASSING
from tests.fuzz.running import Door, Knock
from tests.fuzz.samples import PEOPLE, utterances
from tests.fuzz.watching import Fault, LogWatch, Tables

_FACTS: dict[str, Any] = {
    "desc": "备用金7个月没清", "unit": "WL", "amount_fen": 4200000, "found_on": "2026-11-20", "category": "CW", "severity": "general", "basis": "办法第三条",
    "due": "2026-12-20", "reason": "供应商资料没到齐", "text": "已收回3万元", "percent": 60, "recovered_fen": 100, "target": "WT-2026-0001", "resp_person": "hx_ban",
    "requirement": "限期清理", "opinion": "同意", "measures": "清理", "evidence": "回单", "root_cause": "无", "accountability": "无", "institution_fix": "无",
}  # fmt: skip
_INSERT = text(
    "INSERT INTO requests (system, reference, person, action, matter, facts, state, outcome, asked_at, attempts)"
    " VALUES (:system, :reference, :person, :action, :matter, :facts, 'new', '', :asked_at, 0)"
)


@asynccontextmanager
async def _wishes(folder: Path, log: LogWatch) -> AsyncIterator[Knock]:
    world = Rehearsal(folder)
    await world.start()
    await assigned(world)
    await world.stop()
    world._assemble(START)
    worker = Requests(world.world, FLOWS, requested)
    tables = Tables(folder / "store.db", but=(*PASSING, "requests", "pushes", "dues"))
    counts, serial = tables.counts(), itertools.count(1)

    async def knock(dice: Dice) -> str:
        row = _wish(dice, next(serial))
        await world.turns.run(lambda session: session.execute(_INSERT, row) and None)
        await worker.tick()
        with world.session() as session:
            state, outcome = session.execute(text("SELECT state, outcome FROM requests ORDER BY id DESC LIMIT 1")).one()
        if state not in ("done", "refused"):
            raise Fault(f"the request is {state}: {outcome}")
        if found := log.take(known=()):
            raise Fault("; ".join(found[:3]))
        after = tables.counts()
        changed = [name for name in after if after[name] != counts[name]]
        counts.update(after)
        if changed and state != "done" and changed != ["events"]:
            raise Fault(f"refused, and changed {changed}")
        return str(state)

    yield knock
    world.turns.close()
    tables.close()


def _wish(dice: Dice, serial: int) -> dict[str, Any]:
    known = requested.ACTIONS
    action = dice.choice(list(known))
    names = list(known[action].facts)
    facts = {name: _FACTS.get(name, "x") for name in names if dice.random() < 0.7}
    for name in [one for one in facts if dice.random() < 0.2]:
        facts[name] = dices.value(dice) if dice.random() < 0.5 else dices.words(dice, utterances(), 6000)
    said = dices.as_json(dice, facts) if dice.random() < 0.4 else json.dumps(facts).encode()
    creates = known[action].creates
    matter = (
        dice.choice((NUMBER, NUMBER, dices.sound(dice.choice(dices.SNIPPETS)), ""))
        if not creates or dice.random() < 0.1
        else ""
    )
    return {
        "system": dice.choice(("oa", "oa", "oa", " ", "系统\u200b")), "reference": f"R-{serial}", "matter": matter.replace("\0", "")[:32],
        "person": dice.choice((*PEOPLE, "hx_caiwu", "hx_ban")), "action": action if dice.random() < 0.95 else dice.choice(dices.SNIPPETS)[:40],
        "facts": said.decode("utf-8", "replace"), "asked_at": datetime.now(UTC).isoformat(" "),
    }  # fmt: skip


_GOOD: dict[str, Any] = {
    "gettoken": {"errcode": 0, "errmsg": "ok", "access_token": "T" * 40, "expires_in": 7200},
    "message/send": {"errcode": 0, "errmsg": "ok", "msgid": "m1", "invaliduser": "", "response_code": "rc"},
    "message/update_template_card": {"errcode": 0, "invaliduser": ["a"]},
    "media/upload": {"errcode": 0, "media_id": "M1", "created_at": "1"},
    "department/list": {"errcode": 0, "department": [{"id": 1, "name": "恒信集团", "parentid": 0}, {"id": 2, "name": "财务部", "parentid": 1}]},
    "user/list": {"errcode": 0, "userlist": [{"userid": "hx_ban", "name": "张三", "department": [1, 2], "status": 1, "main_department": 2}]},
    "user/get": {"errcode": 0, "userid": "hx_ban", "name": "张三", "department": [1], "status": 1},
    "menu/create": {"errcode": 0, "errmsg": "ok"},
    "message/recall": {"errcode": 0},
}  # fmt: skip
_ERRORS = (-1, 0, 40001, 40014, 42001, 45009, 45033, 60020, 60111, 81013, 40058, 2**31, 10**30)


class _Mad:
    """A server that answers each call with what the case says; it closes every connection."""

    def __init__(self) -> None:
        self.answer: Callable[[str], bytes] = lambda _path: b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].split(b"?")[0].decode("latin-1").removeprefix("/cgi-bin/")
            writer.write(self.answer(path))
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
            writer.close()


def _response(dice: Dice, path: str) -> bytes:
    good = _GOOD.get(path, {"errcode": 0})
    if dice.random() < 0.1:
        good = {**good, "errcode": dice.choice(_ERRORS), "errmsg": dice.choice(dices.SNIPPETS)}
    body = json.dumps(good).encode() if dice.random() < 0.3 else dices.as_json(dice, good)
    kind = dice.choice(
        ("application/json; charset=UTF-8",) * 6
        + ("text/plain", "application/octet-stream", "", "x/y; charset=z", "image/png")
    )
    if path == "media/get":
        kind, body = "application/octet-stream", dice.randbytes(dice.choice((0, 5, 3000)))
    lines = [
        dice.choice(
            ("HTTP/1.1 200 OK",) * 12
            + (
                "HTTP/1.1 500 x",
                "HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/",
                "HTTP/1.1 404 x",
                "HTTP/1.1 204 x",
                "HTTP/9",
            )
        )
    ]
    lines += [f"Content-Type: {kind}"] * bool(kind) + ["Connection: close"]
    if dice.random() < 0.9:
        lines.append(f"Content-Length: {dice.choice((len(body),) * 12 + (0, 1, len(body) + 9, 10**12))}")
    if path == "media/get" or dice.random() < 0.03:
        name = dices.words(
            dice,
            (
                'filename="a.pdf"',
                "filename*=UTF-8''%E5%8F%B0.xlsx",
                "filename=台账.xlsx",
                "filename*=utf-8''\udcff\udcfe.png",
            ),
            300,
        )
        lines.append("Content-Disposition: attachment; " + name.replace("\r", "").replace("\n", "").replace("\0", ""))
    if dice.random() < 0.04:
        lines.append(
            dice.choice(
                (
                    "Content-Encoding: gzip",
                    "Transfer-Encoding: chunked",
                    "Set-Cookie: a=b",
                    "X: " + "y" * 9000,
                    "Content-Encoding: br",
                )
            )
        )
    whole = "\r\n".join(lines).encode(
        "utf-8",
        "surrogateescape"
        if not any(0xD800 <= ord(c) < 0xDC80 or 0xDD00 <= ord(c) < 0xE000 for c in "".join(lines))
        else "replace",
    )
    whole += b"\r\n\r\n" + body
    return whole if dice.random() < 0.95 else dices.raw(dice, whole)


@asynccontextmanager
async def _platform(folder: Path, log: LogWatch) -> AsyncIterator[Knock]:
    mad = _Mad()
    world = Rehearsal(folder)
    server = await asyncio.start_server(mad.serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    attached = folder / "a.txt"
    attached.write_bytes(b"0123456789")

    async with open_session() as session:

        async def knock(dice: Dice) -> str:
            broken = dice.random() < 0.15  # the token too, or only what follows it
            good = json.dumps(_GOOD["gettoken"]).encode()
            token = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                % (len(good), good)
            )
            mad.answer = lambda path: token if path == "gettoken" and not broken else _response(dice, path)
            client = WeComClient(Account("ww1", 1000002, "s3cret-of-fuzz", base), session, Brake())
            end = await _call(dice, client, folder, attached, world)
            if found := log.take(["s3cret-of-fuzz", "T" * 40]):
                raise Fault("; ".join(found[:3]))
            return end

        yield knock
    server.close()
    world.turns.close()


async def _call(dice: Dice, client: WeComClient, folder: Path, attached: Path, world: Rehearsal) -> str:
    """Every call ends as delivered or with one of the three failures, and nothing that it brought is unfit to keep."""
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: client.send("hx_ban", Text("您好")),
        lambda: client.send("hx_ban", Card(CardKind.NOTICE, "标题")),
        lambda: client.send("hx_ban", Attachment(str(attached), "a.txt")),
        lambda: client.update_card(["hx_ban"], "rc", "已办"),
        lambda: client.recall("m1"),
        lambda: client.fetch("M", 2000),
        lambda: _download(client, folder / "got"),
        lambda: _synchronise(client, world),
    )
    try:
        outcome = await dice.choice(calls)()
    except Failure as failure:
        return type(failure).__name__
    if isinstance(outcome, Delivered):
        (outcome.msgid + outcome.response_code + "".join(outcome.invalid)).encode()
    return type(outcome).__name__


async def _download(client: WeComClient, to: Path) -> None:
    got = await client.download("M", to, 2000)
    got.name.encode()
    got.content_type.encode()


async def _synchronise(client: WeComClient, world: Rehearsal) -> None:
    """As bot/contacts_sync.py does it, up to what would wait to be taken over."""
    units = [contacts.Department(one.id, one.name, one.parent_id) for one in await client.departments()]
    found = [
        contacts.Member(m.userid.lower(), m.name, m.main, m.status in (2, 5))
        for one in units[:2]
        for m in await client.members(one.id)
    ]

    def compare(session: Session) -> dict[str, Any]:
        return contacts.compare(session, units, found, START.date()).facts()

    json.dumps(await world.turns.read(compare), ensure_ascii=False).encode()


DOORS = (
    Door("wishes", 20, _wishes, 500),
    Door("platform", 50, _platform, 5000),
)
