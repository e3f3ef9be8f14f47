"""`make fuzz ARGS="--cases 1000000 --seed 7"`: every door in turn, each in a process of its own that may die."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path

from tests.fuzz.doors import DOORS
from tests.fuzz.running import MOST_FAULTS, Door, Journal, Tally, play, replayed

MEMORY = 4 << 30  # bytes of address space; what asks for more dies and is told
THOUSAND = sum(door.share for door in DOORS)


def main() -> int:
    """0 when nothing failed."""
    said = _arguments()
    chosen = [door for door in DOORS if not said.door or door.name in said.door]
    if said.child:
        return _play_here(chosen[0], said.seed, said.first, said.last, Path(said.child))
    if said.case is not None:
        (door,) = chosen
        return _play_apart(door, said.seed, said.case - said.case % door.block, said.case + 1)
    share = sum(door.share for door in chosen)
    print(f"seed {said.seed}; one line a door: cases, CPU seconds, slowest case, what became of them", flush=True)
    return max(_play_apart(door, said.seed, 0, max(1, said.cases * door.share // share)) for door in chosen)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--cases", type=int, default=10_000, help="in all, shared out over the doors")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--door", action="append", choices=[door.name for door in DOORS], help="these only")
    parser.add_argument("--case", type=int, help="play one case of one door again, after those before it in its block")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--last", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def _play_apart(door: Door, seed: int, first: int, last: int) -> int:
    """In a child; where that dies, the case that killed it is told, and the next one begins behind it."""
    failed = 0
    while first < last and failed < MOST_FAULTS:
        with tempfile.TemporaryDirectory(prefix="jiandu-fuzz-") as folder:
            command = [sys.executable, "-m", "tests.fuzz", "--child", folder, "--door", door.name, "--seed", str(seed)]
            done = subprocess.run([*command, "--first", str(first), "--last", str(last)], check=False)
            result = Path(folder, "tally.json")
            if result.exists():
                return int(_tell(door, Tally(**json.loads(result.read_text()))) or failed > 0)
            died = Journal.read(Path(folder, "journal"))
        print(f"{replayed(door, seed, died)}\n  the process ended with {done.returncode}", flush=True)
        failed, first = failed + 1, max(died + 1, first + 1)
    return int(failed > 0)


def _play_here(door: Door, seed: int, first: int, last: int, folder: Path) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tally = asyncio.run(play(door, seed, first, last, folder, Journal(folder / "journal")))
    (folder / "tally.json").write_text(json.dumps({one.name: getattr(tally, one.name) for one in fields(tally)}))
    return 0


def _tell(door: Door, tally: Tally) -> bool:
    """One line, and the faults; True when there are any."""
    ends = ", ".join(f"{end} {count}" for end, count in sorted(tally.ends.items(), key=lambda one: -one[1])[:12])
    slowest, number = tally.slowest
    head = f"{door.name:11}{tally.cases:8}{tally.seconds:9.0f} s  slowest {slowest:.2f} s (case {number})  {ends}"
    print("\n".join([head, *tally.faults]), flush=True)
    return bool(tally.faults)


if __name__ == "__main__":
    began = time.monotonic()
    failed = main()
    if "--child" not in sys.argv:
        print(f"{'FAILED' if failed else 'all held'}, {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(failed)
