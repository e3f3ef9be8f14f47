"""The world of every transcript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.flows.harness import Rehearsal


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()
