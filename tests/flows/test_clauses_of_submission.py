"""Acceptance examples of domain.md 1.1 to 1.2 for what is submitted: S1, S3, S5, S7, S8, S10, S18, S19."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handlers.rules import tags
from storage.matters import Finding
from tests.flows.harness import Rehearsal

HIDDEN = "未查询到该编号，或您无权查看。"


async def submit(world: Rehearsal, person: str, words: str) -> tuple[str, Finding]:
    asked = await world.say(person, words)
    assert "回复“确认”提交" in asked, asked
    await world.say(person, "确认")
    with world.session() as session:
        found = session.scalars(select(Finding).order_by(Finding.id.desc())).first()
        assert found is not None
        session.expunge(found)
    return asked, found


@pytest.mark.parametrize(
    ("person", "kind", "said"),
    [
        ("hx_shenji", "special", "专项监督"),
        ("hx_gonghui", "democratic", "民主监督"),
        ("hx_caiwu", "functional", "职能监督"),
    ],
)
async def test_s1_the_kind_of_supervision_comes_from_the_source(
    world: Rehearsal, person: str, kind: str, said: str
) -> None:
    asked, found = await submit(world, person, "报送问题：恒信物流备用金7个月没清")
    assert said in asked
    assert found.supervision_type == kind


async def test_s3_both_matters_of_supervision_are_told_apart(world: Rehearsal) -> None:
    _, party = await submit(world, "hx_jiwei", "报送问题：恒信能源支部三会一课记录缺两个月")
    _, business = await submit(world, "hx_caiwu", "报送问题：恒信物流事中控制缺失，备用金7个月没清")
    assert (party.content_domain, business.content_domain) == ("party_building", "operation")
    assert (party.control_phase, business.control_phase) == ("", "mid")  # what is not said is not guessed


async def test_s5_labels_are_suggested_and_taken_on_the_submitters_word(world: Rehearsal) -> None:
    asked = await world.say("hx_caiwu", "报送问题：恒信置业项目资金监管户缺口过亿")
    assert "建议标签：资金密集、重点项目，是否采纳？" in asked
    assert "标签：资金密集、重点项目" in await world.say("hx_caiwu", "采纳")
    await world.say("hx_caiwu", "确认")
    _, plain = await submit(world, "hx_caiwu", "报送问题：恒信物流工程项目资金挪到别的账户用")
    with world.session() as session:
        assert session.scalars(select(Finding.focus).order_by(Finding.id)).all() == ["资金密集、重点项目", ""]
    assert plain.focus == ""  # suggested, never taken by itself


async def test_s7_what_was_not_studied_first_may_be_moved_to_party_work(world: Rehearsal) -> None:
    asked = await world.say("hx_jiwei", "报送问题：2项未前置研究 恒信资本")
    assert "三重一大" in asked
    assert "组织建设" in await world.say("hx_jiwei", "类别改成组织建设")
    await world.say("hx_jiwei", "确认")
    with world.session() as session:
        assert session.scalars(select(Finding.category)).all() == ["DJ02"]


async def test_s8_a_finding_about_a_leader_is_restricted(world: Rehearsal) -> None:
    asked, found = await submit(world, "hx_shenji", "报送问题：恒信物流总经理违规发放补贴")
    assert "按受限可见登记（仅来源监督主体、办公室主任、纪检监察机构可见）" in asked
    assert (found.visibility, found.subject_level) == ("restricted", "top_leader")
    assert await world.say("hx_wuliul", f"查 {found.number}") == HIDDEN
    assert await world.say("hx_wuliul", "查 WT-2026-0999") == HIDDEN


async def test_s10_political_supervision_by_the_discipline_body(world: Rehearsal) -> None:
    asked, found = await submit(world, "hx_jiwei", "政治监督：上级部署的安全整治未传达 恒信能源")
    assert "纪委办公室" in asked
    assert (found.category, found.source) == ("DJ01", "HX-JW")


@pytest.mark.parametrize(
    ("words", "method"),
    [
        ("绩效考核时发现恒信物流考勤记录对不上", "evaluation"),
        ("专项检查中发现恒信物流备用金没清", "special_check"),
        ("年度审计发现恒信物流备用金没清", "audit"),
        ("审核付款时发现恒信物流合同未会签", "review_check"),
        ("恒信物流备用金没清", ""),
    ],
)
def test_s18_how_it_was_found(words: str, method: str) -> None:
    assert tags.method(words) == method


async def test_s18_the_method_stands_in_the_record(world: Rehearsal) -> None:
    _, found = await submit(world, "hx_caiwu", "报送问题：绩效考核时发现恒信物流考勤记录对不上")
    assert found.method == "evaluation"


async def test_s19_a_tendency_is_not_counted_and_looked_at_again(world: Rehearsal) -> None:
    asked, found = await submit(world, "hx_caiwu", "提交一条苗头性问题：恒信物流报销审批随意，建议提醒")
    assert "不纳入整改率" in asked
    assert "90天后提醒复看" in asked
    assert found.nature == "tendency"
