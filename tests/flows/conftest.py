"""The world of every transcript; at its end, every change had its event and the ledger tells the record again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.flows.harness import Rehearsal
from tests.flows.watch import unexplained, watched


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path)
    with watched(rehearsal.engine) as watch:
        await rehearsal.start()
        yield rehearsal
        await rehearsal.stop()
    assert watch.violations == []
    if not watch.arranged_behind:
        assert unexplained(rehearsal) == {}
