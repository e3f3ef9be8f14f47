"""The world of every transcript; at its end, every change had its event and the ledger tells the record again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from tests.flows.harness import CHINA, START, Rehearsal
from tests.flows.watch import unexplained, watched


@pytest_asyncio.fixture
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """It begins at START, or where the test's mark says: every day that is turned by is worked through."""
    mark = request.node.get_closest_marker("begins")
    start = datetime.fromisoformat(mark.args[0]).replace(tzinfo=CHINA) if mark else START
    rehearsal = Rehearsal(tmp_path, start)
    with watched(rehearsal.engine) as watch:
        await rehearsal.start()
        yield rehearsal
        await rehearsal.stop()
    try:
        assert watch.violations == []
        if not watch.arranged_behind:
            assert unexplained(rehearsal) == {}
    finally:
        rehearsal.engine.dispose()  # who looked after the end opened it once more
