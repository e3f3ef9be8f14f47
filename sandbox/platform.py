"""The whole stand-in put together: every part of one corp with one app, in memory."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from sandbox.cards import Cards
from sandbox.chats import Chats
from sandbox.clock import BusinessClock, every, stamp
from sandbox.contacts import Contacts
from sandbox.courier import Courier
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.hub import Hub
from sandbox.media import MediaStore
from sandbox.menus import Menu
from sandbox.organisation import Organisation
from sandbox.record import Record
from sandbox.sending import Sending
from sandbox.settings import Settings
from sandbox.tokens import Tokens

_ASK_CLOCK_SECONDS = 20.0


class Platform:
    """State and parts; `start` and `stop` belong inside a running loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.organisation = Organisation.load(settings.org)
        self.hub, self.media = Hub(), MediaStore()
        self.faults = Faults(settings)
        self.tokens = Tokens(settings, self.faults)
        self.clock = BusinessClock(settings.callback, settings.clock_url, self.tell_clock)
        self.chats = Chats(self.hub, self._business_now)
        self.record = Record(self._business_now)
        self.cards = Cards(settings, self.organisation, self.chats, self.record)
        self.sending = Sending(
            settings, self.organisation, self.faults, self.media, self.chats, self.cards, self.record
        )
        self.menu, self.contacts = Menu(self.hub), Contacts(self.organisation)
        self.events, self.courier = Events(settings), Courier(settings, self.faults)
        self._background: asyncio.Task[None] | None = None

    def tell_clock(self) -> None:
        self.hub.tell("clock", clock=self.clock.state())

    async def start(self) -> None:
        self._background = asyncio.create_task(every(_ASK_CLOCK_SECONDS, self._ask_clock))

    async def stop(self) -> None:
        self.hub.close()
        if self._background is not None:
            self._background.cancel()
            with suppress(asyncio.CancelledError):
                await self._background
        await self.courier.close()

    def forget(self) -> None:
        """Back to the first day: no chats, record, media, codes or faults. Tokens stay valid."""
        for part in (self.chats, self.record, self.media, self.cards, self.sending, self.faults):
            part.clear()

    def state(self) -> dict[str, Any]:
        """What a page needs to know before it draws anything."""
        return {
            "app": {"name": self.settings.app_name, "agentid": self.settings.agent_id},
            "menu": self.menu.buttons,
            "faults": self.faults.state(),
            "clock": self.clock.state(),
            "media_url": "/api/media/",
        }

    async def hear_clock(self) -> None:
        """While the clock is being turned, what arrives belongs to the stop at which the bot stands just now."""
        if self.clock.turning:
            await self.clock.ask(self.courier.session)

    def _business_now(self) -> str:
        return stamp(self.clock.now())

    async def _ask_clock(self) -> None:
        if not self.clock.turning and not self.faults.network_down:
            await self.clock.ask(self.courier.session)
            self.tell_clock()
