"""The head of the chain, every working day, to the log auditor alone (anonymity.md, Named leads)."""

from __future__ import annotations

import re

from sqlalchemy import delete, select, text

from storage import chain, links
from storage.models import Link, Outbox
from tests.flows.harness import Rehearsal
from tests.flows.leads import EVERYBODY, reported
from tests.flows.test_ledger_view import AUDITOR, appoint_auditor


async def sealed(world: Rehearsal) -> None:
    await world.turns.run(lambda session: links.seal(session, 1, 1000, world.clock()))


async def test_the_head_comes_every_working_day_and_proves_what_was_there(world: Rehearsal) -> None:
    await appoint_auditor(world)
    number = await reported(world)
    await sealed(world)
    await world.turn_to("2026-11-24 08:50")
    assert world.told(AUDITOR) == []
    await world.turn_to("2026-11-24 09:30")
    (words,) = world.told(AUDITOR)
    with world.session() as session:
        head = links.head(session)
    assert head is not None
    assert words.splitlines()[0] == f"【操作日志链头】11月24日 周二：已封存{head.seq}条。"
    groups = re.search(r"前16位：((?:[0-9a-f]{4} ?){4})\n", words)
    assert groups is not None and head.digest.startswith(groups[1].replace(" ", ""))
    assert f"verify --expect {head.digest[:16]}，" in words and number not in words
    with world.session() as session:
        assert chain.walk(session, groups[1]).expected is True
        keys = [row.push_key for row in session.scalars(select(Outbox).where(Outbox.person == AUDITOR))]
    assert keys == [f"ledger_head|{AUDITOR}|2026-11-24"]
    await world.turn_to("2026-11-30 09:30")  # Tuesday has been; Saturday and Sunday are silent
    days = [one.partition("】")[2][:9] for one in world.told(AUDITOR)]
    assert days == ["11月25日 周三", "11月26日 周四", "11月27日 周五", "11月30日 周一"]


async def test_a_chain_without_its_last_entry_is_whole_and_yet_found(world: Rehearsal) -> None:
    await reported(world)
    await sealed(world)
    with world.session() as session:
        head = links.head(session)
        assert head is not None and chain.walk(session, head.digest[:15]).expected is False  # too short to prove

        for name in ("links_stay", "links_kept"):  # as somebody with the database's own password would
            session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        session.execute(delete(Link).where(Link.seq == head.seq))
        assert chain.walk(session).broken is None
        assert chain.walk(session, head.digest[:16]).expected is False
        session.rollback()


async def test_nobody_in_that_office_hears_nothing(world: Rehearsal) -> None:
    await reported(world)
    await sealed(world)
    await world.turn_to("2026-11-25 10:00")
    assert not [one for person in EVERYBODY for one in world.told(person) if "链头" in one]
