"""What all processes count together, in a Redis, for a minute each: who knocks without a key, and how often a key does.

Optional, and nothing rests on it: without it, or while it is out of reach, each process counts for itself. It holds
numbers under digests, no address, name or word; tokens, turns and everything owed stay in the store.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Callable

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.metrics import CACHE_AWAY

WITHIN = 0.3  # seconds for one question: somebody is waiting
REST = 5.0  # seconds in which a Redis that did not answer is not asked again
KEPT = 120  # seconds: a minute, and clocks that differ

log = logging.getLogger("jiandu.cache")


class Cache:
    """`secret`: of the installation, so that the names that are counted cannot be guessed from the keys."""

    def __init__(
        self, url: str, secret: bytes, real: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._redis = Redis.from_url(
            url, socket_timeout=WITHIN, socket_connect_timeout=WITHIN, retry=Retry(NoBackoff(), 0)
        )
        self._secret = secret
        self._real = real
        self._monotonic = monotonic
        self._rests_until = 0.0
        self._is_away = False
        CACHE_AWAY.set(0)

    async def count(self, name: str) -> int | None:
        """Count `name` once more; how often that makes in this minute, over all processes. None: it cannot be told."""
        if self._monotonic() < self._rests_until:
            return None
        key = self._key(name)
        try:
            async with self._redis.pipeline() as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, KEPT)
                counted, _ = await pipeline.execute()
        except (RedisError, OSError) as error:
            self._lose(error)
            return None
        self._find_again()
        return int(counted)

    async def ping(self) -> str:
        """ "" when it answers, otherwise why not; for `run.py check`."""
        try:
            await self._redis.ping()
        except (RedisError, OSError) as error:
            return type(error).__name__
        return ""

    async def close(self) -> None:
        await self._redis.aclose()

    def _key(self, name: str) -> str:
        minute = int(self._real() // 60)
        return "jiandu:" + hmac.new(self._secret, f"{minute}|{name}".encode(), hashlib.sha256).hexdigest()[:32]

    def _lose(self, error: Exception) -> None:
        self._rests_until = self._monotonic() + REST
        if not self._is_away:
            log.warning("the cache is out of reach, each process counts for itself: %s", type(error).__name__)
        self._is_away = True
        CACHE_AWAY.set(1)

    def _find_again(self) -> None:
        if self._is_away:
            log.warning("the cache answers again")
        self._is_away = False
        CACHE_AWAY.set(0)


def secret_of(encoding_aes_key: str) -> bytes:
    """Of what every process of the installation has, and nobody else."""
    return hmac.new(encoding_aes_key.encode(), b"jiandu/cache/names", hashlib.sha256).digest()
