"""The platform's API at its least: gives a token, accepts every message, counts it."""

from __future__ import annotations

import itertools
from collections import Counter
from types import TracebackType

from aiohttp import web


class Platform:
    """Listens on a free port of 127.0.0.1 while it is entered; `calls` counts by path."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.port = 0
        self._ids = itertools.count(1)

    async def __aenter__(self) -> Platform:
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def delivered(self) -> int:
        return self.calls["message/send"]

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.calls[path] += 1
        if path == "gettoken":
            body = '{"errcode":0,"errmsg":"ok","access_token":"bench","expires_in":7200}'
        else:
            serial = next(self._ids)
            body = f'{{"errcode":0,"errmsg":"ok","msgid":"m{serial}","response_code":"r{serial}"}}'
        return web.Response(text=body, content_type="application/json")
