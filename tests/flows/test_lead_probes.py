"""Prying (2.5): fixed words, a limit, and a security event that says who and how often, never what."""

from __future__ import annotations

from sqlalchemy import select

from storage.models import Event
from tests.flows.harness import Rehearsal
from tests.flows.leads import ACCT, AUDIT, DIRECTOR, HIDDEN, MANAGER, OFFICE, WORKER, done, handed, reported

TOO_MANY = "查询次数过多，请稍后再试。"
CLOSED = "线索情况不对外提供查询。"


def security(world: Rehearsal) -> list[tuple[str, object]]:
    with world.session() as session:
        found = session.scalars(select(Event).where(Event.matter == "security"))
        return [(event.actor, event.after) for event in found]


async def test_the_fifth_in_ten_minutes_leaves_an_event_and_the_sixth_is_slowed(world: Rehearsal) -> None:
    number = await reported(world)
    asks = (f"查 {number}", "查 XS-2026-9ZZZ", f"{number}受理", f"看{number}的内容", "有没有人举报过我")
    for words in asks[:4]:
        assert await world.say(WORKER, words) == HIDDEN
    assert security(world) == []
    assert await world.say(WORKER, asks[4]) == CLOSED
    assert security(world) == [(WORKER, {"count": 5})]
    for words in (f"查 {number}", f"签收{number}", "恒信能源最近有什么线索"):
        assert await world.say(WORKER, words) == TOO_MANY
    assert security(world) == [(WORKER, {"count": 5})]
    with world.session() as session:
        told = [event for event in session.scalars(select(Event)) if event.matter == "security"]
    assert number not in str([(one.before, one.after, one.reason, one.action) for one in told])


async def test_several_at_once_count_each(world: Rehearsal) -> None:
    await world.say("hx_jianshel", "查 XS-2026-AAAA XS-2026-AAAB")
    await world.say("hx_jianshel", "XS-2026-AAAC XS-2026-AAAD XS-2026-AAAE XS-2026-AAAF 查一下")
    for number in ("AAAG", "AAAH", "AAAJ", "AAAK"):
        await world.say("hx_jianshel", f"查 XS-2026-{number}")
    assert [actor for actor, _ in security(world)] == ["hx_jianshel"]


async def test_the_list_is_for_those_who_have_to_do_with_it_and_holds_no_matter(world: Rehearsal) -> None:
    named = await reported(world, "实名反映：恒信能源仓库主管周强倒卖废铁", by=WORKER)
    sent = await handed(world, "追责部门", elements="违规投资，损失较大，情节一般，影响一般")
    mine = await world.say(MANAGER, "线索清单")
    assert mine.splitlines() == [
        "在办线索2件：",
        f"1. {named}｜已报告｜登记11月24日 周二，还剩1个工作日",
        f"2. {sent}｜已移送｜签收11月25日 周三，还剩2个工作日",
    ]
    assert "周强" not in mine and "1. " not in await world.say(DIRECTOR, "线索台账")
    assert (await world.say(ACCT, "我手上的线索")).splitlines()[0] == "在办线索1件："
    assert f"{named}｜已报告" in await world.say(OFFICE, "线索清单")
    for person in (WORKER, AUDIT, "hx_jianshel", "hx_wuliul", "nobody"):
        assert await world.say(person, "线索清单") == CLOSED, person
    assert "少于5件" in await world.say("hx_zuzhang", "线索清单")


async def test_contents_and_reporter_by_the_matrix_each_look_with_its_entry(world: Rehearsal) -> None:
    number = await reported(world, "实名反映：恒信能源仓库主管周强倒卖废铁", by=WORKER)
    for person in (MANAGER, DIRECTOR, OFFICE):  # the office's staff while it is being registered
        assert "周强" in await world.say(person, f"看{number}的内容"), person
    await done(world, MANAGER, f"{number}受理")
    assert "只有受理和承办人员可以查看" in await world.say(OFFICE, f"看{number}的内容")
    asked = await world.say(MANAGER, f"{number}的反映人是谁")
    assert "查看反映人身份要说明理由" in asked
    assert f"{number} 反映人：吴刚（恒信建设二公司）" in await world.say(MANAGER, "1")
    assert "只有纪检线索管理员" in await world.say(DIRECTOR, f"看{number}反映人身份，理由：告知受理情况")
    with world.session() as session:
        looks = [(e.actor, e.action, e.after) for e in session.scalars(select(Event)) if "viewed" in e.action]
    assert looks == [
        (MANAGER, "lead_viewed", {"part": "content"}),
        (DIRECTOR, "lead_viewed", {"part": "content"}),
        (OFFICE, "lead_viewed", {"part": "content"}),
        (MANAGER, "lead_reporter_viewed", {"reason": "acknowledge"}),
    ]


async def test_s42_its_reporter_sees_three_states(world: Rehearsal) -> None:
    number = await handed(world)
    assert (await world.say(AUDIT, f"查 {number}")).startswith(f"{number}｜已移送（11月23日 周一），未办结\n")
    own = await world.say(AUDIT, f"看{number}的内容")
    assert own.startswith(f"{number}｜已移送（11月23日 周一），未办结｜") and "倒卖废铁" in own
    assert await world.say(AUDIT, f"{number}受理") == HIDDEN
    assert await world.say("hx_caiwu", f"看{number}的内容") == HIDDEN
