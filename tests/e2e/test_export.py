"""The ledger over the wire: asked for in chat, made by the bot's process, received by the platform as a file."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig, Row
from tests.e2e.stages import submit

OFFICE = "hx_ban"


def test_the_ledger_arrives_as_a_file_and_nothing_of_it_waits(make_rig: MakeRig) -> None:
    rig = make_rig()
    submit(rig, "hx_jiwei", "恒信建设会议室租用没有合同，11月20日发现")
    assert "问题台账共1条，马上发给您" in rig.say(OFFICE, "导出台账")
    rig.settle()
    rows = rig.read("SELECT state, body FROM outbox WHERE kind = 'workbook'")
    assert [row["state"] for row in rows] == ["sent"]
    assert "会议室" not in str(rows[0]["body"])
    files = [entry for entry in rig.messages(OFFICE) if "问题台账" in str(entry) and ".xlsx" in str(entry)]
    assert len(files) == 1


def test_a_chart_arrives_as_a_picture(make_rig: MakeRig) -> None:
    """Drawn by the bot's process, taken by the platform as an image whose bytes are a PNG."""
    rig = make_rig()
    submit(rig, "hx_jiwei", "恒信建设会议室租用没有合同，11月20日发现")
    rig.say(OFFICE, "各单位销号率排名图")
    rig.settle()
    rows = rig.read("SELECT state FROM outbox WHERE kind = 'chart'")
    assert [row["state"] for row in rows] == ["sent"]
    assert [entry["kind"] for entry in rig.messages(OFFICE) if entry["kind"] == "image"] == ["image"]


@pytest.mark.parametrize(("wish", "kind"), [("导出台账", "file"), ("各单位销号率排名图", "image")])
def test_a_file_that_was_taken_is_not_sent_again_by_another_process(make_rig: MakeRig, wish: str, kind: str) -> None:
    """Its answer was cut and its process killed: whoever takes the row up sends the upload that WeCom knows already."""
    rig = make_rig()
    submit(rig, "hx_jiwei", "恒信建设会议室租用没有合同，11月20日发现")
    rig.settle()
    rig.faults(reset_after=1000, only="message/send")
    rig.say(OFFICE, wish)
    rig.until(lambda: _taken(rig, kind) or None, "no file was sent")
    rig.kill()
    rig.faults()
    rig.start_bot()
    rig.settle()
    assert len(_taken(rig, kind)) == 1
    record = rig.ask("/api/record", None, api="message/send")
    assert "duplicate" in {row["outcome"] for row in record if row["msgtype"] == kind}
    assert rig.read(
        "SELECT state, media_id FROM outbox WHERE person = ? AND kind IN ('workbook', 'chart')", OFFICE
    ) == [{"state": "sent", "media_id": ""}]


def _taken(rig: Rig, kind: str) -> list[Row]:
    return [row for row in rig.sends() if row["msgtype"] == kind]
