"""How fast we may speak: WeCom's limits with a margin, and a brake of this process's own calls (wecom.md 4.1)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_FIRST, _LONGEST = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Rates:
    """What all processes together may send; 0 is no limit.

    What one person gets beyond 30 a minute or 1 000 an hour WeCom drops without a word: whoever is over it waits.
    """

    per_minute: int = 28  # to one person; a margin for passive replies and for clocks that differ
    per_hour: int = 950
    per_second: int = 150  # of the app: WeCom takes 10 000 a minute
    per_day: int = 0  # of the app: the corp's account limit times 200, which nobody tells us


UNLIMITED = Rates(0, 0, 0)  # for a channel that leads to no platform


class Brake:
    """45009: this process is silent at once, whatever it calls. The pause of all processes stands in the store."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = 0.0
        self._next = _FIRST

    def pull(self) -> float:
        """60 s at first, doubled up to an hour while it recurs. Gives the rest of it."""
        length = self._next
        if self.left() == 0:
            self._until = self._clock() + length
            self._next = min(length * 2, _LONGEST)
        return self.left()

    def release(self) -> None:
        """A call went well after the brake: the next one starts short again."""
        if self.left() == 0:
            self._next = _FIRST

    def left(self) -> float:
        """Seconds that it still holds."""
        return max(0.0, self._until - self._clock())
