"""The HTTP surface: WeCom's callback, the probes, the metrics, systems' alerts and, in a rehearsal, the clock."""

from __future__ import annotations

import json
import logging
from datetime import datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from bot.anonymous.relay import PATH, Relay
from bot.auditor import LATE_SECONDS, Auditor
from bot.clock import CHINA, RehearsalClock
from bot.ingest import PATH as INGEST
from bot.ingest import Ingest
from bot.scheduler import Scheduler
from bot.turns import Turns
from bot.wecom.callback import Callback
from storage import schema

MAX_BODY = 1_000_000
LOCAL = ("127.0.0.1", "::1")

log = logging.getLogger("jiandu.server")


class Server:
    """Builds the aiohttp application; everything that is not listed is a 404."""

    def __init__(
        self,
        callback: Callback,
        path: str,
        turns: Turns,
        clock: object,
        scheduler: Scheduler,
        auditor: Auditor,
        relay: Relay | None = None,
        ingest: Ingest | None = None,
    ) -> None:
        self._callback = callback
        self._path = path
        self._turns = turns
        self._clock = clock
        self._scheduler = scheduler
        self._auditor = auditor
        self._relay = relay
        self._ingest = ingest

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        app.add_routes(self._callback.routes(self._path))
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._metrics)
        if self._relay is not None:
            app.router.add_post(PATH, self._relay.serve)
        if self._ingest is not None:
            app.router.add_post(INGEST, self._ingest.serve)
        if isinstance(self._clock, RehearsalClock):
            app.router.add_get("/rehearsal/clock", self._tell_clock)
            app.router.add_post("/rehearsal/clock", self._turn_clock)
        return app

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        try:
            await self._turns.read(lambda session: session.execute(text("SELECT 1")))
            if schema.present(self._turns.engine) != schema.newest():
                return web.Response(status=503, text="schema is not current\n")
            late = await self._auditor.late_seconds()
        except Exception as error:
            log.warning("not ready: %s", type(error).__name__)
            return web.Response(status=503, text="store is out of reach\n")
        if late > LATE_SECONDS:
            return web.Response(status=503, text=f"pushes are late by {late:.0f} s\n")
        return web.Response(text="ready\n")

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _tell_clock(self, _request: web.Request) -> web.Response:
        assert isinstance(self._clock, RehearsalClock)
        now = self._clock().astimezone(CHINA)
        return web.json_response({"now": now.isoformat(), "rate": self._clock.rate})

    async def _turn_clock(self, request: web.Request) -> web.Response:
        if request.remote not in LOCAL:
            return web.Response(status=404)
        try:
            body = await request.json()
            target = datetime.fromisoformat(body["now"])
            rate = float(body.get("rate", 1))
        except (ValueError, TypeError, KeyError, json.JSONDecodeError):
            return web.json_response({"error": "now must be an ISO moment, rate a number"}, status=400)
        if not 0 <= rate <= 100_000:
            return web.json_response({"error": "rate must lie between 0 and 100000"}, status=400)
        if target.tzinfo is None:
            target = target.replace(tzinfo=CHINA)
        await self._scheduler.turn_to(target, rate)
        return await self._tell_clock(request)
