"""催办 within the limits of fatigue: whom it reaches, whom not and why, and what is kept (domain.md 6.7, 2.3)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage.duties import Push, Urge
from storage.matters import Person
from storage.models import Event
from tests.flows.findings import (
    AUDIT,
    DIRECTOR,
    FINANCE,
    HEAD,
    LIAISON,
    NUMBER,
    OFFICE,
    OTHER,
    applied,
    assigned,
    change,
    forget,
    seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

SECOND = "WT-2026-0125"
FINANCE_HEAD, DISCIPLINE, UNION, WORKER = "hx_caiwufz", "hx_jiwei", "hx_gonghui", "hx_zhigong"
CONFIRM = "回复“确认”提交，“取消”放弃"


def urged(world: Rehearsal) -> list[tuple[str, str, str, bool]]:
    with world.session() as session:
        rows = session.scalars(select(Urge).order_by(Urge.id))
        return [(row.by, row.person, row.matter, row.copied) for row in rows]


def events(world: Rehearsal) -> list[tuple[str, object]]:
    with world.session() as session:
        found = session.scalars(select(Event).where(Event.action == "urge").order_by(Event.id))
        return [(event.matter, event.after) for event in found]


@once
async def given(world: Rehearsal) -> None:
    """One task in hand whose 收到 lies days back, and nobody's news unread."""
    await assigned(world)
    await world.turn_to("2026-11-26 10:00")
    forget(world)


async def urge(world: Rehearsal, person: str = OFFICE, words: str = "催办0123") -> str:
    asked = await world.say(person, words)
    assert asked.endswith(CONFIRM), asked
    return await world.say(person, "确认")


async def test_one_finding_reaches_the_responsible_person(world: Rehearsal) -> None:
    await given(world)
    asked = await world.say(OFFICE, "催办0123")
    assert f"1 周涛：{NUMBER} 备用金长期未清，12月18日 周五前完成整改，还剩16个工作日（第1次）" in asked
    assert world.told(LIAISON) == [] and urged(world) == []
    assert await world.say(OFFICE, "确认") == f"已催办1人：周涛（{NUMBER}）。"
    assert world.told(LIAISON) == [
        f"监督办公室李敏催办：{NUMBER} 备用金长期未清，12月18日 周五前完成整改，还剩16个工作日。\n"
        "回复“进展”填报，或“延期”申请；知道了回“收到”。（第1次催办）"
    ]
    assert urged(world) == [(OFFICE, LIAISON, NUMBER, False)]
    assert events(world) == [(NUMBER, {"urged": {LIAISON: 1}, "copied": []})]
    assert world.told(HEAD) == []


async def test_urging_is_none_of_the_ladder(world: Rehearsal) -> None:
    await given(world)
    await urge(world)
    with world.session() as session:
        assert session.scalars(select(Push).where(Push.matter == NUMBER)).all() == []


async def test_once_in_two_working_days_and_three_times_in_seven_days(world: Rehearsal) -> None:
    await assigned(world, due="12月4日")
    said = []
    for day in ("2026-12-07", "2026-12-09", "2026-12-11"):
        await world.turn_to(f"{day} 10:00")
        world.told(LIAISON)
        await urge(world)
        said += [words for words in world.told(LIAISON) if "催办：" in words]
        again = await world.say(OFFICE, "催办0123")
        assert "没有催：" in again and CONFIRM not in again
    assert len(set(said)) == 3, "every wording is unique"
    assert [words[-7:] for words in said] == ["（第1次催办）", "（第2次催办）", "（第3次催办）"]
    assert again == f"没有催：周涛7天内已催3次（{NUMBER}）。\n已催3次，建议升级或电话。"
    assert world.last_card(OFFICE).buttons[0].text == "升级"
    assert (await world.click(OFFICE, "升级")).startswith(f"请确认升级 {NUMBER}")


async def test_the_day_after_it_says_from_when_on(world: Rehearsal) -> None:
    await given(world)
    await urge(world)
    await world.turn_to("2026-11-27 10:00")
    words = await world.say(OFFICE, "催办0123")
    assert words == f"没有催：周涛昨天已催过（{NUMBER}）。\n11月30日 周一起可以再催；着急请电话联系。"


async def test_who_said_received_is_left_in_peace_for_a_working_day(world: Rehearsal) -> None:
    await given(world)
    await urge(world)
    await world.turn_to("2026-11-30 09:00")
    await world.say(LIAISON, "收到")
    assert "今天已回“收到”" in await world.say(OFFICE, "催办0123")
    await world.turn_to("2026-12-01 10:00")
    assert "昨天已回“收到”" in await world.say(OFFICE, "催办0123")
    await world.turn_to("2026-12-02 10:00")
    assert (await world.say(OFFICE, "催办0123")).endswith(CONFIRM)


async def test_nobody_is_urged_before_the_day_he_promised(world: Rehearsal) -> None:
    await given(world)
    await urge(world)
    await world.say(LIAISON, "12月4日前报")
    await world.turn_to("2026-12-03 10:00")
    assert "周涛已答应12月4日 周五前办" in await world.say(OFFICE, "催办0123")
    await world.turn_to("2026-12-04 10:00")
    assert (await world.say(OFFICE, "催办0123")).endswith(CONFIRM)


async def test_copy_to_the_head_and_a_day_to_answer_by(world: Rehearsal) -> None:
    await given(world)
    await world.say(OFFICE, "催办0123")
    assert "抄送：王建国" in await world.say(OFFICE, "抄送负责人")
    assert "已抄送王建国。" in await world.say(OFFICE, "确认")
    assert world.told(LIAISON)[0].endswith("（第1次催办，已抄送单位负责人）")
    assert world.told(HEAD) == [
        f"抄送您：监督办公室李敏催办\n周涛：{NUMBER} 备用金长期未清，12月18日 周五前完成整改，还剩16个工作日（第1次）"
    ]
    assert urged(world) == [(OFFICE, LIAISON, NUMBER, False), (OFFICE, HEAD, NUMBER, True)]
    assert events(world) == [(NUMBER, {"urged": {LIAISON: 1}, "copied": [HEAD]})]


async def test_the_head_urges_within_his_unit_with_a_day(world: Rehearsal) -> None:
    await given(world)
    asked = await world.say(HEAD, "提醒周涛今天交整改材料")
    assert "请于今天（11月26日 周四）前反馈。" in asked
    await world.say(HEAD, "确认")
    (words,) = world.told(LIAISON)
    assert words.startswith("恒信建设王建国催办：") and "请于今天（11月26日 周四）前反馈。" in words


async def test_all_who_have_not_reported(world: Rehearsal) -> None:
    asked = await world.say(OFFICE, "催一下没报的")
    assert asked.startswith("请确认催办4人：") and "1 刘洋：财务部2026年四季度监督工作待报" in asked
    assert "等6项未设联络员，请电话催" in asked
    words = await world.say(OFFICE, "确认")
    assert words.startswith("已催办4人：刘洋（财务部）、孙丽（工会）、张伟（纪委办公室）、秦岚（审计部）；另有未催：")
    (told,) = world.told(FINANCE)
    assert told.startswith("监督办公室李敏催办：财务部2026年四季度监督工作待报，12月31日 周四截止，还剩28个工作日。")
    assert "还差：监督工作信息" in told and told.endswith("（第1次催办）")
    assert {(person, matter) for _, person, matter, _ in urged(world)} == {
        (FINANCE, "2026Q4:HX-CW"), (UNION, "2026Q4:HX-GH"), (DISCIPLINE, "2026Q4:HX-JW"), (AUDIT, "2026Q4:HX-SJ"),
    }  # fmt: skip
    assert len(events(world)) == 4


async def test_who_has_reported_meanwhile_is_not_urged(world: Rehearsal) -> None:
    await world.say(OFFICE, "催一下没报的")
    await world.say(FINANCE, "监督工作信息：检查2次，发现的问题已整改")
    await world.say(FINANCE, "确认")
    await world.say(FINANCE, "本季度无问题")
    assert "已报送" in await world.say(FINANCE, "确认")
    world.told(FINANCE)
    words = await world.say(OFFICE, "确认")
    assert words.startswith("已催办3人：") and "财务部已报送" in words
    assert world.told(FINANCE) == []


async def test_all_overdue_together_one_message_a_person(world: Rehearsal) -> None:
    await assigned(world, due="12月4日")
    await assigned(world, SECOND, due="12月4日", title="合同未会签")
    await seed(world, "WT-2026-0130", state="rectifying", unit="WL", resp_person=OTHER, due=date(2026, 12, 1))
    await world.turn_to("2026-12-08 10:00")
    forget(world)
    asked = await world.say(OFFICE, "统一发催办：所有逾期单位，抄送单位主要负责人")
    assert asked.startswith("请确认催办2人：") and f"2 周涛（2件）：{NUMBER}、{SECOND}" in asked
    assert "抄送：王建国" in asked
    await world.say(OFFICE, "确认")
    (words,) = world.told(LIAISON)
    assert (
        words.startswith("监督办公室李敏催办2件：\n") and words.count("（第1次）") == 2 and "已逾期2个工作日" in words
    )
    assert len(world.told(OTHER)) == 1
    (copy,) = world.told(HEAD)
    assert NUMBER in copy and SECOND in copy and "0130" not in copy, "a head hears of his own unit only"


async def test_all_who_have_not_confirmed(world: Rehearsal) -> None:
    await assigned(world)
    await seed(world, SECOND, title="合同未会签")
    await world.say(OFFICE, f"交办 {SECOND} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    forget(world)
    await urge(world, words="催一下没确认的")
    (words,) = world.told(LIAISON)
    assert SECOND in words and NUMBER not in words and "请回复“收到”确认。" in words


async def test_a_unit_and_what_of_it_is_overdue(world: Rehearsal) -> None:
    await assigned(world, due="12月4日")
    await assigned(world, SECOND)
    await world.turn_to("2026-12-08 10:00")
    asked = await world.say(DIRECTOR, "盯一盯恒信建设那几条，别再拖了")
    assert NUMBER in asked and SECOND not in asked


@pytest.mark.parametrize("state", ["applied", "closed", "registered"])
async def test_what_is_no_longer_or_not_yet_the_units_turn(world: Rehearsal, state: str) -> None:
    why = {"applied": "已申请验收，等验收人处理", "closed": "已销号", "registered": "还没有交办"}[state]
    await (applied(world) if state == "applied" else seed(world, state=state))
    assert await world.say(OFFICE, "催办0123") == f"没有催：{NUMBER} {why}。"
    assert urged(world) == []


async def test_a_liaison_by_name_for_what_his_unit_owes(world: Rehearsal) -> None:
    """He is responsible for nothing himself; the finding is another's of his unit."""
    await seed(world, state="rectifying", resp_person=HEAD, due=date(2026, 11, 20))
    await urge(world, words="催办周涛")
    assert urged(world) == [(OFFICE, LIAISON, NUMBER, False)] and world.told(HEAD) == []


async def test_a_unit_without_a_head_is_urged_through_its_liaison(world: Rehearsal) -> None:
    await seed(world, state="rectifying", unit="WL", resp_person=WORKER, due=date(2026, 11, 20))
    await urge(world)
    assert urged(world) == [(OFFICE, OTHER, NUMBER, False)]


async def test_who_cannot_be_reached_is_replaced_by_the_head(world: Rehearsal) -> None:
    await given(world)

    def lost(session: object) -> None:
        person = session.get(Person, LIAISON)  # type: ignore[attr-defined]
        person.reachable = False

    await world.turns.run(lost)
    await urge(world)
    assert len(world.told(HEAD)) == 1 and world.told(LIAISON) == []
    assert urged(world) == [(OFFICE, HEAD, NUMBER, False)]


async def test_the_stand_in_is_urged_too(world: Rehearsal) -> None:
    await given(world)
    await world.say(LIAISON, "今天到12月4日由陈静代理我")
    await world.say(LIAISON, "确认")
    forget(world)
    assert (await urge(world)).startswith("已催办2人：")
    assert len(world.told(OTHER)) == 1 and len(world.told(LIAISON)) == 1


async def test_who_left_meanwhile_is_not_urged(world: Rehearsal) -> None:
    """The plan is made anew when it is confirmed; whom nobody was shown is not urged either."""
    await given(world)
    await world.say(OFFICE, "催办0123")
    await change(world, resp_person=HEAD)
    world.told(HEAD)
    assert "责任人刚有变动，请重新催" in await world.say(OFFICE, "确认")
    assert urged(world) == [] and world.told(HEAD) == []


async def test_two_who_urge_at_once_reach_him_once(world: Rehearsal) -> None:
    await given(world)
    await world.say(OFFICE, "催办0123")
    await world.say(DIRECTOR, "催办0123")
    await world.say(OFFICE, "确认")
    assert "周涛今天已催过" in await world.say(DIRECTOR, "确认")
    assert len(world.told(LIAISON)) == 1


async def test_at_night_it_waits_for_the_morning(world: Rehearsal) -> None:
    await given(world)
    await world.turn_to("2026-11-27 21:00")
    assert "（免打扰时段，11月30日 周一 08:00送达）" in await urge(world)
    assert world.told(LIAISON) == []
    await world.turn_to("2026-12-01 10:00")
    assert len([words for words in world.told(LIAISON) if "催办" in words]) == 1
    assert "昨天已催过" in await world.say(OFFICE, "催办0123"), "it counts from the day on which it arrived"


async def test_every_day_is_too_often(world: Rehearsal) -> None:
    await given(world)
    await world.say(OFFICE, "查0123")
    asked = await world.say(OFFICE, "每天催他一遍")
    assert asked.startswith("不能设成每天催：同一件事对同一人，2个工作日内最多催1次，7天内最多催3次。")
    assert "回复“抄送负责人”" in asked and "1 周涛" in asked and asked.endswith(CONFIRM)
    assert "抄送：王建国" in await world.say(OFFICE, "抄送负责人")


async def test_how_often_it_was_urged(world: Rehearsal) -> None:
    await given(world)
    assert await world.say(OFFICE, "0123催过几次") == f"{NUMBER} 还没有人工催办过。"
    await urge(world)
    expected = f"{NUMBER} 共催办1次：\n11月26日 周四 10:00 李敏催周涛"
    assert await world.say(FINANCE, "0123催过几次") == expected
    assert await world.say(LIAISON, "0123催过几次") == expected
    assert await world.say(OTHER, "0123催过几次") == NOT_FOUND_OR_FORBIDDEN


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (OFFICE, True), (DIRECTOR, True), ("hx_zuzhang", True), (FINANCE, True), (FINANCE_HEAD, True), (HEAD, True),
        (AUDIT, False), (LIAISON, False), (OTHER, False), (DISCIPLINE, False), (WORKER, False), ("nobody", False),
    ],
)  # fmt: skip
async def test_who_may_urge(world: Rehearsal, person: str, may: bool) -> None:
    """The row of domain.md 2.3: the head his own unit, the liaison what his department found, the office all."""
    await given(world)
    answer = await world.say(person, "催办0123")
    assert answer.endswith(CONFIRM) is may, answer
    if not may and person in (OTHER, WORKER, "nobody"):
        assert answer == NOT_FOUND_OR_FORBIDDEN


async def test_restricted_findings_only_by_those_within_the_circle(world: Rehearsal) -> None:
    await given(world)
    await change(world, visibility="restricted")
    assert await world.say(OFFICE, "催办0123") == NOT_FOUND_OR_FORBIDDEN
    assert "没有可催的人" in await world.say(DIRECTOR, "催办0123"), "nor do those hear of it who may not know"


async def test_nobody_is_urged_about_a_lead(world: Rehearsal) -> None:
    assert await world.say(OFFICE, "催办XS-2026-7K3M") == NOT_FOUND_OR_FORBIDDEN


async def test_a_member_head_urges_for_his_own_department_only(world: Rehearsal) -> None:
    assert (await urge(world, FINANCE_HEAD, "催一下没报的")).startswith("已催办1人：刘洋（财务部）")
    assert "由您本人报送" in await world.say(FINANCE, "催一下没报的")
    assert "催报由监督办公室负责" in await world.say(OTHER, "催一下没报的")


async def test_whoever_names_nobody_is_asked(world: Rehearsal) -> None:
    await given(world)
    assert (await world.say(OFFICE, "帮我催办")).startswith("要催谁？")
    assert "1 周涛" in await world.say(OFFICE, "0123")
