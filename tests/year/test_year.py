"""A year of sixty units: the program's pushes are the oracle's, each exactly once.

`YEAR_FINDINGS` is how many findings live in it: 150 in the suite, 1 500 for a long look (two minutes of one core);
`YEAR_SEED` another story.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.year import actual, days, driver, group, oracle, story, tables
from tests.year.actual import Message, Told
from tests.year.group import Group
from tests.year.oracle import Year
from tests.year.story import Event

pytestmark = pytest.mark.timeout(3600)  # 1 500 findings take minutes on a busy machine
SEED = int(os.environ.get("YEAR_SEED", "1"))
LADDERS = {
    "quarter": tables.QUARTER, "quarter_office": tables.QUARTER_OFFICE, "summary": tables.SUMMARY,
    "confirm": tables.CONFIRM,
    "rectification": (*tables.RECTIFICATION, *tables.DENSE), "acceptance": tables.ACCEPTANCE,
    "troubled": tables.TROUBLED, "meeting_window": tables.MEETING_WINDOW, "meeting_late": tables.MEETING_LATE,
}  # fmt: skip
FINDINGS = int(os.environ.get("YEAR_FINDINGS", "150"))
SHOWN = 12
MEMORY = Path("/dev/shm")  # a year of commits, each waiting for a disk, would measure the disk


@dataclass(frozen=True, slots=True)
class Lived:
    """What happened in the year, what was expected of it, and what came of it."""

    group: Group
    events: list[Event]
    year: Year
    told: list[Told]
    messages: dict[int, Message]

    @property
    def said(self) -> list[Told]:
        return [one for one in self.told if one.state == "told"]


@pytest.fixture(scope="module")
def lived() -> Lived:
    made = group.build(SEED)
    events = story.write(made, SEED, FINDINGS)
    year = oracle.Oracle(made).tell(events)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        told, messages = asyncio.run(_live(Path(folder), made, events))
    return Lived(made, events, year, told, messages)


async def _live(path: Path, made: Group, events: list[Event]) -> tuple[list[Told], dict[int, Message]]:
    world = driver.YearWorld(path, made, story.START)
    await world.start()
    await driver.live(world, events)
    with world.session() as session:
        told = actual.pushes(session)
        messages = actual.messages(session, told)
    await world.stop()
    return told, messages


def test_every_push_of_the_year_is_there_once_and_nothing_else(lived: Lived) -> None:
    missing, extra = actual.differences(lived.year.pushes, lived.told)
    words = [f"missing {one}" for one in missing[:SHOWN]] + [f"too much {one}" for one in extra[:SHOWN]]
    assert not missing and not extra, "\n".join([f"{len(missing)} missing, {len(extra)} too much", *words])


def test_each_is_told_in_the_right_capacity_and_form(lived: Lived) -> None:
    wanted = {actual.key_of(one): (one.form, one.role, one.copied) for one in lived.year.pushes}
    wrong = [
        f"{one.key}: {(one.form, one.role, one.copied)} instead of {wanted[one.key]}"
        for one in lived.said
        if one.key in wanted and (one.form, one.role, one.copied) != wanted[one.key]
    ]
    assert not wrong, "\n".join([str(len(wrong)), *wrong[:SHOWN]])


def test_the_digests_are_those_of_the_oracle(lived: Lived) -> None:
    there = set(actual.by_person_and_day(lived.said, "digest"))
    missing, extra = sorted(lived.year.digests - there), sorted(there - lived.year.digests)
    words = [f"missing {one}" for one in missing[:SHOWN]] + [f"too much {one}" for one in extra[:SHOWN]]
    assert not missing and not extra, "\n".join([f"{len(missing)} missing, {len(extra)} too much", *words])


def test_one_digest_a_morning_and_three_singles_a_day(lived: Lived) -> None:
    digests = actual.by_person_and_day(lived.said, "digest")
    singles = actual.by_person_and_day(lived.said, "single")
    assert [at for at, found in digests.items() if len(found) > 1] == []
    assert [at for at, found in singles.items() if len(found) > 3] == []
    hours = {lived.messages[one].goes.strftime("%H:%M") for found in digests.values() for one in found}
    assert hours <= {f"08:{minute}" for minute in range(40, 46)}


def test_nothing_leaves_in_quiet_hours_or_on_a_day_off(lived: Lived) -> None:
    early = [(one.person, str(one.goes)) for one in lived.messages.values() if days.quiet(one.goes)]
    late = [(one.person, str(one.sent)) for one in lived.messages.values() if one.sent and days.quiet(one.sent)]
    assert not early and not late, (early[:SHOWN], late[:SHOWN])


def test_every_message_was_sent_and_within_its_five_minutes(lived: Lived) -> None:
    assert {one.state for one in lived.messages.values()} == {"sent"}
    wrong = [
        f"{one.key} due {one.at}, goes {lived.messages[one.message].goes}"
        for one in lived.said
        if one.message is not None and not timedelta(0) <= lived.messages[one.message].goes - one.at <= actual.JITTER
    ]
    assert not wrong, "\n".join([str(len(wrong)), *wrong[:SHOWN]])
    assert [one.key for one in lived.said if one.message is None] == []


def test_nobody_is_told_who_has_left(lived: Lived) -> None:
    last = {post.person: post.last for post in lived.group.posts}
    gone = [one.key for one in lived.said if (end := last[one.person]) is not None and one.at.date() > end]
    assert not gone, gone[:SHOWN]


def test_a_restricted_finding_stays_with_its_source_and_the_director(lived: Lived) -> None:
    """S8, whatever the ladder says: neither the unit's people nor the office's staff nor the leading group."""
    since = {event.matter: event for event in lived.events if event.what == "restrict"}
    role = {post.person: (post.unit, post.role) for post in lived.group.posts}
    wrong = [
        one.key
        for one in lived.said
        if (event := since.get(one.matter)) is not None
        and one.at > event.at
        and role[one.person][0] != event.source
        and role[one.person][1] != "office_director"
        and not any(away.principal == "director" and away.delegate == one.person for away in lived.group.delegations)
    ]
    assert since and not wrong, wrong[:SHOWN]


def test_the_year_was_a_year(lived: Lived) -> None:
    """Enough happened for the comparison to mean something: nearly every rung of every ladder was climbed."""
    every = {(ladder, one.name) for ladder, table in LADDERS.items() for one in table}
    climbed = {(one.ladder, one.rung) for one in lived.said}
    assert len(every - climbed) <= 1, every - climbed
    assert len(lived.year.pushes) > 7 * FINDINGS
    assert {event.what for event in lived.events} == set(driver.EVENTS)
