"""The push engine at a quarter's end: from due to sent, planning, memory, and how each grows.

`python -m bench pushing` (make bench ARGS="pushing") with the full sizes takes about fifteen minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import pushing_delivery, pushing_report
from bench.pushing_delivery import Delivered
from bench.servers import ROOT, Cores

OUT = ROOT / "bench" / "out"
REPLAN_MOST = 10_000  # planning everything anew and printing a quarter are measured up to here


def main(arguments: Sequence[str]) -> int:
    """1 when a push was missing, or the stand-in refused or dropped one."""
    options = _options(arguments)
    folder, cores = options.out / f"pushing-{os.getpid()}", Cores.choose()
    cores.load_here()
    load, began = os.getloadavg()[0], time.monotonic()
    try:
        delivered = [
            _say(
                pushing_delivery.measure(what, size, folder / f"{what}-{size}", cores, own_minutes=options.own_minutes)
            )
            for what in options.what
            for size in options.sizes
        ]
        planned = [_planned(size, folder, cores) for size in options.plan_sizes]
        page = pushing_report.write(delivered, planned, load, options.own_minutes)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    (options.out / "pushing.md").write_text(page, encoding="utf-8")
    print(page)
    print(f"{time.monotonic() - began:.0f} s; also in {options.out / 'pushing.md'}", file=sys.stderr)
    return 1 if any(one.faults for one in delivered) else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench pushing", description=__doc__)
    parser.add_argument("--what", nargs="*", choices=["units", "findings"], default=["units", "findings"])
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_000, 10_000], help="pushes of one moment")
    parser.add_argument("--plan-sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000], help="obligations")
    parser.add_argument("--own-minutes", action="store_true", help="leave people their own 0 to 5 minutes, as in life")
    parser.add_argument("--out", type=Path, default=OUT, help="where the page and, for the run, the stores go")
    parser.add_argument("--keep", action="store_true", help="keep the stores and the logs of the run")
    options = parser.parse_args(arguments)
    options.out = options.out.resolve()
    return options


def _planned(size: int, folder: Path, cores: Cores) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / f"planned-{size}.db"
    command = [sys.executable, "-m", "bench.pushing_planning", "--size", str(size), "--store", str(store)]
    with cores.server_side():
        more = ["--replan"] if size <= REPLAN_MOST else []
        done = subprocess.run([*command, *more], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    store.unlink()
    found: dict[str, Any] = json.loads(done.stdout)
    print(found, file=sys.stderr)
    return found


def _say(one: Delivered) -> Delivered:
    """A word on the way: the full sizes take their time."""
    print(one, file=sys.stderr)
    return one
