"""The error table against wecom.md 4.2: every code that concerns a self-built app, and what helps."""

from __future__ import annotations

import pytest

from bot.wecom.errors_table import TABLE, entry, rejected
from bot.wecom.outcomes import Action

EXPECTED = {
    Action.RETRY: {-1, 6000},
    Action.REFRESH: {40001, 40014, 42001},
    Action.BRAKE: {45009},
    Action.BACKOFF: {45033, 60020},
    Action.REUPLOAD: {40007},
    Action.DROP_MEMBER: {40003, 60111, 46004, 40031, 81013, 43004, 701008},
    Action.GIVE_UP: {
        40008, 40035, 40058, 40063, 44004, 45002, *range(42030, 42052), 82004, 81012, 82001, 82002, 82003, 40032,
        40056, 301002, 41001, 43012, 45001, 45007, 45008, 45032, 48002, 48005, 48006, 50001, 60011, 80001, 85005,
        301007, 40050, *range(86001, 86009), *range(90201, 90209), 93000, 93004, 93006, 93008, 40033, 42052,
    },
}  # fmt: skip


@pytest.mark.parametrize("action", list(EXPECTED))
def test_every_code_of_the_reference(action: Action) -> None:
    assert {code for code in EXPECTED[action] if code not in TABLE or TABLE[code].action is not action} == set()


def test_what_only_an_administrator_can_mend_is_told() -> None:
    for code in (40001, 40056, 48002, 48006, 60011, 60020, 81012, 81013, 301007, 43012, 701008, 45009):
        assert entry(code).tell_admin, code
    for code in (-1, 6000, 40014, 42001, 45033):
        assert not entry(code).tell_admin, code


def test_advice_is_short_and_chinese() -> None:
    for code, found in TABLE.items():
        assert 4 <= len(found.advice) <= 40 and not found.advice.endswith("。"), code
        assert any("一" <= c <= "鿿" for c in found.advice)


def test_an_unlisted_code_gives_up_loudly() -> None:
    failure = rejected(987654)
    assert (failure.errcode, failure.action, failure.tell_admin) == (987654, Action.GIVE_UP, True)
    assert rejected(60020, hint="203.0.113.9").advice.endswith("（203.0.113.9）")
