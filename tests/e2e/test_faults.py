"""A platform that fails: whatever is owed arrives exactly once in the end, and repeats are known as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig

SUBMITTERS = ("hx_caiwu", "hx_shenji", "hx_jiwei")
PATIENCE = 75  # seconds: two dead tokens in a row cost half a minute, 28 tries to one person a whole one
BRAKE_SECONDS = 60  # bot/wecom/limits.py: the silence after 45009


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    return make_rig()


@pytest.fixture(scope="module")
def braked(make_rig: MakeRig) -> Rig:
    """A bot that was told 45009 at the first message; while its minute passes the other tests run."""
    rig = make_rig()
    rig.settle(PATIENCE)
    rig.faults(frequency=1, only="message/send")
    _submit(rig, "45009", confirm_first=True)
    rig.until(lambda: rig.ask("/faults")["frequency"] == 0 or None, "45009 was never said")
    return rig


@pytest.fixture(autouse=True)
def cleared(rig: Rig) -> Iterator[None]:
    """No test leaves its faults to the next one."""
    yield
    rig.faults()


@pytest.mark.usefixtures("braked")
def test_the_brake_is_on() -> None:
    """45009 has been said; `test_the_brake_was_released` looks again at the end."""


CASES: dict[str, Mapping[str, Any]] = {
    "an expired token": {"expired_token": 1},
    "busy": {"busy": 3, "only": "message/send"},
    "status 500": {"http_500": 3},
    "cut before": {"reset_before": 3, "only": "message/send"},
    "cut after": {"reset_after": 3, "only": "message/send"},
    "no token to be had": {"http_500": 1, "only": "gettoken"},
    "everything at times": {
        "busy": 0.15, "expired_token": 1, "http_500": 0.15, "reset_before": 0.15, "reset_after": 0.15,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_owed_message_arrives_once(rig: Rig, name: str) -> None:
    rig.settle(PATIENCE)
    rig.faults(**CASES[name])
    _submit(rig, name)
    if any(isinstance(value, float) for value in CASES[name].values()):
        with suppress(AssertionError):  # now and then luck keeps something back
            rig.settle(6)
        rig.faults()
    rig.settle(PATIENCE)
    rig.faults()
    everything_arrived_once(rig)


def test_tokens_die_in_the_middle(rig: Rig) -> None:
    rig.settle(PATIENCE)
    for person in SUBMITTERS:
        rig.ask("/api/expire_tokens", {})
        rig.say(person, "报送问题：恒信物流油卡管理混乱，令牌用例")
        rig.ask("/api/expire_tokens", {})
        rig.say(person, "确认")
    rig.settle(PATIENCE)
    everything_arrived_once(rig)


def test_a_dead_network_only_delays(rig: Rig) -> None:
    rig.settle(PATIENCE)
    rig.say("hx_gonghui", "报送问题：恒信资本对外担保没有台账")
    rig.settle(PATIENCE)
    rig.faults(reset_before=1_000_000)
    rig.say("hx_gonghui", "确认")
    rig.until(lambda: rig.owed() or None, "nothing is owed")
    rig.faults()
    rig.settle(PATIENCE)
    everything_arrived_once(rig)


def test_a_member_out_of_sight_does_not_hold_up_others(rig: Rig) -> None:
    rig.settle(PATIENCE)
    rig.faults(invisible=["hx_gonghui"])
    rig.say("hx_gonghui", "报送问题：恒信置业租金收缴不及时，隐身用例")
    number = rig.say("hx_gonghui", "确认")
    assert "WT-2026-" in number
    rig.settle(PATIENCE)
    rig.faults()
    dead = rig.read("SELECT person FROM outbox WHERE state = 'dead'")
    assert {row["person"] for row in dead} <= {"hx_gonghui"}


def test_the_brake_was_released(braked: Rig) -> None:
    """After the minute of silence everything goes out, once."""
    braked.settle(BRAKE_SECONDS + 20)
    everything_arrived_once(braked)


def everything_arrived_once(rig: Rig) -> None:
    assert rig.read("SELECT kind, error, attempts FROM outbox WHERE state = 'dead'") == []
    sent = rig.read("SELECT id, msgid FROM outbox WHERE state = 'sent' AND kind != 'card_update'")
    taken = [row["msgid"] for row in rig.sends()]
    assert [row["id"] for row in sent if taken.count(row["msgid"]) != 1] == []
    assert len(taken) == len(sent)
    assert [row["to"] for row in rig.sends() if row["dropped"]] == []


def _submit(rig: Rig, name: str, *, confirm_first: bool = False) -> None:
    """Three submissions: each owes cards to its submitter and to the office."""
    for person in SUBMITTERS[: 1 if confirm_first else 3]:
        rig.say(person, f"报送问题：恒信能源设备台账不全，用例{name}")
        assert "WT-2026-" in rig.say(person, "确认")
