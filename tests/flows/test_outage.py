"""The sender was away when a reminder should have left: nothing goes at night, and no word of it is out of date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from storage.models import Outbox
from tests.flows.findings import assigned
from tests.flows.harness import Rehearsal
from tests.flows.test_quarter_ladder import HEAD, LIAISONS, moment, rehearsal

LIAISON = LIAISONS[1]


async def _composed_at(world: Rehearsal, said: str) -> None:
    """The engine writes its messages of that moment, and there is nobody to send them."""
    await world.sender.stop()
    await world.turns.run(lambda session: world.clock.set(session, moment(said), 0.0))
    await world.scheduler.run_due()
    with world.session() as session:
        assert session.scalars(select(Outbox).where(Outbox.state == "due", Outbox.attempts == 0)).first() is not None


async def _back_at(world: Rehearsal, said: str) -> None:
    await world.turns.run(lambda session: world.clock.set(session, moment(said), 0.0))
    await world.restart()
    await world.settle()


async def test_what_missed_the_evening_comes_in_the_morning_and_says_how_things_stand_then(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-31 15:00") as world:
        await _composed_at(world, "2026-12-31 16:10")
        before = len(world.channel.sent)
        await _back_at(world, "2026-12-31 20:30")
        assert len(world.channel.sent) == before, "quiet hours"
        await world.turn_to("2027-01-04 09:20")
        mine = [sent for sent in world.channel.sent[before:] if sent.person in (*LIAISONS, HEAD)]
        assert {sent.person for sent in mine} == {*LIAISONS, HEAD}
        assert all(f"{sent.at.astimezone(moment('2027-01-04 09:10').tzinfo):%m-%d %H}" == "01-04 09" for sent in mine)
        assert len(mine) == len({sent.person for sent in mine}), "the later rung speaks for the one that was missed"
        assert not [sent.words for sent in mine if "今天截止" in sent.words]


async def test_a_short_outage_by_day_changes_nothing(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-12-31 15:00") as world:
        await _composed_at(world, "2026-12-31 16:10")
        before = len(world.channel.sent)
        await _back_at(world, "2026-12-31 16:50")
        late = [sent for sent in world.channel.sent[before:] if sent.person == LIAISON]
        assert len(late) == 1 and "今天截止" in late[0].words


async def test_a_digest_that_never_left_is_in_the_next_one(tmp_path: Path) -> None:
    async with rehearsal(tmp_path, "2026-11-23 10:00") as world:
        await assigned(world, due="2026-12-05")
        await world.turn_to("2026-12-01 18:00")
        await _composed_at(world, "2026-12-02 08:40")
        before = len(world.channel.sent)
        await _back_at(world, "2026-12-02 21:00")
        assert [(sent.words, sent.at) for sent in world.channel.sent[before:]] == [], "quiet hours"
        await world.turn_to("2026-12-03 12:00")
        digests = [sent for sent in world.channel.sent[before:] if "今日事项" in sent.words]
        assert digests and len({sent.person for sent in digests}) == len(digests)
        assert all("12月3日" in sent.words and "12月2日" not in sent.words for sent in digests)
