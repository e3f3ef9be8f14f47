"""How fast we may speak: under 30 a minute and 1 000 an hour to one person, and a brake for the whole app.

What WeCom gets beyond that it drops without a word (wecom.md 4.1), so whoever is over the limit waits; nothing is lost.
The windows are per process: with several replicas give each its share.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from bot.wecom.parse import normal_userid

PER_MINUTE = 28  # a margin for passive replies and for clocks that differ
PER_HOUR = 950
_MINUTE, _HOUR = 60.0, 3600.0
_FIRST_BRAKE = 60.0
_TIDY_EVERY = 1000  # sends between two rounds of forgetting people who are silent


class Limiter:
    """`delay_for` asks, `note` records what is sent."""

    def __init__(
        self, per_minute: int = PER_MINUTE, per_hour: int = PER_HOUR, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._windows = ((_MINUTE, per_minute), (_HOUR, per_hour))
        self._kept = max(per_minute, per_hour)
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._noted = 0
        self._brake_until = 0.0
        self._next_brake = _FIRST_BRAKE

    def delay_for(self, person: str) -> float:
        """Seconds until `person` may get the next message; 0.0 when now."""
        sent = self._sent.get(normal_userid(person))
        if not sent:
            return 0.0
        now = self._clock()
        delay = 0.0
        for length, limit in self._windows:
            if len(sent) >= limit:
                delay = max(delay, sent[-limit] + length - now)
        return delay

    def remember(self, person: str, seconds_ago: float) -> None:
        """What an earlier process sent, oldest first and before any `note`: WeCom counts it all the same."""
        sent = self._sent.setdefault(normal_userid(person), deque(maxlen=self._kept))
        sent.append(self._clock() - seconds_ago)

    def note(self, person: str) -> None:
        """One message goes to `person` now."""
        sent = self._sent.setdefault(normal_userid(person), deque(maxlen=self._kept))
        sent.append(self._clock())
        self._noted += 1
        if self._noted % _TIDY_EVERY == 0:
            self._tidy()

    def brake(self) -> float:
        """45009: silence for the whole app, 60 s at first, doubled up to an hour while it recurs. Gives its rest."""
        length = self._next_brake
        if self.braked() == 0:
            self._brake_until = self._clock() + length
            self._next_brake = min(length * 2, _HOUR)
        return self.braked()

    def release(self) -> None:
        """A call went well after the brake: the next one starts short again."""
        if self.braked() == 0:
            self._next_brake = _FIRST_BRAKE

    def braked(self) -> float:
        """Seconds that the brake still holds."""
        return max(0.0, self._brake_until - self._clock())

    def _tidy(self) -> None:
        horizon = self._clock() - _HOUR
        self._sent = {person: sent for person, sent in self._sent.items() if sent[-1] > horizon}
