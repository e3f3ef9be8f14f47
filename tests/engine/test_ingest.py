"""`POST /ingest/alert` over real HTTP: keys, limits, repeats, and hostile bodies (domain.md S58)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.config import Ingest as Settings
from bot.ingest import MOST_BYTES, PATH, Ingest
from bot.server import Server
from handlers import alert_intake
from storage import alerts, events
from storage.matters import Finding
from storage.models import Alert, Event
from tests.flows.harness import Rehearsal

BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEY, OTHER = "k" * 30, "o" * 30
BODY = {
    "id": "A-1",
    "title": "大额资金异常流出",
    "text": "备用金账户连续三笔转出",
    "unit": "恒信物流",
    "amount_yuan": 42000.5,
}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    made = Rehearsal(tmp_path)
    await made.start()
    yield made
    await made.stop()


Post = Callable[..., Any]


class _Nothing:
    """The callback's part of the server is not what is asked here."""

    def routes(self, _path: str) -> list[web.RouteDef]:
        return []


@asynccontextmanager
async def door(world: Rehearsal, known: Settings | None, clock: list[float] | None = None) -> AsyncIterator[Post]:
    """The server on a port of its own, and how one posts to it: (status, what came back)."""
    now = clock if clock is not None else [0.0]
    real = lambda: BEGAN + timedelta(seconds=now[0])  # noqa: E731
    ingest = Ingest(world.world, known, alert_intake, world.sender.kick, real) if known else None
    server = Server(
        _Nothing(), "/wecom/callback", world.turns, world.clock, world.scheduler, None, None, ingest,  # type: ignore[arg-type]
    )  # fmt: skip
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    async with aiohttp.ClientSession() as http:

        async def post(body: Any = BODY, key: str = KEY, **headers: str) -> tuple[int, Any, Any]:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent = {"Authorization": f"Bearer {key}"} | {name.replace("_", "-"): said for name, said in headers.items()}
            async with http.post(url, data=data, headers=sent) as answer:
                text = await answer.text()
                return answer.status, json.loads(text) if text.startswith("{") else text, answer.headers

        yield post
    await runner.cleanup()


def known(**values: Any) -> Settings:
    return Settings(keys={"erp": KEY, "oa": OTHER}, sources={"erp": "HX-CW"}, **values)


def kept(world: Rehearsal) -> list[Alert]:
    with world.session() as session:
        found = list(session.scalars(select(Alert).order_by(Alert.id)))
        session.expunge_all()
    return found


async def test_without_keys_there_is_no_such_path(world: Rehearsal) -> None:
    async with door(world, None) as post:
        assert (await post())[0] == 404


async def test_an_alert_waits_to_be_judged_without_a_number(world: Rehearsal, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with door(world, known()) as post:
        status, said, _ = await post({**BODY, "at": "2026-11-20T09:00:00", "level": "高", "source": "erp"})
    assert (status, said) == (200, {"id": "A-1", "state": "待研判"})
    (row,) = kept(world)
    assert (row.source, row.reference, row.owner, row.unit, row.unit_name) == ("erp", "A-1", "HX-CW", "WL", "恒信物流")
    assert (row.amount_fen, row.state, row.finding) == (4200050, "pending", "")
    assert row.at is not None and f"{row.at:%Y-%m-%d %H:%M}" == "2026-11-20 01:00"
    with world.session() as session:
        assert session.scalars(select(Finding)).all() == []
        (event,) = events.history(session, f"alert:{row.id}")
    assert (event.action, event.after) == ("alert", {"state": "pending", "source": "erp"})
    assert "备用金" not in caplog.text and "大额" not in caplog.text


async def test_a_repeat_is_the_same_alert_and_another_source_has_numbers_of_its_own(world: Rehearsal) -> None:
    async with door(world, known()) as post:
        answers = await asyncio.gather(*[post() for _ in range(6)])
        assert {(status, said["state"]) for status, said, _ in answers} == {(200, "待研判")}
        assert len(kept(world)) == 1
        assert (await post(key=OTHER))[0] == 200
        assert [(one.source, one.owner) for one in kept(world)] == [("erp", "HX-CW"), ("oa", "")]
        await world.turns.run(lambda session: alerts.decide(session, kept(world)[0].id, "refused", "x", world.clock()))
        assert (await post({**BODY, "text": "换了说法"}))[1]["state"] == "不予登记"
    assert len(kept(world)) == 2 and kept(world)[0].text == BODY["text"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", f"Bearer {KEY}x", f"Basic {KEY}", KEY, "Bearer é", f"Bearer {KEY[:-1]}"]
)
async def test_only_a_known_key_opens(world: Rehearsal, header: str) -> None:
    async with door(world, known()) as post:
        status, _, headers = await post(Authorization=header)
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
    assert kept(world) == []


async def test_more_than_so_many_a_minute_wait(world: Rehearsal) -> None:
    clock = [100.0]
    async with door(world, known(per_minute=2), clock) as post:
        assert [(await post({**BODY, "id": f"A-{at}"}))[0] for at in range(3)] == [200, 200, 429]
        _, _, headers = await post()
        assert 1 <= int(headers["Retry-After"]) <= 61
        assert (await post(key=OTHER))[0] == 200  # a minute of its own
        clock[0] += 61
        assert (await post({**BODY, "id": "A-9"}))[0] == 200


@pytest.mark.parametrize("field", ["title", "text", "unit", "id"])
async def test_the_mark_of_a_state_secret_is_refused_and_nothing_kept(
    world: Rehearsal, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with door(world, known()) as post:
        status, said, _ = await post({**BODY, field: "机密★10年 港口"})
    assert status == 422 and "没有保存" in said["error"]
    assert kept(world) == [] and "港口" not in caplog.text
    with world.session() as session:
        assert [event.action for event in session.scalars(select(Event))][-1:] == ["blocked"]


REFUSED: list[Any] = [
    {**BODY, "colour": "red"}, {**BODY, "id": ""}, {**BODY, "id": "x" * 65}, {**BODY, "title": "  "},
    {**BODY, "title": "字" * 121}, {**BODY, "text": "字" * 8001}, {**BODY, "text": 5}, {**BODY, "amount_yuan": -1},
    {**BODY, "amount_yuan": 1e300}, {**BODY, "amount_yuan": 1.234}, {**BODY, "at": "9999-12-31T23:59:59"},
    {**BODY, "at": "0001-01-01T00:00:00+14:00"}, {**BODY, "at": "soon"}, {**BODY, "text": "a\u0000b"},
    {**BODY, "source": "oa"}, {"id": "A-1"}, [], "text", 7, None, b"", b"{", b"\xff\xfe",
    b'{"id": "\\ud800", "title": "t"}',
    b'{"id": NaN}', b"[" * 60000, b'{"a":' * 10000,
]  # fmt: skip


@pytest.mark.parametrize("body", REFUSED, ids=range(len(REFUSED)))
async def test_what_does_not_fit_is_refused_without_being_said_back(world: Rehearsal, body: Any) -> None:
    async with door(world, known()) as post:
        status, said, _ = await post(body)
    assert status == 400 and set(said) == {"error"} and "colour" not in said["error"] and kept(world) == []


async def test_more_than_64_kib_is_not_read(world: Rehearsal) -> None:
    async with door(world, known()) as post:
        assert (await post(b"x" * (MOST_BYTES + 1)))[0] == 413
        assert (await post(b"garbage", Content_Encoding="gzip"))[0] == 400
    assert kept(world) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=8,
)  # fmt: skip
HOSTILE = st.one_of(
    st.binary(max_size=300),
    VALUES,
    st.dictionaries(st.sampled_from([*BODY, "at", "level", "source", "x"]), VALUES, max_size=8),
    st.builds(lambda extra: BODY | extra, st.dictionaries(st.sampled_from([*BODY, "at", "level"]), VALUES, max_size=3)),
)


def test_nothing_that_is_sent_ends_in_a_fault_of_ours(tmp_path: Path) -> None:
    """One server for all examples; each answer is one of ours."""

    async def play(bodies: list[Any]) -> list[int]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        world = Rehearsal(folder)
        try:
            async with door(world, known(per_minute=10_000)) as post:
                return [(await post(body))[0] for body in bodies]
        finally:
            world.turns.close()

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(HOSTILE, min_size=20, max_size=60))
    def look(bodies: list[Any]) -> None:
        assert set(asyncio.run(play(bodies))) <= {200, 400, 422}

    look()
