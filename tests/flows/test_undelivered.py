"""Somebody whom no message reaches: the head of his unit gets his reminders, the office hears of it (domain.md 6.7)."""

from __future__ import annotations

from storage import people
from tests.flows.findings import HEAD, LIAISON, NUMBER, OFFICE, assigned, forget
from tests.flows.harness import Rehearsal


async def test_the_head_gets_the_rung_and_the_office_is_told_once(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-14 12:00")
    forget(world)
    world.channel.gone = {LIAISON}
    await world.turn_to("2026-12-15 09:30")
    (passed,) = [text for text in world.told(HEAD) if NUMBER in text]
    assert "应于12月18日 周五完成整改，还剩3个工作日" in passed
    (heard,) = [text for text in world.told(OFFICE) if "没有送达" in text]
    assert heard == (f"发给周涛的消息没有送达（账号停用或不在应用可见范围）。\n涉及：{NUMBER}。已改发王建国。")
    with world.session() as session:
        person = people.find_person(session, LIAISON)
        assert person is not None and not person.reachable


async def test_from_then_on_his_rungs_go_to_the_head_at_once(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-14 12:00")
    world.channel.gone = {LIAISON}
    await world.turn_to("2026-12-15 12:00")
    forget(world)
    before = len(world.channel.sent)
    await world.turn_to("2026-12-18 12:00")
    told = [(sent.person, sent.words) for sent in world.channel.sent[before:] if NUMBER in sent.words]
    assert {person for person, _ in told} == {HEAD}
    assert [words.count("今天到期") for _, words in told] == [1]


async def test_nobody_above_is_said_to_the_office(world: Rehearsal) -> None:
    await assigned(world)
    await world.turn_to("2026-12-14 12:00")
    forget(world)
    world.channel.gone = {LIAISON, HEAD}
    await world.turn_to("2026-12-18 12:00")
    heard = [text for text in world.told(OFFICE) if "没有送达" in text]
    assert len(heard) == 2 and "没有单位负责人可以改发，请安排人员接办。" in heard[-1]
