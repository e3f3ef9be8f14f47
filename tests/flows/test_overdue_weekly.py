"""The week's list of overdue findings: once, on a working day, with the rights of whoever gets it (domain.md 7.1)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.config import Policy
from storage.models import Event
from tests.flows.books import lines, owed, read
from tests.flows.findings import AUDIT, DIRECTOR, FINANCE, LIAISON, OFFICE, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

SECRET = "WT-2026-0003"


@once
async def _late(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0001", state="rectifying", due=date(2026, 11, 2))
    await seed(world, "WT-2026-0002", state="rectifying", due=date(2026, 12, 31), key_supervised=True)
    await seed(world, SECRET, state="rectifying", due=date(2026, 11, 3), visibility="restricted")
    await seed(world, "WT-2026-0004", state="closed", due=date(2026, 11, 2), key_supervised=True)


async def test_the_office_gets_it_once_a_week_each_with_his_own_rights(world: Rehearsal) -> None:
    await _late(world)
    await world.turn_to("2026-11-30 09:09")
    assert owed(world, OFFICE) == []
    await world.turn_to("2026-11-30 09:16")
    assert any(text.startswith("本周逾期与督办清单：逾期1条，重点督办在办1条") for text in world.told(OFFICE))
    assert any(text.startswith("本周逾期与督办清单：逾期2条") for text in world.told(DIRECTOR))
    book = await read(world, OFFICE)
    assert book.sheetnames == ["逾期与督办清单", "重点督办", "口径说明"]
    assert [row["问题编号"] for row in lines(book)] == ["WT-2026-0001"]
    assert [row["问题编号"] for row in lines(book, 1)] == ["WT-2026-0002"]
    assert SECRET in [row["问题编号"] for row in lines(await read(world, DIRECTOR))]
    for person in (AUDIT, FINANCE, LIAISON):
        assert owed(world, person) == []
    await world.turn_to("2026-12-04 18:00")
    assert len(owed(world, OFFICE)) == 1
    await world.turn_to("2026-12-07 09:16")
    assert len(owed(world, OFFICE)) == 2
    with world.session() as session:
        sent = session.scalars(select(Event).where(Event.action == "overdue_sent"))
        assert {str((event.after or {})["to"]) for event in sent} == {OFFICE, DIRECTOR}


@pytest.mark.begins("2026-10-02 10:00")
async def test_on_a_rest_day_it_goes_on_the_next_working_day(world: Rehearsal) -> None:
    """The National Day's week: 10-05 to 10-07 are rest days."""
    await seed(world, "WT-2026-0001", state="rectifying", due=date(2026, 9, 2))
    await world.turn_to("2026-10-07 20:00")
    assert owed(world, OFFICE) == []
    await world.turn_to("2026-10-08 09:16")
    assert len(owed(world, OFFICE)) == 1


async def test_the_weekday_is_a_setting_and_nothing_overdue_sends_nothing(world: Rehearsal) -> None:
    world.world.policy = Policy(overdue_weekday=3)
    await world.turn_to("2026-11-25 10:00")
    assert owed(world, OFFICE) == []
    await _late(world)
    await world.turn_to("2026-12-01 10:00")
    assert owed(world, OFFICE) == []
    await world.turn_to("2026-12-02 09:16")
    assert len(owed(world, OFFICE)) == 1
    world.world.policy = Policy(overdue_weekday=0)
    await world.turn_to("2026-12-10 09:16")
    assert len(owed(world, OFFICE)) == 1
