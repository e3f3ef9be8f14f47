"""A tiny WeCom to call: hands out tokens, takes messages, and misbehaves as told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

SECRET = "s3cret-of-the-app"
Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Platform:
    """`faults[path]` is a queue of handlers that take the next calls; an empty queue means all is well."""

    def __init__(self) -> None:
        self.tokens = 0
        self.valid: set[str] = set()
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.faults: dict[str, deque[Fault]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.files: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.lives = 7200
        self.release = asyncio.Event()
        self.app = web.Application(client_max_size=32 * 1024 * 1024)
        self.app.router.add_route("*", "/cgi-bin/{path:.*}", self.handle)

    def fault(self, path: str, *faults: Fault) -> None:
        self.faults.setdefault(path, deque()).extend(faults)

    def bodies(self, path: str) -> list[Any]:
        return [body for called, _, body in self.calls if called == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        body: Any = None
        if request.content_type == "application/json":
            body = await request.json()
        elif request.content_type == "multipart/form-data":
            body = await self._file(request)
        self.calls.append((path, dict(request.query), body))
        waiting = self.faults.get(path)
        if waiting:
            return await waiting.popleft()(request)
        if path == "gettoken":
            return self._token(request)
        if request.query.get("access_token") not in self.valid:
            return error(40014)
        if path == "media/get":
            content, headers = self.files[request.query["media_id"]]
            return web.Response(body=content, headers=headers)
        return web.json_response({"errcode": 0, "errmsg": "ok", **self.answers.get(path, {})})

    def _token(self, request: web.Request) -> web.Response:
        if request.query["corpsecret"] != SECRET:
            return error(40001)
        self.tokens += 1
        token = f"TOKEN-{self.tokens}"
        self.valid.add(token)
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": self.lives})

    async def _file(self, request: web.Request) -> tuple[str, str, bytes]:
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            return part.headers["Content-Disposition"], part.headers["Content-Type"], content
        raise AssertionError


def error(code: int, message: str = "Warning: wrong json format. from ip: 203.0.113.9") -> web.Response:
    return web.json_response({"errcode": code, "errmsg": message})


def says(code: int) -> Fault:
    async def fault(_: web.Request) -> web.StreamResponse:
        return error(code)

    return fault


def http(status: int, text: str = "oops") -> Fault:
    async def fault(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers={"Location": "/elsewhere"})

    return fault


def says_exactly(body: bytes) -> Fault:
    async def fault(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    return fault


async def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def half(request: web.Request) -> web.StreamResponse:
    """Promises more than it sends."""
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"errcode": 0')
    assert request.transport is not None
    request.transport.close()
    return response
