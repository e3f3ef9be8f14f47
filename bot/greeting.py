"""Somebody opened the app's window: greeted in the response, and nothing of it is kept anywhere (anonymity.md)."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from bot.clock import CHINA
from bot.flow import Done, Flow
from bot.messages import Inbound, Kind
from bot.understanding.meaning import Meaning
from bot.wecom.callback import Answer
from bot.world import World
from storage import people

OPENED = (Kind.ENTER, Kind.SUBSCRIBE)
INTENT = "enter"

log = logging.getLogger("jiandu.greeting")


class Greeter:
    """Greets each person once a day, in this process.

    Whoever means to report without his name opens the window first. So no row is written and no line logged: who was
    greeted, and by which callback, stands in memory only, under a key that is random and made anew every day.
    """

    def __init__(self, world: World, by_intent: Mapping[str, Flow]) -> None:
        self._world = world
        self._flow = by_intent.get(INTENT)
        self._key, self._day = secrets.token_bytes(32), date.min
        self._greeted: dict[bytes, bytes] = {}  # the person's name under the key -> the callback's

    async def greet(self, inbound: Inbound) -> Answer | None:
        """The words for the response; None when he was greeted today. A repeat of a callback hears the same."""
        if self._flow is None:
            return None
        self._turn_the_day()
        person, callback = self._name(inbound.person), self._name(inbound.key)
        if self._greeted.setdefault(person, callback) != callback:
            return None
        try:
            words = await self._world.turns.read(lambda session: self._words(session, inbound))
        except Exception as error:  # nobody asked for anything: no words, and the next time anew
            log.warning("no greeting: %s", type(error).__name__)
            self._greeted.pop(person, None)
            return None
        return Answer(words, None) if words else None

    def _turn_the_day(self) -> None:
        today = self._world.now().astimezone(CHINA).date()
        if today != self._day:
            self._key, self._day, self._greeted = secrets.token_bytes(32), today, {}

    def _name(self, of: str) -> bytes:
        return hmac.new(self._key, of.encode(), hashlib.sha256).digest()

    def _words(self, session: Session, inbound: Inbound) -> str:
        assert self._flow is not None
        now = self._world.now()
        actor = people.actor(session, inbound.person, now.astimezone(CHINA).date())
        turn = self._world.turn(session, actor, now, meaning=Meaning(INTENT, explicit=True), inbound=inbound)
        reply = self._flow.start(turn)
        return reply.text if isinstance(reply, Done) else ""
