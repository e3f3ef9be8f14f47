"""Pictures of an anonymous report: fetched into memory, drawn anew, and never anywhere else."""

from __future__ import annotations

import asyncio
import logging
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from bot.anonymous import pixels, words
from bot.sealing.contents import Part
from bot.wecom.outcomes import Failure, Rejected

WITHIN = 8.0  # seconds for the fetching: the platform repeats a message that was not answered for 15 or more
AT_ONCE = 3  # pictures that are under way; each may take its bytes and, one at a time, its pixels
_TOO_LARGE = 45001


class Source(Protocol):
    """Where pictures come from: `bot/wecom/client.py`. Raises a Failure."""

    async def fetch(self, media_id: str, max_bytes: int) -> bytes: ...


class Refused(Exception):
    """The picture is not taken. wording: what the reporter hears."""

    def __init__(self, wording: str) -> None:
        super().__init__()
        self.wording = wording


@dataclass(slots=True)
class Pictures:
    """Takes pictures in, a few at a time; decoding happens in a thread of its own, so that nobody else waits."""

    source: Source
    _pool: ThreadPoolExecutor = field(init=False, repr=False)
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), repr=False)

    def __post_init__(self) -> None:
        logging.getLogger("PIL").setLevel(logging.CRITICAL)  # it logs the EXIF that it reads
        warnings.filterwarnings("ignore", module=r"PIL\.")  # and warns of what is odd in it
        self._pool = ThreadPoolExecutor(1, "pictures")

    async def take(self, media_id: str) -> Part:
        """The picture drawn anew. Raises Refused."""
        async with self._few:
            content = await self._fetched(media_id)
            try:
                return await asyncio.get_running_loop().run_in_executor(self._pool, pixels.redraw, content)
            except pixels.TooLarge:
                raise Refused(words.PICTURE_TOO_LARGE) from None
            except pixels.Unreadable:
                raise Refused(words.PICTURE_UNREADABLE) from None

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    async def _fetched(self, media_id: str) -> bytes:
        try:
            async with asyncio.timeout(WITHIN):
                return await self.source.fetch(media_id, pixels.MOST_BYTES)
        except (Failure, TimeoutError) as failure:
            large = isinstance(failure, Rejected) and failure.errcode == _TOO_LARGE
        raise Refused(words.PICTURE_TOO_LARGE if large else words.PICTURE_LOST)
