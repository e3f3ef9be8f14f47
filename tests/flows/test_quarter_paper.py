"""The quarter's report: composed of the store, made final by the director, in time (domain.md S35, S55, 7.2)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bot.messages import Paragraph
from storage import reports
from storage.duties import Push
from storage.matters import Finding
from storage.obligations import find as find_obligation
from storage.proceedings import Cycle
from storage.reports import Report
from tests.flows.findings import change
from tests.flows.harness import Rehearsal
from tests.flows.papers import DIRECTOR, LEADER, LIAISON, OFFICE, SECRET, THIRD, UNIT, papers, quarter, words

ASKED = "生成三季度监督情况汇总报告，公文格式"
FINAL = "三季度汇总报告定稿"


def versions(world: Rehearsal, kind: str = "quarter_summary") -> list[tuple[str, int, str, str]]:
    with world.session() as session:
        rows = session.scalars(select(Report).where(Report.kind == kind).order_by(Report.id))
        return [(row.quarter, row.version, row.state, row.number) for row in rows]


async def test_a_draft_tells_its_figures_and_comes_as_a_paper(world: Rehearsal) -> None:
    await quarter(world)
    answer = await world.say(OFFICE, ASKED)
    assert answer.splitlines()[:3] == [
        "2026年三季度汇总报告草稿已生成（第1版，公文格式），文件随后发到。",
        "问题7条、已销号1、逾期0；未含线索个案。",
        "请复核密级与数据后使用。",
    ]
    assert versions(world) == [(THIRD, 1, "draft", "")]
    (paper,) = papers(world, OFFICE)
    assert paper.draft and paper.name == "2026年第三季度监督情况汇总报告（草稿）.docx"
    text = words(paper)
    for wanted in (
        "关于2026年第三季度监督工作情况的报告", "监督工作领导小组：",
        "本季度应报送单位10家，按期报送0家，逾期10家，无问题申报0家。",
        "本季度发现问题7个，其中重大1个，涉及金额42万元；另有1个问题金额为约数，未计入合计。"
        "另有受限问题1个，只计数，不列内容。",
        "（一）财务资金", "共6个，占85.7%",
        "本季度到期1个，已销号1个，其中按期完成1个；待验收0个，逾期0个。到期销号率100.0%。",
        "2026年第二季度问题1个，截至目前已销号0个，待验收0个，在办1个（其中逾期1个），销号率0.0%。",
        "未销号的：WT-2026-0009（恒信建设：供应商未评价，整改中）。",
        "本季度销号问题1个，挽回金额3000元，问责2人次，完善制度1项。",
        "财务资金·资金管理", "近四个季度共4个，涉及4个单位", "本季度收到紧急情况报告0件。",
        "附件：1.问题整改台账", "2.未按期报送单位名单", "恒信集团监督工作领导小组办公室", "2026年11月23日",
    ):  # fmt: skip
        assert wanted in text, wanted
    heads = [part.text for part in paper.parts if isinstance(part, Paragraph) and part.style == "h1"]
    assert heads == ["一、总体情况", "二、发现的主要问题", "三、整改落实情况", "四、共性和系统性问题分析",
                     "五、重大、紧急情况及处置", "六、下一步工作建议"]  # fmt: skip


async def test_what_is_restricted_or_a_lead_is_counted_at_most(world: Rehearsal) -> None:
    await quarter(world)
    await change(world, "WT-2026-0007", state="converted_to_lead", lead_number="XS-2026-7K3M")
    await world.say(OFFICE, ASKED)
    text = words(papers(world, OFFICE)[0])
    assert SECRET not in text and "WT-2026-0006" not in text and "99" not in text
    assert "XS-" not in text and "线索" not in text and "尚未核实" not in text and "WT-2026-0007" not in text
    assert "另有受限问题1个，未列入。" in text


async def test_prompts_stand_where_only_the_office_can_write(world: Rehearsal) -> None:
    await quarter(world)
    await world.say(OFFICE, ASKED)
    prompts = [part.text for part in papers(world, OFFICE)[0].parts
               if isinstance(part, Paragraph) and part.style == "prompt"]  # fmt: skip
    assert [one[:10] for one in prompts] == ["〔待补写：监督服务经", "〔待补写：重大、紧急"]
    asked = await world.say(OFFICE, "补充三季度汇总报告监督服务经营：推动清欠1200万元")
    assert asked.splitlines()[1] == "推动清欠1200万元" and asked.endswith("回复“确认”提交，“取消”放弃")
    assert versions(world) == [(THIRD, 1, "draft", "")]
    assert "还有1处待补写" in await world.say(OFFICE, "确认")
    assert "推动清欠1200万元" in words(papers(world, OFFICE)[-1])
    assert versions(world) == [(THIRD, 1, "replaced", ""), (THIRD, 2, "draft", "")]
    await world.say(OFFICE, ASKED)
    assert "推动清欠1200万元" in words(papers(world, OFFICE)[-1])  # a later draft keeps it


async def test_only_the_director_in_person_makes_it_final(world: Rehearsal) -> None:
    await quarter(world)
    assert await world.say(DIRECTOR, FINAL) == "还没有三季度汇总报告草稿，请先发“生成三季度监督情况汇总报告”。"
    await world.say(OFFICE, ASKED)
    await world.say(DIRECTOR, "今天到12月4日由李敏代理我")
    await world.say(DIRECTOR, "确认")
    for person in (OFFICE, LEADER, LIAISON, UNIT):
        assert "本人确认" in await world.say(person, FINAL), person
        await world.say(person, "确认")
    assert versions(world) == [(THIRD, 1, "draft", "")]


async def test_final_is_numbered_frozen_and_reported(world: Rehearsal) -> None:
    await quarter(world)
    await world.say(OFFICE, ASKED)
    assert await world.say(LEADER, "看三季度汇总报告") == "三季度汇总报告尚未定稿。"
    asked = await world.say(DIRECTOR, FINAL)
    assert asked.splitlines()[0] == "请确认定稿：2026年三季度监督情况汇总报告（第1版，11月23日 周一 10:00生成）。"
    assert "还有2处没有补写，定稿写“无”。" in asked and "领导小组（陆正）" in asked
    world.told(LEADER)
    answer = await world.say(DIRECTOR, "确认")
    assert (
        answer == "2026年三季度汇总报告：草稿 → 已定稿，监督办〔2026〕1号（第1版）。\n已报领导小组：陆正。数字已固化。"
    )
    assert versions(world) == [(THIRD, 1, "final", "监督办〔2026〕1号")]
    assert world.told(LEADER)[0].startswith("【汇总报告】2026年三季度监督情况汇总报告已定稿，监督办〔2026〕1号")
    (paper,) = papers(world, LEADER)
    assert not paper.draft and "草稿" not in paper.name and "待补写" not in words(paper)
    assert paper.parts[0] == Paragraph("监督办〔2026〕1号\t签发人：何敏", "upward")
    before = words(paper)
    await change(world, "WT-2026-0001", title="改过的标题", unit_name="恒信物流")
    await world.say(LEADER, "看三季度汇总报告")
    assert words(papers(world, LEADER)[-1]) == before  # what happens later changes no report that is out
    for person in (LIAISON, UNIT):
        assert await world.say(person, "看三季度汇总报告") == "三季度汇总报告尚未定稿。"


async def test_a_changed_draft_is_not_made_final_unseen(world: Rehearsal) -> None:
    await quarter(world)
    await world.say(OFFICE, ASKED)
    await world.say(DIRECTOR, FINAL)
    await world.say(OFFICE, ASKED)
    assert "草稿已有变化" in await world.say(DIRECTOR, "确认")
    assert [state for _, _, state, _ in versions(world)] == ["replaced", "draft"]


async def test_a_second_final_replaces_the_first(world: Rehearsal) -> None:
    await quarter(world)
    for _ in range(2):
        await world.say(OFFICE, ASKED)
        await world.say(DIRECTOR, FINAL)
        await world.say(DIRECTOR, "确认")
    assert [(state, number) for _, _, state, number in versions(world)] == [
        ("replaced", "监督办〔2026〕1号"), ("final", "监督办〔2026〕2号"),
    ]  # fmt: skip


@pytest.mark.parametrize("person", [LEADER, LIAISON, UNIT, "hx_zhigong", "hx_admin"])
async def test_others_draft_nothing(world: Rehearsal, person: str) -> None:
    assert "由监督办公室起草" in await world.say(person, ASKED)
    assert versions(world) == [] and papers(world, person) == []


async def test_nothing_of_a_quarter_to_come(world: Rehearsal) -> None:
    assert await world.say(OFFICE, "生成2027年一季度监督情况汇总报告") == "2027年一季度还没有开始。"
    assert versions(world) == []


@pytest.mark.begins("2026-12-30 10:00")
async def test_the_office_is_reminded_until_it_is_reported(world: Rehearsal) -> None:
    await world.turn_to("2027-01-11 18:00")
    world.told(OFFICE)
    await world.turn_to("2027-01-12 10:00")
    (reminder,) = [one for one in world.told(OFFICE) if "汇总应于" in one]
    assert reminder.splitlines()[0] == "四季度汇总应于 2027-01-15 前报告（D+10 工作日，2027 日历未核）。"
    assert "1月15日 周五，还剩3个工作日" in reminder
    await world.say(OFFICE, "生成四季度监督情况汇总报告")
    await world.say(DIRECTOR, "四季度汇总报告定稿")
    await world.say(DIRECTOR, "确认")
    await world.turn_to("2027-01-21 18:00")
    with world.session() as session:
        owed = find_obligation(session, "summary", reports.matter_of("quarter_summary", "2026Q4"))
        assert owed is not None and owed.state == "met" and owed.due.isoformat() == "2027-01-15"
        rungs = session.scalars(select(Push.rung).where(Push.ladder == "summary", Push.state == "told"))
        assert list(rungs) == ["T-3"]


@pytest.mark.begins("2026-12-30 10:00")
async def test_the_ladder_ends_with_the_director(world: Rehearsal) -> None:
    await world.turn_to("2027-01-21 18:00")
    with world.session() as session:
        rows = session.scalars(select(Push).where(Push.ladder == "summary", Push.state == "told").order_by(Push.id))
        told = [(row.rung, row.person, row.day) for row in rows]
    assert told == [
        ("T-3", OFFICE, "2027-01-12"), ("T-0", OFFICE, "2027-01-15"), ("+1", OFFICE, "2027-01-18"),
        ("+1", DIRECTOR, "2027-01-18"), ("+3", DIRECTOR, "2027-01-20"),
    ]  # fmt: skip


async def test_an_urgent_matter_is_told_when_the_director_approves_it(world: Rehearsal) -> None:
    fourth = "生成四季度监督情况汇总报告"
    await world.say("hx_jianshel", "紧急：恒信建设二公司塔吊倾倒，周涛受伤")
    await world.say("hx_jianshel", "塔吊已切断电源")
    await world.say(OFFICE, fourth)
    assert "塔吊" not in words(papers(world, OFFICE)[-1])
    assert "本季度收到紧急情况报告1件。" in words(papers(world, OFFICE)[-1])
    wish = "JJ-2026-0001列入汇总报告"
    for person in (OFFICE, LEADER, LIAISON):
        assert "主任本人确认" in await world.say(person, wish)
    asked = await world.say(DIRECTOR, wish)
    assert "塔吊倾倒" in asked and "塔吊已切断电源" in asked and "周涛" not in asked
    answer = await world.say(DIRECTOR, "确认")
    assert answer.startswith("JJ-2026-0001：已批准列入2026年四季度汇总报告。\n2026年四季度汇总报告草稿已生成（第2版")
    text = words(papers(world, DIRECTOR)[-1])
    assert "本季度收到紧急情况报告1件，列出经批准的1件。" in text
    assert "（一）11月23日：恒信建设二公司塔吊倾倒，×某受伤；塔吊已切断电源。" in text
    assert "周涛" not in text and "待补写：重大" not in text
    assert "已按这些文字列入" in await world.say(DIRECTOR, wish)
    await world.say(DIRECTOR, f"{wish}：塔吊已扶正，伤者出院")
    await world.say(DIRECTOR, "确认")
    assert "（一）11月23日，恒信建设二公司：塔吊已扶正，伤者出院。" in words(papers(world, DIRECTOR)[-1])
    await world.say(DIRECTOR, "JJ-2026-0001不列入汇总报告")
    await world.say(DIRECTOR, "确认")
    assert "塔吊" not in words(papers(world, DIRECTOR)[-1])
    assert await world.say(DIRECTOR, "JJ-2026-0009列入汇总报告") == "未查询到该编号，或您无权查看。"


async def test_what_could_point_to_a_reporter_is_told_in_the_directors_words_only(world: Rehearsal) -> None:
    await world.say("hx_jianshel", "紧急：群众举报恒信建设二公司明天拆除证据")
    assert "请自己写" in await world.say(DIRECTOR, "JJ-2026-0001列入汇总报告")
    assert "现场已封存" in await world.say(DIRECTOR, "JJ-2026-0001列入汇总报告：现场已封存")


async def test_the_report_counts_as_the_figures_that_will_be_frozen(world: Rehearsal) -> None:
    """A reopened finding is two rounds: both closings count, its money once."""
    await quarter(world)
    with world.session() as session:
        first = session.scalars(select(Finding).where(Finding.number == "WT-2026-0005")).one()
        closed = datetime(2026, 7, 20, 2, tzinfo=UTC)
        session.add(
            Cycle(
                finding_id=first.id, seq=1, unit="JS", unit_name="恒信建设", due=date(2026, 7, 31),
                started_at=datetime(2026, 7, 6, 2, tzinfo=UTC), applied_at=closed, closed_at=closed,
            )
        )  # fmt: skip
        session.commit()
    await change(world, "WT-2026-0005", cycle=2)
    await world.say(OFFICE, ASKED)
    text = words(papers(world, OFFICE)[0])
    assert "本季度到期2个，已销号2个，其中按期完成2个；待验收0个，逾期0个。到期销号率100.0%。" in text
    assert "本季度销号问题2个，挽回金额3000元，问责2人次，完善制度1项。" in text
    assert "本季度发现问题7个" in text
