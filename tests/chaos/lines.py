"""A line between two programs that can be cut: everything goes through it, until it is told otherwise."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from contextlib import suppress

PASS, REFUSE, RESET, STALL = "pass", "refuse", "reset", "stall"
CUTS = (REFUSE, RESET, STALL)
ABORTED = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset


class Line:
    """Listens on `port` and joins each connection to one of `targets` that answers, as a balancer does.

    REFUSE: nobody listens, what was open is reset. RESET: taken, and reset at once. STALL: silence in both directions,
    and what was held back goes on when the line passes again.
    """

    def __init__(self, *targets: int) -> None:
        self._targets, self._mode = targets, PASS
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def set(self, mode: str) -> None:
        self._mode = mode
        if mode == STALL:
            self._flows.clear()
            return
        self._flows.set()
        if mode != PASS:
            self._reset_all()
        if mode == REFUSE and self._server is not None:
            self._server.close()
            self._server = None
        if mode != REFUSE and self._server is None:
            await self.start()

    async def close(self) -> None:
        await self.set(REFUSE)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _reset_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        other: asyncio.StreamWriter | None = None
        try:
            await self._flows.wait()
            found = None if self._mode == RESET else await self._reach()
            if found is None:
                _reset(writer)
                return
            answers, other = found
            self._open.add(other)
            await asyncio.gather(self._carry(reader, other), self._carry(answers, writer))
        finally:
            for one in (writer, other):
                if one is not None:
                    self._open.discard(one)
                    one.close()
            self._tasks.discard(task)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for target in random.sample(self._targets, len(self._targets)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", target)
        return None

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flows.wait()
                if writer.is_closing():
                    return
                writer.write(data)
                await writer.drain()
        with suppress(OSError, RuntimeError):
            writer.close()  # either side's end is the end of both, as the programs here use it


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORTED)
    writer.transport.abort()
