"""The anonymous file itself: what several processes may do to it at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storage.vault import Vault

AT_ONCE = 6


def test_processes_that_start_at_once_all_find_it_ready(tmp_path: Path) -> None:
    """The first turns the new file to WAL, and SQLite lets nobody wait for that: chaos lost a bot there."""
    for again in range(25):
        start = threading.Barrier(AT_ONCE)

        def ready(path: Path = tmp_path / f"{again}.db", start: threading.Barrier = start) -> bytes:
            vault = Vault(path)
            start.wait(10)
            vault.prepare()
            return vault.salt(b"its own")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            salts = {future.result() for future in [pool.submit(ready) for _ in range(AT_ONCE)]}
        assert len(salts) == 1
