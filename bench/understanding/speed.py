"""Ten thousand messages, one after the other: median, 99th percentile, and both beside a fixed piece of work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.understanding import corpus
from bench.understanding.corpus import Said
from tests.understanding import samples

MESSAGES = 10_000
MEDIAN_MS, P99_MS = 1.0, 5.0  # the targets


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds of the processor for one message, and by the clock; `unit`: the fixed piece of work, in between.

    Other programs on the machine lengthen the time by the clock, and hardly that of the processor.
    """

    median: float
    p99: float
    slowest: float
    unit: float
    wall_median: float
    wall_p99: float
    loading: float

    @property
    def met(self) -> bool:
        return self.median < MEDIAN_MS and self.p99 < P99_MS


def work() -> float:
    """The fixed piece of work: plain Python on a short text, about as long as one message takes. Milliseconds."""
    began = time.thread_time()
    counts: dict[str, int] = {}
    for at in range(2000):
        key = "报送问题整改销号"[at % 8 :] + str(at % 97)
        counts[key] = counts.get(key, 0) + len(key)
    return (time.thread_time() - began) * 1000


def measure(rows: Sequence[Said], count: int = MESSAGES) -> Speed:
    """The corpus over and over, the engine loaded and warm; no message is left out of the figures."""
    began = time.perf_counter()
    for group in corpus.LEXICONS:
        corpus.engine(group).load()
    loading = (time.perf_counter() - began) * 1000
    taken: list[float] = []
    wall: list[float] = []
    units: list[float] = []
    for at in range(count):
        said = rows[at % len(rows)]
        engine, roles = corpus.engine(said.group), frozenset({said.role})
        began, clock = time.thread_time(), time.perf_counter()
        engine.understand(said.text, now=samples.NOW, roles=roles)
        taken.append((time.thread_time() - began) * 1000)
        wall.append((time.perf_counter() - clock) * 1000)
        if at % 20 == 0:
            units.append(work())
    taken.sort()
    wall.sort()
    at_99 = int(count * 0.99)
    middle, unit = statistics.median(taken), statistics.median(units)
    return Speed(middle, taken[at_99], taken[-1], unit, statistics.median(wall), wall[at_99], loading)
