"""A quarter's figures are frozen with its report: what happens later changes none of them, and answers say so (7.4)."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.config import Policy
from bot.flow import Turn
from bot.understanding.meaning import Lexicon
from handlers import figures, quarter_figures, query_scope
from handlers.quarter_figures import Snapshot
from storage import events, people, rounds, searches, units
from storage.figures import COUNTED
from storage.grants import granted
from storage.matters import Finding, QuarterFigures
from storage.searches import Wanted
from tests.flows.findings import change
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once
from tests.flows.test_queries import TODAY, add, given

DIRECTOR, OFFICE, UNIT = "hx_zhuren", "hx_ban", "hx_jianshel"
Q3 = "2026Q3"
PAST = date(2026, 9, 10)
OLD = datetime(2026, 9, 2, 2, tzinfo=UTC)
THIRD = {"quarter": Q3, "submitted_at": OLD, "due": PAST}


def turn_of(world: Rehearsal, session: Session, person: str) -> Turn:
    actor = people.actor(session, person, TODAY)
    return Turn(session, actor, world.clock(), world.calendar, Policy(), Lexicon())


async def freeze(world: Rehearsal, quarter: str = Q3) -> Snapshot:
    return await world.turns.run(lambda session: quarter_figures.freeze(turn_of(world, session, OFFICE), quarter))


@once
async def _third(world: Rehearsal) -> None:
    """Three closed (one 补报), one overdue, one of the fourth quarter, one restricted."""
    done = {"state": "closed", "closed_at": OLD, "applied_at": OLD}
    await given(world, THIRD | done, THIRD | done, THIRD | done | {"late": True}, THIRD, {}, THIRD | {
        "visibility": "restricted"})  # fmt: skip


async def test_what_is_frozen_stays(world: Rehearsal) -> None:
    await _third(world)
    live = (await world.say(OFFICE, "三季度统计")).splitlines()
    assert live[0] == "2026年三季度问题共登记4条：已销号3，待验收0，在办1。其中补报1条。"
    assert "定稿" not in "".join(live)
    await freeze(world)
    later = world.clock() + timedelta(minutes=5)
    await change(world, "WT-2026-0001", state="assigned", cycle=2, resp_person=UNIT, due=TODAY)
    await change(world, "WT-2026-0002", unit="WL", unit_name="恒信物流", unit_path="/HX/WL/", quarter="2026Q4")
    await change(world, "WT-2026-0004", state="converted_to_lead")
    await world.turns.run(lambda session: add(session, 9, **THIRD | {"submitted_at": later, "late": True}))
    then = (await world.say(OFFICE, "三季度统计")).splitlines()
    assert then[:3] == live[:3]
    assert then[3] == "（按季度报告定稿数据，截至11月23日；之后补报1条，未计入）"
    assert (await world.say(OFFICE, "三季度销号率")).startswith("2026年三季度销号率75.0%（3/4）")
    assert "共登记5条" in await world.say(DIRECTOR, "三季度统计")  # who may see restricted ones counts them
    assert "恒信建设｜销号率75.0%（3/4）" in await world.say(OFFICE, "三季度各单位销号率排名")
    assert "到期销号率75.0%（3/4）" in await world.say(OFFICE, "三季度到期销号率")
    assert "定稿" not in await world.say(OFFICE, "统计")
    trend = await world.say(OFFICE, "问题趋势")
    assert "2026年三季度：登记4条（补报1条），已销号3条" in trend and "2026年三季度按季度报告定稿数据" in trend
    assert "定稿数据" in await world.say(OFFICE, "三季度和四季度比一下逾期率")


async def test_it_is_frozen_once_and_leaves_its_event(world: Rehearsal) -> None:
    await _third(world)
    first = await freeze(world)
    await world.turns.run(lambda session: add(session, 9, **THIRD))
    assert await freeze(world) == first
    with world.session() as session:
        assert [event.action for event in events.history(session, Q3)] == ["freeze_figures"]
        assert len(session.scalars(select(QuarterFigures)).all()) == 1
        assert quarter_figures.frozen(turn_of(world, session, OFFICE), "2026Q2") is None
    with pytest.raises(ValueError, match="2026Q4"):
        await freeze(world, "third")


async def test_the_store_itself_lets_nobody_change_it(world: Rehearsal) -> None:
    await freeze(world)

    def change_it(session: Session) -> None:
        session.execute(update(QuarterFigures).values(frozen_by="somebody"))

    def drop_it(session: Session) -> None:
        session.execute(delete(QuarterFigures))

    for work in (change_it, drop_it):
        with pytest.raises(DBAPIError, match="never change"):
            await world.turns.run(work)


async def test_what_the_report_needs_is_in_the_snapshot(world: Rehearsal) -> None:
    await _third(world)
    snapshot = await freeze(world)
    new = snapshot.new
    assert (new.counted, new.closed, new.late, new.in_hand, new.overdue) == (5, 3, 1, 2, 2)
    assert snapshot.in_hand == 3  # of whichever quarter
    assert (snapshot.come_due.due_in, snapshot.come_due.due_met, snapshot.closed) == (5, 3, 3)
    assert snapshot.before.counted == 0
    assert snapshot.on_time_submit_rate.denominator == len(snapshot.reports) > 0
    assert "按季度报告定稿数据" in await world.say(DIRECTOR, "三季度按期报送率多少")


async def test_rights_over_frozen_rounds_are_those_over_findings(world: Rehearsal) -> None:
    """On a random store, just frozen: what each person's scope lets through here and in the store is the same."""
    chance = random.Random(7)

    def fill(session: Session) -> None:
        every, everyone = units.all_units(session), [person.userid for person in people.all_people(session)]
        for serial in range(1, 200):
            unit, source = chance.choice(every), chance.choice(every)
            add(
                session, serial, source=source.code, source_name=source.name, state=chance.choice(COUNTED),
                unit=unit.code, unit_name=unit.name, unit_path=unit.path, quarter="2026Q4",
                resp_person=chance.choice(everyone), submitted_by=chance.choice(everyone),
                visibility=chance.choice(("normal", "normal", "restricted")),
                due=TODAY + timedelta(days=chance.randint(-30, 30)),
            )  # fmt: skip

    await world.turns.run(fill)
    snapshot = await freeze(world, "2026Q4")
    with world.session() as session:
        for person in people.all_people(session):
            turn = turn_of(world, session, person.userid)
            scope = query_scope.scope_of(turn)
            for wanted in (Wanted(), Wanted(severity="general"), Wanted(units=("JS", "WL")), Wanted(category="CW")):
                query = select(Finding.number).where(
                    *searches.conditions(wanted), searches.visible(scope, wanted), Finding.state.in_(COUNTED)
                )
                seen = [one.number for one in quarter_figures.seen(snapshot, wanted, scope, "2026Q4")]
                assert sorted(seen) == sorted(session.scalars(query)), person.userid
                full = session.scalars(query.where(granted(scope.full)))
                deep = quarter_figures.seen(snapshot, wanted, scope, "2026Q4", deep=True)
                assert sorted(one.number for one in deep) == sorted(full), person.userid


async def test_what_is_kept_is_what_was_read(world: Rehearsal) -> None:
    """Into JSON and back nothing is lost."""
    await _third(world)
    snapshot = await freeze(world)
    with world.session() as session:
        facts = {fact["number"]: figures.round_of(fact) for fact in rounds.facts(session, date(2026, 7, 1))}
    assert {one.round.number: one.round for one in snapshot.rounds} == facts
