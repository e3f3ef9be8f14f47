"""Arrangements that many tests begin with: carried out once in a process, then copied into each fresh world."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from tests.flows.harness import Rehearsal, Sent

Arrange = TypeVar("Arrange", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True, slots=True)
class _Kept:
    """A world after an arrangement: its store, what its people were told and have read, and what came of it."""

    store: sqlite3.Connection
    sent: tuple[Sent, ...]
    seen: dict[str, int]
    serial: int
    result: Any


_KEPT: dict[tuple[str, ...], _Kept] = {}


def once(arrange: Arrange) -> Arrange:
    """Of an arrangement that depends on its arguments alone. A world that is not fresh goes through it as it is."""

    @wraps(arrange)
    async def arranged(world: Rehearsal, *args: Any, **named: Any) -> Any:
        if not world.fresh:
            return await arrange(world, *args, **named)
        policy = world.world.policy.model_dump_json()
        key = (arrange.__module__, arrange.__qualname__, repr(args), repr(sorted(named.items())), policy,
               world.begins.isoformat())  # fmt: skip
        if key not in _KEPT:
            result = await arrange(world, *args, **named)
            if not world.files.exists():
                _KEPT[key] = await _keep(world, result)
            return result
        kept = _KEPT[key]
        await _put(world, kept)
        return kept.result

    return cast(Arrange, arranged)


async def _keep(world: Rehearsal, result: Any) -> _Kept:
    await world.settle()
    store = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(world.store)) as source:
        source.backup(store)
    serial = next(world._serial)
    world._serial = itertools.count(serial)
    return _Kept(store, tuple(world.channel.sent), dict(world._seen), serial, result)


async def _put(world: Rehearsal, kept: _Kept) -> None:
    await world.settle()
    with closing(sqlite3.connect(world.store)) as target:
        kept.store.backup(target)
    await world.turns.read(world.clock.load)
    world.channel.sent[:] = kept.sent
    world._seen = dict(kept.seen)
    world._serial = itertools.count(kept.serial)
