"""Where the CPU time goes, layer by layer, out of the statistics that bench.profiled wrote."""

from __future__ import annotations

import pstats
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Function = tuple[str, int, str]
Spent = dict[str, float]  # seconds by layer; a layer that was not met is 0
# The first that is found in the path decides.
LAYERS: tuple[tuple[str, str], ...] = (
    ("/sqlalchemy/", "SQLAlchemy"),
    ("/bot/understanding/", "understanding"), ("/jieba/", "understanding"), ("/rjieba/", "understanding"),
    ("/bot/wecom/", "wire"), ("/wechatpy/", "wire"), ("/cryptography/", "wire"), ("/xml/", "wire"),
    ("/bot/", "engine"), ("/handlers/", "flows"), ("/storage/", "query functions"),
    ("/aiohttp/", "HTTP"), ("/yarl/", "HTTP"), ("/multidict/", "HTTP"), ("/aiosignal/", "HTTP"), ("/http/", "HTTP"),
    ("/asyncio/", "event loop"), ("/selectors.py", "event loop"), ("/concurrent/", "event loop"),
    ("/json/", "JSON"), ("/prometheus_client/", "metrics"),
)  # fmt: skip
SQLITE = "SQLite itself"
REST = "the rest"


def by_layer(folder: Path) -> dict[str, Spent]:
    """CPU seconds of each thread by layer; built-in functions count for whoever called them."""
    spent: dict[str, Spent] = {}
    for path in sorted(folder.glob("*.prof")):
        thread = path.stem.split("-", 1)[1]
        statistics = _statistics(path)
        counted = spent.setdefault("readers" if thread.startswith("store-read") else thread, defaultdict(float))
        for function, (_, _, own, _, callers) in statistics.items():
            _spread(counted, function, own, callers)
    return spent


def hottest(folder: Path, thread: str, count: int) -> list[tuple[str, int, float, float]]:
    """(function, calls, own seconds, seconds with callees) of our own and SQLAlchemy's functions, by own seconds."""
    rows = []
    for path in folder.glob(f"*-{thread}.prof"):
        for (file, line, name), (_, calls, own, whole, _) in _statistics(path).items():
            rows.append((f"{_short(file)}:{line} {name}" if file != "~" else name, calls, own, whole))
    return sorted(rows, key=lambda row: row[2], reverse=True)[:count]


def _statistics(path: Path) -> Mapping[Function, Any]:
    return pstats.Stats(str(path)).stats  # type: ignore[attr-defined,no-any-return]


def _spread(counted: Spent, function: Function, own: float, callers: Mapping[Function, Any]) -> None:
    if "sqlite3" in function[2] and function[0] == "~":
        counted[SQLITE] += own
    elif function[0] == "~" and callers:
        for caller, (_, _, share, _) in callers.items():
            counted[_layer(caller[0])] += share
    else:
        counted[_layer(function[0])] += own


def _layer(file: str) -> str:
    found: Callable[[str], bool] = file.__contains__
    return next((layer for part, layer in LAYERS if found(part)), REST)


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-2:])
