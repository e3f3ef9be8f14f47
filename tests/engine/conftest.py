"""The small bot, on SQLite and on all three."""

from __future__ import annotations

import pytest

from tests.engine.small import Small, small
from tests.stores import Store


@pytest.fixture
def bot(sqlite: Store) -> Small:
    return small(sqlite)


@pytest.fixture
def bots(store: Store) -> Small:
    return small(store)


@pytest.fixture
def servers(server: Store) -> Small:
    """Where several processes may run."""
    return small(server)
