"""The same callback several times is one record with one answer; a crowd loses nothing and keeps everybody's order."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig
from tests.e2e.wire import Heard, Wire

PEOPLE, MESSAGES = 200, 5
NUMBER = re.compile(r"WT-2026-\d{4}")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample group with 200 more liaisons of the audit department."""
    folder = tmp_path_factory.mktemp("org")
    sample = Path(__file__).parents[2] / "sandbox" / "hengxin"
    (folder / "单位.csv").write_text((sample / "单位.csv").read_text(encoding="utf-8-sig"), encoding="utf-8")
    rows = (sample / "人员.csv").read_text(encoding="utf-8-sig").rstrip("\n").splitlines()
    rows += [f"crowd{at:03},众{at:03},HX-SJ,audit_staff,审计员,," for at in range(PEOPLE)]
    (folder / "人员.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig, crowd: Path) -> Rig:
    return make_rig(org=crowd)


def test_one_callback_four_times_in_parallel(rig: Rig) -> None:
    """Through the stand-in, as the platform repeats: question, confirmation, and the record once."""
    fields = {"FromUserName": "hx_caiwu", "Content": "报送问题：恒信物流备用金七个月没有清理", "MsgId": 70001}
    asked = rig.ask("/api/callback", {"xml_fields": fields, "times": 4, "parallel": True})
    assert [answer["http"] for answer in asked] == [200] * 4
    assert len({answer["reply"] for answer in asked}) == 1
    assert "回复“确认”提交，“取消”放弃" in asked[0]["reply"]
    fields = {"FromUserName": "hx_caiwu", "Content": "确认", "MsgId": 70002}
    done = rig.ask("/api/callback", {"xml_fields": fields, "times": 4, "parallel": True})
    assert len({answer["reply"] for answer in done}) == 1
    number = NUMBER.search(done[0]["reply"])
    assert number
    late = rig.ask("/api/callback", {"xml_fields": fields, "times": 3})
    assert {answer["reply"] for answer in late} == {done[0]["reply"]}
    assert [row["number"] for row in rig.read("SELECT number FROM findings")] == [number[0]]
    assert rig.one("SELECT count(*) FROM seen WHERE person = 'hx_caiwu'") == 2
    rig.settle()
    assert sum(number[0] in text for text in rig.told("hx_ban")) == 1


def test_a_repeated_event_is_one_click(rig: Rig) -> None:
    """Events carry no MsgId: the wider key of wecom.md 1.6 holds."""
    rig.say("hx_jiwei", "报送问题：恒信能源采购合同倒签三份")
    card = rig.card("hx_jiwei", "确认提交")
    key = next(button["key"] for button in card["card"]["button_list"] if button["text"] == "确认提交")
    fields = {
        "FromUserName": "hx_jiwei", "MsgType": "event", "Event": "template_card_event", "EventKey": key,
        "TaskId": card["task_id"], "CardType": "button_interaction", "ResponseCode": "c1", "CreateTime": 1763000000,
    }  # fmt: skip
    answers = rig.ask("/api/callback", {"xml_fields": fields, "times": 4, "parallel": True})
    assert [answer["http"] for answer in answers] == [200] * 4
    rig.settle()
    assert rig.one("SELECT count(*) FROM findings WHERE submitted_by = 'hx_jiwei'") == 1


async def test_a_crowd_at_once(rig: Rig) -> None:
    """1 000 callbacks of 200 people; a person's next one is written when the previous one is on the wire."""
    before = rig.one("SELECT count(*) FROM findings")
    wire = Wire(rig.bot_port)
    heard = await asyncio.gather(*(_talk(wire, f"crowd{at:03}") for at in range(PEOPLE)))
    assert all(one.status == 200 and not one.reply.problem for answers in heard for one in answers)
    done = "SELECT count(*) FROM seen WHERE person LIKE 'crowd%'"
    rig.until(lambda: rig.one(done) == PEOPLE * MESSAGES or None, "callbacks were lost", 30)
    stored = rig.read(
        "SELECT submitted_by, raw_text, number FROM findings WHERE submitted_by LIKE 'crowd%' ORDER BY id"
    )
    assert len(stored) == PEOPLE * 2
    assert rig.one("SELECT count(*) FROM findings") == before + PEOPLE * 2
    assert len({row["number"] for row in stored}) == PEOPLE * 2
    for at in range(PEOPLE):
        person = f"crowd{at:03}"
        mine = [row for row in stored if row["submitted_by"] == person]
        assert [("第一件" in row["raw_text"], "第二件" in row["raw_text"]) for row in mine] == [
            (True, False),
            (False, True),
        ]
        replies = [row["reply"] for row in rig.read("SELECT reply FROM seen WHERE person = ? ORDER BY rowid", person)]
        assert len(replies) == MESSAGES
        assert mine[0]["number"] in replies[1] and mine[1]["number"] in replies[3]
        assert all(one.reply.text in ("", reply) for one, reply in zip(heard[at], replies, strict=True))
    _everybody_reads_each_answer_once(rig, heard)


def _everybody_reads_each_answer_once(rig: Rig, heard: list[list[Heard]]) -> None:
    """In the response or by message/send, never by both."""
    owed = "SELECT count(*) FROM outbox WHERE person LIKE 'crowd%' AND answer = 1 AND state = 'due'"
    rig.until(lambda: rig.one(owed) == 0 or None, "answers are still owed", 60)
    sent = [row["to"][0] for row in rig.sends() if row["msgtype"] == "text"]
    for at, answers in enumerate(heard):
        in_response = sum(bool(one.reply.text) for one in answers)
        assert in_response + sent.count(f"crowd{at:03}") == MESSAGES


async def _talk(wire: Wire, person: str) -> list[Heard]:
    """Two submissions and a question, without waiting for answers."""
    said = (
        f"报送问题：恒信建设第一件事，{person}发现印章登记缺失",
        "确认",
        f"报送问题：恒信物流第二件事，{person}发现仓库盘点不实",
        "确认",
        "帮助",
    )
    waiting = []
    for text in said:
        sealed = wire.seal(wire.text(person, text))
        reader, writer = await wire.open()
        writer.write(sealed.raw)
        await writer.drain()
        waiting.append(asyncio.create_task(wire.hear(reader, writer, sealed.fields)))
    return list(await asyncio.gather(*waiting))
