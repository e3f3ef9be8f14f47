"""Clocks that jump, a machine asleep, a store that is gone: no rung lost that still means something, and no storm."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import create_engine, text

from bot.parcels import Keep, Outcome, Parcel
from tests.engine.production import Production, moment
from tests.flows.harness import CHINA, KeepingChannel
from tests.stores import SERVERS, Databases

START, END = "2026-12-21 08:00", "2027-01-07 12:00"
LIAISONS = ("hx_caiwu", "hx_shenji", "hx_jiwei", "hx_gonghui")
HEADS = ("hx_caiwufz",)
RESP, HEAD = "hx_jianshel", "hx_jianshe"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[Production]:
    made = Production(tmp_path, START)
    made.assign_all()
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def even(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Production]:
    """The same days without any disturbance: to compare with, only."""
    made = Production(tmp_path_factory.mktemp("even"), START)
    made.assign_all()
    await made.start()
    await made.walk(END)
    await made.stop()
    yield made
    made.engine.dispose()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-12-28 08:42", "2026-12-28 07:42"),  # while digests leave one after the other
        ("2026-12-28 09:05", "2026-12-28 08:05"),  # after the digest, before the rungs
        ("2026-12-28 09:12", "2026-12-28 08:12"),  # half of the singles are out
        ("2026-12-29 00:30", "2026-12-28 23:30"),  # over midnight, when the day's planning is done
        ("2026-12-31 16:12", "2026-12-31 15:12"),
    ],
)
async def test_a_clock_set_back_an_hour_tells_nothing_twice(
    world: Production, even: Production, before: str, after: str
) -> None:
    await world.walk(before)
    await world.stand(moment(after))
    await world.walk(END)
    assert world.states() == even.states()
    assert world.heard() == even.heard()


async def test_a_process_started_after_the_clock_was_set_back(world: Production, even: Production) -> None:
    await world.walk("2026-12-29 00:30")
    world.clock.business_at = world.clock.real_at = moment("2026-12-28 23:30")
    await world.stop()
    world._assemble(moment("2026-12-28 23:30"))
    await world.start()
    await world.walk(END)
    assert world.states() == even.states()


async def test_a_clock_set_forward_a_day_makes_good_what_still_means_something(
    world: Production, even: Production
) -> None:
    """From before T-3 of the quarter and T-0 of a finding to the next morning."""
    await world.walk("2026-12-28 08:00")
    woken = moment("2026-12-29 08:30")
    await world.stand(woken)
    await world.walk("2026-12-29 12:00")
    no_storm(world, woken)
    late = [one for one in world.channel.sent if one.at >= woken and "补发" in one.words]
    assert {one.person for one in late} == {*LIAISONS, *HEADS, RESP, HEAD}
    quarter = [one.words for one in late if one.person in LIAISONS]
    assert all("原定12月28日 周一 09:10" in words and "还剩2个工作日" in words for words in quarter)
    mine = "\n".join(one.words for one in late if one.person == RESP)
    assert "WT-2026-0302" in mine and "逾期2个工作日" in mine
    assert "WT-2026-0301" not in mine  # its T-0 is said by +1, which comes at 09:10
    assert ("rectification:+1", "2026-12-29") in rungs_told(world, RESP, "WT-2026-0301")
    await world.walk(END)
    lost = {key for key, state in even.states().items() if state == "told"} - told(world)
    assert {key.split("|")[0] for key in lost} == {"rectification:T-0"}
    assert told(world) <= told(even)


@pytest.mark.parametrize("woken", ["2026-12-30 03:00", "2026-12-30 08:10", "2026-12-30 10:00", "2026-12-30 18:00"])
async def test_a_machine_asleep_for_a_week_tells_the_latest_rung_only(world: Production, woken: str) -> None:
    """Asleep since the morning of 12-23: T-7 and T-3 of the quarter passed, findings fell due and are overdue."""
    await world.walk("2026-12-23 08:00")
    at = moment(woken)
    await world.stand(at)
    await world.walk("2026-12-30 23:00")
    no_storm(world, at)
    for person in LIAISONS:
        keys = {push.rung for push in world.pushes(at) if push.person == person and push.ladder == "quarter"}
        assert keys <= {"T-3", "T-1"} and "T-1" in keys, (person, keys)
    rungs = {(push.matter, push.rung) for push in world.pushes(at) if push.person == RESP and push.form == "single"}
    assert {matter for matter, _ in rungs} >= {"WT-2026-0301", "WT-2026-0302"}
    assert not rungs & {("WT-2026-0301", "T-3"), ("WT-2026-0301", "T-7"), ("WT-2026-0302", "T-0")}
    assert_allowed(world, at)


async def test_the_last_days_rung_missed_until_night_is_told_in_the_morning(world: Production) -> None:
    """Asleep from before 09:10 of the quarter's last day until late in the evening.

    The office gets its list; who has not submitted hears once that it is overdue, by the rung of that morning.
    """
    await world.walk("2026-12-31 09:00")
    woken = moment("2026-12-31 22:00")
    await world.stand(woken)
    assert world.heard(woken) == Counter()
    await world.walk("2027-01-04 08:30")
    office = [one.words for one in world.channel.sent if one.at >= woken and one.person == "hx_ban"]
    assert len(office) == 1 and "补发，原定2026年12月31日 周四 09:10" in office[0] and "10家未报" in office[0]
    await world.walk("2027-01-04 12:00")
    no_storm(world, woken)
    for person in (*LIAISONS, *HEADS):
        mine = [one.words for one in world.channel.sent if one.at >= woken and one.person == person]
        words = [said for said in mine if "季度" in said]
        assert len(words) == 1 and "逾期1个工作日" in words[0], words
    assert_allowed(world, woken)


def told(world: Production) -> set[str]:
    return {key for key, state in world.states().items() if state == "told"}


def rungs_told(world: Production, person: str, matter: str) -> set[tuple[str, str]]:
    return {
        (f"{push.ladder}:{push.rung}", push.day)
        for push in world.pushes()
        if (push.person, push.matter, push.state) == (person, matter, "told")
    }


def no_storm(world: Production, since: datetime) -> None:
    """Nobody gets more than one single a ladder of a matter, one digest, or the same words twice."""
    singles, digests = set(), set()
    for push in world.pushes(since):
        assert push.outbox_id is not None
        if push.form == "single":
            singles.add((push.person, push.ladder, push.matter, push.outbox_id))
        else:
            digests.add((push.person, push.outbox_id))
    by_matter = Counter((person, ladder, matter) for person, ladder, matter, _ in singles)
    assert [one for one, count in by_matter.items() if count > 1] == []
    by_person = Counter(person for person, _ in digests)
    assert [one for one, count in by_person.items() if count > 1] == []
    assert [one for one, count in world.heard(since).items() if count > 1] == []


def assert_allowed(world: Production, since: datetime) -> None:
    for one in world.channel.sent:
        at = one.at.astimezone(CHINA)
        if one.at >= since:
            assert 8 <= at.hour < 20 and not (12 <= at.hour < 13) and at.weekday() < 5, (one.person, at)


@pytest.fixture
def own_database(databases: Databases) -> Iterator[str]:
    name = f"jiandu_gone_{secrets.token_hex(5)}"
    url = databases.blank("postgresql", name)
    yield url
    _connections(url, allowed=True)
    databases.drop("postgresql", name)


def _connections(url: str, *, allowed: bool) -> None:
    """A database that is there or not, for everybody."""
    name = url.rpartition("/")[2]
    engine = create_engine(SERVERS["postgresql"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {'true' if allowed else 'false'}"))
        if not allowed:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ended), {"name": name})
    engine.dispose()


async def test_a_database_gone_for_ten_minutes_only_delays(tmp_path: Path, own_database: str) -> None:
    """It goes in the minutes in which the rungs fall due and their messages leave."""
    world = Production(tmp_path, "2026-12-28 08:00", own_database)
    world.assign_all()
    await world.start()
    await world.walk("2026-12-28 09:09")
    before = len(world.channel.sent)
    _connections(own_database, allowed=False)
    for minute in range(10, 20):
        await world.stand(moment(f"2026-12-28 09:{minute}"), tolerant=True)
    assert len(world.channel.sent) == before
    _connections(own_database, allowed=True)
    back = moment("2026-12-28 09:20")
    await world.stand(back)
    await world.walk("2026-12-28 12:00")
    no_storm(world, back)
    keys = {push.key for push in world.pushes(back) if push.state == "told"}
    assert {key for key in keys if key.startswith("quarter:T-3")} == {
        f"quarter:T-3|{person}|2026Q4:HX-{unit}|2026-12-28"
        for person, unit in (
            ("hx_caiwu", "CW"), ("hx_caiwufz", "CW"), ("hx_shenji", "SJ"), ("hx_jiwei", "JW"), ("hx_gonghui", "GH")
        )
    }  # fmt: skip
    assert all("补发" not in one.words for one in world.channel.sent)
    await world.stop()


@dataclass(slots=True)
class Cutting:
    """A platform at whose first answer the database goes."""

    behind: KeepingChannel
    url: str
    cut: bool = False

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        if not self.cut:
            self.cut = True
            _connections(self.url, allowed=False)
        return await self.behind.deliver(parcel, keep)


async def test_a_database_that_goes_between_the_call_and_its_mark(tmp_path: Path, own_database: str) -> None:
    """What the platform took is marked when the store is back; nobody reads it twice."""
    world = Production(tmp_path, "2026-12-28 08:00", own_database)
    world.assign_all()
    await world.start()
    await world.walk("2026-12-28 09:09")
    cutting = Cutting(world.channel, own_database)
    world.sender._channel = cutting
    for minute in range(10, 20):
        await world.stand(moment(f"2026-12-28 09:{minute}"), tolerant=True)
    async with asyncio.timeout(30):  # the timer does not wait for the sender, so we do
        while not cutting.cut:
            await asyncio.sleep(0.01)
    _connections(own_database, allowed=True)
    await world.stand(moment("2026-12-28 09:20"))
    await world.walk("2026-12-28 12:00")
    assert [one for one, count in world.heard().items() if count > 1] == []
    states = Counter(push.state for push in world.pushes())
    assert set(states) == {"told"}
    await world.stop()
