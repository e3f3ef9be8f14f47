"""What those who run it rely on: a port of their own, lines that a machine reads, a stop that does not hang."""

from __future__ import annotations

import json
import socket
import time

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.processes import free_port
from tests.e2e.rig import Rig

ADMIN_PORT = free_port()
WITHIN = 10.0  # seconds, of a graceful stop


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    return make_rig(settings={"JIANDU_LOG__FORMAT": "json", "JIANDU_SERVER__ADMIN_PORT": str(ADMIN_PORT)})


def test_what_is_for_those_who_run_it_is_not_on_the_port_of_callbacks(rig: Rig) -> None:
    assert [rig.call(rig.bot_port, "GET", path)[0] for path in ("/metrics", "/rehearsal/clock")] == [404, 404]
    status, text = rig.call(ADMIN_PORT, "GET", "/metrics")
    assert status == 200 and "jiandu_outbox_age_seconds" in text
    assert rig.call(ADMIN_PORT, "GET", "/rehearsal/clock")[0] == 200
    assert [rig.call(rig.bot_port, "GET", path)[0] for path in ("/healthz", "/readyz")] == [200, 200]
    assert rig.call(ADMIN_PORT, "POST", "/wecom/callback")[0] == 404


def test_a_stop_waits_for_nobody_who_hangs(rig: Rig) -> None:
    """A platform that does not answer a call, and a caller who never ends his request; what was owed stays owed."""
    rig.say("hx_caiwu", "报送问题：恒信物流备用金七个月没有清理，涉及金额4.2万元")
    rig.faults(slow_ms=60_000, only="message/send")
    assert "WT-2026-" in rig.say("hx_caiwu", "确认")
    under_way = "SELECT count(*) AS n FROM outbox WHERE state = 'due' AND lease_until IS NOT NULL"
    rig.until(lambda: rig.one(under_way) or None, "nothing is being sent")
    with socket.create_connection(("127.0.0.1", rig.bot_port)) as slow:
        slow.sendall(b"POST /wecom/callback HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<xml>")
        time.sleep(0.2)  # the bytes reach the other process
        began = time.monotonic()
        code = rig.bot.stop(WITHIN + 5)
        took = time.monotonic() - began
    assert code == 0 and took < WITHIN, (code, took)
    assert rig.owed() > 0
    rig.faults()
    rig.start_bot()
    rig.settle()
    assert sum("WT-2026-0001" in text for text in rig.told("hx_ban")) == 1


def test_every_line_is_an_object_of_known_names(rig: Rig) -> None:
    lines = rig.bot.log.read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines if not line.startswith("listening on ")]
    assert said
    assert {name for line in said for name in line} <= {"at", "level", "logger", "event", "turn", "row"}
    assert any("row" in line for line in said)
