"""Who has shown no key may knock so often a minute; nobody who has one is ever shut out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, make_mocked_request

from bot.strangers import MOST, Stranger, Strangers

TRUSTED = ("127.0.0.0/8", "::1/128", "10.0.0.0/24")
FAR, ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.1"}


class Doors:
    """A server with a door that asks for a key and a probe that does not."""

    def __init__(self, per_minute: int = 3) -> None:
        self.now = 120.0
        self.heard = 0
        self.strangers = Strangers(per_minute, TRUSTED, lambda: self.now)

    async def keyed(self, request: web.Request) -> web.StreamResponse:
        self.heard += 1
        return web.Response() if "key" in request.query else Stranger(status=401)

    async def asked(self, _request: web.Request) -> web.StreamResponse:
        return web.Response()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ClientSession]:
        app = web.Application()
        app.router.add_get("/door", self.strangers.door(self.keyed))
        app.router.add_get("/probe", self.strangers.probe(self.asked))
        async with TestServer(app) as server, ClientSession(str(server.make_url("/"))) as http:
            yield http


async def statuses(http: ClientSession, path: str, times: int, headers: dict[str, str] | None = None) -> list[int]:
    found = []
    for _ in range(times):
        async with http.get(path, headers=headers) as response:
            found.append(response.status)
    return found


async def test_a_source_without_a_key_is_shut_out_before_it_is_read_until_the_minute_is_over() -> None:
    doors = Doors()
    async with doors.open() as http:
        assert await statuses(http, "/door", 5, FAR) == [401, 401, 401, 429, 429]
        assert doors.heard == 3
        assert await statuses(http, "/door?key", 1, FAR) == [429]
        assert await statuses(http, "/door?key", 9, ELSEWHERE) == [200] * 9
        doors.now += 60
        assert await statuses(http, "/door?key", 1, FAR) == [200]
        async with http.get("/door", headers=FAR) as response:
            assert response.status == 401


async def test_a_key_is_never_counted_and_a_probe_always_is() -> None:
    doors = Doors()
    async with doors.open() as http:
        assert await statuses(http, "/door?key", 20, FAR) == [200] * 20
        assert await statuses(http, "/probe", 5, FAR) == [200, 200, 200, 429, 429]
        async with http.get("/probe", headers=FAR) as response:
            assert 1 <= int(response.headers["Retry-After"]) <= 60


async def test_what_comes_from_our_own_machine_is_not_counted() -> None:
    """The proxy itself, and WeCom behind a proxy that names no address, look alike."""
    doors = Doors()
    async with doors.open() as http:
        assert await statuses(http, "/door", 9) == [401] * 9
        assert await statuses(http, "/probe", 9) == [200] * 9
        assert await statuses(http, "/probe", 9, {"X-Forwarded-For": "10.0.0.9, 127.0.0.1"}) == [200] * 9


async def test_only_the_nearest_foreign_address_counts_whatever_the_caller_writes_before_it() -> None:
    doors = Doors()
    async with doors.open() as http:
        lies = [{"X-Forwarded-For": f"192.0.2.{at}, 203.0.113.7, 10.0.0.9"} for at in range(4)]
        assert [(await statuses(http, "/probe", 1, lie))[0] for lie in lies] == [200, 200, 200, 429]
        assert await statuses(http, "/probe", 4, {"X-Forwarded-For": "nonsense"}) == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("said", "counted"),
    [("2001:db8::1", "2001:db8::/64"), ("::ffff:203.0.113.7", "203.0.113.7"), ("203.0.113.7", "203.0.113.7")],
)
def test_a_host_has_one_count_however_many_addresses_it_owns(said: str, counted: str) -> None:
    peer = make_mocked_request("GET", "/", {"X-Forwarded-For": said}).clone(remote="127.0.0.1")
    assert Strangers(1, TRUSTED)._source(peer) == counted


def test_a_peer_that_is_no_proxy_of_ours_cannot_name_another_address() -> None:
    peer = make_mocked_request("GET", "/", FAR).clone(remote="198.51.100.9")
    assert Strangers(1, TRUSTED)._source(peer) == "198.51.100.9"


async def test_the_memory_is_bounded() -> None:
    strangers = Strangers(1, TRUSTED, lambda: 0.0)
    for at in range(MOST + 50):
        await strangers._count(str(at))
    assert len(strangers._counts) == MOST


async def test_it_can_be_off() -> None:
    doors = Doors(0)
    async with doors.open() as http:
        assert await statuses(http, "/door", 9, FAR) == [401] * 9
