"""Plays the cases of one door, and tells each that failed by its seed and number."""

from __future__ import annotations

import faulthandler
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.dice import Dice, dice_of
from tests.fuzz.watching import LogWatch, Stuck, alarm

SLOW_SECONDS = 3.0  # of CPU time for one case
BELT_SECONDS = 300.0  # what no signal ends, ends the process; its parent tells which case it was
_BELT_EVERY = 200
MOST_FAULTS = 12  # of one door: what is wrong is known by then

Knock = Callable[[Dice], Awaitable[str]]
"""Throws one case and looks at what came of it: a word for the statistics. Raises whatever it must not."""


@dataclass(frozen=True, slots=True)
class Door:
    """share: how many of a thousand cases. block: after so many the door is opened anew, on a fresh world.

    A fault may hang on what came before it in its block: that is what `--case` plays again.
    """

    name: str
    share: int
    open: Callable[[Path, LogWatch], AbstractAsyncContextManager[Knock]]
    block: int = 2000


@dataclass(slots=True)
class Tally:
    """What became of the cases of one door. slowest: CPU seconds and the number of the case."""

    cases: int = 0
    seconds: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)


class Journal:
    """The case in hand, where a process that watches this one can read it after its death."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def note(self, number: int) -> None:
        os.pwrite(self._file, b"%-12d" % number, 0)

    @staticmethod
    def read(path: Path) -> int:
        return int(path.read_text() or "-1") if path.exists() else -1


async def play(door: Door, seed: int, first: int, last: int, folder: Path, journal: Journal | None = None) -> Tally:
    """The cases first … last - 1. Ends early after MOST_FAULTS."""
    tally, at = Tally(), first
    with LogWatch().listening() as log:
        while at < last and len(tally.faults) < MOST_FAULTS:
            until = min(last, (at // door.block + 1) * door.block)
            began, place = at, folder / f"{door.name}-{at}"
            place.mkdir(parents=True)
            try:
                async with door.open(place, log) as knock:
                    at = await _block(door, seed, at, until, knock, log, tally, journal)
            except Exception as error:  # what is looked at when the block ends
                tally.faults.append(_told(door, seed, max(at - 1, began), error))
                if at == began:  # it does not even open
                    break
    return tally


async def _block(
    door: Door, seed: int, at: int, until: int, knock: Knock, log: LogWatch, tally: Tally, journal: Journal | None
) -> int:
    log.take()
    while at < until and len(tally.faults) < MOST_FAULTS:
        if journal is not None:
            journal.note(at)
            if at % _BELT_EVERY == 0:
                faulthandler.dump_traceback_later(BELT_SECONDS, exit=True, file=sys.stderr)
        await _one(door, seed, at, knock, log, tally)
        at += 1
    return at


async def _one(door: Door, seed: int, number: int, knock: Knock, log: LogWatch, tally: Tally) -> None:
    began = time.process_time()
    try:
        with alarm():
            tally.ends[await knock(dice_of(seed, door.name, number))] += 1
        if found := log.take():
            raise AssertionError("; ".join(found[:3]))
    except (Exception, Stuck) as error:
        log.take()
        tally.faults.append(_told(door, seed, number, error))
    spent = time.process_time() - began
    tally.cases, tally.seconds = tally.cases + 1, tally.seconds + spent
    tally.slowest = max(tally.slowest, (spent, number))
    if spent > SLOW_SECONDS:
        tally.faults.append(f"{replayed(door, seed, number)}\n  took {spent:.1f} s of CPU time")


def replayed(door: Door, seed: int, number: int) -> str:
    """The command that plays it again."""
    return f'make fuzz ARGS="--door {door.name} --seed {seed} --case {number}"'


def _told(door: Door, seed: int, number: int, error: BaseException) -> str:
    lines = traceback.format_exception(error, limit=-6)
    return f"{replayed(door, seed, number)}\n" + "".join(f"  {line}\n" for line in "".join(lines).splitlines()[-16:])
