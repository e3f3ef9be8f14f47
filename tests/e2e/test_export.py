"""The ledger over the wire: asked for in chat, made by the bot's process, received by the platform as a file."""

from __future__ import annotations

from tests.e2e.conftest import MakeRig
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
