"""A bulletin: what is left out, who agrees, who may look, how it is taken back (domain.md S36, S60, 7.7)."""

from __future__ import annotations

import pytest

from bot.messages import Document
from storage import events
from storage.events import Entry, append
from tests.flows.findings import ARRANGED, change, seed
from tests.flows.harness import START, Rehearsal
from tests.flows.papers import DIRECTOR, LEADER, LIAISON, OFFICE, SECRET, THIRD, UNIT, papers, quarter, words
from tests.flows.test_quarter_paper import versions

ASKED = "出一份三季度给成员单位的通报，去掉涉密和人名"
NOT_YET = "三季度通报尚未发布。"
NAMES = ("周涛", "王建国", "恒信建设", "恒信物流", "恒信能源", "恒信置业", "宏达", "11月20日", "WT-")


def bulletin(world: Rehearsal, person: str) -> Document:
    return [one for one in papers(world, person) if "对照表" not in one.name][-1]


def comparison(world: Rehearsal, person: str) -> str:
    return words([one for one in papers(world, person) if "对照表" in one.name][-1])


async def published(world: Rehearsal, how: str = "发布三季度通报") -> str:
    await world.say(OFFICE, ASKED)
    await world.say(OFFICE, "确认")
    await world.say(DIRECTOR, how)
    return await world.say(DIRECTOR, "确认")


async def test_the_preview_tells_what_was_left_out_and_rewritten(world: Rehearsal) -> None:
    await quarter(world)
    said = "职工举报食堂账目不清"
    await seed(world, "WT-2026-0010", quarter=THIRD, category="CW04", title=said, desc=said)
    await seed(world, "WT-2026-0011", quarter=THIRD, category="CW04", title="标底泄露", desc="标底泄露")
    answer = await world.say(OFFICE, ASKED)
    assert answer.splitlines()[:2] == [
        "2026年三季度通报草稿已生成（第1版），草稿和对照表随后发到。",
        "已剔除1条受限、1条未定性、1条可能反推反映人、1条涉第三方商业秘密；改写10处，列举问题2个。",
    ]
    assert answer.endswith("回复“确认”提交，“取消”放弃")
    text = words(bulletin(world, OFFICE))
    assert bulletin(world, OFFICE).draft
    for name in (*NAMES, SECRET, "举报", "标底", "尚未核实"):
        assert name not in text, name
    assert "某权属企业责任人某日与某单位往来款4笔未清" in text or "某权属企业×某某日与某单位往来款4笔未清" in text
    listed = comparison(world, OFFICE)
    for row in ("受限｜1个｜不列编号", "可能反推反映人｜1个｜WT-2026-0010", "WT-2026-0004｜人名｜周涛｜×某",
                "WT-2026-0004｜第三方｜宏达建材有限公司｜某单位",
                "WT-2026-0004｜单位｜恒信置业｜某权属企业"):  # fmt: skip
        assert row in listed, row
    assert SECRET not in listed and "WT-2026-0006" not in listed


async def test_nobody_looks_before_the_director_agreed(world: Rehearsal) -> None:
    await quarter(world)
    await world.say(OFFICE, ASKED)
    assert await world.say(LIAISON, "看三季度通报") == NOT_YET
    world.told(DIRECTOR)
    answer = await world.say(OFFICE, "确认")
    assert answer == "2026年三季度通报：草稿 → 待主任确认，已通知何敏。"
    assert "回复“发布三季度通报”" in world.told(DIRECTOR)[0] and len(papers(world, DIRECTOR)) == 2
    assert await world.say(LIAISON, "看三季度通报") == NOT_YET and papers(world, LIAISON) == []
    asked = await world.say(DIRECTOR, "发布三季度通报")
    assert asked.splitlines() == [
        "请确认发布：2026年三季度通报（第1版）",
        "发给成员单位5人；责任单位不显名，金额照实。",
        "已剔除1条受限、1条未定性；改写10处。",
        "回复“确认”提交，“取消”放弃",
    ]
    assert await world.say(LIAISON, "看三季度通报") == NOT_YET
    done = await world.say(DIRECTOR, "确认")
    assert done == "2026年三季度通报：草稿 → 已发布，监督办通报〔2026〕1号（第1版）。\n已发成员单位5人。"
    assert versions(world, "bulletin") == [(THIRD, 1, "final", "监督办通报〔2026〕1号")]
    for person in (LIAISON, "hx_caiwufz", "hx_shenji", "hx_jiwei", "hx_gonghui"):
        (paper,) = papers(world, person)
        assert not paper.draft and words(paper).startswith("监督办通报〔2026〕1号\n")
    answer = await world.say(LIAISON, "看三季度通报")
    assert answer == "2026年三季度监督情况通报，监督办通报〔2026〕1号，文件随后发到。"
    assert len(papers(world, LIAISON)) == 2
    assert "文件随后发到" in await world.say(LEADER, "看三季度通报")
    for person in (UNIT, "hx_zhigong", "nobody"):
        assert await world.say(person, "看三季度通报") == NOT_YET
        assert papers(world, person) == []


async def test_the_offices_wish_to_publish_goes_to_the_director(world: Rehearsal) -> None:
    """S60: 发布四季度通报 → 主任确认 → 成员单位可查."""
    await quarter(world)
    assert await world.say(OFFICE, "发布三季度通报") == "还没有三季度通报草稿，请先发“出一份三季度通报”。"
    await world.say(OFFICE, ASKED)
    assert "待主任确认" in await world.say(OFFICE, "发布三季度通报")
    assert [state for _, _, state, _ in versions(world, "bulletin")] == ["offered"]
    await world.say(DIRECTOR, "发布三季度通报")
    assert "已发布" in await world.say(DIRECTOR, "确认")


@pytest.mark.parametrize("person", [LIAISON, UNIT, LEADER, "hx_shenji", "hx_zhigong"])
async def test_others_neither_draft_nor_publish_nor_withdraw(world: Rehearsal, person: str) -> None:
    await quarter(world)
    await published(world)
    for said in (ASKED, "发布三季度通报", "撤回三季度通报"):
        answer = await world.say(person, said)
        assert "监督办公室" in answer and "确认”提交" not in answer, (said, answer)
    assert [state for _, _, state, _ in versions(world, "bulletin")] == ["final"]


async def test_a_stand_in_does_not_agree_for_the_director(world: Rehearsal) -> None:
    """domain.md 2.1: 不能代理通报确认."""
    await quarter(world)
    await world.say(DIRECTOR, "今天到12月4日由李敏代理我")
    await world.say(DIRECTOR, "确认")
    await world.say(OFFICE, ASKED)
    assert "待主任确认，已通知何敏" in await world.say(OFFICE, "发布三季度通报")
    assert "本人确认" in await world.say(OFFICE, "撤回三季度通报")
    assert [state for _, _, state, _ in versions(world, "bulletin")] == ["offered"]


async def test_names_and_ranges_are_the_directors_choice(world: Rehearsal) -> None:
    await quarter(world)
    assert "本人确认" in await world.say(OFFICE, f"{ASKED}，显名")
    await world.say(OFFICE, ASKED)
    asked = await world.say(DIRECTOR, "发布三季度通报，显名，金额用区间")
    assert "（第2版）" in asked and "责任单位显名，金额用区间" in asked
    await world.say(DIRECTOR, "确认")
    text = words(bulletin(world, LIAISON))
    assert "恒信置业：" in text and "周涛" not in text and "宏达" not in text
    assert "涉及金额10万元至50万元" in text and "42万元" not in text


async def test_what_came_out_of_a_lead_is_left_out(world: Rehearsal) -> None:
    await quarter(world)
    entry = Entry(START, "hx_jiwei", "lead_rectify")
    await world.turns.run(lambda session: append(session, entry, "XS-2026-7K3M", None, {"finding": "WT-2026-0004"}))
    await change(world, "WT-2026-0007", state="converted_to_lead", lead_number="XS-2026-4HTR")
    answer = await world.say(OFFICE, ASKED)
    assert "已剔除1条受限、2条线索转来" in answer
    assert "4笔未清" not in words(bulletin(world, OFFICE))
    assert "WT-2026-0004" not in comparison(world, OFFICE) and "XS-" not in comparison(world, OFFICE)


async def test_small_counts_are_not_told(world: Rehearsal) -> None:
    """contract.md: below 3 suppressed in bulletins; and nothing follows from a total."""
    await quarter(world)
    await seed(world, "WT-2026-0012", quarter=THIRD, category="AQ01", title="消防通道堵塞", desc="消防通道堵塞")
    assert "1条同类过少" in await world.say(OFFICE, ASKED)
    text = words(bulletin(world, OFFICE))
    assert "安全环保" not in text and "消防" not in text
    assert "通报范围内的问题6个" in text and "共6个" in text
    assert "已销号" not in text  # one of six


async def test_it_is_taken_back_with_a_notice(world: Rehearsal) -> None:
    await quarter(world)
    assert await world.say(DIRECTOR, "撤回三季度通报") == "三季度通报没有发布，不用撤回。"
    await published(world)
    world.told(LIAISON)
    assert "请确认撤回：2026年三季度通报，监督办通报〔2026〕1号。" in await world.say(DIRECTOR, "撤回三季度通报")
    assert "文件随后发到" in await world.say(LIAISON, "看三季度通报")
    assert await world.say(DIRECTOR, "确认") == "监督办通报〔2026〕1号：已发布 → 已撤回，已通知成员单位5人。"
    assert world.told(LIAISON)[-1].startswith("【通报撤回】2026年三季度通报（监督办通报〔2026〕1号）已撤回")
    assert await world.say(LIAISON, "看三季度通报") == NOT_YET
    assert versions(world, "bulletin") == [(THIRD, 1, "withdrawn", "监督办通报〔2026〕1号")]  # kept
    await published(world)
    assert versions(world, "bulletin")[-1] == (THIRD, 2, "final", "监督办通报〔2026〕2号")


@pytest.mark.begins("2026-11-23 20:30")
async def test_what_waits_for_the_morning_does_not_leave_after_the_withdrawal(world: Rehearsal) -> None:
    await quarter(world)
    await published(world)
    assert papers(world, LIAISON) == []
    await world.say(DIRECTOR, "撤回三季度通报")
    await world.say(DIRECTOR, "确认")
    await world.turn_to("2026-11-24 09:00")
    assert papers(world, LIAISON) == []


async def test_every_step_has_its_event(world: Rehearsal) -> None:
    await quarter(world)
    await published(world)
    await world.say(DIRECTOR, "撤回三季度通报")
    await world.say(DIRECTOR, "确认")
    with world.session() as session:
        told = [(one.actor, one.action) for one in events.history(session, "bulletin:2026Q3") if one.action != ARRANGED]
    assert told == [(OFFICE, "bulletin_draft"), (OFFICE, "bulletin_offer"), (DIRECTOR, "bulletin_publish"),
                    (DIRECTOR, "bulletin_withdraw")]  # fmt: skip
