"""The ladder of rectification, rung by rung, and what ends it (domain.md 6.3, 6.7)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from tests.flows.findings import (
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    applied,
    assigned,
    finding,
    forget,
    seed,
    waiting,
)  # fmt: skip
from tests.flows.harness import CHINA, Rehearsal
from tests.flows.snapshots import once

pytestmark = pytest.mark.begins("2026-12-07 10:00")

DIRECTOR, LEADER = "hx_zhuren", "hx_zuzhang"
# domain.md 6.3, due on Friday, 18 December: day by day, who hears of it and at what time. The mornings of 16 and 17
# December and of 22 December are the digest's own: due within three days, overdue since yesterday.
HEARD = {
    "2026-12-11": {("08:40", LIAISON)},
    "2026-12-15": {("09:10", LIAISON)},
    "2026-12-16": {("08:40", LIAISON)},
    "2026-12-17": {("08:40", LIAISON)},
    "2026-12-18": {("09:10", LIAISON), ("09:10", HEAD)},
    "2026-12-21": {("09:10", LIAISON), ("09:10", HEAD)},
    "2026-12-22": {("08:40", LIAISON)},
    "2026-12-23": {("09:10", LIAISON), ("09:10", HEAD), ("09:10", FINANCE)},
    "2026-12-25": {("08:40", OFFICE)},
    "2026-12-28": {("08:40", LIAISON), ("08:40", HEAD)},
    "2026-12-31": {("08:40", LIAISON), ("08:40", HEAD)},
    "2027-01-04": {("09:10", DIRECTOR)},
    "2027-01-06": {("08:40", LIAISON), ("08:40", HEAD)},
    "2027-01-11": {("08:40", LIAISON), ("08:40", HEAD)},
    "2027-01-14": {("08:40", LIAISON), ("08:40", HEAD)},
    "2027-01-18": {("08:40", LEADER)},
}
PEOPLE = (LIAISON, HEAD, FINANCE, OFFICE, DIRECTOR, LEADER)


@once
async def pushed(world: Rehearsal) -> dict[str, list[str]]:
    await world.settle()
    told = {person: [text for text in world.told(person) if NUMBER in text] for person in PEOPLE}
    return {person: texts for person, texts in told.items() if texts}


async def test_the_whole_ladder(world: Rehearsal) -> None:
    await assigned(world)
    before = len(world.channel.sent)
    await world.turn_to("2027-01-18 18:00")
    heard: dict[str, set[tuple[str, str]]] = {}
    for sent in world.channel.sent[before:]:
        if NUMBER not in sent.words:
            continue
        local = sent.at.astimezone(CHINA)
        slot = next(slot for slot in ("09:10", "08:40") if f"{local:%H:%M}" >= slot)
        assert local - datetime.combine(local.date(), time.fromisoformat(slot), CHINA) < timedelta(minutes=5)
        assert (slot, sent.person) not in heard.setdefault(f"{local:%Y-%m-%d}", set()), "once a morning"
        heard[f"{local:%Y-%m-%d}"].add((slot, sent.person))
        assert "补发" not in sent.words
    assert heard == HEARD
    assert waiting(world) == {"+6": "2027-01-19"}  # every third working day, until progress is reported


@pytest.mark.parametrize(
    ("until", "left"),
    [
        ("2026-12-11 08:46", "还剩5个工作日"),
        ("2026-12-15 09:20", "还剩3个工作日"),
        ("2026-12-18 09:20", "今天到期"),
        ("2026-12-21 09:20", "已逾期1个工作日"),
        ("2026-12-23 09:20", "已逾期3个工作日"),
    ],
)
async def test_the_days_left_are_counted_that_day(world: Rehearsal, until: str, left: str) -> None:
    await assigned(world)
    await world.turn_to(until)
    assert left in world.told(LIAISON)[-1]


async def test_overdue_says_what_to_do_and_who_was_told(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-21 09:20")
    mine = world.told(LIAISON)[-1]
    assert "回复“进展”填报，或“延期”申请" in mine and "（第4次提醒，已抄送单位负责人）" in mine
    assert "责任人周涛" in world.told(HEAD)[-1]


async def test_each_person_has_his_own_minute(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-18 12:00")
    planned = datetime(2026, 12, 18, 9, 10, tzinfo=CHINA)
    sent = [one for one in world.channel.sent if "今天到期" in one.words]
    assert {one.person for one in sent} == {LIAISON, HEAD}
    assert all(timedelta(0) <= one.at - planned <= timedelta(minutes=5) for one in sent)


async def test_an_application_silences_it(world: Rehearsal) -> None:
    await applied(world)
    await world.turn_to("2026-12-25 12:00")
    assert LIAISON not in await pushed(world)


@pytest.mark.begins("2026-11-23 10:00")
async def test_a_returned_finding_climbs_again(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"退回 {NUMBER}，理由：佐证不充分")
    await world.say(FINANCE, "确认")
    assert waiting(world) == {
        "T-7": "2026-11-30", "T-3": "2026-12-02", "T-0": "2026-12-07", "+1": "2026-12-08", "+3": "2026-12-10",
        "+5": "2026-12-14", "+6": "2026-12-15", "+10": "2026-12-21", "+20": "2027-01-05",
    }  # fmt: skip
    forget(world)
    await world.turn_to("2026-12-07 09:20")
    assert "今天到期" in world.told(LIAISON)[-1]


async def test_the_successor_is_reminded_and_the_former_is_not(world: Rehearsal) -> None:
    await seed(world, unit="WL")
    await world.say(OFFICE, f"交办 {NUMBER} 恒信物流 责任人陈静 12月18日前")
    await world.say(OFFICE, "确认")
    await world.say(OFFICE, f"{NUMBER} 交恒信建设办理，责任人周涛")
    assert "已改派" in await world.say(OFFICE, "确认")
    world.told("hx_wuliul")
    forget(world)
    await world.turn_to("2026-12-18 12:00")
    assert not world.told("hx_wuliul")
    singles = [text.partition("\n")[0] for text in world.told(LIAISON) if "今日事项" not in text]
    assert [text.rpartition("，")[2] for text in singles] == [
        "整改时限12月18日 周五。",
        "还剩3个工作日。",
        "今天到期。",
    ]


async def test_a_closed_finding_is_quiet(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"同意销号 {NUMBER}")
    await world.say(FINANCE, "确认")
    forget(world)
    await world.turn_to("2026-12-31 12:00")
    assert finding(world).state == "closed"
    told: dict[str, Any] = await pushed(world)
    assert not any(NUMBER in text for texts in told.values() for text in texts)


async def test_downtime_sends_the_latest_rung_once_and_says_so(world: Rehearsal) -> None:
    await assigned(world)
    moment = datetime(2026, 12, 21, 15, 0, tzinfo=CHINA)
    await world.turns.run(lambda session: world.clock.set(session, moment.astimezone(UTC), 0.0))
    await world.restart()
    await world.scheduler.tick()
    told = await pushed(world)
    assert set(told) == {LIAISON, HEAD}
    (text,) = told[LIAISON]
    assert text.startswith("（补发，原定12月21日 周一 09:10）") and "已逾期1个工作日" in text
    await world.turn_to("2026-12-22 08:00")
    assert not await pushed(world)
