"""留痕: who did what and when, for those with the right; the look is recorded, and nobody else learns anything."""

from __future__ import annotations

from sqlalchemy import text

from handlers import trail_words
from storage import events, links
from tests.flows.findings import (
    AUDIT,
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
    forget,
    seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

HIDDEN = "未查询到该编号，或您无权查看。"


@once
async def _extended(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已收回3万元，完成60%")
    await world.say(LIAISON, "确认")
    await world.say(LIAISON, f"{NUMBER} 申请延期到12月30日，理由：对方单位配合慢")
    await world.say(LIAISON, "确认")
    await world.say(OFFICE, f"同意延期 {NUMBER}")
    assert "12月30日" in await world.say(OFFICE, "确认")


def _add(world: Rehearsal, action: str, **fields: object) -> None:
    with world.engine.begin() as connection:
        row = {"before": None, "after": None, "reason": "", "foreign": "", **fields}
        connection.execute(
            text(
                "INSERT INTO events (at, actor, matter, action, before, after, reason, message_key, foreign_to) VALUES "
                "('2026-11-23 02:00:00.000000', :actor, :matter, :action, :before, :after, :reason, '', :foreign)"
            ),
            {"actor": OFFICE, "matter": NUMBER, "action": action, **row},
        )


async def test_s54_who_did_what_and_when_newest_last(world: Rehearsal) -> None:
    await _extended(world)
    lines = (await world.say(OFFICE, f"留痕 {NUMBER}")).split("\n")
    assert lines[0] == f"{NUMBER}｜备用金长期未清｜留痕6条"
    assert lines[2:7] == [
        "11月23日 10:00 李敏 交办：已登记 → 已交办，恒信建设 周涛，时限12月18日，整改类型立行立改，填写整改要求",
        "11月23日 10:00 周涛 确认收到：已交办 → 整改中",
        "11月23日 10:00 周涛 填报进展：已挽回3万元，完成60%",
        "11月23日 10:00 周涛 申请延期：申请延至12月30日，理由：对方单位配合慢",
        "11月23日 10:00 李敏 审批延期：时限12月18日 → 12月30日，同意延期，理由：对方单位配合慢",
    ]
    assert lines[7:] == ["以上记录正在封存。"]


async def test_eight_lines_then_the_whole(world: Rehearsal) -> None:
    await _extended(world)
    for place in range(5):
        await change(world, title=f"标题{place}")
    short = (await world.say(OFFICE, f"留痕 {NUMBER}")).split("\n")
    assert len(short) == 1 + 8 + 2
    assert short[-2] == "以上是最近8条，回复“全部”看全部。"
    whole = (await world.say(OFFICE, "全部")).split("\n")
    assert len(whole) == 1 + 11 + 1
    assert whole[-4:-1] == short[-5:-2]


async def test_the_words_it_is_asked_for_with(world: Rehearsal) -> None:
    await assigned(world)
    for words in (f"{NUMBER}的办理记录", f"{NUMBER}谁改过", "0123流转过程", "查留痕 0123", "这条的留痕"):
        assert "李敏 交办：已登记 → 已交办" in await world.say(OFFICE, words), words
    assert "请告诉我编号" in await world.say("hx_gonghui", "留痕")


async def test_what_is_sealed_is_said(world: Rehearsal) -> None:
    await assigned(world)
    await world.turns.run(lambda session: links.seal(session, 1, 100, world.clock()))
    assert (await world.say(OFFICE, f"留痕 {NUMBER}")).endswith("以上记录均已封存，改动必留痕迹。")
    await change(world, title="改过")
    assert (await world.say(OFFICE, f"留痕 {NUMBER}")).endswith("其中1条正在封存，其余均已封存。")


async def test_who_looked_is_recorded_and_not_shown(world: Rehearsal) -> None:
    """S54: 谁何时知悉."""
    await assigned(world)
    for person in (OFFICE, LIAISON):
        assert "查" not in await world.say(person, f"留痕 {NUMBER}")
    assert actions(world)[-2:] == ["trail_viewed", "trail_viewed"]
    with world.session() as session:
        looks = [event for event in events.history(session, NUMBER) if event.action == "trail_viewed"]
    assert [(event.actor, event.before, event.after, event.reason) for event in looks] == [
        (OFFICE, None, None, ""), (LIAISON, None, None, ""),
    ]  # fmt: skip


async def test_the_matrix_decides(world: Rehearsal) -> None:
    """2.3 trail: the unit, the source, the office; a peer hears who may; the others hear the one refusal."""
    await assigned(world)
    for person in (OFFICE, "hx_zhuren", "hx_zuzhang", FINANCE, LIAISON, HEAD):
        assert "周涛 确认收到" in await world.say(person, f"留痕 {NUMBER}"), person
    assert "不能办理" in await world.say(AUDIT, f"留痕 {NUMBER}")
    for person in (OTHER, "hx_zhigong", "hx_admin", "nobody"):
        assert await world.say(person, f"留痕 {NUMBER}") == HIDDEN, person
        assert await world.say(person, "留痕 WT-2026-9999") == HIDDEN, person


async def test_s8_and_s49_narrow_it(world: Rehearsal) -> None:
    await seed(world, "WT-2026-0130", visibility="restricted")
    await seed(world, "WT-2026-0131", state="registered")
    await change(world, "WT-2026-0131", state="converted_to_lead", lead_number="XS-2026-7K3M")
    for number in ("WT-2026-0130", "WT-2026-0131"):
        for person in (LIAISON, HEAD):
            assert await world.say(person, f"留痕 {number}") == HIDDEN
    assert "留痕1条" in await world.say(FINANCE, "留痕 WT-2026-0130")
    shown = await world.say("hx_jiwei", "留痕 WT-2026-0131")
    assert "已登记 → 已转线索" in shown
    assert "XS-2026-7K3M" not in shown


async def test_rights_are_asked_again_for_the_whole(world: Rehearsal) -> None:
    await _extended(world)
    for place in range(5):
        await change(world, title=f"标题{place}")
    assert "全部" in await world.say(HEAD, f"留痕 {NUMBER}")
    await change(world, visibility="restricted")
    assert await world.say(HEAD, "全部") == HIDDEN


async def test_foreign_changes_unknown_actions_and_odd_events(world: Rehearsal) -> None:
    """Another program may write anything into the ledger: it is shown as far as it means something."""
    await assigned(world)
    _add(world, "assign", foreign="ERP", before='{"due": "2026-12-18"}', after='{"due": "2027-01-15"}')
    _add(world, "polished")
    _add(world, "odd", before='"x"', after='["y"]')
    _add(world, "odd", before='{"due": 7, "state": "?"}', after='{"due": [], "state": "!", "progress": "x"}')
    shown = await world.say(OFFICE, f"留痕 {NUMBER}")
    assert "李敏 交办（外部系统 ERP）：时限12月18日 → 2027年1月15日" in shown
    assert "11月23日 10:00 李敏 办理\n" in shown


async def test_a_whole_life_uses_no_unknown_verb(world: Rehearsal) -> None:
    await applied(world)
    await world.say(FINANCE, f"同意销号 {NUMBER}，整改到位")
    await world.say(FINANCE, "确认")
    shown = await world.say(OFFICE, f"留痕 {NUMBER}")
    assert "刘洋 验收通过：待验收 → 已销号" in shown
    assert set(actions(world)) - {"trail_viewed"} <= trail_words.VERBS.keys()
    forget(world)
