"""Writes the tables of docs/reminders.md from LADDERS and KINDS, so that the page cannot differ from the program.

`make docs` runs it: the page's words are kept, what follows `MARK` is written anew.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from handlers import kinds
from handlers.reminding import NAMES
from handlers.rules.ladders import LADDERS, Rung, parse_rung

PAGE = Path(__file__).parent / "reminders.md"
MARK = "## The ladders\n"
HEAD = """
Written by `make docs` from `handlers/rules/ladders.py` and the KINDS of the flows; a test compares. How a line is read
stands above. A copy is marked （抄送）.
"""
# A ladder that another one's obligation climbs: whose, and when.
BORROWED: Mapping[str, tuple[str, str]] = {"dense": ("rectification", "重点督办或重大问题")}
_UNITS = {"d": "day", "w": "working day", "f": "day"}
_NOTES = {"merge": "merged", "long": "over 30 days only", "cooling": "cools"}
_FORMS = {"single": "单条", "digest": "今日事项"}


def tables() -> str:
    """All of them, each under its name and title."""
    return HEAD + "".join(f"\n{_table(name, [parse_rung(line) for line in lines])}" for name, lines in LADDERS.items())


def _table(name: str, rungs: list[Rung]) -> str:
    kind = kinds.of(BORROWED[name][0] if name in BORROWED else name)
    title = f"{kind.title}（{BORROWED[name][1]}）" if name in BORROWED else kind.title
    rows = [f"| {rung.name} | {_when(rung)} | {_to(rung)} | {_FORMS[rung.form]} | {_notes(rung)} |" for rung in rungs]
    head = "| rung | when | to | form | |\n|---|---|---|---|---|"
    return "\n".join([f"### `{name}` {title}", "", kind.law, "", head, *rows]) + "\n"


def _when(rung: Rung) -> str:
    """`3 working days before, 09:10`."""
    clock = f"{rung.clock:%H:%M}"
    if rung.offset is None:
        return f"half-way, {clock}"
    if rung.offset == 0:
        return f"the day itself{' or the next working day' if rung.unit == 'f' else ''}, {clock}"
    count = abs(rung.offset)
    unit = _UNITS[rung.unit] + ("s" if count > 1 else "")
    return f"{count} {unit} {'before' if rung.offset < 0 else 'after'}, {clock}"


def _to(rung: Rung) -> str:
    return "、".join(f"{NAMES[name]}{'（抄送）' if name in rung.copied else ''}" for name in rung.audience)


def _notes(rung: Rung) -> str:
    found = [words for flag, words in _NOTES.items() if getattr(rung, flag)]
    return ", ".join([*found, *([f"again every {rung.every} working days"] if rung.every else [])])


def page() -> str:
    """The whole page: its words as they stand, its tables as the program has them."""
    words, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return words + mark + tables()


if __name__ == "__main__":
    sys.stdout.write(page())
