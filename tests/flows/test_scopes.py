"""Lists and single views decide alike for everybody: assisting units, sub-offices, stand-ins, heads concerned (2.3)."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.config import Policy
from bot.flow import Turn
from bot.understanding.meaning import Lexicon
from handlers import access, query_scope
from handlers.rules.roles import Role
from storage import people, searches, units
from storage.matters import FINDING_STATES, Finding
from storage.people import Actor, PostFact
from storage.proceedings import CoUnit
from storage.searches import Wanted
from tests.flows.harness import Rehearsal
from tests.flows.test_queries import WITHOUT_UNIT, add

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
KNOWN = ("hx_jianshel", "hx_caiwu", "hx_shenji", "hx_wuliul", "hx_zhigong")


def _fill(session: Session, chance: random.Random, count: int) -> None:
    every = units.all_units(session)
    for serial in range(1, count + 1):
        state = chance.choice(FINDING_STATES)
        unit = chance.choice([*every, None]) if state in WITHOUT_UNIT else chance.choice(every)
        source = chance.choice(every)
        add(
            session, serial, state=state, source=source.code, source_name=source.name,
            unit=unit.code if unit else None, unit_name=unit.name if unit else "",
            unit_path=unit.path if unit else "", resp_person=chance.choice(KNOWN), submitted_by=chance.choice(KNOWN),
            visibility=chance.choice(("normal", "normal", "restricted")),
            due=TODAY + timedelta(days=chance.randint(-30, 30)),
        )  # fmt: skip


def _connect(session: Session, chance: random.Random) -> None:
    """Sub-offices and assisting units, behind the ledger's back: only what is seen of it matters here."""
    every = units.all_units(session)
    for unit in every:
        unit.sub_office = chance.random() < 0.5
    for finding in session.scalars(select(Finding)).all():
        for helping in chance.sample(every, chance.randint(0, 2)):
            session.add(
                CoUnit(
                    finding_id=finding.id, unit=helping.code, unit_name=helping.name, unit_path=helping.path,
                    by="hx_ban", at=AT,
                )
            )  # fmt: skip


def _somebody(session: Session, chance: random.Random) -> Actor:
    """One to three posts of any role anywhere, some of them lent by somebody who has posts of his own."""
    posts = []
    for _ in range(chance.randint(1, 3)):
        unit, role = chance.choice(units.all_units(session)), chance.choice(list(Role))
        lent_by = chance.choice(("", "", "hx_caiwufz", "hx_shenji"))
        posts.append(PostFact(role.value, unit.code, unit.name, unit.path, "", lent_by))
    return Actor(chance.choice(KNOWN), "某人", tuple(posts))


@pytest.mark.parametrize("seed", [20261123, 20261124])
async def test_lists_agree_with_single_views_for_anybody(world: Rehearsal, seed: int) -> None:
    chance = random.Random(seed)
    await world.turns.run(lambda session: _fill(session, chance, 120))
    await world.turns.run(lambda session: _connect(session, chance))
    with world.session() as session:
        everything = session.scalars(select(Finding)).all()
        actors = [people.actor(session, person.userid, TODAY) for person in people.all_people(session)]
        for actor in actors + [_somebody(session, chance) for _ in range(60)]:
            policy = Policy(peer_cards=chance.random() < 0.5)
            turn = Turn(session, actor, world.clock(), world.calendar, policy, Lexicon())
            rows = searches.lines(session, Wanted(states=FINDING_STATES), query_scope.scope_of(turn), 1000)
            listed = {row.number: "full" if row.full else "peer" for row in rows}
            levels = {one.number: access.view_level(turn, one) for one in everything}
            assert listed == {number: level for number, level in levels.items() if level}, actor
