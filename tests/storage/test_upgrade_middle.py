"""A store of the fourth revision, on its way between the first and the newest, with its ledger chained already.

`fourth_revision.json` is what that program wrote when the sample group used it for three weeks: stages, evidence, an
objection, an extension, an acceptance, a lead, an urgent report, a meeting, an item, a talk, promises, pushes, a file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sealer import Sealer
from bot.turns import Turns
from storage import chain
from storage.database import open_engine
from tests.flows.harness import CHINA, Rehearsal
from tests.storage.past import FOURTH, changed, upgraded
from tests.stores import NAMES, Databases

OLD = FOURTH.rows
HEAD = OLD["links"][-1]["digest"]
LIAISON, OFFICE, MANAGER = "hx_jianshel", "hx_ban", "hx_jiwei"
EVENING = datetime(2026, 12, 14, 17, 30, tzinfo=CHINA)


@pytest.fixture(scope="module", params=NAMES)
def url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """The flows change it: what is compared with that day comes first."""
    with upgraded(request.param, databases, FOURTH) as where:
        yield where


@pytest_asyncio.fixture
async def world(url: str, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path, start=EVENING, url=url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()
    rehearsal.engine.dispose()


async def test_every_row_is_there_as_it_was_and_the_chain_holds(url: str) -> None:
    turns = Turns(open_engine(url))
    different = await turns.read(lambda session: changed(session, OLD))
    proof = await turns.read(lambda session: chain.walk(session, HEAD))
    turns.close()
    assert different == []
    assert (proof.count, proof.broken, proof.tail, proof.expected) == (len(OLD["links"]), None, 0, True)


async def test_what_was_begun_goes_on_and_the_chain_with_it(world: Rehearsal) -> None:
    """An open question, a numbered lead, a promise and a planned reminder, by the program of today."""
    done = await world.say(LIAISON, "确认")
    assert "已记录 WT-2026-0003 第1次进展" in done, done
    assert OLD["leads"][0]["number"] in await world.say(MANAGER, f"查 {OLD['leads'][0]['number']}")
    assert "HY-2026-0001" in await world.say(OFFICE, "年初领导小组会议什么时候开")
    await world.say("hx_caiwu", "报送问题：恒信物流对账单缺失")
    assert "WT-2026-0005" in await world.say("hx_caiwu", "确认")
    world.told(LIAISON)
    await world.turn_to("2026-12-16 17:30")
    assert any("WT-2026-0002" in words for words in world.told(LIAISON))
    await Sealer(world.turns).tick()
    proof = await world.turns.read(lambda session: chain.walk(session, HEAD))
    assert proof.count > len(OLD["links"]) and (proof.broken, proof.tail, proof.expected) == (None, 0, True)
