"""What waits for the next batch: sealed, in memory, written at fixed hours in one shuffle (anonymity.md)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import CHINA, Now, RehearsalClock, real_now
from bot.metrics import SEALED
from storage.vault import Report, Sealed, Vault

Filed = Callable[[Sequence[Report]], Awaitable[None]]

log = logging.getLogger("jiandu.anonymous")


@dataclass(frozen=True, slots=True)
class Hours:
    """When batches are written: at these hours of China's day; in a rehearsal every so many real seconds instead."""

    hours: tuple[int, ...]
    seconds: int = 0

    def after(self, moment: datetime) -> datetime:
        """The first batch after `moment`, business time."""
        local = moment.astimezone(CHINA)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        moments = [midnight + timedelta(days=day, hours=hour % 24) for day in (0, 1) for hour in self.hours]
        return min(at for at in moments if at > local)


@dataclass(slots=True)
class Batch:
    """The waiting rows and the moment at which they are written.

    filed: told of the reports that are in the file now; it must bear being told of one twice.
    """

    vault: Vault
    now: Now
    hours: Hours
    filed: Filed
    _reports: list[Report] = field(default_factory=list, repr=False)
    _parts: list[Sealed] = field(default_factory=list, repr=False)
    _replies: list[Sealed] = field(default_factory=list, repr=False)
    _next: datetime = field(init=False)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._next = self._after()

    def add(self, report: Report, parts: Sequence[Sealed]) -> None:
        self._reports.append(report)
        self._parts += parts

    def add_part(self, part: Sealed) -> None:
        """One more part of a report that is in the file."""
        self._parts.append(part)

    def add_reply(self, reply: Sealed) -> None:
        self._replies.append(reply)

    def is_waiting(self, lookup: bytes) -> bool:
        """Whether the report of this receipt is not in the file yet."""
        return any(report.lookup == lookup for report in self._reports)

    def numbers(self) -> set[str]:
        """The numbers of the leads that the waiting reports will be."""
        return {report.lead for report in self._reports}

    def weight(self) -> int:
        """Bytes of all parts that wait."""
        return sum(len(part.sealed) for part in self._parts)

    def next_hour(self) -> datetime:
        """The moment of the next batch, for people: the hour that is fixed for everybody."""
        return self.hours.after(self.now())

    async def tick(self) -> None:
        """Write what waits, when its hour has come."""
        clock = real_now() if self._by_seconds() else self.now()
        if clock >= self._next:
            self._next = self._after()
            await self.write()

    async def write(self) -> None:
        """Everything that waits, now; at the end of the process before everything else. A failure keeps it waiting."""
        async with self._writing:
            reports, parts, replies = self._reports, self._parts, self._replies
            if not (reports or parts or replies):
                return
            try:
                await asyncio.to_thread(self.vault.write, reports, parts, replies)
            except Exception as error:
                log.error("batch not written: %s", type(error).__name__)
                return
            self._reports = self._reports[len(reports) :]
            self._parts, self._replies = self._parts[len(parts) :], self._replies[len(replies) :]
        SEALED.inc(len(reports))
        log.info("batch written")
        await self.catch_up()

    async def catch_up(self) -> None:
        """Tell of all that is in the file: what a kill kept from being told is told now."""
        reports = await asyncio.to_thread(self.vault.filed)
        if reports:
            await self.filed(reports)

    def _by_seconds(self) -> bool:
        return bool(self.hours.seconds) and isinstance(self.now, RehearsalClock)

    def _after(self) -> datetime:
        return (
            real_now() + timedelta(seconds=self.hours.seconds) if self._by_seconds() else self.hours.after(self.now())
        )


def open_vault(path: Path) -> Vault:
    """The file, made when it is missing."""
    vault = Vault(path)
    vault.prepare()
    return vault
