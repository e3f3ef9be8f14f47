"""Puts the running parts together and takes them apart: store, clock, dispatcher, sender, scheduler, HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime

import aiohttp
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import lexicon, tracing
from bot.almanac import Almanac
from bot.anonymous import relay
from bot.anonymous.desk import Desk, open_desk
from bot.anonymous.office import Colleagues
from bot.anonymous.relay import Relay
from bot.auditor import Auditor
from bot.books import Books
from bot.channel import WeComChannel, account
from bot.clock import CHINA, Now, real_now, rehearsal_clock
from bot.config import Config
from bot.contacts_sync import ContactsSync
from bot.discretion import shown_body
from bot.dispatcher import Dispatcher
from bot.fetcher import Fetcher
from bot.files import Depot
from bot.flow import Flow
from bot.ingest import Ingest, Receiving
from bot.messages import Inbound
from bot.presence import Presence
from bot.requests import Asking, Requests
from bot.scheduler import Scheduler
from bot.sealer import Sealer
from bot.sealing.safe import Safe
from bot.sender import Sender
from bot.server import Server, listen
from bot.strangers import Count, Strangers, alone
from bot.ticking import guarded, watch_the_wall_clock
from bot.timekeeper import Timekeeper
from bot.token_shelf import TokenShelf
from bot.turns import Turns
from bot.understanding.engine import Understanding
from bot.wecom.callback import Answer, Callback
from bot.wecom.client import WeComClient
from bot.wecom.crypto import Envelope
from bot.wecom.limits import Rates
from bot.wecom.menu import MenuButton
from bot.wecom.outcomes import Failure
from bot.wecom.transport import open_session
from bot.world import World
from storage import claims, leads, real_time, units

TICK_SECONDS = 1.0
CONTACTS_SECONDS = 5.0  # how soon a change of the contacts is fetched
AUDITOR_SECONDS = 30.0  # how often the push engine's heart beats; it audits once an hour
NAMES_SECONDS = 30.0  # how soon a change of the organisation is understood by every process
TOKEN_SECONDS = 30.0  # how often it is looked whether the token is to be renewed: nobody's call shall tell when
RELAY_LINES = 32  # to the holder of the anonymous path: a stall opens no more, and what was opened stays open
RELAY_SECONDS = 3.0  # how often the holder of the anonymous path says that it is there

log = logging.getLogger("jiandu.service")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where the business clock starts, and how fast it runs; None is production."""

    start: datetime
    rate: float


class Service:
    """One process of the bot. `start` returns when callbacks are heard; `stop` when what was accepted is safe."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        almanac: Almanac,
        flows: Sequence[Flow],
        menu: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (),
        rehearsal: Rehearsal | None = None,
        asking: Asking | None = None,
        unnamed: Colleagues | None = None,
        receiving: Receiving | None = None,
    ) -> None:
        self._menu = [MenuButton(name, sub=tuple(MenuButton(*entry) for entry in entries)) for name, entries in menu]
        self._config = config
        self._engine = engine
        self._almanac = almanac
        self._flows = flows
        self._rehearsal = rehearsal
        self._asking = asking
        self._unnamed = unnamed
        self._receiving = receiving
        self._stack = AsyncExitStack()
        self._origins = tracing.Origins()
        self.port = config.server.port

    async def start(self, host: str, port: int, *, alone: bool = True) -> None:
        """Raises OSError when the address is taken.

        alone: this one serves, and on SQLite nobody else does; otherwise it helps a command beside whoever serves.
        """
        turns = Turns(self._engine)
        self._stack.callback(turns.close)
        if (reading := await turns.read(real_time.read)) is not None:
            real_time.follow(reading)
        now = await turns.run(self._clock)
        self._world = await self._make_world(turns, now)
        app, http = account(self._config), await self._stack.enter_async_context(open_session())
        client = WeComClient(app, http, sharing=TokenShelf(turns, app))
        self._client = client
        self._books = Books(self._world, self._flows)
        channel = WeComChannel(client, self._config.files.directory, self._books)
        self._stack.callback(channel.close)
        self._sender = self._make_sender(turns, now, channel)
        self._timekeeper = Timekeeper(turns, self._sender.rest)
        self._contacts = ContactsSync(turns, now, client)
        self._together = self._open_cache()
        self._desk = await self._open_desk()
        self._relay = await self._open_relay()
        private = self._relay or (self._desk.path if self._desk is not None else None)
        self._dispatcher = Dispatcher(
            self._world, self._flows, self._sender.kick, self._contacts.hear, private, self._origins
        )
        self._scheduler = Scheduler(self._world, self._flows, self._sender, self._almanac)
        self._auditor = Auditor(self._world, self._flows)
        self._sealer = Sealer(turns)
        files = self._config.files
        depot, most = Depot(files.directory), files.max_mb * 1024 * 1024
        self._fetcher = Fetcher(self._world, self._flows, client, depot, most, self._sender.kick)
        if alone and self._engine.dialect.name == "sqlite":
            await turns.run(claims.free)  # a process that was killed took its leases with it
        self._presence = Presence(turns)
        await self._presence.tick()
        self._stack.push_async_callback(self._presence.stop)
        await self._scheduler.begin()
        await self._listen(host, port)
        self._stack.callback(asyncio.create_task(asyncio.to_thread(self._world.understanding.load)).cancel)
        self._run_in_background()
        if alone:
            self._stack.callback(asyncio.create_task(self._publish_menu()).cancel)

    async def stop(self) -> None:
        """Refuse new callbacks, finish the turns and calls under way, close the store."""
        await self._stack.aclose()

    async def replay(self, code: str) -> bool:
        """Carry out the message kept under a failure's code, and wait until what it owes was tried once."""
        found = await self._dispatcher.replay(code)
        await self._sender.idle(30)
        return found

    def _clock(self, session: Session) -> Now:
        if self._rehearsal is None:
            return real_now
        return rehearsal_clock(session, self._rehearsal.start, self._rehearsal.rate)

    def _make_sender(self, turns: Turns, now: Now, channel: WeComChannel) -> Sender:
        rates = Rates(per_day=self._config.wecom.daily_limit)
        return Sender(
            turns, now, channel, rates, may_send=lambda moment: self._world.calendar.may_send(moment),
            shown=lambda body: shown_body(body, self._world.safe), origins=self._origins,
        )  # fmt: skip

    async def _receive(self, inbound: Inbound, deadline: float) -> Answer | None:
        try:
            return await self._dispatcher.receive(inbound, deadline)
        finally:
            if inbound.media is not None:  # the turn is committed: what it owes is fetched at once
                self._fetcher.kick()

    async def _make_world(self, turns: Turns, now: Now) -> World:
        today = now().astimezone(CHINA).date()
        names = await turns.read(lambda session: lexicon.load(session, today))
        calendar = await turns.read(lambda session: self._almanac.look(session, now()))
        understanding = await asyncio.to_thread(Understanding, names, self._almanac.is_workday)
        roles = await turns.read(lambda session: lexicon.roles(session, today))
        group = await turns.read(units.root_name)
        sealed = await turns.read(leads.newest_sealed)
        safe = await asyncio.to_thread(Safe.at, self._config.anonymity.desk_key_file, create=sealed is None)
        return World(turns, now, calendar, understanding, self._config.policy, group, roles, safe=safe)

    async def _open_desk(self) -> Desk | None:
        if self._unnamed is None:
            return None
        return await open_desk(self._world, self._config.anonymity, self._unnamed, self._client)

    async def _open_relay(self) -> Relay | None:
        """Where several processes serve one store, one of them holds the anonymous path for all."""
        if self._desk is None or self._engine.dialect.name == "sqlite":
            return None
        lines = aiohttp.TCPConnector(limit=RELAY_LINES)
        http = await self._stack.enter_async_context(aiohttp.ClientSession(connector=lines))
        secret = relay.secret_of(self._config.wecom.encoding_aes_key)
        return Relay(self._world.turns, self._desk.path, http, "", secret, self._desk.took_over)

    def _open_ingest(self) -> Ingest | None:
        """The door for business systems, where any has a key (S58)."""
        settings = self._config.ingest
        if self._receiving is None or not settings.keys:
            return None
        return Ingest(self._world, settings, self._receiving, self._sender.kick, together=self._together)

    def _open_cache(self) -> Count:
        """How processes count together; redis is loaded only where one is set."""
        if not self._config.cache.url:
            return alone
        from bot.cache import Cache, secret_of

        cache = Cache(self._config.cache.url, secret_of(self._config.wecom.encoding_aes_key))
        self._stack.push_async_callback(cache.close)
        return cache.count

    async def _listen(self, host: str, port: int) -> None:
        wecom = self._config.wecom
        envelope = Envelope(wecom.token, wecom.encoding_aes_key, wecom.corp_id)
        callback = Callback(
            envelope,
            self._receive,
            self._dispatcher.delivered,
            self._dispatcher.known,
            replay_window_seconds=wecom.replay_window_seconds,
            now=lambda: real_time.real_now().timestamp(),
        )
        settings = self._config.server
        path, turns, now = settings.callback_path, self._world.turns, self._world.now
        server = Server(
            callback, path, turns, now, self._scheduler, self._auditor, self._relay, self._open_ingest(),
            Strangers(settings.strangers_per_minute, settings.trusted_proxies, together=self._together),
        )  # fmt: skip
        runner = await listen(server.application(administration=settings.admin_port == 0), host, port)
        self.port = runner.addresses[0][1]
        if settings.admin_port > 0:
            try:
                administration = await listen(server.administration(), settings.admin_host, settings.admin_port)
            except OSError:
                await runner.cleanup()
                raise
            self._stack.push_async_callback(administration.cleanup)
        if self._relay is not None:
            name = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104
            self._relay.address = f"http://{name}:{self.port}"
            await self._relay.tick()
        self._runner = runner

    def _run_in_background(self) -> None:
        sending = asyncio.create_task(self._sender.run())
        fetching = asyncio.create_task(self._fetcher.run())

        async def stop_sending() -> None:
            self._books.stop()
            await asyncio.gather(self._fetcher.stop(), self._sender.stop())
            await asyncio.gather(fetching, sending)

        ticker = AsyncIOScheduler(timezone="Asia/Shanghai")
        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        ticker.add_job(guarded(self._timekeeper.tick), "interval", seconds=TICK_SECONDS, **once)
        ticker.add_job(guarded(self._scheduler.tick), "interval", seconds=TICK_SECONDS, **once)
        if self._engine.dialect.name != "sqlite":  # there only one process serves
            ticker.add_job(guarded(self._presence.tick), "interval", seconds=TICK_SECONDS, **once)
        if self._asking is not None:
            worker = Requests(self._world, self._flows, self._asking, self._sender.kick)
            ticker.add_job(guarded(worker.tick), "interval", seconds=TICK_SECONDS, **once)
        ticker.add_job(guarded(self._auditor.tick), "interval", seconds=AUDITOR_SECONDS, **once)
        ticker.add_job(guarded(self._sealer.tick), "interval", seconds=TICK_SECONDS, **once)
        ticker.add_job(guarded(self._keep_token), "interval", seconds=TOKEN_SECONDS, **once)
        ticker.add_job(guarded(self._contacts.tick), "interval", seconds=CONTACTS_SECONDS, **once)
        ticker.add_job(guarded(self._refresh_names), "interval", seconds=NAMES_SECONDS, **once)
        ticker.add_job(guarded(self._fetcher.sweep), "cron", hour=3, minute=40, **once)
        if self._desk is not None:
            ticker.add_job(guarded(self._desk.batch.tick), "interval", seconds=TICK_SECONDS, **once)
        if self._desk is not None and self._relay is None:
            ticker.add_job(guarded(self._desk.batch.catch_up))  # once, now
        if self._relay is not None:
            ticker.add_job(guarded(self._relay.tick), "interval", seconds=RELAY_SECONDS, **once)
        ticker.start()
        self._stack.callback(asyncio.create_task(watch_the_wall_clock(ticker)).cancel)
        self._stack.push_async_callback(self._sealer.stop)
        self._stack.push_async_callback(stop_sending)
        if self._relay is not None:
            self._stack.push_async_callback(self._relay.stop)
        if self._desk is not None:
            self._stack.push_async_callback(self._desk.stop)
        self._stack.push_async_callback(self._runner.cleanup)
        self._stack.callback(ticker.shutdown, wait=False)

    async def _publish_menu(self) -> None:
        """Best effort: without a menu everything can still be typed. Tried until WeCom answers one way or the other."""
        for wait in (0.5, 2, 5, 15, 60):
            await asyncio.sleep(wait)
            if not self._menu:
                return
            try:
                await self._client.create_menu(self._menu)
            except Failure as failure:
                log.warning("menu not published: %s", failure)
            else:
                return

    async def _keep_token(self) -> None:
        with contextlib.suppress(Failure):  # said already; whoever needs one meets it
            await self._client.check_token()

    async def _refresh_names(self) -> None:
        """Take over new names of units and people; the old understanding goes on for turns that hold it."""
        today: date = self._world.now().astimezone(CHINA).date()
        self._world.roles = await self._world.turns.read(lambda session: lexicon.roles(session, today))
        names = await self._world.turns.read(lambda session: lexicon.load(session, today))
        if names != self._world.understanding.lexicon:
            self._world.understanding = await asyncio.to_thread(self._world.understanding.with_lexicon, names)
            self._world.group_name = await self._world.turns.read(units.root_name)
