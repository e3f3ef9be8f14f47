"""The worlds that bugs are tried in: on a SQLite file, and on each of the three stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.flows.harness import Rehearsal
from tests.stores import Store


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


@pytest_asyncio.fixture
async def anywhere(tmp_path: Path, store: Store) -> AsyncIterator[Rehearsal]:
    """The same world on SQLite, PostgreSQL and MariaDB in turn."""
    rehearsal = Rehearsal(tmp_path, url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


@pytest_asyncio.fixture
async def parallel(tmp_path: Path, server: Store) -> AsyncIterator[Rehearsal]:
    """The world on the two stores whose turns run beside each other."""
    rehearsal = Rehearsal(tmp_path, url=server.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()
