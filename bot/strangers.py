"""Whoever has shown no key may knock so often a minute; what WeCom signed, or what bears a key, is never counted."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from bot.metrics import REFUSED

Count = Callable[[str], Awaitable[int | None]]  # once more; the sum of all processes, None where it cannot be told
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MOST = 10_000  # addresses that are counted in one minute: memory stays bounded, whoever makes them up


async def alone(_name: str) -> int | None:
    """The count of a process that knows of no other."""
    return None


class Stranger(web.Response):
    """An answer to somebody whose key was missing or wrong."""


class Strangers:
    """The counts of one minute, by address; nothing of them is kept or logged.

    together: what all processes count of a name, where they can (bot/cache.py). It is asked only about who was refused,
    and answers with the sum: whoever is over it elsewhere is shut out here after his next knock.
    per_minute: 0 is off. trusted: networks of our own proxies, whose X-Forwarded-For is believed. What comes from them
    without that header (the proxy itself, this machine) is not counted: it cannot be told apart from WeCom.
    """

    def __init__(
        self, per_minute: int, trusted: Sequence[str], real: Callable[[], float] = time.time,
        together: Count = alone,
    ) -> None:  # fmt: skip
        self._most = per_minute
        self._trusted = [ip_network(one) for one in trusted]
        self._real = real
        self._together = together
        self._minute = -1
        self._counts: dict[str, int] = {}

    def door(self, handler: Handler) -> Handler:
        """For those who bring a key: only who was refused as a Stranger is counted, and shut out before he is read."""
        if not self._most:
            return handler

        async def guarded(request: web.Request) -> web.StreamResponse:
            if self._counts and self._is_over(self._source(request)):
                return self._too_many()
            response = await handler(request)
            if isinstance(response, Stranger):
                await self._count(self._source(request))
            return response

        return guarded

    def probe(self, handler: Handler) -> Handler:
        """For what anybody may ask: every question is counted."""
        if not self._most:
            return handler

        async def guarded(request: web.Request) -> web.StreamResponse:
            source = self._source(request)
            if self._is_over(source):
                return self._too_many()
            await self._count(source)
            return await handler(request)

        return guarded

    def _is_over(self, source: str) -> bool:
        self._forget()
        return bool(source) and self._counts.get(source, 0) >= self._most

    def _forget(self) -> None:
        if self._minute != (minute := int(self._real() // 60)):
            self._minute, self._counts = minute, {}

    async def _count(self, source: str) -> None:
        self._forget()
        if not source or (source not in self._counts and len(self._counts) >= MOST):
            return
        self._counts[source] = self._counts.get(source, 0) + 1
        counts, everywhere = self._counts, await self._together(f"stranger|{source}")
        if everywhere is not None and self._counts is counts:  # still the same minute
            counts[source] = max(counts[source], everywhere)

    def _source(self, request: web.Request) -> str:
        """The nearest address that is none of our proxies'; "" when there is none."""
        hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", ()) for hop in line.split(",")]
        for hop in (request.remote or "", *reversed(hops)):
            try:
                address = ip_address(hop)
            except ValueError:
                return hop[:64]
            if not any(address in network for network in self._trusted):
                return _neighbourhood(address)
        return ""

    def _too_many(self) -> web.Response:
        REFUSED.labels("rate").inc()
        wait = 60 - int(self._real() % 60)
        return web.Response(status=429, text="too many\n", headers={"Retry-After": str(wait)})


def _neighbourhood(address: IPv4Address | IPv6Address) -> str:
    """One host: an IPv6 host has a whole /64 to choose addresses from."""
    if isinstance(address, IPv4Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
