"""Puts the anonymous path together for a running process: file, pepper, batch, and the flows behind it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from bot import auditor
from bot.anonymous.batch import Batch, Hours, open_vault
from bot.anonymous.box import Box
from bot.anonymous.office import Colleagues, Office
from bot.anonymous.path import AnonymousPath
from bot.anonymous.pictures import Pictures, Source
from bot.clock import real_now
from bot.config import Anonymity
from bot.errors import ConfigError
from bot.sealing import keyring, receipts
from bot.sealing.keyring import BadKeyFile
from bot.sealing.pairs import Pair
from bot.world import World
from storage import audits, sealing_keys, seen
from storage.vault import Report

LATELY = timedelta(minutes=30)  # whoever spoke since then may have been in the midst of a report


def _reading_keys(settings: Anonymity) -> dict[str, list[Pair]]:
    """With `reading="chat"` the bot opens what is sealed to these. Raises ConfigError with one line."""
    passphrase = os.environ.get("JIANDU_PASSPHRASE", "")
    try:
        owned = [keyring.load(path, passphrase) for path in settings.reading_keys]
    except BadKeyFile as error:
        raise ConfigError(f"anonymity.reading_keys: {error}") from None
    if wrong := [one.pair.key_id for one in owned if one.kind != sealing_keys.READING]:
        raise ConfigError(f"anonymity.reading_keys: {wrong[0]} is not a reading key (keys new --reading)")
    found: dict[str, list[Pair]] = {}
    for one in owned:
        found.setdefault(one.officer, []).append(one.pair)
    return found


@dataclass(frozen=True, slots=True)
class Desk:
    """What runs: the path that hears, and the batch that writes."""

    path: AnonymousPath
    batch: Batch

    async def took_over(self) -> None:
        """Another process held the path until now: somebody may be in the midst of a report that only it knew."""
        self.path.begin_anew()
        await self.batch.catch_up()

    async def stop(self) -> None:
        """Nothing is heard any more: what waits is written first of all (anonymity.md)."""
        await self.batch.write()
        self.path.close()


async def open_desk(world: World, settings: Anonymity, colleagues: Colleagues, source: Source) -> Desk:
    """source: where pictures come from. Raises ConfigError or OSError."""
    vault = await asyncio.to_thread(open_vault, settings.file)
    known = await asyncio.to_thread(vault.numbers)
    pepper = receipts.load_pepper(settings.pepper_file, create=not known)
    salt = await asyncio.to_thread(vault.salt, receipts.new_salt())
    office = Office(world, colleagues, settings.reading)

    async def filed(new: Sequence[Report]) -> None:
        await world.turns.run(lambda session: colleagues.file(office.turn(session), new))

    batch = Batch(vault, world.now, Hours(settings.flush_hours, settings.flush_seconds), filed)
    keys = await asyncio.to_thread(_reading_keys, settings) if settings.reading == "chat" else {}
    world.box = Box(vault, batch, keys)
    path = AnonymousPath(office, vault, batch, pepper, salt, Pictures(source))
    if await world.turns.read(_was_served_lately):
        path.begin_anew()
    return Desk(path, batch)


def _was_served_lately(session: Session) -> bool:
    """Whether a process heard people here within `LATELY`. Reporters leave no row: the audits say that it lived."""
    real = real_now()
    return seen.any_since(session, real - LATELY) or audits.last_at(session) > real - auditor.EVERY - LATELY
