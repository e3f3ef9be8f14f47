"""Words that open a request, said again and again: some patterns tried 2^n readings of them, and held up everybody."""

from __future__ import annotations

import pytest

from tests.fuzz.watching import alarm
from tests.understanding.samples import NOW
from tests.understanding.test_any_text import ENGINE

ROLES = frozenset({"disc_manager", "office_staff", "unit_liaison"})


@pytest.mark.parametrize("piece", ["我请", "我", "看", "想要", "现将", "查看", "登记"])
def test_a_request_that_never_comes(piece: str) -> None:
    with alarm(20):
        ENGINE.understand(piece * 75, now=NOW, roles=ROLES)
        ENGINE.understand(f"{piece * 30}线索", now=NOW, roles=ROLES)
        ENGINE.understand(f"补正{piece * 75}", now=NOW, roles=ROLES)
