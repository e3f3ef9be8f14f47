"""`make bench`: the bot on one core, beside two echo servers, and the page with what came of it.

`make bench ARGS="pushing"` measures the push engine instead (bench/pushing.py), `ARGS="stores"` SQLite beside
PostgreSQL and two replicas (bench/stores.py), `ARGS="growth"` the start and the memory of many turns (bench/growth.py),
`ARGS="pair OTHER"` this checkout beside another one (bench/pair.py).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import time
from pathlib import Path

from bench import growth, pair, pushing, report, stores
from bench.rounds import Findings, Plan, Race
from bench.servers import ROOT, Cores

OUT = ROOT / "bench" / "out"


def main() -> int:
    others = {"pushing": pushing.main, "stores": stores.main, "growth": growth.main, "pair": pair.main}
    if (other := others.get("".join(sys.argv[1:2]))) is not None:
        return other(sys.argv[2:])
    options = _options()
    plan = Plan(options.rounds, options.seconds, options.people, options.rate)
    folder, cores = options.out / f"run-{os.getpid()}", Cores.choose()
    cores.load_here()
    before, began = os.getloadavg()[0], time.monotonic()
    try:
        found = asyncio.run(Race(plan, folder / "race", cores).run())
        profiles = {}
        if options.profile:
            for what in report.TARGETS:
                profiles[what] = asyncio.run(Race(plan, folder / what, cores).profile(what))
        page = report.write(found, profiles, cores, (before, os.getloadavg()[0]))
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    (options.out / "report.md").write_text(page, encoding="utf-8")
    print(page)
    print(f"{time.monotonic() - began:.0f} s; also in {options.out / 'report.md'}", file=sys.stderr)
    return _verdict(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measured phase of the bot")
    parser.add_argument("--people", type=int, default=32, help="in the closed loop")
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second in the open loop")
    parser.add_argument("--out", type=Path, default=OUT, help="where the page and, for the run, the store go")
    parser.add_argument("--keep", action="store_true", help="keep the store, the logs and the statistics of the run")
    parser.add_argument("--no-profile", dest="profile", action="store_false")
    return parser.parse_args()


def _verdict(found: Findings) -> int:
    """1 only when an answer was wrong or missing; a missed target is a finding, not a fault."""
    for fault in found.faults[:20]:
        print(fault, file=sys.stderr)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
