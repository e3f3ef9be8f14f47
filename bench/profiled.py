"""Runs `run.py` with every thread under cProfile, a statistics file for each: `python -m bench.profiled FOLDER serve`.

The clock is each thread's own CPU time: waiting (for the network, the disk, the interpreter's lock) costs nothing.
cProfile serves one thread at a time from Python 3.12 on; there only the event loop is seen.
"""

from __future__ import annotations

import cProfile
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

ALL_THREADS = sys.version_info < (3, 12)


def main() -> None:
    folder = Path(sys.argv[1])
    sys.argv = ["run.py", *sys.argv[2:]]
    profiles: list[tuple[str, cProfile.Profile]] = []

    def begin(_frame: FrameType, _event: str, _argument: Any) -> None:
        profiles.append((threading.current_thread().name, cProfile.Profile(time.thread_time)))
        profiles[-1][1].enable()

    if ALL_THREADS:
        threading.setprofile(begin)
    import run  # after the hook, so that threads of the imports are seen too

    own = cProfile.Profile(time.thread_time)

    def forget(_number: int, _frame: FrameType | None) -> None:
        """SIGUSR1: the start and the warming up are over, count from here."""
        for profile in (own, *(profile for _, profile in profiles)):
            profile.clear()

    signal.signal(signal.SIGUSR1, forget)
    own.enable()
    try:
        run.app(standalone_mode=False)
    finally:
        own.disable()
        threading.setprofile(None)
        folder.mkdir(parents=True, exist_ok=True)
        for at, (name, profile) in enumerate([("loop", own), *profiles]):
            profile.dump_stats(str(folder / f"{at:02d}-{name}.prof"))


if __name__ == "__main__":
    main()
