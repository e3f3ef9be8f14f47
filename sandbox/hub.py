"""Tells every open page what changed, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

_BACKLOG = 2000  # a page that lags further behind is cut off and loads everything anew


class Hub:
    """Fan-out to any number of listeners; a slow one never holds up the others."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()

    def tell(self, kind: str, **content: Any) -> None:
        if not self._listeners:
            return
        line = json.dumps({"type": kind, **content}, ensure_ascii=False)
        for listener in list(self._listeners):
            try:
                listener.put_nowait(line)
            except asyncio.QueueFull:
                self._listeners.discard(listener)

    async def listen(self) -> AsyncIterator[str]:
        """Events as JSON lines until `close`; an empty line now and then keeps the connection alive."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(_BACKLOG)
        self._listeners.add(queue)
        try:
            while queue in self._listeners:
                try:
                    line = await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    line = ""
                if line is None:
                    return
                yield line
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        for listener in list(self._listeners):
            while listener.full():
                listener.get_nowait()
            listener.put_nowait(None)
