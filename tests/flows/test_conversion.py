"""A finding that turns out to be a case lead (T3, S49): handed over, and gone for the responsible side."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.messages import CardUpdate
from storage.matters import Lead
from storage.models import Event
from storage.proceedings import Consent
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    actions,
    assigned,
    finding,
    forget,
    seed,
    waiting,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.leads import contents
from tests.flows.snapshots import once

CONFIRM = "回复“确认”提交，“取消”放弃"
MANAGER = "hx_jiwei"
WORDS = f"{NUMBER}转为线索，原因：涉嫌侵占备用金"
MOVED = f"{NUMBER}：已转办理。"
EVERYBODY = (AUDIT, FINANCE, "hx_caiwufz", OFFICE, DIRECTOR, HEAD, LIAISON, OTHER, MANAGER)


def lead(world: Rehearsal) -> Lead:
    with world.session() as session:
        (found,) = session.scalars(select(Lead))
        session.expunge(found)
        return found


@once
async def converted(world: Rehearsal) -> str:
    await world.say(OFFICE, WORDS)
    return await world.say(OFFICE, "确认")


async def test_t3_a_finding_in_hand_goes_on_as_a_lead(world: Rehearsal) -> None:
    await assigned(world, amount_fen=420)
    asked = await world.say(OFFICE, WORDS)
    assert "整改中 → 已转线索" in asked and "涉嫌侵占备用金" in asked and asked.endswith(CONFIRM)
    done = await world.say(OFFICE, "确认")
    found = lead(world)
    assert done.startswith(MOVED.rstrip("。")) and found.number in done
    row = finding(world)
    assert (row.state, row.lead_number) == ("converted_to_lead", "")  # the number beside the converter would name him
    assert (found.state, found.source, found.reporter) == ("reported", None, world.safe.mark(OFFICE))
    kept = contents(world, found.number)
    assert kept.unit == "JS" and kept.amount_fen == 420
    assert "备用金7个月未清" in kept.raw_text and "涉嫌侵占备用金" in kept.desc
    assert actions(world)[-1] == "convert_to_lead" and not waiting(world)


async def test_s49_only_the_lead_managers_hear_of_the_lead_and_nobody_a_word_of_it(world: Rehearsal) -> None:
    await assigned(world)
    await converted(world)
    number = lead(world).number
    assert world.told(MANAGER)[-1:] == [f"有新的问题线索 {number} 待受理。"]
    assert f"有新的问题线索 {number} 待受理。" in world.told(DIRECTOR)
    assert world.told(FINANCE) == [MOVED]  # its submitter
    for person in (LIAISON, HEAD, OTHER, "hx_caiwufz", AUDIT):
        assert not world.told(person), person
    greyed = [s.message.text for s in world.channel.sent if s.person == LIAISON and isinstance(s.message, CardUpdate)]
    assert greyed[-1] == "已转办理"
    await world.turn_to("2027-01-04 10:00")
    assert not [text for person in (LIAISON, HEAD) for text in world.told(person) if NUMBER in text]


async def test_s49_the_reason_stands_in_the_lead_only(world: Rehearsal) -> None:
    await assigned(world)
    await converted(world)
    with world.session() as session:
        kept = [f"{event.reason}{event.before}{event.after}" for event in session.scalars(select(Event))]
    assert not [text for text in kept if "涉嫌侵占" in text]


async def test_s49_the_responsible_side_hears_that_it_went_elsewhere_and_sees_it_nowhere(world: Rehearsal) -> None:
    await assigned(world)
    await converted(world)
    forget(world)
    for person in (LIAISON, HEAD):
        assert await world.say(person, f"查 {NUMBER}") == MOVED
        assert await world.say(person, f"查 {NUMBER} 进展") == MOVED
        for words in (
            f"留痕 {NUMBER}",
            f"看{NUMBER}的佐证",
            f"{NUMBER} 申请验收",
            f"撤回{NUMBER}",
            f"{NUMBER}金额改成10万",
        ):
            assert await world.say(person, words) == NOT_FOUND_OR_FORBIDDEN, words
        for words in ("恒信建设的问题清单", "我的任务", "统计", "逾期清单"):
            assert NUMBER not in await world.say(person, words), words
    assert await world.say(OTHER, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN


async def test_s49_what_was_never_assigned_stays_hidden_from_the_unit(world: Rehearsal) -> None:
    await seed(world)
    assert "已登记 → 已转线索" in await world.say(OFFICE, WORDS)
    await world.say(OFFICE, "确认")
    for person in (LIAISON, HEAD):
        assert await world.say(person, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN


async def test_s49_an_open_talk_of_the_responsible_side_learns_no_more(world: Rehearsal) -> None:
    await assigned(world)
    assert CONFIRM in await world.say(LIAISON, f"{NUMBER} 整改进展：已清理一半，60%")
    await converted(world)
    assert await world.say(LIAISON, "确认") == MOVED


async def test_t3_from_a_submission_too_and_the_reason_is_asked_for(world: Rehearsal) -> None:
    await seed(world, state="submitted")
    assert "要写理由" in await world.say("hx_caiwufz", f"这条别当问题报，当线索：{NUMBER}")
    asked = await world.say("hx_caiwufz", "涉嫌侵占备用金")
    assert "已提交 → 已转线索" in asked and asked.endswith(CONFIRM)
    await world.say("hx_caiwufz", "确认")
    assert finding(world).state == "converted_to_lead" and lead(world).reporter == world.safe.mark("hx_caiwufz")
    assert world.told(FINANCE) == [MOVED]


async def test_t12_a_withdrawal_that_waits_lapses(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(OFFICE, "撤销0123，录重了")
    await world.say(OFFICE, "确认")
    await converted(world)
    with world.session() as session:
        assert [row.state for row in session.scalars(select(Consent))] == ["lapsed"]
    assert "没有等您同意的撤销申请" in await world.say(DIRECTOR, "同意撤销")


async def test_2_3_who_may_not_hears_who_may_or_nothing(world: Rehearsal) -> None:
    await assigned(world)
    for person in (FINANCE, LIAISON, HEAD):
        assert "由来源部门负责人或监督办公室办理" in await world.say(person, WORDS)
    absent = await world.say(OTHER, WORDS.replace("0123", "0999"))
    assert await world.say(OTHER, WORDS) == absent == NOT_FOUND_OR_FORBIDDEN
    assert await world.say("nobody", WORDS) == NOT_FOUND_OR_FORBIDDEN
    assert finding(world).state == "rectifying"


@pytest.mark.parametrize("said", [[f"这条别当问题报，当线索：{NUMBER}"], [WORDS]])
async def test_cancelled_at_every_step_nothing_is_changed(world: Rehearsal, said: list[str]) -> None:
    await assigned(world)
    for words in said:
        await world.say(OFFICE, words)
    assert "已取消" in await world.say(OFFICE, "取消")
    assert finding(world).state == "rectifying" and waiting(world) and not world.told(MANAGER)


async def test_two_at_once_the_second_hears_who_did(world: Rehearsal) -> None:
    await assigned(world)
    for person in (OFFICE, DIRECTOR):
        await world.say(person, WORDS)
    await world.say(OFFICE, "确认")
    assert "已由李敏于11月23日 周一 10:00转办" in await world.say(DIRECTOR, "确认")
    lead(world)  # one only


async def test_s49_what_waits_for_the_morning_is_not_sent_any_more(world: Rehearsal) -> None:
    await seed(world, desc="出纳挪用备用金", title="出纳挪用备用金")
    await world.turn_to("2026-11-23 20:30")
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    await converted(world)
    await world.turn_to("2026-11-24 12:00")
    assert not [text for person in (LIAISON, HEAD) for text in world.told(person)]
    assert world.told(FINANCE) == [MOVED]
