"""Turns what was found into one Markdown page: ratios first, then the figures, the store's own count, the profile."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import layers
from bench.load import Run
from bench.rounds import Findings
from bench.servers import Cores

TARGETS = {"queries": 1.0, "submissions": 0.7}
BARE_TARGET = 0.25  # queries, to the bare aiohttp echo
SLOW_MS, SLOWEST_MS = 10.0, 50.0  # 99 and 99.9 of a hundred answers
BUSY = (
    "\n\n**The machine was busy with other work before the run began.** Latencies are then worth little, and the ratio "
    "of throughput flatters the bot: the Flask worker, which takes a new connection for every request, suffers more. "
    "Trust the ratio by CPU time."
)
NAMES = {
    "flask closed": "Flask + wechatpy echo, gunicorn",
    "flask-threads closed": "the same with `--threads 4` (keep-alive)",
    "aiohttp closed": "bare aiohttp + cryptography echo",
    "queries closed": "**status queries by number**",
    "lists closed": "a unit's list",
    "submissions closed": "**submissions, whole conversations**",
}


def write(found: Findings, profiles: dict[str, tuple[Path, int]], cores: Cores, load: tuple[float, float]) -> str:
    parts = [_head(found, cores, load), _ratios(found), _closed(found), _open(found), _store(found)]
    parts += [_profile(what, folder, count) for what, (folder, count) in profiles.items()]
    return "\n\n".join(parts) + faults(found.faults) + "\n"


def faults(found: Sequence[str]) -> str:
    """A section of their own; nothing where there are none."""
    return "\n\n## Faults\n\n" + "\n".join(f"- {fault}" for fault in found[:20]) if found else ""


def ratios(found: Findings, what: str, baseline: str = "flask closed") -> list[float]:
    """The bot's throughput over the baseline's, round by round."""
    pairs = zip(found.phases[f"{what} closed"], found.phases[baseline], strict=True)
    return [ours.per_second / theirs.per_second for ours, theirs in pairs if theirs.per_second]


def _head(found: Findings, cores: Cores, load: tuple[float, float]) -> str:
    plan = found.plan
    pinned = "not pinned" if cores.server is None else f"servers on core {cores.server}, load on core {cores.load}"
    return (
        f"# Benchmark, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n"
        f"{os.cpu_count()} cores, {pinned}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version} "
        f"(WAL, `synchronous=FULL`); load average {load[0]:.2f} before, {load[1]:.2f} after. "
        f"{plan.rounds} rounds in alternating order, {plan.people} people in the closed loop, "
        f"{plan.rate:g} messages a second in the open one. Figures are medians over the rounds, [lowest–highest]."
        + (BUSY if load[0] > 1 else "")
    )


def _ratios(found: Findings) -> str:
    rows = []
    for what, target in TARGETS.items():
        values = ratios(found, what)
        middle = statistics.median(values)
        against = [f"{statistics.median(ratios(found, what, other)):.2f}" for other in list(NAMES)[1:3]]
        verdict = "met" if middle >= target else "**missed**"
        by_cpu = _cpu(found, "flask closed") / (_cpu(found, f"{what} closed") or 1.0)
        ours = f"**{middle:.2f} ×** {_span(values, '{:.2f}')}"
        rows.append([what, ours, f"≥ {target} ×, {verdict}", f"{by_cpu:.2f} ×", *against])
    head = ["the bot's", "to Flask under gunicorn", "target", "by CPU time", "to Flask, 4 threads", "to bare aiohttp"]
    return (
        "## Ratios of throughput, paired round by round\n\n"
        + table(head, rows)
        + f"\n\nAim for queries beside bare aiohttp: ≥ {BARE_TARGET} ×. "
        "By CPU time: Flask's CPU a request over the bot's CPU a callback, both in this run; other programs on "
        "the machine change it little."
    )


def _cpu(found: Findings, name: str) -> float:
    """Milliseconds of CPU for one answer."""
    return sum(found.cpu[name]) / (sum(run.answered for run in found.phases[name]) or 1) * 1000


def _closed(found: Findings) -> str:
    rows = []
    for name, title in NAMES.items():
        runs = found.phases[name]
        delivered = sum(found.delivered[name])
        loop, store = found.cpu[name]
        answered = sum(run.answered for run in runs) or 1
        ours = name.split()[0] in (*TARGETS, "lists")
        rows.append([
            title, _middle(runs, lambda run: run.per_second), _middle(runs, lambda run: run.percentile(0.5)),
            _middle(runs, lambda run: run.percentile(0.99)),
            str(sum(run.talks for run in runs)) if ours else "", str(delivered) if ours else "",
            f"{loop / answered * 1000:.2f} + {store / answered * 1000:.2f}" if ours else f"{_cpu(found, name):.2f}",
        ])  # fmt: skip
    return f"## Closed loop, {found.plan.people} people\n\n" + table(
        ["", "answered/s", "p50 ms", "p99 ms", "conversations", "deliveries", "CPU ms an answer (loop + store)"], rows
    )


def _open(found: Findings) -> str:
    rows = []
    for name in ("flask open", "queries open", "submissions open"):
        runs = found.phases[name]
        middle, late = (statistics.median(run.percentile(share) for run in runs) for share in (0.99, 0.999))
        met = middle <= SLOW_MS and late <= SLOWEST_MS
        verdict = "" if name.startswith("flask") else "met" if met else "**missed**"
        rows.append([
            name.removesuffix(" open"), _middle(runs, lambda run: run.answered / found.plan.rate),
            _middle(runs, lambda run: run.percentile(0.5)), _middle(runs, lambda run: run.percentile(0.99)),
            _middle(runs, lambda run: run.percentile(0.999)), verdict,
        ])  # fmt: skip
    return f"## Open loop, {found.plan.rate:g}/s, latency from the planned moment\n\n" + table(
        ["", "answered, in seconds of the rate", "p50 ms", "p99 ms", "p99.9 ms", f"≤ {SLOW_MS:g}, {SLOWEST_MS:g} ms"],
        rows,
    )


def _store(found: Findings) -> str:
    owed = "、".join(f"{state} {count}" for state, count in sorted(found.owed.items()))
    return (
        "## What the store holds afterwards\n\n"
        f"{found.callbacks} callbacks were answered, {found.seen} dedup rows; {found.submitted} numbers were given "
        f"out, {found.recorded} findings are recorded. Outbox: {owed.replace('、', ', ')} (an answer in the response "
        "is a cancelled row; what is still due waits for the 30 messages a minute that one member may get)."
    )


def _profile(what: str, folder: Path, count: int) -> str:
    spent = layers.by_layer(folder)
    threads = [thread for thread in ("loop", "store-write") if thread in spent]
    names = sorted({layer for thread in threads for layer in spent[thread]}, key=lambda n: -_sum(spent, threads, n))
    whole = sum(sum(spent[thread].values()) for thread in threads) or 1.0
    rows = [
        [
            name,
            *(f"{seconds / whole:.1%}" for seconds in (*(spent[t][name] for t in threads), _sum(spent, threads, name))),
        ]
        for name in names
        if _sum(spent, threads, name) / whole >= 0.005
    ]
    hot = [
        [f"`{name}`", f"{calls / max(1, count):.1f}", f"{own / whole:.1%}"]
        for name, calls, own in _hottest(folder, threads)
    ]
    return (
        f"## Where the CPU time goes: {what} (a round of its own under cProfile, {count} callbacks)\n\n"
        + table(["layer", *threads, "together"], rows)
        + "\n\n"
        + table(["function", "calls a callback", "own time"], hot)
    )


def _hottest(folder: Path, threads: Sequence[str]) -> list[tuple[str, int, float]]:
    rows = [row for thread in threads for row in layers.hottest(folder, thread, 12)]
    return [(name, calls, own) for name, calls, own, _ in sorted(rows, key=lambda row: -row[2])[:12]]


def _sum(spent: dict[str, layers.Spent], threads: Sequence[str], layer: str) -> float:
    return sum(spent[thread][layer] for thread in threads)


def _middle(runs: Sequence[Run], value: Callable[[Run], float]) -> str:
    values = [value(run) for run in runs]
    return f"{figure(statistics.median(values))} {_span(values, '{}', figure)}".rstrip()


def _span(values: Sequence[float], form: str, show: Callable[[float], object] = float) -> str:
    if len(values) < 2:
        return ""
    return f"[{form.format(show(min(values)))}–{form.format(show(max(values)))}]"


def figure(value: float) -> str:
    """Three digits or a little more."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
