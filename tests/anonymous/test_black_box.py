"""Nothing of a report leads to its reporter, and every planted leak is caught by the same search (anonymity.md)."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.anonymous.leaks import Leak, groups
from tests.anonymous.probe import FEW, REPORTERS, look
from tests.stores import Store

ROOT = Path(__file__).parents[2]
PARTS = ("bot", "storage", "handlers", "sandbox", "tests")


def _probe(tree: Path, folder: Path, many: int) -> list[str]:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.anonymous.probe", str(folder), str(many)]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [line for line in done.stdout.splitlines() if line]


def test_nothing_is_left_that_leads_to_a_reporter(tmp_path: Path) -> None:
    assert _probe(ROOT, tmp_path / "run", len(REPORTERS)) == []


async def test_nor_where_the_main_store_is_a_database_server(server: Store, tmp_path: Path) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        assert await look(tmp_path, server) == []
    finally:
        for handler in root.handlers:
            if handler not in handlers:
                handler.close()
        root.handlers, root.level = handlers, level


@pytest.mark.parametrize("leaks", groups(), ids=lambda leaks: "; ".join(leak.name for leak in leaks))
def test_planted_leaks_are_caught(leaks: tuple[Leak, ...], tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("*.pyc.*"))  # compiled, but for changes
    for change in (change for leak in leaks for change in leak.changes):
        change.plant(tree)
    found = _probe(tree, tmp_path / "run", len(REPORTERS) if any(leak.in_order for leak in leaks) else FEW)
    assert [leak.name for leak in leaks if not any(leak.caught in line for line in found)] == [], found
