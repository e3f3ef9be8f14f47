"""People who go on talking while one replica after the other is restarted, through what a platform and a proxy are."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.anonymous.words import LATER
from bot.sealing import pairs
from storage import sealing_keys
from storage.sealing_keys import OfficerKey
from tests.e2e.replicas import Replicas
from tests.e2e.wire import Sealed, Wire

SPEAKERS = ("hx_caiwu", "hx_shenji", "hx_jiwei", "hx_gonghui")
PACE = 2.0  # seconds between two submissions of one person
PATIENCE = 60.0  # the platform's, when nobody takes a callback


def officers_in(engine: Engine) -> None:
    """Keys of the lead manager and of a superior body, so that a report without a name can be sealed."""
    owners = (("hx_jiwei", sealing_keys.LEAD_MANAGER), ("上级纪委", sealing_keys.SUPERIOR))
    with engine.begin() as connection, Session(bind=connection) as session:
        for officer, kind in owners:
            pair = pairs.new_pair()
            sealing_keys.add(session, OfficerKey(
                key_id=pair.key_id, officer=officer, kind=kind, public_key=pair.public.hex(),
                created_on=date(2026, 12, 1), retired_on=None,
            ))  # fmt: skip


@dataclass(slots=True)
class Talk:
    """What the speakers said, and what came back in the responses. submitted: the words of each submission."""

    replicas: Replicas
    wire: Wire = field(init=False)
    delivered: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    submitted: list[str] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.wire = Wire(self.replicas.ports[0])

    async def say(self, person: str, text: str, first: int = 0) -> str:
        """What the response says; asked again where the anonymous path changed hands in this moment."""
        while (reply := await self._deliver(person, self.wire.seal(self.wire.text(person, text)), first)) == LATER:
            await asyncio.sleep(0.2)
        return reply

    async def go_on(self, person: str, over: asyncio.Event) -> None:
        """Submit one matter after the other. Each is confirmed at both replicas at once: it must become one record."""
        while not over.is_set():
            words = f"恒信物流第{len(self.submitted) + 1}号库房盘点不实，{person}核对时发现"
            self.submitted.append(words)
            asked = await self.say(person, f"报送问题：{words}", len(self.submitted) % 2)
            assert asked == "" or "回复“确认”提交" in asked, asked
            done = await asyncio.gather(*(self.say(person, "确认", at) for at in (0, 1)))
            assert "" in done or sum("不用再确认" in reply for reply in done) == 1, done
            await asyncio.sleep(PACE)

    async def _deliver(self, person: str, sealed: Sealed, first: int) -> str:
        """The same bytes to one replica after the other until one takes them."""
        until, at = time.monotonic() + PATIENCE, first
        while time.monotonic() < until:
            wire = Wire(self.replicas.ports[at % len(self.replicas.ports)])
            heard = await wire.deliver(sealed)
            if heard.status == 200:
                self.delivered[person] += 1
                self.answered[person] += bool(heard.reply.text)
                return heard.reply.text
            self.refused += 1
            at += 1
            await asyncio.sleep(0.05)
        raise AssertionError("nobody took a callback")


async def restart_each(replicas: Replicas) -> list[int | None]:
    """SIGTERM to one after the other, each when the one before it is ready again; their exit codes."""
    codes = []
    for at, bot in enumerate(replicas.bots):
        codes.append(await asyncio.to_thread(bot.stop))
        replicas.start_one(at)
        await asyncio.to_thread(bot.wait_ready, replicas.ports[at], "/readyz", 90)
    return codes
