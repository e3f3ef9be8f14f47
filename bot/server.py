"""The HTTP surface: WeCom's callback, the probes, the metrics, systems' alerts and, in a rehearsal, the clock."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.orm import Session

from bot.anonymous.relay import PATH, Relay
from bot.auditor import LATE_SECONDS, Auditor
from bot.clock import CHINA, RehearsalClock, real_now
from bot.ingest import PATH as INGEST
from bot.ingest import Ingest
from bot.scheduler import Scheduler
from bot.strangers import Strangers
from bot.turns import Turns
from bot.wecom.callback import Callback
from storage import leases, schema

MAX_BODY = 1_000_000
LOOK_SECONDS = 3.0  # balancers wait hardly longer
PROBE = "probe"
FARTHEST = timedelta(days=1100)  # of one turn of the rehearsal's clock: it stops at every due moment on the way
LOCAL = ("127.0.0.1", "::1")
STOP_SECONDS = 2.5  # aiohttp waits it twice, longer than a turn takes; with the sender's 2, less than the 10 promised
# A quarter's last hour knocks all at once. Where the system's queue is full it drops what a caller believes to be said,
# and that is said again a second later: behind the same person's next words.
WAITING = 1024

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
        strangers: Strangers | None = None,
    ) -> None:
        self._callback = callback
        self._path = path
        self._turns = turns
        self._clock = clock
        self._scheduler = scheduler
        self._auditor = auditor
        self._relay = relay
        self._ingest = ingest
        self._strangers = strangers or Strangers(0, ())
        self._look: asyncio.Task[str] | None = None

    def application(self, *, administration: bool = True) -> web.Application:
        """What the callback's port serves. administration: with what `administration` serves."""
        app = web.Application(client_max_size=MAX_BODY)
        door, probe = self._strangers.door, self._strangers.probe
        routes = self._callback.routes(self._path)
        app.add_routes([web.RouteDef(one.method, one.path, door(one.handler), one.kwargs) for one in routes])
        app.router.add_get("/healthz", probe(self._health))
        app.router.add_get("/readyz", probe(self._ready))
        if self._relay is not None:
            app.router.add_post(PATH, door(self._relay.serve))
        if self._ingest is not None:
            app.router.add_post(INGEST, door(self._ingest.serve))
        if administration:
            self._add_administration(app)
        return app

    def administration(self) -> web.Application:
        """What is for those who run it, on a port of its own."""
        app = web.Application(client_max_size=MAX_BODY)
        self._add_administration(app)
        return app

    def _add_administration(self, app: web.Application) -> None:
        app.router.add_get("/metrics", self._strangers.probe(self._metrics))
        if isinstance(self._clock, RehearsalClock):
            app.router.add_get("/rehearsal/clock", self._strangers.probe(self._tell_clock))
            app.router.add_post("/rehearsal/clock", self._turn_clock)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        """Within a few seconds, also where the store is silent; however many ask, one look at it is under way."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_at_store())
        try:
            trouble = await asyncio.wait_for(asyncio.shield(self._look), LOOK_SECONDS)
        except TimeoutError:
            trouble = "store does not answer"
        return web.Response(status=503 if trouble else 200, text=f"{trouble or 'ready'}\n")

    async def _look_at_store(self) -> str:
        """Why nobody should come here, or nothing. A disk that is full or read-only still lets itself be read."""
        try:
            if not await asyncio.to_thread(schema.fits, self._turns.engine):
                return "schema is not current"
            late = await self._auditor.late_seconds()
        except Exception as error:
            log.warning("not ready: %s", type(error).__name__)
            return "store is out of reach"
        if self._turns.failing:
            try:
                await self._turns.prove(_try_to_write)
            except Exception as error:
                log.warning("not ready: %s", type(error).__name__)
                return "store takes no writes"
        return f"pushes are late by {late:.0f} s" if late > LATE_SECONDS else ""

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _tell_clock(self, _request: web.Request) -> web.Response:
        assert isinstance(self._clock, RehearsalClock)
        now = self._clock().astimezone(CHINA)
        return web.json_response({"now": now.isoformat(), "rate": self._clock.rate})

    async def _turn_clock(self, request: web.Request) -> web.Response:
        if request.remote not in LOCAL:
            return web.Response(status=404)
        assert isinstance(self._clock, RehearsalClock)
        try:
            body = json.loads(await request.read())
            target = datetime.fromisoformat(body["now"])
            target = (target if target.tzinfo else target.replace(tzinfo=CHINA)).astimezone(UTC)
            rate = float(body.get("rate", 1))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return web.json_response({"error": "now must be an ISO moment, rate a number"}, status=400)
        if not 0 <= rate <= 100_000:
            return web.json_response({"error": "rate must lie between 0 and 100000"}, status=400)
        if target - self._clock() > FARTHEST:
            return web.json_response({"error": f"now must lie within {FARTHEST.days} days"}, status=400)
        await self._scheduler.turn_to(target, rate)
        return await self._tell_clock(request)


def _try_to_write(session: Session) -> None:
    leases.take(session, PROBE, PROBE, real_now(), timedelta())
    leases.give_back(session, PROBE, PROBE)


async def listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Serve the application; connections that come faster than they are taken wait in order.

    Raises OSError when the address is taken.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host, port, reuse_address=True, backlog=WAITING).start()
    return runner
