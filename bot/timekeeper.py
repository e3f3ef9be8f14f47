"""Follows the store's clock, and what must be done where that clock is set: on, nobody sends; back, nothing waits."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from bot.clock import real_now
from bot.turns import Turns
from storage import claims, real_time

LEAP_SECONDS = 1.0  # by which WeCom's minute may be misjudged; the margin of the limits covers it
REST_SECONDS = 61.0

log = logging.getLogger("jiandu.timekeeper")


class Timekeeper:
    """`tick` once a second. rest: silences the sender for so many seconds."""

    def __init__(self, turns: Turns, rest: Callable[[float], None]) -> None:
        self._turns = turns
        self._rest = rest
        self._alone = turns.engine.dialect.name == "sqlite"

    async def tick(self) -> None:
        """Read and follow. Set on: the last minute cannot be told from what came before it, so nothing is sent.

        Set back: what is stamped ahead of it is moved along, or it would wait for as long as the clock was ahead. On
        SQLite only, where one process writes, one turn after the other: of several, each would still stamp by the
        time before while another moves, and none could tell what was moved already.
        """
        reading = await self._turns.read(real_time.read)
        if reading is None:
            return
        seconds = real_time.leap(reading)
        if seconds > LEAP_SECONDS:
            log.warning("time was set on by %d s: nothing is sent for a minute", seconds)
            self._rest(REST_SECONDS)
        real_time.follow(reading)
        if seconds < -LEAP_SECONDS and self._alone:
            log.warning("time was set back by %d s: what was stamped ahead of it is moved along", -seconds)
            real, leap = real_now(), timedelta(seconds=seconds)
            await self._turns.run(lambda session: claims.set_back(session, real, leap))
