"""Taking a finding out (T12): by its submitter before registration, afterwards with the director's consent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.messages import CardUpdate
from storage.proceedings import Consent
from tests.flows.findings import (
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    actions,
    applied,
    assigned,
    change,
    finding,
    forget,
    seed,
    waiting,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

CONFIRM = "回复“确认”提交，“取消”放弃"


def greyed(world: Rehearsal, person: str) -> list[str]:
    return [s.message.text for s in world.channel.sent if s.person == person and isinstance(s.message, CardUpdate)]


def consents(world: Rehearsal) -> list[tuple[str, str]]:
    with world.session() as session:
        return [(row.kind, row.state) for row in session.scalars(select(Consent).order_by(Consent.id))]


@once
async def proposed(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(OFFICE, "撤销0123，录重了")
    assert "已提请撤销" in await world.say(OFFICE, "确认")


async def test_t12_the_submitter_takes_it_back_before_registration(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：本单位备用金7个月没清，4.2万")
    await world.say(LIAISON, "确认")
    forget(world)
    asked = await world.say(LIAISON, "撤回0001")
    assert "已提交 → 已撤回" in asked and "编号保留" in asked and asked.endswith(CONFIRM)
    assert "已提交 → 已撤回，编号保留不再使用。已告知李敏。" in await world.say(LIAISON, "确认")
    assert finding(world, "WT-2026-0001").state == "withdrawn"
    assert any("填报人周涛已撤回" in text for text in world.told(OFFICE))
    assert "已由填报人于11月23日 10:00撤回" in greyed(world, OFFICE)
    await world.say(LIAISON, "报送问题：本单位仓库三个月没盘点")
    assert "WT-2026-0002" in await world.say(LIAISON, "确认")


async def test_t12_without_a_number_the_last_submission_is_meant_and_said_back(world: Rehearsal) -> None:
    await world.say(LIAISON, "报送问题：本单位备用金7个月没清，4.2万")
    await world.say(LIAISON, "确认")
    asked = await world.say(LIAISON, "把刚才报的撤回")
    assert "请确认撤回 WT-2026-0001" in asked
    assert "没有撤回" in await world.say(LIAISON, "否")
    assert finding(world, "WT-2026-0001").state == "submitted"


async def test_t12_after_registration_the_submitter_is_sent_to_the_office(world: Rehearsal) -> None:
    await seed(world)
    assert "已登记，撤销由监督办公室办理" in await world.say(FINANCE, "撤回0123")
    assert finding(world).state == "registered"


async def test_t12_the_office_proposes_and_the_director_agrees(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(OFFICE, "撤销0123，录重了")
    assert "理由：录重了" in asked and "登记后撤销须何敏同意" in asked and asked.endswith(CONFIRM)
    done = await world.say(OFFICE, "确认")
    assert done == f"{NUMBER}：已提请撤销，同意前仍是“整改中”。已告知何敏。"
    assert finding(world).state == "rectifying" and consents(world) == [("withdraw", "pending")]
    assert waiting(world)  # nothing stops before it is agreed
    (card,) = world.told(DIRECTOR)
    assert f"提请撤销 {NUMBER}" in card and "理由：录重了" in card and "[不同意][同意撤销]" in card
    asked = await world.click(DIRECTOR, "同意撤销")
    assert "整改中 → 已撤回" in asked and "李敏提出，理由：录重了" in asked and asked.endswith(CONFIRM)
    assert "整改中 → 已撤回" in await world.say(DIRECTOR, "确认")
    row = finding(world)
    assert row.state == "withdrawn" and consents(world) == [("withdraw", "agreed")]
    assert actions(world)[-2:] == ["ask_withdraw", "withdraw"] and not waiting(world)
    for person in (OFFICE, FINANCE, LIAISON, HEAD):
        assert any("已由何敏同意撤销" in text for text in world.told(person)), person
    assert not world.told(OTHER)
    assert "已由何敏于11月23日 10:00撤销" in greyed(world, LIAISON)
    await world.turn_to("2026-12-24 10:00")
    assert not [text for text in world.told(LIAISON) if NUMBER in text]


async def test_t12_the_director_refuses_and_the_office_and_the_submitter_hear(world: Rehearsal) -> None:
    await proposed(world)
    world.told(DIRECTOR)
    asked = await world.say(DIRECTOR, "不同意撤销0123，理由：问题属实")
    assert "不变，仍是整改中" in asked and "您的意见：问题属实" in asked
    assert "不同意撤销，仍是“整改中”" in await world.say(DIRECTOR, "确认")
    assert finding(world).state == "rectifying" and consents(world) == [("withdraw", "refused")]
    assert actions(world)[-1] == "refuse_withdraw" and waiting(world)
    for person in (OFFICE, FINANCE):
        assert any("何敏不同意撤销" in text and "意见：问题属实" in text for text in world.told(person)), person
    assert not world.told(LIAISON)
    assert "已由何敏于11月23日 10:00答复：不同意" in greyed(world, DIRECTOR)


async def test_t12_the_director_withdraws_directly(world: Rehearsal) -> None:
    await assigned(world)
    assert "要写理由" in await world.say(DIRECTOR, "撤销0123")
    asked = await world.say(DIRECTOR, "重复录入")
    assert "整改中 → 已撤回" in asked and asked.endswith(CONFIRM)
    assert "整改中 → 已撤回" in await world.say(DIRECTOR, "确认")
    assert finding(world).state == "withdrawn" and not consents(world)
    assert any("已由何敏撤销" in text for text in world.told(LIAISON))


async def test_t12_two_who_decide_the_second_hears_who_and_when(world: Rehearsal) -> None:
    await proposed(world)
    await world.say(DIRECTOR, "同意撤销0123")
    await change_director(world)
    await world.say("hx_zuzhang", "不同意撤销0123")
    assert "已撤回" in await world.say(DIRECTOR, "确认")
    answer = await world.say("hx_zuzhang", "确认")
    assert answer == f"{NUMBER} 的撤销已由何敏于11月23日 周一 10:00答复：同意撤销，现在是“已撤回”。"
    assert consents(world) == [("withdraw", "agreed")]


async def change_director(world: Rehearsal) -> None:
    """The leader holds the director's office as well."""
    from sqlalchemy.orm import Session

    from storage.matters import Post

    def work(session: Session) -> None:
        session.add(Post(userid="hx_zuzhang", unit="HX-JB", role="office_director", title="兼任"))

    await world.turns.run(work)


async def test_t12_a_proposal_stands_once(world: Rehearsal) -> None:
    await proposed(world)
    assert "已由李敏于11月23日 周一 10:00提出撤销，正等办公室主任同意" in await world.say(OFFICE, "撤销0123，录重了")


async def test_t12_what_was_closed_meanwhile_is_not_withdrawn(world: Rehearsal) -> None:
    await applied(world)
    await world.say(OFFICE, "撤销0123，录重了")
    await world.say(OFFICE, "确认")
    await world.say(DIRECTOR, "同意撤销0123")
    await change(world, state="closed")
    assert "现在是“已销号”" in await world.say(DIRECTOR, "确认")
    assert "现在是“已销号”" in await world.say(OFFICE, "撤销0123，录重了")
    assert finding(world).state == "closed"


async def test_s9_the_responsible_side_may_only_object(world: Rehearsal) -> None:
    await assigned(world)
    for person in (LIAISON, HEAD):
        answer = await world.say(person, "撤销0123，这条不是我们的")
        assert answer.startswith("登记内容不能由责任单位删除。可提交异议（说明+佐证），由来源监督主体答复。"), answer
        assert "登记内容不能由责任单位删除。可提交异议" in await world.say(person, "0123这条不属实，删掉")
        await world.say(person, "取消")
    assert finding(world).state == "rectifying"


async def test_2_3_who_may_not_hears_who_may_or_nothing(world: Rehearsal) -> None:
    await assigned(world)
    assert "登记后由监督办公室撤销" in await world.say("hx_caiwufz", "撤销0123，录重了")
    for words in ("撤销{}，录重了", "同意撤销{}", "不同意撤销{}，理由：问题属实"):
        absent = await world.say(OTHER, words.format("0999"))
        assert await world.say(OTHER, words.format("0123")) == absent == NOT_FOUND_OR_FORBIDDEN
        assert await world.say("nobody", words.format("0123")) == NOT_FOUND_OR_FORBIDDEN
    for person in (OFFICE, LIAISON):
        assert "须办公室主任同意" in await world.say(person, "同意撤销0123")
    assert "没有等同意的撤销申请" in await world.say(DIRECTOR, "同意撤销0123")
    assert finding(world).state == "rectifying"


@pytest.mark.parametrize("said", [["撤销0123"], ["撤销0123", "录重了"]])
async def test_cancelled_at_every_step_nothing_is_changed(world: Rehearsal, said: list[str]) -> None:
    await assigned(world)
    for words in said:
        await world.say(OFFICE, words)
    assert "已取消" in await world.say(OFFICE, "取消")
    assert finding(world).state == "rectifying" and not consents(world) and not world.told(DIRECTOR)


async def test_the_consent_may_be_called_off_and_given_later(world: Rehearsal) -> None:
    await proposed(world)
    await world.say(DIRECTOR, "同意撤销")
    await world.say(DIRECTOR, "取消")
    assert consents(world) == [("withdraw", "pending")]
    await world.say(DIRECTOR, "同意撤销")
    assert "已撤回" in await world.say(DIRECTOR, "确认")


async def test_an_assignment_in_the_middle_overtakes_the_withdrawal(world: Rehearsal) -> None:
    await seed(world)
    await world.say(DIRECTOR, "撤销0123，录重了")
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    assert "已由李敏于11月23日 周一 10:00交办" in await world.say(DIRECTOR, "确认")
    assert finding(world).state == "assigned"
