"""Reads a workbook in a process of its own, which `bot/sheets.py` starts: what a hostile file ends is not the bot.

Two cells in opposite corners of a sheet are 7 KB, and make the library ask for 400 GB: it ends its process then,
without an exception. Called with the path and how many lines of a sheet are wanted (0: all); writes JSON, or only
its exit code.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from datetime import date, datetime

from python_calamine import CalamineWorkbook

MEMORY = 512 * 1024 * 1024  # bytes; a hundred thousand lines of fifty cells take 225 MB
SECONDS = 30  # of computing
MOST_TEXT = 10_000_000  # characters that are handed back
TOO_MUCH = 3


def main(path: str, most: int) -> int:
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        with suppress(OSError, ValueError):  # forbidden, or lower already
            resource.setrlimit(what, (limit, limit))
    book = CalamineWorkbook.from_path(path)
    sheets, left = [], MOST_TEXT
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=most or None)
        lines = [[_cell(value) for value in row] for row in rows]
        left -= sum(len(cell) + 4 for line in lines for cell in line)
        if left < 0:
            return TOO_MUCH
        sheets.append((title, lines))
    json.dump(sheets, sys.stdout)
    return 0


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
