"""The page of the push engine's figures: each size beside the one before it, so that growth is seen at once."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from bench.pushing_delivery import Delivered
from bench.report import figure, table
from bot.wecom.limits import Rates

NAMES = {
    "units": "member units that owe the quarter: two own messages for each person",
    "findings": "findings due that day: those of one liaison or head are one message",
}


def write(delivered: Sequence[Delivered], planned: Sequence[dict[str, Any]], load: float, own_minutes: bool) -> str:
    parts = [_head(load, own_minutes), *_delivery(delivered)]
    parts += [_planning(planned), _waiting(planned), _anew(planned)] if planned else []
    if faults := [f"- {one.what}: {fault}" for one in delivered for fault in one.faults]:
        parts.append("## Faults\n\n" + "\n".join(faults))
    return "\n\n".join(parts) + "\n"


def growth(first: float, second: float) -> str:
    """`× 9.8`: what became of a figure from one size to the next."""
    return f"× {second / first:.1f}" if first > 0 else "–"


def _head(load: float, own_minutes: bool) -> str:
    minutes = (
        "Everybody has his own 0 to 5 minutes." if own_minutes else "Everybody's own minutes are over: all at once."
    )
    return (
        f"# The push engine, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n"
        f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} (WAL, "
        f"`synchronous=FULL`); load average {load:.2f} before, {os.getloadavg()[0]:.2f} after. {minutes} "
        f"WeCom's pace is {Rates().per_second} calls a second of the app, {Rates().per_minute} a minute to one person."
    )


def _delivery(delivered: Sequence[Delivered]) -> Iterator[str]:
    for what in dict.fromkeys(one.what for one in delivered):
        mine = [one for one in delivered if one.what == what and one.sent]
        rows = _beside(mine, [
            ("pushes", lambda one: one.pushes, True),
            ("in messages", lambda one: one.messages, True),
            ("to people", lambda one: one.people, True),
            ("until the last rung was fired, s", lambda one: one.fired, True),
            ("– the last message composed, s", lambda one: one.composed, True),
            ("– the last message sent, s", lambda one: one.sent, True),
            ("p50 of a message's delay, s", lambda one: one.p50, True),
            ("p99, s", lambda one: one.p99, True),
            ("the whole, to what the pace alone would take", lambda one: one.sent / _at_pace(one), False),
            ("at most in one second", lambda one: one.densest, False),
            ("at most to one person in a minute", lambda one: one.most, False),
            ("CPU a push, ms, event loop", lambda one: one.cpu[0] / one.pushes * 1000, True),
            ("CPU a push, ms, store", lambda one: one.cpu[1] / one.pushes * 1000, True),
            ("memory before, MiB", lambda one: one.memory[0], True),
            ("memory at the most, MiB", lambda one: one.memory[2], True),
            ("start of the bot with the day's planning, s", lambda one: one.starting, True),
        ])  # fmt: skip
        yield f"## From due to sent: {NAMES[what]}\n\n" + rows


def _at_pace(one: Delivered) -> float:
    """Seconds; the tick that notices the moment comes once a second, and counts as one."""
    return 1.0 + one.messages / Rates().per_second


def _planning(planned: Sequence[dict[str, Any]]) -> str:
    return "## Planning obligations\n\n" + _beside(planned, [
        ("obligations", lambda one: one["size"], True),
        ("due rows", lambda one: one["waiting"], True),
        ("CPU an obligation, µs", lambda one: one["plan"] / one["size"] * 1e6, True),
        ("on the wall, µs", lambda one: one["plan_wall"] / one["size"] * 1e6, True),
        ("memory before, MiB", lambda one: one["memory_before"], True),
        ("memory after, MiB", lambda one: one["memory"], True),
    ])  # fmt: skip


def _waiting(planned: Sequence[dict[str, Any]]) -> str:
    return "## A knock at which nothing is due\n\n" + _beside(planned, [
        ("due rows that wait", lambda one: one["waiting"], True),
        ("a knock on the wall, ms", lambda one: one["tick_ms"], True),
        ("CPU of a knock, ms", lambda one: one["tick_cpu_ms"], True),
    ])  # fmt: skip


def _anew(planned: Sequence[dict[str, Any]]) -> str:
    some = [one for one in planned if "ahead" in one]
    return "## Planning all anew, and `run.py plan` for a quarter\n\n" + _beside(some, [
        ("obligations", lambda one: one["size"], True),
        ("all anew, nothing changed, CPU s", lambda one: one["replan_same"], True),
        ("– a day more off, CPU s", lambda one: one["replan_changed"], True),
        ("– on the wall, s", lambda one: one["replan_changed_wall"], True),
        ("obligations moved", lambda one: one["moved_changed"], True),
        ("memory of the planning process at the most, MiB", lambda one: one["memory_most"], True),
        ("`run.py plan`, CPU s without the start-up", lambda one: one["ahead"], True),
        ("its lines", lambda one: one["ahead_lines"], True),
        ("its memory, MiB", lambda one: one["ahead_memory"], True),
    ])  # fmt: skip


def _beside(found: Sequence[Any], figures: Sequence[tuple[str, Callable[[Any], float], bool]]) -> str:
    """A line a figure, a column a size; with the growth to each next size where that says something."""
    rows = []
    for name, value, grows in figures:
        values = [value(one) for one in found]
        cells = [_said(values[0])] if values else []
        for before, after in pairwise(values):
            cells.append(f"{_said(after)} ({growth(before, after)})" if grows else _said(after))
        rows.append([name, *cells])
    return table(["", *("" for _ in found)], rows)


def _said(value: float) -> str:
    if isinstance(value, int) or value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return figure(value) if value >= 10 else f"{value:.2f}"
