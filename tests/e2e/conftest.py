"""Rigs on demand: each is closed, and its logs are judged, also when the test failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.rig import Rig

MakeRig = Callable[..., Rig]


@pytest.fixture(scope="module")
def make_rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeRig]:
    """Starts rigs that live until the module's last test."""
    rigs: list[Rig] = []

    def make(**options: Any) -> Rig:
        rig = Rig(tmp_path_factory.mktemp("rig"), **options)
        rigs.append(rig)
        rig.start()
        return rig

    yield make
    faults: list[AssertionError] = []
    for rig in rigs:
        try:
            rig.close()
        except AssertionError as error:
            faults.append(error)
    assert not faults, faults
