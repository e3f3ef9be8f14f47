"""kill -9 at random moments under a platform that repeats: what people saw is stored, and nothing twice."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
import time
from contextlib import closing

import pytest

from tests.e2e.conftest import MakeRig
from tests.e2e.rig import Rig
from tests.e2e.stages import submit
from tests.e2e.wire import Sealed, Wire

SUBMITTERS = (
    "hx_caiwu", "hx_caiwufz", "hx_shenji", "hx_jiwei", "hx_gonghui",
    "hx_ban", "hx_zhuren", "hx_zuzhang", "hx_zhuize", "hx_jianshe",
)  # fmt: skip
EACH, KILLS = 5, 7
OWED = 40  # seconds within which everything arrives after the last kill
NUMBER = re.compile(r"WT-2026-\d{4}")


@pytest.fixture(scope="module")
def rig(make_rig: MakeRig) -> Rig:
    return make_rig()


async def test_fifty_submissions_under_kills(rig: Rig) -> None:
    wire, saw = Wire(rig.bot_port), dict[str, str]()
    people = [asyncio.create_task(_submit_all(wire, person, saw)) for person in SUBMITTERS]
    dice = random.Random(50)
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.02, 0.5))
        await asyncio.to_thread(rig.restart)
    await asyncio.gather(*people)

    stored = rig.read("SELECT number, raw_text, submitted_by FROM findings")
    assert len(stored) == len(SUBMITTERS) * EACH
    assert len({row["number"] for row in stored}) == len(stored)
    for marker in (f"{person}的第{at}项" for person in SUBMITTERS for at in range(EACH)):
        assert sum(marker in row["raw_text"] for row in stored) == 1, marker
    for marker, number in saw.items():
        assert [row["number"] for row in stored if marker in row["raw_text"]] == [number]
    events = rig.read("SELECT matter, action FROM events WHERE matter LIKE 'WT-%'")
    assert len({(row["matter"], row["action"]) for row in events}) == len(events)

    owed = "SELECT count(*) FROM outbox WHERE state = 'due' AND person != 'hx_ban'"
    await asyncio.to_thread(rig.until, lambda: rig.one(owed) == 0 or None, "messages are still owed", OWED)
    assert rig.one("SELECT count(*) FROM outbox WHERE state = 'dead'") == 0
    told = {number for person in SUBMITTERS for text in rig.told(person) for number in NUMBER.findall(text)}
    assert {row["number"] for row in stored} <= told | set(saw.values()) | _owed_to_the_office(rig)


def _owed_to_the_office(rig: Rig) -> set[str]:
    """The office gets a card a finding, at most 28 a minute: the rest stands in the store."""
    rows = rig.read("SELECT body FROM outbox WHERE person = 'hx_ban' AND state = 'due'")
    return {number for row in rows for number in NUMBER.findall(row["body"])}


def test_a_new_process_keeps_the_member_limit(make_rig: MakeRig) -> None:
    """What the last process sent within the minute counts: WeCom drops more than 30 without a word."""
    rig = make_rig()
    for at in range(36):
        if at == 24:
            rig.settle()
            rig.restart()
        submit(rig, SUBMITTERS[at % 5], f"恒信建设图纸会审记录缺失，第{at}份")
    time.sleep(3)
    assert [row["to"] for row in rig.sends() if row["dropped"]] == []


async def _submit_all(wire: Wire, person: str, saw: dict[str, str]) -> None:
    """Say and confirm, one after the other; what came back is noted as seen."""
    for at in range(EACH):
        marker = f"{person}的第{at}项"
        await _until_heard(wire, wire.seal(wire.text(person, f"报送问题：恒信建设工程签证手续不全，{marker}")))
        answer = await _until_heard(wire, wire.seal(wire.text(person, "确认")))
        if found := NUMBER.search(answer):
            saw[marker] = found[0]


async def _until_heard(wire: Wire, sealed: Sealed) -> str:
    """Repeat the same request until it is taken, as often as it needs: the machine may be slow."""
    for _ in range(1200):
        heard = await wire.deliver(sealed)
        if heard.status == 200:
            assert heard.reply.problem == ""
            return heard.reply.text
        assert heard.status == 0
        await asyncio.sleep(0.1)
    raise AssertionError("the bot never came back")


async def test_no_200_before_the_commit(rig: Rig) -> None:
    """A busy store, then kill -9: what was answered with 200, even empty, is not lost, since nobody repeats it."""
    wire = Wire(rig.bot_port)
    sealed = wire.seal(wire.text("hx_caiwu", "我报了没"))
    with closing(sqlite3.connect(rig.store, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        heard = await wire.deliver(sealed, seconds=5.0)
        await asyncio.to_thread(rig.kill)
        connection.execute("ROLLBACK")
    await asyncio.to_thread(rig.start_bot)
    known = rig.read("SELECT key FROM seen WHERE key LIKE ?", f"%{sealed.fields['MsgId']}%")
    assert heard.status == 0 or known


async def test_the_answer_of_a_slow_turn_comes_once(rig: Rig) -> None:
    """The store is busy beyond the platform's patience: it hangs up and repeats; one record, one answer."""
    wire = Wire(rig.bot_port)
    sealed = wire.seal(wire.text("hx_gonghui", "帮助"))
    rig.told("hx_gonghui")
    with closing(sqlite3.connect(rig.store, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert (await wire.deliver(sealed)).status == 0
        repeat = asyncio.create_task(wire.deliver(sealed))
        await asyncio.sleep(1)
        connection.execute("ROLLBACK")
    heard = [await repeat, *[await wire.deliver(sealed) for _ in range(2)]]
    assert {one.status for one in heard} == {200}
    owed = "SELECT count(*) FROM outbox WHERE person = 'hx_gonghui' AND state = 'due'"
    await asyncio.to_thread(rig.until, lambda: rig.one(owed) == 0 or None, "the answer is still owed", OWED)
    sent = [text for text in rig.told("hx_gonghui") if "报送问题" in text]
    answered = {one.reply.text for one in heard if one.reply.text}
    assert len(sent) + len(answered) == 1, (sent, answered)
