"""Makes the Excel files whose rows are read from the store as they go out, on a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from bot.clock import CHINA
from bot.flow import Flow
from bot.messages import Cell, Workbook
from bot.world import World
from storage import people


class Books:
    """The flows' `books` by name; every file is made with the rights that its receiver has at that moment."""

    def __init__(self, world: World, flows: Sequence[Flow]) -> None:
        self._world = world
        self._makers = {name: maker for flow in flows for name, maker in flow.books.items()}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """What is being made is given up at the next row; whoever comes next makes it anew."""
        self._stopping.set()

    async def write(self, person: str, book: Workbook, path: Path) -> str:
        """The file of a book with a `source`; gives the digest of what it says (workbooks.write).

        Raises UserError for one who may not have it any more.
        """
        return await self._world.turns.look(lambda session: self._write(session, person, book, path))

    def _write(self, session: Session, person: str, book: Workbook, path: Path) -> str:
        assert book.source is not None
        name, asked = book.source
        now = self._world.now()
        turn = self._world.turn(session, people.actor(session, person, now.astimezone(CHINA).date()), now)
        from bot import workbooks  # loaded by the first file

        sheets = self._makers[name](turn, asked)
        return workbooks.write(path, (replace(sheet, rows=self._rows(sheet.rows)) for sheet in sheets))

    def _rows(self, rows: Iterable[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
        for row in rows:
            if self._stopping.is_set():
                raise InterruptedError("the process stops")
            yield row
