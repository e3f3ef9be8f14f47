"""The working day's look at what hangs in the air (S3)."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import text

from tests.flows.findings import DIRECTOR, OFFICE, assigned, forget, seed
from tests.flows.harness import Rehearsal

LONG_AGO = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)


def _dangling(texts: list[str]) -> list[str]:
    return [said for said in texts if "尚未交办" in said or "在办问题没有" in said]


async def test_s3_what_is_registered_and_not_assigned_is_told_once_a_working_day(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0140", submitted_at=LONG_AGO)
    await seed(world, "WT-2026-0141", submitted_at=LONG_AGO)
    await seed(world, "WT-2026-0142")  # since Friday: two working days are not over
    await world.turn_to("2026-11-24 08:39")
    assert not _dangling(world.told(OFFICE))
    await world.turn_to("2026-11-24 12:00")
    (said,) = _dangling(world.told(OFFICE))
    assert said.startswith("有 2 条已登记问题尚未交办（WT-2026-0140、0141），已超过 2 个工作日。")
    assert not _dangling(world.told(DIRECTOR))
    await world.restart()
    await world.turn_to("2026-11-25 12:00")
    (said,) = _dangling(world.told(OFFICE))
    assert "有 3 条已登记问题尚未交办（WT-2026-0140、0141、0142）" in said


async def test_s3_nothing_is_said_when_nothing_hangs_nor_on_a_rest_day(world: Rehearsal) -> None:
    await assigned(world)
    await seed(world, "WT-2026-0140", submitted_at=LONG_AGO, nature="tendency")  # S19: need not be assigned
    await world.turn_to("2026-11-27 12:00")
    assert not _dangling(world.told(OFFICE))
    await seed(world, "WT-2026-0141", submitted_at=LONG_AGO)
    await world.turn_to("2026-11-29 23:00")
    assert not _dangling(world.told(OFFICE))
    await world.turn_to("2026-11-30 09:00")
    assert len(_dangling(world.told(OFFICE))) == 1


async def test_s3_open_findings_without_person_or_date_are_named(world: Rehearsal) -> None:
    """As an older version left them: the store refuses new ones."""
    await assigned(world)
    with world.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER findings_whose_changed"))
        connection.execute(text("UPDATE findings SET resp_person = NULL, due = NULL"))
    await world.turn_to("2026-11-24 09:00")
    (said,) = _dangling(world.told(OFFICE))
    assert "有 1 条在办问题没有责任人（WT-2026-0123），请补上。" in said
    assert "有 1 条在办问题没有整改时限（WT-2026-0123），请补上。" in said


async def test_s8_a_restricted_one_is_told_to_the_director(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0140", submitted_at=LONG_AGO, visibility="restricted")
    forget(world)
    await world.turn_to("2026-11-24 09:00")
    assert not _dangling(world.told(OFFICE))
    assert "WT-2026-0140" in _dangling(world.told(DIRECTOR))[0]
