"""The nightly look: what was changed by SQL is honoured, told by number and field, and the ladder follows it."""

from __future__ import annotations

import time
from datetime import date

import pytest
from sqlalchemy import insert, select, text

from storage import events, moves, replay
from storage.matters import Finding
from storage.models import Due, Event
from storage.types import table_of
from tests.flows.findings import (
    DIRECTOR,
    FINANCE,
    LIAISON,
    NUMBER,
    OFFICE,
    actions,
    applied,
    assigned,
    finding,
    forget,
    seed,
    waiting,
)
from tests.flows.harness import Rehearsal

ADMIN = "hx_admin"
NIGHT, MORNING = "2026-11-24 02:00", "2026-11-24 09:00"


def sql(world: Rehearsal, *statements: str) -> None:
    """As another program with a password of its own would."""
    with world.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def unexplained(world: Rehearsal) -> dict[str, replay.Difference]:
    with world.session() as session:
        return replay.compare(session, replay.after(session, 0, 10_000))


def nights(world: Rehearsal) -> list[dict[str, int]]:
    with world.session() as session:
        return [event.after for event in events.history(session, "reconcile") if event.after]


def told(world: Rehearsal, person: str) -> list[str]:
    return [words for words in world.told(person) if words.startswith("夜间核对")]


async def test_a_quiet_night_tells_nobody(world: Rehearsal) -> None:
    await applied(world)
    before = actions(world)
    await world.turn_to(MORNING)
    assert (told(world, OFFICE), told(world, ADMIN), actions(world)) == ([], [], before)
    assert nights(world) == [{"findings": 1, "foreign": 0}]
    await world.turn_to("2026-11-28 09:00")  # a rest day is looked at, too
    assert len(nights(world)) == 5


async def test_what_sql_changed_is_honoured_and_told_by_number_and_field(world: Rehearsal) -> None:
    await assigned(world)
    sql(world, f"UPDATE findings SET title = '秘密标题', due = '2027-01-20' WHERE number = '{NUMBER}'")
    await world.turn_to(NIGHT)
    assert actions(world)[-1] == "foreign_change"
    assert told(world, OFFICE) == []  # it is night
    await world.turn_to(MORNING)
    (words,) = told(world, OFFICE)
    assert words == (
        "夜间核对：有1条问题在系统外被改动，已按现在的内容记入留痕。\n"
        f"{NUMBER}：标题、时限\n看改动前后，发“留痕 {NUMBER}”。"
    )
    (other,) = told(world, ADMIN)
    assert "有1条记录" in other
    assert NUMBER not in other
    with world.session() as session:
        event = events.history(session, NUMBER)[-1]
    assert (event.actor, event.before, event.after) == (
        "system", {"title": "备用金长期未清", "due": "2026-12-18"}, {"title": "秘密标题", "due": "2027-01-20"},
    )  # fmt: skip
    assert unexplained(world) == {}
    await world.turn_to("2026-11-25 09:00")
    assert told(world, OFFICE) == []  # honoured once, told once


async def test_the_ladder_follows_the_row_as_it_is_now(world: Rehearsal) -> None:
    await assigned(world)
    assert waiting(world)["T-0"] == "2026-12-18"
    sql(world, f"UPDATE findings SET due = '2027-01-20' WHERE number = '{NUMBER}'")
    await world.turn_to(MORNING)
    assert (waiting(world)["T-0"], finding(world).due) == ("2027-01-20", date(2027, 1, 20))
    sql(world, f"UPDATE findings SET state = 'withdrawn' WHERE number = '{NUMBER}'")
    await world.turn_to("2026-11-25 09:00")
    assert waiting(world) == {}
    assert "现在" in str(told(world, OFFICE))


async def test_rows_beside_that_came_changed_or_went(world: Rehearsal) -> None:
    await applied(world)
    sql(
        world,
        'INSERT INTO progress (finding_id, cycle, at, "by", text) '
        "SELECT id, 1, '2026-11-23 03:00:00.000000', 'x', 'y' FROM findings",
        "UPDATE evidence SET text = '别的'",
    )
    await world.turn_to(MORNING)
    assert f"{NUMBER}：进展、佐证" in told(world, OFFICE)[0]
    assert unexplained(world) == {}
    sql(world, "DELETE FROM evidence")
    await world.turn_to("2026-11-25 09:00")
    assert f"{NUMBER}：佐证" in told(world, OFFICE)[0]
    assert unexplained(world) == {}


async def _without_events(world: Rehearsal, *numbers: str) -> None:
    """As the first revision left them: with no event that says the whole."""

    def work(session: object) -> None:
        for number in numbers:
            row = moves.find(session, NUMBER)  # type: ignore[arg-type]
            assert row is not None
            values = {c.key: getattr(row, c.key) for c in Finding.__table__.columns if c.key != "id"}
            session.execute(insert(table_of(Finding)).values(**values | {"number": number}))  # type: ignore[attr-defined]

    await world.turns.run(work)


async def test_what_has_no_whole_event_is_written_down_quietly_the_first_night(world: Rehearsal) -> None:
    await seed(world)
    await _without_events(world, "WT-2026-0500", "WT-2026-0501")
    await world.turn_to(MORNING)
    assert (told(world, OFFICE), told(world, ADMIN)) == ([], [])
    assert actions(world, "WT-2026-0500") == ["baseline"]
    assert unexplained(world) == {}
    assert nights(world) == [{"findings": 3, "foreign": 0}]


async def test_what_comes_without_an_event_later_is_foreign(world: Rehearsal) -> None:
    await seed(world)
    await world.turn_to(MORNING)
    await _without_events(world, "WT-2026-0500")
    await world.turn_to("2026-11-25 09:00")
    assert "WT-2026-0500：整条记录" in told(world, OFFICE)[0]
    assert actions(world, "WT-2026-0500") == ["foreign_change"]
    assert unexplained(world) == {}


async def test_one_that_is_gone_is_told_once(world: Rehearsal) -> None:
    await seed(world)
    await seed(world, "WT-2026-0124")
    sql(world, "DROP TRIGGER findings_stay", "DELETE FROM findings WHERE number = 'WT-2026-0124'")
    await world.turn_to(MORNING)
    assert told(world, OFFICE) == [
        "夜间核对：有1条问题在系统外被改动，已按现在的内容记入留痕。\n编号已告知监督办公室主任。"
    ]
    assert "WT-2026-0124：整条记录" in told(world, DIRECTOR)[0]
    await world.turn_to("2026-11-25 09:00")
    assert told(world, DIRECTOR) == []


async def test_s8_the_number_of_a_restricted_one_goes_to_the_director_alone(world: Rehearsal) -> None:
    await seed(world, visibility="restricted")
    await seed(world, "WT-2026-0124")
    sql(world, "UPDATE findings SET title = 'x'")
    await world.turn_to(MORNING)
    (words,) = told(world, OFFICE)
    assert NUMBER not in words
    assert "WT-2026-0124：标题\n另有1条未列出。" in words
    assert f"{NUMBER}：标题" in told(world, DIRECTOR)[0]


async def test_many_are_told_in_one_message(world: Rehearsal) -> None:
    for place in range(12):
        await seed(world, f"WT-2026-{place:04}")
    sql(world, "UPDATE findings SET severity = 'major'")
    await world.turn_to(MORNING)
    (words,) = told(world, OFFICE)
    assert words.count("：严重程度") == 8
    assert "另有4条未列出。" in words
    assert unexplained(world) == {}


async def test_it_goes_on_from_chunk_to_chunk(world: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.reconcile.CHUNK", 3)
    for place in range(7):
        await seed(world, f"WT-2026-{place:04}")
    sql(world, "UPDATE findings SET title = 'x' WHERE number IN ('WT-2026-0001', 'WT-2026-0006')")
    await world.turn_to(MORNING)
    assert nights(world) == [{"findings": 7, "foreign": 2}]
    assert "WT-2026-0001：标题\nWT-2026-0006：标题" in told(world, OFFICE)[0]
    with world.session() as session:
        rows = session.scalars(select(Due.state).where(Due.kind == "reconcile", Due.day == "2026-11-24")).all()
    assert set(rows) == {"done"}


async def test_an_answer_shows_the_row_as_it_is(world: Rehearsal) -> None:
    """A row changed in spite of all is honoured at once: nothing of a matter is cached across turns (issue 3)."""
    await assigned(world)
    sql(world, f"UPDATE findings SET title = '另一个题', due = '2027-01-20' WHERE number = '{NUMBER}'")
    assert "1月20日" in await world.say(FINANCE, f"查 {NUMBER}")


async def test_what_is_recorded_without_a_change_changes_nothing(world: Rehearsal) -> None:
    """A promise, a look or an advice is in the ledger, and the record stays as it was."""
    await assigned(world)
    await world.turns.run(
        lambda session: events.add(
            session, at=world.clock(), actor=LIAISON, matter=NUMBER, action="promise", after={"unit": "WL", "due": "x"}
        )
    )
    assert unexplained(world) == {}
    forget(world)


async def test_twenty_thousand_findings_take_seconds(world: Rehearsal) -> None:
    """Measured on two shared cores: 1.1 s for 4 000 findings of three events, so that a chunk is 0.1 s."""
    await assigned(world)
    with world.session() as session:
        row = moves.find(session, NUMBER)
        assert row is not None
        values = {c.key: getattr(row, c.key) for c in Finding.__table__.columns if c.key != "id"}
        history = events.history(session, NUMBER)
        said = [{c.key: getattr(e, c.key) for c in Event.__table__.columns if c.key != "id"} for e in history]
    numbers = [f"WT-2025-{place:04}" for place in range(4000)]
    with world.engine.begin() as connection:
        connection.execute(insert(table_of(Finding)), [values | {"number": number} for number in numbers])
        rows = [event | {"matter": number, "after": _renumbered(event["after"], number)}
                for number in numbers for event in said]  # fmt: skip
        connection.execute(insert(table_of(Event)), rows)
    began = time.perf_counter()
    with world.session() as session:
        last, differing = 0, 0
        while found := replay.after(session, last, 400):
            differing += len(replay.compare(session, found))
            last = max(found)
    took = time.perf_counter() - began
    print(f"reconcile: {len(rows)} events in {took:.2f} s")
    assert differing == 4000  # each lacks the round that stands beside the first one only
    assert took < 20


def _renumbered(after: object, number: str) -> object:
    return after | {"number": number} if isinstance(after, dict) and "number" in after else after
