"""What the smaller benchmarks have in common: a folder for the run, the cores, a page that is printed and kept."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from bench.servers import Cores


class Outing(Protocol):
    """A benchmark that may be run once. faults: answers that were wrong; a missed target is none."""

    faults: list[str]

    async def run(self) -> None: ...


Some = TypeVar("Some", bound=Outing)
Load = tuple[float, float]  # the machine's load average before and after


def go(
    name: str, options: argparse.Namespace, make: Callable[[argparse.Namespace, Path, Cores], Some],
    page: Callable[[Some, Load], str],
) -> int:  # fmt: skip
    """The exit code: 1 when an answer was wrong or missing. The page goes to `name`.md in options.out."""
    folder, cores = options.out / f"{name}-{os.getpid()}", Cores.choose()
    outing = make(options, folder, cores)
    cores.load_here()
    before = os.getloadavg()[0]
    try:
        asyncio.run(outing.run())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = page(outing, (before, os.getloadavg()[0]))
    (options.out / f"{name}.md").write_text(told, encoding="utf-8")
    print(told)
    return 1 if outing.faults else 0
