"""Brings a finding to a stage of its life by talking, for the tests that begin there."""

from __future__ import annotations

from tests.e2e.rig import Rig

CONFIRM = "回复“确认”提交，“取消”放弃"


def submit(rig: Rig, person: str, text: str) -> str:
    """A registered finding; its number."""
    assert CONFIRM in rig.say(person, f"报送问题：{text}")
    assert "WT-2026-" in rig.say(person, "确认")
    number: str = rig.read("SELECT number FROM findings ORDER BY id DESC LIMIT 1")[0]["number"]
    return number


def assign(rig: Rig, number: str, rest: str, by: str = "hx_ban") -> None:
    assert CONFIRM in rig.say(by, f"交办 {number} {rest}")
    rig.say(by, "确认")
    assert rig.finding(number)["state"] == "assigned"


def apply(rig: Rig, number: str, by: str = "hx_jianshel") -> None:
    """Answer what the application asks for until it can be confirmed."""
    answers = iter(("已追回款项并重新入账，修订了制度", "佐证：入账凭证和制度文件各一份", "制度缺失", "无"))
    said = rig.say(by, f"{number} 申请验收")
    while CONFIRM not in said:
        said = rig.say(by, next(answers))
    rig.say(by, "确认")
    assert rig.finding(number)["state"] == "pending_acceptance", said
