"""A row that another system changed by SQL is honoured: nothing of a case is kept between two messages (issue 3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from sqlalchemy import create_engine, text

from storage import moves
from tests.flows.findings import LIAISON, NUMBER, OFFICE, OTHER, assigned, forget
from tests.flows.harness import Rehearsal
from tests.stores import Store


@pytest_asyncio.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    rehearsal = Rehearsal(tmp_path, url=store.url)
    await rehearsal.start()
    yield rehearsal
    await rehearsal.stop()


def by_sql(store: Store, statement: str) -> None:
    """Another program's connection, which knows nothing of ours."""
    engine = create_engine(store.url)
    with engine.begin() as connection:
        changed = connection.execute(text(statement + f" WHERE number = '{NUMBER}'"))
    assert changed.rowcount == 1
    engine.dispose()


async def test_the_next_answer_shows_the_row_as_it_is(world: Rehearsal, store: Store) -> None:
    await assigned(world)
    assert "12月18日" in await world.say(LIAISON, f"查 {NUMBER}")
    by_sql(store, "UPDATE findings SET due = '2026-12-25', severity = 'major'")
    answer = await world.say(LIAISON, f"查 {NUMBER}")
    assert "12月25日" in answer and "重大" in answer and "12月18日" not in answer, answer


async def test_rights_follow_the_row(world: Rehearsal, store: Store) -> None:
    await assigned(world)
    hidden = await world.say(OTHER, "查 WT-2026-0999")
    assert await world.say(OTHER, f"查 {NUMBER}") == hidden
    by_sql(
        store,
        "UPDATE findings SET unit = 'WL', unit_name = '恒信物流', unit_path = '/HX/WL/', resp_person = 'hx_wuliul'",
    )
    assert NUMBER in await world.say(OTHER, f"查 {NUMBER}")
    by_sql(store, "UPDATE findings SET visibility = 'restricted'")
    assert await world.say(OFFICE, f"查 {NUMBER}") == hidden


async def test_a_confirmation_meets_the_row_as_it_is_then(world: Rehearsal, store: Store) -> None:
    """T7: between the question and 确认 another system took the finding out."""
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    by_sql(store, "UPDATE findings SET state = 'withdrawn'")
    answer = await world.say(LIAISON, "确认")
    assert "已记录" not in answer and "已撤回" in answer, answer
    with world.session() as session:
        finding = moves.find(session, NUMBER)
        assert finding is not None and moves.progress_of(session, finding) == []


async def test_the_ladder_reads_the_row_before_it_speaks(world: Rehearsal, store: Store) -> None:
    """6.3: no rung speaks of a date that no longer holds."""
    await assigned(world)
    by_sql(store, "UPDATE findings SET due = '2027-03-31'")
    forget(world)
    await world.turn_to("2026-12-19 12:00")
    told = [words for words in world.told(LIAISON) if NUMBER in words]
    assert all("12月18日" not in words and "逾期" not in words for words in told), told
    by_sql(store, "UPDATE findings SET state = 'withdrawn'")
    await world.turn_to("2026-12-31 12:00")
    assert [words for words in world.told(LIAISON) if NUMBER in words and "完成整改" in words] == []
