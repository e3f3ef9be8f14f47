"""Holds conversations with a server: a closed loop of so many people, or an open loop at a fixed rate."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.wire import Callback, Post

Talk = Sequence[Callback]  # each message goes out when the one before it is answered
PATIENCE = 10.0  # seconds for one answer
THINKING = 0.5  # seconds between a person's messages in the open loop
MOST_LINES = 256


@dataclass(slots=True)
class Run:
    """What one phase came to. Times in seconds; in the open loop a latency counts from the moment that was planned."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    heard: list[tuple[Callback, int, bytes]] = field(default_factory=list, repr=False)
    talks: int = 0  # whole conversations
    lost: int = 0

    @property
    def answered(self) -> int:
        return len(self.heard)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Nearest rank, in milliseconds."""
        ranked = sorted(self.latencies)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000 if ranked else 0.0

    def faults(self, post: Post) -> list[str]:
        """Answers that are not what was wanted; read after the clock has stopped."""
        wrong = [f"{self.lost} without an answer"] if self.lost else []
        for callback, status, body in self.heard:
            words = post.read(body) if status == 200 else f"HTTP {status}"
            if not callback.wanted.search(words):
                wrong.append(f"wanted {callback.wanted.pattern}, heard {words[:160]!r}")
        return wrong


class Line(asyncio.Protocol):
    """One connection, one request at a time; opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self._buffer = b""

    async def ask(self, raw: bytes) -> tuple[int, bytes]:
        """(status, body). Raises OSError or TimeoutError."""
        loop = asyncio.get_running_loop()
        if self._transport is None:
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        assert self._transport is not None
        self._buffer, self._waiting = b"", loop.create_future()
        self._transport.write(raw)
        timer = loop.call_later(PATIENCE, self._give_up)
        try:
            return await self._waiting
        finally:
            timer.cancel()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _give_up(self) -> None:
        self._settle(TimeoutError())
        self.close()

    def _settle(self, outcome: tuple[int, bytes] | Exception) -> None:
        waiting = self._waiting
        if waiting is None or waiting.done():
            return
        if isinstance(outcome, Exception):
            waiting.set_exception(outcome)
        else:
            waiting.set_result(outcome)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        if b"connection: close" in head and self._transport is not None:
            self._transport.abort()
            self._transport = None
        self._settle((int(head[9:12]), self._buffer[end + 4 : end + 4 + length]))

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None
        self._settle(ConnectionResetError())


async def closed_loop(port: int, talks: Iterator[Talk], *, people: int, seconds: float) -> Run:
    """`people` talk at once, each starting the next conversation when the last one ended; no message begins late."""
    run, lines = Run(), [Line(port) for _ in range(people)]
    with _undisturbed():
        begin = time.perf_counter()
        await asyncio.gather(*(_sit(run, line, talks, begin + seconds) for line in lines))
        run.seconds = time.perf_counter() - begin
    await _hang_up(lines)
    return run


async def _sit(run: Run, line: Line, talks: Iterator[Talk], until: float) -> None:
    while time.perf_counter() < until:
        talk = next(talks, None)
        if talk is None:
            return
        for callback in talk:
            if not await _exchange(run, line, callback, time.perf_counter()):
                break
        else:
            run.talks += 1


async def open_loop(port: int, talks: Iterator[Talk], *, rate: float, seconds: float) -> Run:
    """Messages are planned at `rate` a second whatever the server does, and wait where it is late (no omission)."""
    run, free = Run(), [Line(port)]
    tasks: list[asyncio.Task[None]] = []
    gate = asyncio.Semaphore(MOST_LINES)
    with _undisturbed():
        begin = time.perf_counter()
        planned = 0
        for talk in talks:
            start = begin + planned / rate
            if start > begin + seconds:
                break
            await asyncio.sleep(max(0.0, start - time.perf_counter()))
            tasks.append(asyncio.create_task(_hold(run, free, gate, port, talk, start)))
            planned += len(talk)
        await asyncio.gather(*tasks)
        run.seconds = time.perf_counter() - begin
    await _hang_up(free)
    return run


async def _hold(run: Run, free: list[Line], gate: asyncio.Semaphore, port: int, talk: Talk, start: float) -> None:
    for place, callback in enumerate(talk):
        planned = start + place * THINKING
        await asyncio.sleep(max(0.0, planned - time.perf_counter()))
        async with gate:
            line = free.pop() if free else Line(port)
            answered = await _exchange(run, line, callback, planned)
            free.append(line)
        if not answered:
            return
    run.talks += 1


async def _exchange(run: Run, line: Line, callback: Callback, since: float) -> bool:
    try:
        status, body = await line.ask(callback.raw)
    except (OSError, TimeoutError):
        run.lost += 1
        return False
    run.latencies.append(time.perf_counter() - since)
    run.heard.append((callback, status, body))
    return True


async def _hang_up(lines: Sequence[Line]) -> None:
    for line in lines:
        line.close()
    await asyncio.sleep(0)  # an aborted transport is gone with the loop's next round


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Our own garbage collector must not show up in somebody else's latency."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
