"""The Excel files of a transcript, made as the channel makes them, and read back."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook as Read

from bot.books import Books
from bot.messages import Workbook
from handlers.registry import FLOWS
from tests.flows.harness import Rehearsal


def owed(world: Rehearsal, person: str) -> list[Workbook]:
    """What was sent to him, oldest first; the harness's channel makes no file of it."""
    return [s.message for s in world.channel.sent if s.person == person and isinstance(s.message, Workbook)]


async def made(world: Rehearsal, person: str, book: Workbook | None = None) -> bytes:
    """The bytes of that book, or of the newest that he was sent, with the rights that he has now."""
    path = Path(world.files.parent) / "made.xlsx"
    await Books(world.world, FLOWS).write(person, book or owed(world, person)[-1], path)
    content = path.read_bytes()
    path.unlink()
    return content


async def read(world: Rehearsal, person: str, book: Workbook | None = None) -> Read:
    return openpyxl.load_workbook(io.BytesIO(await made(world, person, book)))


def lines(book: Read, sheet: int = 0) -> list[dict[str, object]]:
    """The rows of a sheet by their headings."""
    rows = [[_day(cell) for cell in row] for row in book.worksheets[sheet].iter_rows(values_only=True)]
    return [dict(zip([str(name) for name in rows[0]], row, strict=True)) for row in rows[1:]]


def _day(cell: object) -> object:
    """Excel knows moments only."""
    return cell.date() if isinstance(cell, datetime) else cell
