"""Changing registered entries (2.3 classify, S9, S13): before -> after, confirmed, in the ledger; never the words."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage import events
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
    seed,
)  # fmt: skip
from tests.flows.harness import Rehearsal

CONFIRM = "回复“确认”提交，“取消”放弃"


@pytest.mark.parametrize(
    ("words", "shown", "field", "value"),
    [
        ("0123类别改为采购招标", "类别：财务资金·资金管理 → 采购招标", "category", "CG"),
        ("0123严重程度调成重大", "严重程度：一般 → 重大", "severity", "major"),
        ("0123金额改成10万", "金额：未填 → 10万元", "amount_fen", 10_000_000),
        ("把0123金额改成约10万", "金额：未填 → 约10万（未计入合计）", "amount_text", "约10万"),
        ("0123发现时间改为11月3日", "发现时间：11月20日 周五 → 11月3日 周二", "found_at", date(2026, 11, 3)),
        ("0123发生时间改为2026年3月5日", "发生时间：未填 → 3月5日 周四", "occurred_at", date(2026, 3, 5)),
        ("0123标题改成备用金长期挂账", "标题：备用金长期未清 → 备用金长期挂账", "title", "备用金长期挂账"),
        ("0123性质改为违规", "性质：管理问题 → 违规", "nature", "breach_rule"),
        ("0123责任单位改成恒信物流", "责任单位：恒信建设 → 恒信物流", "unit", "WL"),
        ("0123监督类型改为专项监督", "监督类型：职能监督 → 专项监督", "supervision_type", "special"),
        ("0123监督方式改为专项检查", "监督方式：未填 → 专项检查", "method", "special_check"),
    ],
)
async def test_p12_every_field_is_shown_before_and_after(
    world: Rehearsal, words: str, shown: str, field: str, value: object
) -> None:
    await seed(world)
    asked = await world.say(OFFICE, words)
    assert shown in asked and asked.endswith(CONFIRM), asked
    assert getattr(finding(world), field) != value
    assert shown in await world.say(OFFICE, "确认")
    row = finding(world)
    assert getattr(row, field) == value and row.raw_text == "备用金7个月未清" and row.state == "registered"
    assert actions(world) == ["classify"]
    with world.session() as session:
        last = events.history(session, NUMBER)[-1]
    assert last.before and last.after and last.actor == OFFICE
    assert last.before[field] != last.after[field]
    assert any("登记内容更正（李敏）" in text and shown in text for text in world.told(FINANCE))


async def test_p3_several_fields_are_collected_before_one_confirmation(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, "0123类别改为采购招标")
    asked = await world.say(OFFICE, "金额改成10万")
    assert "→ 采购招标" in asked and "→ 10万元" in asked
    await world.say(OFFICE, "确认")
    row = finding(world)
    assert (row.category, row.amount_fen, row.unit) == ("CG", 10_000_000, "JS") and actions(world) == ["classify"]


async def test_an_exact_sum_takes_the_place_of_the_words(world: Rehearsal) -> None:
    await seed(world, amount_text="大概四五十万")
    assert "大概四五十万（未计入合计） → 45万元" in await world.say(OFFICE, "0123金额改成45万")
    await world.say(OFFICE, "确认")
    assert (finding(world).amount_fen, finding(world).amount_text) == (45_000_000, "")


async def test_a_day_of_another_quarter_moves_the_finding_there(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, "0123发现时间改为9月15日")
    await world.say(OFFICE, "确认")
    assert (finding(world).quarter, finding(world).late) == ("2026Q3", True)


async def test_what_the_field_cannot_hold_is_refused_with_what_it_can(world: Rehearsal) -> None:
    await seed(world)
    assert "管理问题、违规" in await world.say(OFFICE, "0123性质改为很坏")
    assert "不能晚于今天" in await world.say(OFFICE, "0123发现时间改为2026年12月25日")
    assert "是哪一天？请写到日" in await world.say(OFFICE, "0123发生时间改为2025年3月")
    assert "没有要改的" in await world.say(OFFICE, "0123类别改为CW01")
    await world.say(OFFICE, "取消")
    assert not actions(world)


async def test_t6_once_assigned_the_unit_is_handed_on_and_the_unit_hears_of_corrections(world: Rehearsal) -> None:
    await assigned(world)
    assert "请确认改派" in await world.say(OFFICE, "0123责任单位改成恒信物流")
    await world.say(OFFICE, "取消")
    await world.say(OFFICE, "0123金额改成10万")
    await world.say(OFFICE, "确认")
    for person in (LIAISON, HEAD, FINANCE):
        assert any("金额：未填 → 10万元" in text for text in world.told(person)), person
    assert not world.told(OTHER)


async def test_t10_the_date_stays_an_extension(world: Rehearsal) -> None:
    await assigned(world)
    assert "须走延期申请" in await world.say(OFFICE, "0123的整改时限改到12月25日")


@pytest.mark.parametrize("words", ["0123金额改成10万", "把金额改成10万"])
async def test_s13_the_audited_may_only_object(world: Rehearsal, words: str) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT)
    for person in (LIAISON, HEAD):
        answer = await world.say(person, words)
        assert answer.startswith("登记内容不能由责任单位修改。可提交异议（说明+佐证），由来源监督主体答复"), answer
    assert finding(world).amount_fen is None


async def test_2_3_auditors_change_their_own_and_liaisons_only_before_registration(world: Rehearsal) -> None:
    await seed(world, source="HX-SJ", submitted_by=AUDIT)
    await world.say(AUDIT, "0123类别改为采购招标")
    await world.say(AUDIT, "确认")
    assert finding(world).category == "CG"
    await seed(world, "WT-2026-0124")
    assert "登记内容由监督办公室更正" in await world.say(FINANCE, "0124类别改为采购招标")
    await seed(world, "WT-2026-0125", state="submitted")
    assert CONFIRM in await world.say(FINANCE, "0125类别改为采购招标")


async def test_2_3_what_one_may_not_see_sounds_as_if_it_did_not_exist(world: Rehearsal) -> None:
    await seed(world)
    absent = await world.say(OTHER, "0999类别改为采购招标")
    assert await world.say(OTHER, "0123类别改为采购招标") == absent == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(OTHER, "0123责任单位改成恒信物流") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say("nobody", "0123类别改为采购招标") == NOT_FOUND_OR_FORBIDDEN


async def test_what_has_ended_is_not_changed_any_more(world: Rehearsal) -> None:
    await seed(world, state="closed")
    assert "现在是“已销号”，登记内容不能再改" in await world.say(OFFICE, "0123类别改为采购招标")


async def test_cancelled_nothing_is_changed(world: Rehearsal) -> None:
    await seed(world)
    for words in (["0123类别改为采购招标"], ["0123类别改为采购招标", "金额改成10万"]):
        for said in words:
            await world.say(OFFICE, said)
        assert "已取消" in await world.say(OFFICE, "取消")
    assert finding(world).category == "CW01" and not actions(world) and not world.told(FINANCE)


async def test_two_at_once_the_second_hears_who_did(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, "0123类别改为采购招标")
    await world.say(DIRECTOR, "0123类别改为工程建设")
    await world.say(OFFICE, "确认")
    answer = await world.say(DIRECTOR, "确认")
    assert "已由李敏于11月23日 周一 10:00更正" in answer and "请重新说一遍" in answer
    assert finding(world).category == "CG" and actions(world) == ["classify"]
