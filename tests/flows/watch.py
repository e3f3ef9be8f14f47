"""Watches a store's statements: which records each turn writes, and which events it writes with them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot import transacting
from storage import replay
from tests.flows.harness import Rehearsal

WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+[\"`]?(\w+)", re.IGNORECASE)
BESIDE = ("progress", "evidence", "acceptances", "extensions", "cycles", "milestones", "co_units", "objections",
          "consents")  # fmt: skip
# Every record, and of what its event must speak.
RECORDS = {
    **dict.fromkeys(("findings", *BESIDE), r"WT-"),
    "quarter_tasks": r"\d{4}Q\d|quarter",
    "quarter_figures": r"\d{4}Q\d",
    "special_reports": r"BG-",
    **dict.fromkeys(("meetings", "papers"), r"HY-"),
    "items": r"DB-|JH-",
    "inspections": r"LJ-",
    "talks": r"YT-",
    **dict.fromkeys(("leads", "lead_slips", "lead_notes"), r"XS-"),
    "reports": r"quarter_summary|bulletin",
    "delegations": r"delegation:|person:|organisation",
    **dict.fromkeys(("units", "people", "posts"), r""),
}
TURNS = ("_inside_savepoint", "_at_a_point", "whole")  # of bot/transacting.py: they run a `work`
TESTS = str(Path(__file__).parents[1])


@dataclass(slots=True)
class Unit:
    """One turn: what it wrote. arranged: a test wrote it, not the bot. forged: events of a test's own."""

    writes: list[str] = field(default_factory=list)
    matters: list[str] = field(default_factory=list)
    arranged: bool = False
    forged: bool = False

    def take_in(self, inner: Unit) -> None:
        self.writes += inner.writes
        self.matters += inner.matters
        self.arranged |= inner.arranged
        self.forged |= inner.forged

    @property
    def lacking(self) -> list[str]:
        """The writes that no event of the same turn speaks of."""
        return [w for w in self.writes if not any(re.match(RECORDS[w.split()[1]], m) for m in self.matters)]


@dataclass(slots=True)
class Watch:
    """What was committed since the watch began."""

    open: dict[int, list[Unit]] = field(default_factory=dict)
    riding: dict[int, Unit] = field(default_factory=dict)  # what small writes wrote, which are no part of a turn
    pending: dict[int, list[Unit]] = field(default_factory=dict)
    done: list[Unit] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return [f"{write} without its event" for unit in self.done if not unit.arranged for write in unit.lacking]

    @property
    def arranged_behind(self) -> bool:
        """Whether the test itself changed records behind the ledger's back, or the ledger behind theirs."""
        return any(unit.forged or (unit.arranged and unit.lacking) for unit in self.done)

    def begin(self, connection: Connection) -> None:
        self.open[id(connection)], self.pending[id(connection)] = [Unit()], []
        self.riding[id(connection)] = Unit()

    def savepoint(self, connection: Connection, _name: str) -> None:
        self.open[id(connection)].append(Unit())

    def release(self, connection: Connection, _name: str, _context: object) -> None:
        stack = self.open[id(connection)]
        unit = stack.pop()
        if len(stack) == 1:
            self.pending[id(connection)].append(unit)
        else:
            stack[-1].take_in(unit)

    def undo(self, connection: Connection, _name: str, _context: object) -> None:
        self.open[id(connection)].pop()

    def commit(self, connection: Connection) -> None:
        """A turn that had the transaction to itself wrote outside of savepoints, too: all of it is one."""
        own, inner = self.open.pop(id(connection), [Unit()]), self.pending.pop(id(connection), [])
        if own[0].writes or own[0].matters:
            for unit in inner:
                own[0].take_in(unit)
            inner = []
        self.done += [*own, *inner, self.riding.pop(id(connection), Unit())]

    def rollback(self, connection: Connection) -> None:
        self.open.pop(id(connection), None)
        self.pending.pop(id(connection), None)
        self.riding.pop(id(connection), None)

    def execute(self, connection: Connection, _cursor: object, statement: str, _given: object, context: Any,
                _many: bool) -> None:  # fmt: skip
        found = WRITE.match(statement)
        if found is None or id(connection) not in self.open:
            return
        stack, table = self.open[id(connection)], found[2]
        unit = self.riding[id(connection)] if len(stack) == 1 and _rides() else stack[-1]
        if table == "events":
            unit.forged |= _by_a_test() and not any(_runs_a_turn(frame) for frame in _frames())
            compiled = getattr(context, "compiled_parameters", None) or []
            unit.matters += [str(values.get("matter", "")) for values in compiled]
        elif table in RECORDS:
            unit.writes.append(f"{found[1].split()[0].upper()} {table}")
            unit.arranged |= _by_a_test()


def _by_a_test() -> bool:
    """Whether a test writes; what its work left to the flush is written after the work has returned."""
    for frame in _frames():
        code = frame.f_code
        if _runs_a_turn(frame):
            code = getattr(frame.f_locals["work"], "__code__", code)
        if code.co_filename.startswith(TESTS) and code.co_filename != __file__:
            return True
    return False


def _runs_a_turn(frame: FrameType) -> bool:
    return frame.f_code.co_filename == transacting.__file__ and frame.f_code.co_name in TURNS


def _rides() -> bool:
    """Whether one of the small writes that ride along writes."""
    return any(frame.f_code is transacting._write_small.__code__ for frame in _frames())


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame := frame.f_back if frame else None:
        yield frame


@contextmanager
def watched(engine: Engine) -> Iterator[Watch]:
    watch = Watch()
    ears: dict[str, Any] = {
        "begin": watch.begin, "savepoint": watch.savepoint, "release_savepoint": watch.release,
        "rollback_savepoint": watch.undo, "commit": watch.commit, "rollback": watch.rollback,
        "after_cursor_execute": watch.execute,
    }  # fmt: skip
    for name, ear in ears.items():
        event.listen(engine, name, ear)
    yield watch
    for name, ear in ears.items():
        event.remove(engine, name, ear)


def unexplained(world: Rehearsal) -> dict[str, tuple[str, ...]]:
    """The findings that the ledger tells otherwise than they are, with the fields."""
    with world.session() as session:
        differing = replay.compare(session, replay.after(session, 0, 10_000))
    return {number: difference.fields for number, difference in differing.items()}
