"""`make chaos`: every fault so many times at random moments, on each store: two bots on a server, one on SQLite.

`make soak` runs tests/chaos/soak.py instead. Ends with 1 when anything was lost, told twice or untrue.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos import disk
from tests.chaos.faults import FAULTS, possible
from tests.chaos.judge import Judge
from tests.chaos.people import Crowd
from tests.chaos.rounds import Round, keep_logs, play, say, whole
from tests.chaos.site import Site

BOTS = {"postgresql": 2, "mariadb": 2, "sqlite": 1}


def main() -> int:
    options = _options()
    faults = 0
    for kind in options.store:
        with tempfile.TemporaryDirectory(prefix=f"chaos-{kind}-", ignore_cleanup_errors=True) as folder:
            faults += whole(run(Path(folder), kind, options))
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="of each fault")
    parser.add_argument("--rate", type=float, default=30, help="messages a second")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--store", nargs="+", choices=tuple(BOTS), default=tuple(BOTS))
    parser.add_argument("--only", nargs="+", choices=sorted({name for kind in FAULTS.values() for name in kind}))
    parser.add_argument("--planted", default="", help="a fault of the program's own (tests/chaos/planted.py)")
    parser.add_argument("--keep-going", action="store_true", help="after a fault was found, too")
    parser.add_argument("--logs", type=Path, help="where the logs go")
    return parser.parse_args()


async def run(folder: Path, kind: str, options: argparse.Namespace) -> int:
    """All rounds on one store; how many faults were found."""
    dice = random.Random(options.seed)
    site = Site(folder / "site", kind, BOTS[kind], disk=disk.possible(), planted=options.planted)
    rounds: list[Round] = []
    ended: list[str] = []
    busy = 0
    began = time.monotonic()
    try:
        await site.open()
        names = [name for name in possible(site) if not options.only or name in options.only]
        plan = [name for name in names for _ in range(options.times)]
        dice.shuffle(plan)
        left_out = sorted(set(FAULTS[kind]) - set(possible(site)))
        say(f"{kind}: seed {options.seed}, {len(plan)} rounds" + (f", cannot: {left_out}" if left_out else ""))
        async with Crowd(site, options.seed, pace=options.rate, deeds=2.0) as crowd:
            judge = Judge(site, crowd.book)
            for at, name in enumerate(plan, 1):
                found = await play(site, crowd, judge, name, possible(site)[name], dice)
                rounds.append(found)
                say(f"{at:4} {found.what:32} ready {found.ready:5.1f} s  owed {found.settled:5.1f} s")
                for fault in found.faults:
                    say(f"     FAULT {fault}")
                crowd.book.faults.clear()
                if found.faults and not options.keep_going:
                    break
            busy = judge.owed_to_the_busy()
    finally:
        ended = await site.end()
        keep_logs(folder / "site", options.logs, kind)
    for fault in ended:
        say(f"     FAULT {fault}")
    say(f"waits for WeCom's 28 a minute: {busy} messages")
    _sum_up(kind, rounds, crowd, judge, time.monotonic() - began)
    return sum(len(one.faults) for one in rounds) + len(ended)


def _sum_up(kind: str, rounds: list[Round], crowd: Crowd, judge: Judge, seconds: float) -> None:
    say(f"\n{kind}: {len(rounds)} rounds in {seconds:.0f} s")
    say(f"{'fault':16} times  ready median/most  nothing owed median/most  faults")
    for name in dict.fromkeys(one.name for one in rounds):
        ours = [one for one in rounds if one.name == name]
        ready, settled = [one.ready for one in ours], [one.settled for one in ours]
        say(
            f"{name:16} {len(ours):5}  {statistics.median(ready):6.1f} {max(ready):6.1f} s"
            f"      {statistics.median(settled):6.1f} {max(settled):6.1f} s      {sum(len(one.faults) for one in ours)}"
        )
    book = crowd.book
    say(f"deliveries by status (0: no answer): {dict(sorted(book.attempts.items()))}")
    say(f"heard: {dict(book.heard)}; findings told {len(book.recorded)}, progress {len(book.reported)}")
    say(f"in doubt {len(book.doubtful)}, denied {len(book.denied)}; calls repeated to WeCom {judge.repeats}")


if __name__ == "__main__":
    sys.exit(main())
