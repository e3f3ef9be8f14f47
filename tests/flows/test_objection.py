"""Objections (S9), key supervision (S45), advice (S12), spot checks (T8) and assisting units, as people say them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from storage.proceedings import CoUnit, Objection
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

SECOND = "hx_caiwufz"  # the finance department's head
DISCIPLINE = "hx_jiwei"
CONFIRM = "回复“确认”提交，“取消”放弃"


def objections(world: Rehearsal) -> list[Objection]:
    with world.session() as session:
        rows = list(session.scalars(select(Objection).order_by(Objection.id)))
        session.expunge_all()
        return rows


@once
async def objected(world: Rehearsal, words: str = "金额有误，附对账单", **values: Any) -> None:
    await assigned(world, **values)
    assert (await world.say(LIAISON, f"提交异议 0123：{words}")).endswith(CONFIRM)
    assert "已转来源监督主体答复" in await world.say(LIAISON, "确认")
    forget(world)


async def test_s9_an_objection_goes_to_the_source_and_the_time_limit_runs_on(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(LIAISON, "提交异议 0123：金额有误，附对账单")
    assert "金额有误，附对账单" in asked and "11月30日 周一" in asked and asked.endswith(CONFIRM)
    assert not objections(world)
    done = await world.say(LIAISON, "确认")
    assert "已转来源监督主体答复（5 个工作日内" in done and "整改时限不停。" in done and "11月30日 周一" in done
    (row,) = objections(world)
    assert (row.state, row.by, row.text, row.answer_by) == (
        "pending",
        LIAISON,
        "金额有误，附对账单",
        date(2026, 11, 30),
    )
    for person in (FINANCE, SECOND):
        (card,) = world.told(person)
        assert "待答复异议" in card and "金额有误，附对账单" in card and "[成立][不成立]" in card
    assert not world.told(OFFICE) and not world.told(HEAD)
    assert finding(world).state == "rectifying" and waiting(world)["T-0"] == "2026-12-18"
    assert actions(world)[-1] == "object"


async def test_s9_what_is_registered_is_not_deleted(world: Rehearsal) -> None:
    await assigned(world)
    answer = await world.say(LIAISON, "这条不属实，删掉")
    assert "登记内容不能由责任单位删除。可提交异议（说明+佐证），由来源监督主体答复。" in answer
    asked = await world.say(LIAISON, "备用金已于9月全部核销，有凭证")
    assert "备用金已于9月全部核销，有凭证" in asked and asked.endswith(CONFIRM)
    assert "已取消" in await world.say(LIAISON, "取消") and not objections(world)
    assert finding(world).desc == "备用金7个月未清"


async def test_s9_the_words_are_asked_for_over_a_restart(world: Rehearsal) -> None:
    await assigned(world)
    assert "哪里不对" in await world.say(LIAISON, "对0123有异议")
    await world.restart()
    assert "应为4万" in await world.say(LIAISON, "金额算错了，应为4万")
    await world.restart()
    assert "应为3.8万" in await world.say(LIAISON, "金额算错了，应为3.8万")
    assert "已转来源监督主体" in await world.say(LIAISON, "确认")
    assert objections(world)[0].text == "金额算错了，应为3.8万"
    assert "已有一份异议在等答复" in await world.say(LIAISON, "提交异议 0123：还有一处不对")


async def test_s9_only_the_responsible_side_objects(world: Rehearsal) -> None:
    await assigned(world)
    assert "异议由责任单位提出" in await world.say(FINANCE, "提交异议 0123：金额有误")
    assert await world.say(OTHER, "提交异议 0123：金额有误") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(OTHER, "提交异议 0999：金额有误") == NOT_FOUND_OR_FORBIDDEN
    await change(world, state="pending_acceptance")
    await change(world, state="closed")
    assert "已销号" in await world.say(LIAISON, "提交异议 0123：金额有误")
    assert not objections(world)


async def test_s9_answered_with_a_reason_and_the_objector_hears(world: Rehearsal) -> None:
    await objected(world)
    assert waiting(world, ladder="objection") == {"+1": "2026-12-01"}
    asked = await world.click(FINANCE, "不成立")
    assert "理由" in asked
    asked = await world.say(FINANCE, "对账单与账面一致，金额无误")
    assert "待答复 → 不成立" in asked and "对账单与账面一致" in asked and asked.endswith(CONFIRM)
    done = await world.say(FINANCE, "确认")
    assert "待答复 → 不成立" in done and "周涛" in done
    (row,) = objections(world)
    assert (row.state, row.answered_by, row.reply) == ("dismissed", FINANCE, "对账单与账面一致，金额无误")
    (news,) = world.told(LIAISON)
    assert "不成立" in news and "对账单与账面一致" in news
    assert waiting(world, ladder="objection") == {}
    assert "该异议已由刘洋于11月23日 周一 10:00答复：不成立" in await world.click(SECOND, "成立")


async def test_s9_upheld_in_one_sentence_shows_what_may_follow(world: Rehearsal) -> None:
    await objected(world, source="HX-SJ", submitted_by=AUDIT)
    assert "待答复 → 成立" in await world.say(AUDIT, "0123异议成立，金额更正为8万")
    done = await world.say(AUDIT, "确认")
    assert "金额改成" in done and "撤销" in done
    assert objections(world)[0].reply == "金额更正为8万"


async def test_s13_the_audited_do_not_answer_their_own_objection(world: Rehearsal) -> None:
    await objected(world)
    assert "由来源监督主体财务部答复" in await world.say(HEAD, "0123异议成立，金额更正为8万")
    assert await world.say(OTHER, "0123异议成立，金额更正为8万") == NOT_FOUND_OR_FORBIDDEN
    assert objections(world)[0].state == "pending"


async def test_s9_two_answers_at_once_one_stands(world: Rehearsal) -> None:
    await objected(world)
    await world.say(FINANCE, "0123异议不成立，理由：账实相符")
    await world.say(SECOND, "0123异议成立，金额更正为8万")
    assert "待答复 → 不成立" in await world.say(FINANCE, "确认")
    assert "该异议已由刘洋" in await world.say(SECOND, "确认")
    assert [row.state for row in objections(world)] == ["dismissed"]


async def test_s9_the_source_is_reminded_when_the_day_has_passed(world: Rehearsal) -> None:
    await objected(world)
    await world.turn_to("2026-12-01 09:09")
    await world.settle()
    assert not world.told(FINANCE)
    await world.turn_to("2026-12-01 09:16")
    await world.settle()
    assert any("应于11月30日 周一前答复，已逾期1个工作日" in text for text in world.told(FINANCE))
    assert not [text for text in world.told(LIAISON) if "异议" in text]


async def test_s45_key_supervision_is_confirmed_and_the_head_hears(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.say(OFFICE, "0123 列为重点督办")
    assert "一般 → 重点督办" in asked and "提醒加密一档，进入周清单。" in asked and asked.endswith(CONFIRM)
    assert not finding(world).key_supervised
    done = await world.say(OFFICE, "确认")
    assert done == f"{NUMBER}：一般 → 重点督办。已告知王建国。\n提醒加密一档，进入周清单。"
    assert list(waiting(world)) == [
        "T-15", "half", "T-7", "T-3", "T-1", "T-0", "+1", "+3o", "+3", "+5r", "+5", "+10", "+20",
    ]  # fmt: skip
    assert finding(world).key_supervised and actions(world)[-1] == "supervise"
    (news,) = world.told(HEAD)
    assert "重点督办" in news and "12月18日 周五" in news
    assert "已经是重点督办" in await world.say(DIRECTOR, "0123列为重点督办")
    await world.say(OFFICE, "取消0123的重点督办")
    assert "重点督办 → 一般" in await world.say(OFFICE, "确认")
    assert list(waiting(world)) == ["T-7", "T-3", "T-0", "+1", "+3", "+5", "+6", "+10", "+20"]
    assert not finding(world).key_supervised


async def test_s45_who_may_not_supervise(world: Rehearsal) -> None:
    await assigned(world)
    assert "来源部门或监督办公室" in await world.say(HEAD, "0123列为重点督办")
    assert await world.say(OTHER, "0123列为重点督办") == NOT_FOUND_OR_FORBIDDEN
    await world.say(OFFICE, "0123列为重点督办")
    assert "已取消" in await world.say(OFFICE, "取消") and not finding(world).key_supervised


async def test_s45_overtaken_between_question_and_confirmation(world: Rehearsal) -> None:
    await assigned(world)
    for person in (OFFICE, DIRECTOR):
        await world.say(person, "0123列为重点督办")
        await world.restart()
    await world.say(OFFICE, "确认")
    assert "已经是重点督办" in await world.say(DIRECTOR, "确认")
    assert actions(world).count("supervise") == 1


async def test_s12_advice_reaches_the_department_and_changes_no_state(world: Rehearsal) -> None:
    await assigned(world, source="HX-SJ", submitted_by=AUDIT)
    asked = await world.say(DISCIPLINE, "建议审计部关注0123的合同主体")
    assert "合同主体" in asked and "状态和时限不变" in asked and asked.endswith(CONFIRM)
    done = await world.say(DISCIPLINE, "确认")
    assert "已发审计部" in done and "秦岚" in done
    (news,) = world.told(AUDIT)
    assert NUMBER in news and "合同主体" in news
    assert finding(world).state == "rectifying" and actions(world)[-1] == "suggest"


async def test_s12_a_peer_reads_the_advice_but_not_the_finding(world: Rehearsal) -> None:
    await assigned(world)  # of the finance department: audit knows the harmless fields only
    await world.say(DISCIPLINE, "建议审计部关注0123的合同主体")
    await world.say(DISCIPLINE, "确认")
    (news,) = world.told(AUDIT)
    assert NUMBER in news and "备用金" not in news


async def test_s12_only_the_discipline_body_and_never_about_the_restricted(world: Rehearsal) -> None:
    await assigned(world)
    assert "纪检监察机构" in await world.say(FINANCE, "建议审计部关注0123的合同主体")
    assert await world.say(OTHER, "建议审计部关注0123的合同主体") == NOT_FOUND_OR_FORBIDDEN
    await change(world, visibility="restricted")
    assert "没有可以查看" in await world.say(DISCIPLINE, "建议审计部关注0123的合同主体")
    assert not world.told(AUDIT)


async def test_t8_a_spot_check_lets_the_office_accept(world: Rehearsal) -> None:
    await applied(world)
    refused = await world.say(OFFICE, f"同意销号 {NUMBER}")
    assert "只有验收人" in refused and "抽查" in refused
    asked = await world.say(OFFICE, "0123办公室抽查")
    assert "来源部门 → 来源部门或监督办公室（抽查）" in asked and asked.endswith(CONFIRM)
    done = await world.say(OFFICE, "确认")
    assert "同意销号" in done and finding(world).spot_check and actions(world)[-1] == "spot_check"
    assert any("抽查" in text for text in world.told(FINANCE))
    await world.say(OFFICE, f"同意销号 {NUMBER}")
    assert "待验收 → 已销号" in await world.say(OFFICE, "确认")


async def test_t8_who_may_not_order_a_spot_check(world: Rehearsal) -> None:
    await assigned(world)
    assert "监督办公室安排" in await world.say(FINANCE, "抽查0123")
    assert await world.say(OTHER, "抽查0123") == NOT_FOUND_OR_FORBIDDEN
    await world.say(OFFICE, "抽查0123")
    assert "已取消" in await world.say(OFFICE, "取消") and not finding(world).spot_check


async def test_units_that_assist_are_told_read_it_and_report(world: Rehearsal) -> None:
    await assigned(world)
    assert await world.say(OTHER, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN
    asked = await world.say(OFFICE, "0123增加配合单位恒信物流")
    assert "无 → 恒信物流" in asked and "责任单位不变：恒信建设" in asked and asked.endswith(CONFIRM)
    done = await world.say(OFFICE, "确认")
    assert "无 → 恒信物流" in done and "陈静" in done
    (news,) = world.told(OTHER)
    assert "请恒信物流配合整改" in news and "12月18日 周五" in news
    assert "备用金" in await world.say(OTHER, f"查 {NUMBER}")
    await world.say(OTHER, f"{NUMBER} 整改进展：已提供物流单据")
    assert "已记录" in await world.say(OTHER, "确认")
    assert "责任单位" in await world.say(OTHER, f"{NUMBER} 申请延期至2026年12月31日，原因：单据未齐")
    assert "联络员或负责人" in await world.say(OTHER, f"{NUMBER} 申请验收")


async def test_an_assisting_unit_does_not_confirm_the_task_for_the_responsible_one(world: Rehearsal) -> None:
    await seed(world)
    await world.say(OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前")
    await world.say(OFFICE, "确认")
    await world.say(OFFICE, "0123增加配合单位恒信物流")
    await world.say(OFFICE, "确认")
    await world.say(OTHER, f"{NUMBER} 整改进展：已提供物流单据")
    await world.say(OTHER, "确认")
    assert finding(world).state == "assigned"


async def test_assisting_units_are_taken_off_again(world: Rehearsal) -> None:
    await assigned(world)
    for words in ("0123增加配合单位恒信物流", "确认", "0123去掉配合单位恒信物流"):
        answer = await world.say(OFFICE, words)
    assert "恒信物流 → 无" in answer
    await world.say(OFFICE, "确认")
    assert await world.say(OTHER, f"查 {NUMBER}") == NOT_FOUND_OR_FORBIDDEN
    assert actions(world)[-2:] == ["add_co_units", "drop_co_units"]


@pytest.mark.parametrize("person", [HEAD, FINANCE])
async def test_only_who_assigns_names_assisting_units(world: Rehearsal, person: str) -> None:
    await assigned(world)
    assert "监督办公室" in await world.say(person, "0123增加配合单位恒信物流")
    assert await world.say(OTHER, "0123增加配合单位恒信物流") == NOT_FOUND_OR_FORBIDDEN
    assert "是责任单位" in await world.say(OFFICE, "0123增加配合单位恒信建设")
    assert "已取消" in await world.say(OFFICE, "取消")
    with world.session() as session:
        assert not list(session.scalars(select(CoUnit)))
